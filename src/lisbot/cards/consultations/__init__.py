"""The cards of consultations: one of them, the list of all, and the letter to whoever asked."""
