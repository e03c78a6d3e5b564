"""Questions put to a council, the roll that may answer, ballots open and secret, and the count."""
