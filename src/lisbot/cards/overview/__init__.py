"""What is there for me, how my councils stand, and one council as a whole."""
