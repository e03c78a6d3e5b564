"""The enumerations of the domain. Each member has its word in the texts, under the enumeration's name."""

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


class TriageAnswer(StrEnum):
    """What the secretariat answers to a proposal."""

    ACCEPT = "accept"
    MERGE = "merge"
    POSTPONE = "postpone"
    SEND_BACK = "send_back"
    REJECT = "reject"


class WorkKind(StrEnum):
    """What waits for a secretariat."""

    CALLS = "calls"
    PROPOSALS = "proposals"
    NOTICES = "notices"
    MINUTES = "minutes"
    REGISTER = "register"
    CHANNELS = "channels"
    CASES = "cases"
    CONSULTATIONS = "consultations"


class WorkSpan(StrEnum):
    """Until when it is due."""

    TODAY = "today"
    WEEK = "week"
    FOUR_WEEKS = "four_weeks"
    QUARTER = "quarter"


class Response(StrEnum):
    """A seat's response to the notice of a meeting (RSVP)."""

    COMES = "comes"
    DIGITAL = "digital"
    ABSENT = "absent"


class DeputyResponse(StrEnum):
    """A deputy's response to being asked to come in the representative's place."""

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
    """What may be chosen in a motion and in a consent round. A single choice has options of its own."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    AGREE = "agree"
    REMARKS = "remarks"
    DISAGREE = "disagree"


class Majority(StrEnum):
    """By which rule a question passes, of the votes for and against, or of the whole roll.

    SIMPLE is the most votes of all (simpelt flertall), MORE_THAN_HALF more than half of those cast (alminnelig
    flertall). Source: NUPI, «Flertall - hva kreves?».
    """

    SIMPLE = "simple"
    MORE_THAN_HALF = "more_than_half"
    TWO_THIRDS = "two_thirds"
    FOUR_FIFTHS = "four_fifths"
    ABSOLUTE = "absolute"
    UNANIMOUS = "unanimous"


class TieRule(StrEnum):
    """What decides a tie, where a body has a rule for it."""

    CHAIR = "chair"  # the chair's own vote counts double
    FAILS = "fails"


class Quorum(StrEnum):
    """How many voting seats must be there, or must have answered."""

    HALF = "half"
    MORE_THAN_HALF = "more_than_half"
    TWO_THIRDS = "two_thirds"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    TIE = "tie"
    NO_QUORUM = "no_quorum"
    NOT_SHOWN = "not_shown"  # too few answered a secret question
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


SENT_OUT = (MinutesState.COMMENTS, MinutesState.APPROVED)  # what members may read


class FollowUpState(StrEnum):
    """How far an organisation has come with what it is to follow up, or with what came of a case. OPEN: it has not
    said."""

    OPEN = "open"
    RAISED = "raised"  # in its line of management
    WILL_BE = "will_be"
    WAITS = "waits"
    INTRODUCED = "introduced"
    NOT_RELEVANT = "not_relevant"
    DONE = "done"


class RegisterImportState(StrEnum):
    """How far a spreadsheet that is brought into the register has come."""

    READ = "read"
    CARRIED_OUT = "carried_out"
    UNDONE = "undone"


class SeatChangeState(StrEnum):
    REPORTED = "reported"
    APPROVED = "approved"
    RETURNED = "returned"


class ConsentPurpose(StrEnum):
    """What somebody's name and address are used for, beyond running the councils."""

    ROSTER = "roster"


class LegalBasis(StrEnum):
    """On which basis a person's data are used (GDPR article 6(1))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    PUBLIC_TASK = "public_task"


class ReadingKind(StrEnum):
    """What is noted in the log when somebody reads it of many at once, or all of it of another."""

    ADDRESSES = "addresses"
    CREDENTIALS = "credentials"
    REASONS = "reasons"
    PERSONAL_DATA = "personal_data"


class RetentionKind(StrEnum):
    """What is erased some time after it was needed. What nobody's council it is, is the same for all."""

    ABSENCE = "absence"
    CREDENTIALS = "credentials"
    GUEST_ADDRESSES = "guest_addresses"
    IMPORTS = "imports"
    LOCAL_INPUTS = "local_inputs"
    MAIL = "mail"
    MESSAGES = "messages"
    PEOPLE = "people"
    TYPED = "typed"
    ACTION_LINKS = "action_links"
    DEAD_ADDRESSES = "dead_addresses"
    FORMER_ADDRESSES = "former_addresses"
    SIGN_IN_LINKS = "sign_in_links"


