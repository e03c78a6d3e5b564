"""What is looked up across all subjects: what is asked of me, how my councils stand, one council as a whole."""
