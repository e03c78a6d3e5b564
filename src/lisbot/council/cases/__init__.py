"""Cases: numbered matters, and what came of them from meeting to meeting."""
