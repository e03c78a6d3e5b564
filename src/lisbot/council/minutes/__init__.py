"""The minutes of a meeting, what came of each item, and the register of it all."""
