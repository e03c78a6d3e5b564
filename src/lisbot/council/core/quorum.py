"""Quorums: how many voting seats must be there, or must have answered."""

from lisbot.council.enums import Quorum


def has_quorum(rule: Quorum, there: int, entitled: int) -> bool:
    """Returns whether enough of those entitled are there, or have answered. Nobody is never enough."""
    if not there:
        return False
    match rule:
        case Quorum.HALF:
            return there * 2 >= entitled
        case Quorum.MORE_THAN_HALF:
            return there * 2 > entitled
        case Quorum.TWO_THIRDS:
            return there * 3 >= entitled * 2