class ConsentState(StrEnum):
    """How it stands with a consent, or another basis for publishing somebody's name. OUTDATED: given to a text that
    counts no more."""

    GIVEN = "given"
    OTHER_BASIS = "other_basis"
    OUTDATED = "outdated"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ConsentRequestState(StrEnum):
    """What somebody who is asked for consent has answered. CLOSED: a newer text has taken its place."""

    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    CLOSED = "closed"


class ConsentStanding(StrEnum):
    """Whether somebody's name may be published, and if not, how far asking has come."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    DECLINED = "declined"
    GIVEN = "given"
    OTHER_BASIS = "other_basis"
    OUTDATED = "outdated"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ChangeGap(StrEnum):
    """What is missing of a reported change before it should be approved."""

    UNCONFIRMED = "unconfirmed"
    DENIED = "denied"
    NO_CONSENT = "no_consent"
    UNDECLARED = "undeclared"


class ConfirmationState(StrEnum):
    """What somebody in the line of management has answered about a reported change. CLOSED: nobody asks any more."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    CLOSED = "closed"


class CompositionKind(StrEnum):
    """What may be asked of a body's composition."""

    SEATS_OF = "seats_of"
    PREFERRED_FROM = "preferred_from"
    CREDENTIAL = "credential"
    UNION_PER_SPECIALTY = "union_per_specialty"
    UNION_ACROSS = "union_across"
    MOST_SEATS = "most_seats"


class FindingKind(StrEnum):
    """What is not as it should be in a body's composition, the worst first."""

    VACANT = "vacant"
    VACANT_SOON = "vacant_soon"
    TOO_FEW_SEATS = "too_few_seats"
    UNION_MISSING = "union_missing"
    NO_CREDENTIAL = "no_credential"
    TOO_MANY_SEATS = "too_many_seats"
    UNION_TWICE = "union_twice"
    NOT_PREFERRED = "not_preferred"
    HOLDS_TOO_MANY = "holds_too_many"
    NO_DEPUTY = "no_deputy"


class DerivedFrom(StrEnum):
    """What somebody holds, because of which they hold a seat too."""

    SEAT = "seat"
    COORDINATING_SEAT = "coordinating_seat"
    POST = "post"


class CallState(StrEnum):
    """The state of a call for agenda items, worked out from the meeting's row."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class StepKind(StrEnum):
    """What a meeting goes through, in order."""

    CALL = "call"
    AGENDA = "agenda"
    NOTICE = "notice"
    MEETING = "meeting"
    MINUTES = "minutes"


class StepState(StrEnum):
    """How a step of a meeting stands: `now` is the first that is not done."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"


class MeetingState(StrEnum):
    """The state of a meeting, worked out from its row and the time of day."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    HELD = "held"
    CANCELLED = "cancelled"


class NoticeState(StrEnum):
    """Whether a meeting's notice is sent, and whether its agenda differs from what was sent. LOCKED: the minutes
    are approved."""

    DRAFT = "draft"
    SENT = "sent"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LOCKED = "locked"


class VoteState(StrEnum):
    """The state of a vote. OVERDUE: its time is up and it is not closed yet. WITHDRAWN: asked by mistake."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class AttendanceState(StrEnum):
    """How far one seat's attendance at one meeting has come."""

    UNANSWERED = "unanswered"
    COMES = "comes"
    ABSENT = "absent"
    DEPUTY_ASKED = "deputy_asked"
    DEPUTY_COMES = "deputy_comes"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    FELL_BACK = "fell_back"
    UNREACHABLE = "unreachable"


