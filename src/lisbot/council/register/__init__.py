"""Who represents whom: bodies, seats and terms, reported changes, people and their accounts, rooms."""
