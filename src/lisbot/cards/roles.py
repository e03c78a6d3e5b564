"""A seat's role where many stand in a list."""

import re

LONGEST = 32  # characters of a role that is said whole
# What a role is of, for or with: all that parts one leader of education from the next is said before it.
AFTER = re.compile(r" (?:for|av|i|innen|innan|ved|med|of|in|with|at) |,| \(")


def short_role(role: str) -> str:
    """Returns what somebody is, without what they are it of, where that makes a long role short: «Leder med overordnet
    ansvar for spesialistutdanning av leger» is «Leder med overordnet ansvar»."""
    if len(role) <= LONGEST:
        return role
    cuts = [found.start() for found in AFTER.finditer(role)]
    within = [at for at in cuts if at <= LONGEST]
    return role[: max(within)] if within else role


def short_seat(seat: str) -> str:
    """Returns a seat, its role and then its organisation, with a short role."""
    role, comma, organisation = seat.partition(", ")
    return f"{short_role(role)}{comma}{organisation}"
