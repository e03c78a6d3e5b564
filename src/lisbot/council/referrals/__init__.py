"""Cases sent on to others, and the answers that are reported back."""
