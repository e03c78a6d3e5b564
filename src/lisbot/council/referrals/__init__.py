"""Cases sent on to others, and their answers' way home."""
