"""How many must have answered a secret question before anything that is made of the answers shows.

With one answer the count is that answer, and with two each knows the other's: three is the least at which nobody's is
known by the number alone.
"""

from lisbot.council.votes.roll import Question

SECRET_MINIMUM = 3  # where a body has set no other
OLDER_MINIMUM = 2  # of what was opened when nothing was promised: even then one answer alone never shows


def minimum_of(vote: Question) -> int:
    """Returns how many must have answered; 0 of a question that is answered by name."""
    return (vote.secret_minimum or OLDER_MINIMUM) if vote.secret else 0


def is_enough(vote: Question, answered: int) -> bool:
    """Returns whether what so many answered may be shown. That nobody did may always be."""
    return not answered or answered >= minimum_of(vote)
