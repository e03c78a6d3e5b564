"""The kinds of things a council knows. Each member's word stands in the texts, under the kind's name."""

from enum import StrEnum


class OrgKind(StrEnum):
    HOSPITAL = "hospital"
    RHF = "rhf"
    UNION = "union"
    DIRECTORATE = "directorate"
    SECRETARIAT = "secretariat"
    OTHER = "other"


class Authority(StrEnum):
    """Whether a body may make a decision (vedtak) or only gives advice."""

    ADVISORY = "advisory"
    DECIDING = "deciding"


class Standing(StrEnum):
    """What a seat may do: vote, speak, watch, or only be sent the agenda."""

    VOTING = "voting"
    NONVOTING = "nonvoting"
    OBSERVER = "observer"
    COPY = "copy"


class ItemKind(StrEnum):
    """What is asked of the council: orientering, drøfting, tilråding."""

    INFORMATION = "information"
    DISCUSSION = "discussion"
    ADVICE = "advice"


class StandingItem(StrEnum):
    """Items every agenda has, which are not cases."""

    LAST_MINUTES = "last_minutes"
    ANY_OTHER = "any_other"


class ProposalState(StrEnum):
    SENT = "sent"
    RETURNED = "returned"
    POSTPONED = "postponed"
    ACCEPTED = "accepted"
    MERGED = "merged"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """The answer to an invitation."""

    COMES = "comes"
    DIGITAL = "digital"
    ABSENT = "absent"


class DeputyAnswer(StrEnum):
    ASKED = "asked"
    COMES = "comes"
    DIGITAL = "digital"
    DECLINED = "declined"


class VoteForm(StrEnum):
    """How a question is answered."""

    MOTION = "motion"
    SINGLE = "single"
    CONSENT = "consent"


class Choice(StrEnum):
    """The answers of a motion and of a consent round. A single choice has its own options instead."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    AGREE = "agree"
    REMARKS = "remarks"
    DISAGREE = "disagree"


class Majority(StrEnum):
    """By which rule a motion passes, of the votes for and against, or of the whole roll."""

    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"
    FOUR_FIFTHS = "four_fifths"
    ABSOLUTE = "absolute"
    UNANIMOUS = "unanimous"


class Quorum(StrEnum):
    """How many voting seats must be there, or must have answered."""

    HALF = "half"
    MORE_THAN_HALF = "more_than_half"
    TWO_THIRDS = "two_thirds"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NO_QUORUM = "no_quorum"
    NO_RULE = "no_rule"


class OutcomeKind(StrEnum):
    NOTED = "noted"
    INPUT = "input"
    ADVICE = "advice"
    PROCESS = "process"
    DISAGREEMENT = "disagreement"
    POSTPONED = "postponed"
    DECISION = "decision"


class Agreement(StrEnum):
    """Faglig enighet: a judgement, never a count."""

    AGREEMENT = "agreement"
    PARTLY = "partly"
    NONE = "none"


class MinutesState(StrEnum):
    NONE = "none"
    DRAFT = "draft"
    COMMENTS = "comments"
    APPROVED = "approved"


class ChangeState(StrEnum):
    REPORTED = "reported"
    APPROVED = "approved"
    RETURNED = "returned"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    FELL_BACK = "fell_back"
    UNREACHABLE = "unreachable"


class Post(StrEnum):
    """What a person at the secretariat (RegUt) does there."""

    LEADER = "leader"
    COORDINATOR = "coordinator"
    ADVISER = "adviser"
    CLERK = "clerk"


class Lang(StrEnum):
    """The language forms somebody may be answered in."""

    NB = "nb"
    NN = "nn"
    EN = "en"
