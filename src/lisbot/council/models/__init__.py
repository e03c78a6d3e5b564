"""The tables. What must always be true is a constraint here, not a check elsewhere."""

from lisbot.council.models.base import Base
from lisbot.council.models.meetings import (
    AgendaItem,
    Attendance,
    CallAnswer,
    Case,
    CaseSeries,
    FollowUp,
    Meeting,
    Proposal,
    Remark,
)
from lisbot.council.models.register import (
    Account,
    Body,
    Organisation,
    Person,
    Room,
    Seat,
    SeatChange,
    Secretariat,
    SignInLink,
    Staff,
    Term,
)
from lisbot.council.models.trail import ClockShift, Delivery, LogHead, LogLine, Posting
from lisbot.council.models.votes import RollEntry, SealedBallot, Vote

__all__ = [
    "Account",
    "AgendaItem",
    "Attendance",
    "Base",
    "Body",
    "CallAnswer",
    "Case",
    "CaseSeries",
    "ClockShift",
    "Delivery",
    "FollowUp",
    "LogHead",
    "LogLine",
    "Meeting",
    "Organisation",
    "Person",
    "Posting",
    "Proposal",
    "Remark",
    "RollEntry",
    "Room",
    "SealedBallot",
    "Seat",
    "SeatChange",
    "Secretariat",
    "SignInLink",
    "Staff",
    "Term",
    "Vote",
]