class AttemptOutcome(StrEnum):
    """What came of one try to send a message. LATER: it may go better, and is tried again. GONE: the address leads
    nowhere any more."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    GONE = "gone"


class NotificationGroup(StrEnum):
    """What people are told about, as they choose how they are told."""

    CALL = "call"
    NOTICE = "notice"
    VOTE = "vote"
    MINUTES = "minutes"
    FOLLOW_UP = "follow_up"
    REGISTER = "register"
    DAILY = "daily"  # what the secretariat has to do


class ChosenChannel(StrEnum):
    """Through what somebody wishes to be told something."""

    SEEN_LAST = "seen_last"  # where they wrote last, else by mail
    TEAMS = "teams"
    SLACK = "slack"
    MAIL = "mail"
    OFF = "off"  # no mail of it


class ReachedBecause(StrEnum):
    """Why somebody is told something through what they are."""

    CHOSEN = "chosen"
    CHOSEN_IS_AWAY = "chosen_is_away"  # what they chose does not lead to them now
    SEEN_LAST = "seen_last"
    LINKED = "linked"
    NO_CHAT = "no_chat"
    CHAT_IS_LOST = "chat_is_lost"
    ADDRESS_FAILS = "address_fails"
    TURNED_OFF = "turned_off"
    NOTHING_LEADS = "nothing_leads"


class MailCopies(StrEnum):
    """What somebody who is reached in chat is also told by mail."""

    NONE = "none"
    CALENDAR = "calendar"  # invitations to meetings, and what changes them
    ALL = "all"


class ReminderKind(StrEnum):
    """What somebody is reminded of when its time comes: what members are asked, and what a secretariat has to do."""

    CALL = "call"
    NOTICE = "notice"
    MEETING = "meeting"
    VOTE = "vote"
    COMMENTS = "comments"
    FOLLOW_UP = "follow_up"
    AGENDA_DUE = "agenda_due"
    NOTICE_DUE = "notice_due"
    MINUTES_DUE = "minutes_due"
    TERM_START = "term_start"
    TERM_END = "term_end"


class ReminderStage(StrEnum):
    """How far reminding has come: once, once more, and then the secretariat is told who is not heard from."""

    FIRST = "first"
    SECOND = "second"
    UNHEARD = "unheard"


class InboundKind(StrEnum):
    """What a message that arrived is: an answer of a calendar, words, a report that mail was not delivered, an
    answer by a machine."""

    CALENDAR = "calendar"
    WORDS = "words"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"


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


class CaseLinkKind(StrEnum):
    """How one case belongs together with another."""

    RELATED = "related"
    SPLIT_FROM = "split_from"
    MERGED_INTO = "merged_into"


class StationRole(StrEnum):
    """As what somebody had a case."""

    RAISED = "raised"
    ASKS = "asks"  # asks councils about it from outside, in a consultation
    TREATS = "treats"
    CONSULTED = "consulted"  # invited to its item, or a council asked in a consultation
    REFERS = "refers"  # sent it here
    REFERRED_TO = "referred_to"  # was sent it, and is to answer
    CARRIES_THROUGH = "carries_through"  # is asked what it did with what came of it
    INFORMED = "informed"


class WaitsFor(StrEnum):
    """What a case waits for: each waits for exactly one of these.

    TRIAGE         the secretariat's answer to what is proposed about it
    ANSWER         the answer of whoever it was sent to
    HAND_OVER      the secretariat, which is to hand it over to somebody without an address
    FOLLOWING      the secretariat, since its receiver has sent it on to somebody else
    REPORT_BACK    an agenda that an answer can be put on
    MEETING        the meeting whose agenda it is on
    MINUTES        the minutes of a meeting that treated it
    OTHER_CASE     the case that it goes on as a part of
    CONSULTATION   the councils that are asked about it in a consultation
    AGENDA         being put on an agenda
    OWN_ANSWER     the answer that its own council owes whoever sent it
    CARRY_THROUGH  organisations that are to say what they did with it
    NOTHING        nothing: it is over
    """

    TRIAGE = "triage"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    FOLLOWING = "following"
    REPORT_BACK = "report_back"
    MEETING = "meeting"
    MINUTES = "minutes"
    OTHER_CASE = "other_case"
    CONSULTATION = "consultation"
    AGENDA = "agenda"
    OWN_ANSWER = "own_answer"
    CARRY_THROUGH = "carry_through"
    NOTHING = "nothing"


class ReferralReason(StrEnum):
    """Why a case is sent on to somebody else."""

    NO_AGREEMENT = "no_agreement"
    BOTTLENECK = "bottleneck"
    OUTSIDE_MANDATE = "outside_mandate"
    OTHER = "other"


class ReferralState(StrEnum):
    """Where a case that was sent on is."""

    SENT = "sent"
    RECEIVED = "received"
    ANSWERED = "answered"
    REFUSED = "refused"
    SENT_ON = "sent_on"
    WITHDRAWN = "withdrawn"


REFERRAL_WAITS = (ReferralState.SENT, ReferralState.RECEIVED)  # for whom it was sent to


class ReferralAnswerKind(StrEnum):
    """What a receiver does with a case that was sent to it."""

    ANSWER = "answer"
    REFUSE = "refuse"
    SEND_ON = "send_on"


class ConsultationState(StrEnum):
    """How far a consultation has come."""

    PREPARED = "prepared"
    ASKED = "asked"
    DRAFTED = "drafted"
    ADOPTED = "adopted"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


CONSULTATION_OVER = (ConsultationState.SENT, ConsultationState.WITHDRAWN)


class QuestionKind(StrEnum):
    """What a question in a consultation is answered with."""

    TEXT = "text"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"


class AdoptionWay(StrEnum):
    """How a body adopted the reply to a consultation."""

    BETWEEN_MEETINGS = "between_meetings"
    IN_MEETING = "in_meeting"
    BY_VOTE = "by_vote"


class StageHolder(StrEnum):
    """Who holds a case at a stage of a change process."""

    CASE_BODY = "case_body"  # the council whose case it is
    CASE_SECRETARIAT = "case_secretariat"  # the secretariat of that council
    NAMED = "named"  # one body, whoever runs it then, or one party outside lisbot
    CHOSEN = "chosen"  # whoever is chosen when a case comes there


class StageNeed(StrEnum):
    """What must be there before a case moves on from a stage."""

    OUTCOME = "outcome"
    PAPERS = "papers"
    ANSWER = "answer"
    CONFIRMATION = "confirmation"


class CaseProcessState(StrEnum):
    """How far a case has come in a change process."""

    UNDER_WAY = "under_way"
    DONE = "done"
    STOPPED = "stopped"


class StageState(StrEnum):
    """What a stage is to a case: behind it, where it is, where it has been too long, or ahead of it."""

    DONE = "done"
    NOW = "now"
    LATE = "late"
    TO_COME = "to_come"


class Distributed(StrEnum):
    """What of a body's goes to others too."""

    NOTICE = "notice"
    AGENDA = "agenda"
    SUMMARY = "summary"
    MINUTES = "minutes"
    OUTCOME = "outcome"
    REFERRAL = "referral"


class PublishedOn(StrEnum):
    """Where something of a body's is published, beside those it is sent to.

    INTRANET   by hand: lisbot says that it is, and does no more
    WEB        by lisbot, at an address that anybody may open
    """

    INTRANET = "intranet"
    WEB = "web"


class SummaryState(StrEnum):
    """How far the short account of a meeting has come."""

    NONE = "none"
    DRAFT = "draft"
    SENT = "sent"
    CHANGED = "changed"  # since it was sent


class GuestState(StrEnum):
    """What came of a guest's invitation."""

    INVITED = "invited"
    COMES = "comes"
    ABSENT = "absent"
    WITHDRAWN = "withdrawn"
    OVER = "over"


class InputStance(StrEnum):
    """What somebody who is asked by their own representative thinks of an item."""

    SUPPORTS = "supports"
    OPPOSES = "opposes"
    COMMENTS = "comments"


class LocalInputState(StrEnum):
    """Whether the link to an item that a representative shares opens, or why not. WITHHELD: the item is not to be shown
    to anybody outside the council now. LEFT: whoever shared it no longer speaks for their seat."""

    OPEN = "open"
    STOPPED = "stopped"
    WITHHELD = "withheld"
    LEFT = "left"
    OVER = "over"
