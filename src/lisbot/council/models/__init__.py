"""The tables. What must always be true is a constraint here, not a check elsewhere.

A model's file is imported when the model is asked for; whoever asks for Base gets it with all its tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lisbot.council.models.base import table

if TYPE_CHECKING:
    from lisbot.council.models.base import Base
    from lisbot.council.models.calendar import CalendarEntry, CalendarFeed
    from lisbot.council.models.cases import Case, CaseLink, CaseSeries, case_label
    from lisbot.council.models.consent import Consent, ConsentRequest, ConsentText, RetentionRule
    from lisbot.council.models.consultations import (
        Consultation,
        ConsultationBody,
        ConsultationComment,
        ConsultationRequest,
        ConsultationStatement,
    )
    from lisbot.council.models.delivery import (
        Attempt,
        ChannelChoice,
        Delivery,
        Posting,
        QuietTime,
        SendBudget,
    )
    from lisbot.council.models.distribution import Dispatch, DistributionLine, MeetingRight
    from lisbot.council.models.local_inputs import ItemStatement, LocalInput, LocalInputAnswer
    from lisbot.council.models.log import LogArguments, LogHead, LogLine
    from lisbot.council.models.mail import ActionLink, InboundMail, MailTrouble
    from lisbot.council.models.meetings import AgendaItem, Attendance, CallDecline, Guest, Meeting, Proposal
    from lisbot.council.models.minutes import FollowUp, MeetingSummary, MinutesComment, MinutesVersion
    from lisbot.council.models.platform import ClockShift, Installation, KeptForm, Receipt, SchemaVersion
    from lisbot.council.models.processes import (
        CaseProcess,
        Process,
        ProcessStage,
        ProcessVersion,
        StageNote,
        StageStay,
    )
    from lisbot.council.models.referrals import OutsideParty, Referral, ReferralAnswer, ReferralRule
    from lisbot.council.models.register import (
        Account,
        Body,
        BodyTemplate,
        CompositionRule,
        Coordination,
        FormerName,
        FormerTerm,
        LineConfirmation,
        Organisation,
        Person,
        PersonAddress,
        PersonMerge,
        RegisterImport,
        Room,
        Seat,
        SeatChange,
        Secretariat,
        SignInLink,
        Staff,
        Term,
    )
    from lisbot.council.models.reminders import Reminder, ReminderStep
    from lisbot.council.models.search import ItemText
    from lisbot.council.models.votes import RollEntry, SealedBallot, Vote

__all__ = [
    "Account",
    "ActionLink",
    "AgendaItem",
    "Attempt",
    "Attendance",
    "Base",
    "Body",
    "BodyTemplate",
    "CalendarEntry",
    "CalendarFeed",
    "CallDecline",
    "Case",
    "CaseLink",
    "CaseProcess",
    "CaseSeries",
    "ChannelChoice",
    "ClockShift",
    "CompositionRule",
    "Consent",
    "ConsentRequest",
    "ConsentText",
    "Consultation",
    "ConsultationBody",
    "ConsultationComment",
    "ConsultationRequest",
    "ConsultationStatement",
    "Coordination",
    "Delivery",
    "Dispatch",
    "DistributionLine",
    "FollowUp",
    "FormerName",
    "FormerTerm",
    "Guest",
    "InboundMail",
    "Installation",
    "ItemStatement",
    "ItemText",
    "KeptForm",
    "LineConfirmation",
    "LocalInput",
    "LocalInputAnswer",
    "LogArguments",
    "LogHead",
    "LogLine",
    "MailTrouble",
    "Meeting",
    "MeetingRight",
    "MeetingSummary",
    "MinutesComment",
    "MinutesVersion",
    "Organisation",
    "OutsideParty",
    "Person",
    "PersonAddress",
    "PersonMerge",
    "Posting",
    "Process",
    "ProcessStage",
    "ProcessVersion",
    "Proposal",
    "QuietTime",
    "Receipt",
    "Referral",
    "ReferralAnswer",
    "ReferralRule",
    "RegisterImport",
    "Reminder",
    "ReminderStep",
    "RetentionRule",
    "RollEntry",
    "Room",
    "SchemaVersion",
    "SealedBallot",
    "Seat",
    "SeatChange",
    "Secretariat",
    "SendBudget",
    "SignInLink",
    "Staff",
    "StageNote",
    "StageStay",
    "Term",
    "Vote",
    "case_label",
    "table",
]
# What stands in which file.
FILES = {
    "calendar": "CalendarEntry CalendarFeed",
    "cases": "Case CaseLink CaseSeries case_label",
    "consent": "Consent ConsentRequest ConsentText RetentionRule",
    "consultations": ("Consultation ConsultationBody ConsultationComment ConsultationRequest ConsultationStatement"),
    "delivery": "Attempt ChannelChoice Delivery Posting QuietTime SendBudget",
    "distribution": "DistributionLine Dispatch MeetingRight",
    "local_inputs": "ItemStatement LocalInput LocalInputAnswer",
    "log": "LogArguments LogHead LogLine",
    "mail": "ActionLink InboundMail MailTrouble",
    "meetings": "AgendaItem Attendance CallDecline Guest Meeting Proposal",
    "minutes": "FollowUp MeetingSummary MinutesComment MinutesVersion",
    "platform": "ClockShift Installation KeptForm Receipt SchemaVersion",
    "processes": "CaseProcess Process ProcessStage ProcessVersion StageNote StageStay",
    "referrals": "OutsideParty Referral ReferralAnswer ReferralRule",
    "register": (
        "Account Body BodyTemplate CompositionRule Coordination FormerName FormerTerm LineConfirmation Organisation "
        "Person PersonAddress PersonMerge RegisterImport Room Seat SeatChange Secretariat SignInLink Staff Term"
    ),
    "reminders": "Reminder ReminderStep",
    "search": "ItemText",
    "known_terms": "",
    "votes": "RollEntry SealedBallot Vote",
}
FILE_OF = {name: file for file, names in FILES.items() for name in names.split()} | {"Base": "base"}


def __getattr__(name: str) -> Any:
    if name not in FILE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for file in FILES if name == "Base" else ():
        import_module(f"{__name__}.{file}")
    return getattr(import_module(f"{__name__}.{FILE_OF[name]}"), name)
