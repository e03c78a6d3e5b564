"""Minutes, outcomes, what organisations did with them, and the register of it all."""
