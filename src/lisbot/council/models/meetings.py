"""The year plan's meetings, what is proposed for them, their agenda and attendance."""

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    column,
    exists,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from lisbot.council.enums import (
    SENT_OUT,
    Agreement,
    DeputyResponse,
    ItemKind,
    MinutesState,
    OutcomeKind,
    ProposalState,
    Response,
    StandingItem,
)
from lisbot.council.models.base import Base, EmailAddress, Id, PartialIndex, checked_enum
from lisbot.council.models.cases import Case
from lisbot.council.models.minutes import FollowUp, MinutesComment
from lisbot.council.models.register import Body, Organisation, Person, Seat
from lisbot.texts import Days


def first_day(context: DefaultExecutionContext) -> date:
    """Returns the last day of a meeting that says no other: its first."""
    day: date = context.get_current_parameters()["held_on"]  # type: ignore[no-untyped-call]
    return day


class Meeting(Base):
    """One date of a body's year plan, its call for agenda items, its notice and its minutes.

    Date and times are wall time in `zone`; the moment in UTC is computed late, so that a meeting booked
    across the change to summer time stays at the hour people agreed.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("ends_on > held_on OR (ends_on = held_on AND ends > starts)", name="times"),
        CheckConstraint("call_opens_on IS NULL OR call_closes_on >= call_opens_on", name="call"),
        Index("ix_meeting_body_id_held_on", "body_id", "held_on"),
        Index("ix_meeting_held_on", "held_on"),
        Index("ix_meeting_ends_on", "ends_on"),
        PartialIndex(
            "ix_meeting_open_call",
            "call_closes_on",
            where="call_opened_at IS NOT NULL AND call_closed_at IS NULL AND cancelled_at IS NULL",
        ),
        PartialIndex(
            "uq_meeting_body_start", "body_id", "held_on", "starts", unique=True, where="cancelled_at IS NULL"
        ),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    body: Mapped[Body] = relationship(lazy="raise")
    held_on: Mapped[date]  # the first day
    ends_on: Mapped[date] = mapped_column(default=first_day)  # the last day
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    # The call is open from the start of the first day to the end of the last.
    call_opens_on: Mapped[date | None]
    call_closes_on: Mapped[date | None]
    call_opened_at: Mapped[datetime | None]
    call_closed_at: Mapped[datetime | None]
    call_text: Mapped[str] = mapped_column(default="", server_default=text("''"))  # what the secretariat asks for
    notice_on: Mapped[date | None]
    minutes_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published: Mapped[dict[str, Any] | None]  # the agenda as people were last told it
    entered_at: Mapped[datetime | None]  # when a meeting that had been held was entered afterwards
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    minutes_state: Mapped[MinutesState] = mapped_column(default=MinutesState.NONE)
    minutes_at: Mapped[datetime | None]  # when the minutes entered their present state
    minutes_version: Mapped[int] = mapped_column(default=0)  # how often they have been approved
    comments_until: Mapped[date | None]
    # What calendars show of it was told with this number (RFC 5546, SEQUENCE), and the digest of what that was.
    calendar_sequence: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    calendar_digest: Mapped[str | None]
    items: Mapped[list["AgendaItem"]] = relationship(
        lazy="raise", order_by="AgendaItem.position", back_populates="meeting"
    )
    attendances: Mapped[list["Attendance"]] = relationship(lazy="raise", back_populates="meeting")

    if TYPE_CHECKING:
        shares_day: Mapped[bool]
        has_summary: Mapped[bool]
        has_statements: Mapped[bool]
        has_guests: Mapped[bool]

    @property
    def days(self) -> Days:
        """The meeting's day or days, with the hour where the body has another meeting that begins that day."""
        return Days(self.held_on, self.ends_on, self.starts if self.__dict__.get("shares_day") else None)

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.held_on, self.starts, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.ends_on, self.ends, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def is_call_open(self) -> bool:
        return self.call_opened_at is not None and self.call_closed_at is None and self.cancelled_at is None

    @hybrid_property
    def has_minutes_out(self) -> bool:
        """Whether members may read its minutes: they are sent out, or have been approved and are being corrected."""
        return self.minutes_state in SENT_OUT or self.minutes_version > 0

    @has_minutes_out.inplace.expression
    @classmethod
    def _has_minutes_out(cls) -> ColumnElement[bool]:
        return or_(cls.minutes_state.in_(SENT_OUT), cls.minutes_version > 0)

    @property
    def is_locked(self) -> bool:
        return self.minutes_state is MinutesState.APPROVED


OTHER = Meeting.__table__.alias("same_day")
# Whether the body has another meeting that begins the same day.
Meeting.shares_day = column_property(
    select(OTHER.c.id)
    .where(
        OTHER.c.body_id == Meeting.body_id,
        OTHER.c.held_on == Meeting.held_on,
        OTHER.c.cancelled_at.is_(None),
        OTHER.c.id != Meeting.id,
    )
    .exists()
)
SUMMARY = table("meeting_summary", column("meeting_id"), column("sent_at"))
# Whether a short account of it has been sent.
Meeting.has_summary = column_property(
    exists().where(SUMMARY.c.meeting_id == Meeting.id, SUMMARY.c.sent_at.is_not(None))
)
STATEMENT = table("item_statement", column("meeting_id"))
# Whether an organisation states something of one of its cases.
Meeting.has_statements = column_property(exists().where(STATEMENT.c.meeting_id == Meeting.id), expire_on_flush=False)
INVITED = table("guest", column("meeting_id"), column("invited_at"), column("withdrawn_at"))
# Whether somebody without a seat is invited to it.
Meeting.has_guests = column_property(
    exists().where(
        INVITED.c.meeting_id == Meeting.id, INVITED.c.invited_at.is_not(None), INVITED.c.withdrawn_at.is_(None)
    ),
    expire_on_flush=False,
)


class CallDecline(Base):
    """A seat's "no items from us this time"."""

    __tablename__ = "call_decline"
    __table_args__ = (UniqueConstraint("meeting_id", "seat_id"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Proposal(Base):
    """What a member sends in for a meeting. Never deleted: it ends with a state and a reason."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("duration_minutes IS NULL OR duration_minutes BETWEEN 1 AND 480", name="duration_minutes"),
        CheckConstraint("state <> 'accepted' OR case_id IS NOT NULL", name="accepted_has_case"),
        CheckConstraint("state NOT IN ('returned', 'rejected') OR reason IS NOT NULL", name="reason"),
        Index("ix_proposal_meeting_id", "meeting_id"),
        Index("ix_proposal_by_id", "by_id"),
        Index("ix_proposal_case_id", "case_id"),
        Index("ix_proposal_sent_for_id", "sent_for_id"),
        PartialIndex("ix_proposal_waiting", "meeting_id", where="state IN ('sent', 'postponed')"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    meeting: Mapped[Meeting] = relationship(lazy="raise", foreign_keys=[meeting_id])
    sent_for_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))  # the meeting whose call it answers
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by: Mapped[Person] = relationship(lazy="raise")
    title: Mapped[str]
    background: Mapped[str] = mapped_column(default="")
    kind: Mapped[ItemKind]
    wording: Mapped[str] = mapped_column(default="")
    duration_minutes: Mapped[int | None]
    links: Mapped[str] = mapped_column(default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.SENT)
    reason: Mapped[str | None]
    sent_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("council_case.id"))
    case: Mapped[Case | None] = relationship(lazy="raise")
    # What was before its present state, so that this can be undone (meetings/triage.py).
    before: Mapped[dict[str, Any] | None]
    # The item it had become, as that stood when it was taken off the agenda.
    as_item: Mapped[dict[str, Any] | None]


class AgendaItem(Base):
    """One line of a meeting's agenda, and what came of it."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        UniqueConstraint("meeting_id", "case_id"),
        UniqueConstraint("meeting_id", "standing"),
        Index("ix_agenda_item_case_id", "case_id"),
        CheckConstraint("duration_minutes IS NULL OR duration_minutes BETWEEN 1 AND 480", name="duration_minutes"),
        CheckConstraint("break_minutes IS NULL OR break_minutes BETWEEN 1 AND 480", name="break_minutes"),
        CheckConstraint("outcome <> 'disagreement' OR agreement IS NULL OR agreement <> 'agreement'", name="sides"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    meeting: Mapped[Meeting] = relationship(lazy="raise", back_populates="items")
    position: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("council_case.id"))
    case: Mapped[Case | None] = relationship(lazy="raise")
    standing: Mapped[StandingItem | None]
    title: Mapped[str]
    kind: Mapped[ItemKind]
    duration_minutes: Mapped[int | None]
    break_minutes: Mapped[int | None]  # of the break after it
    background: Mapped[str] = mapped_column(default="")
    wording: Mapped[str] = mapped_column(default="")
    links: Mapped[str] = mapped_column(default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    # What the minutes say of it.
    discussed: Mapped[str] = mapped_column(default="")
    outcome: Mapped[OutcomeKind | None]
    outcome_text: Mapped[str] = mapped_column(default="")
    agreement: Mapped[Agreement | None]
    sides: Mapped[str] = mapped_column(default="")  # each side's reasons, where there was no agreement
    # Whether organisations are asked what they did with what came of it. None: as its outcome says.
    is_carried_through: Mapped[bool | None]
    followups: Mapped[list[FollowUp]] = relationship(lazy="raise", order_by=FollowUp.id, back_populates="item")
    is_treated: ClassVar[Any]  # whether it stays on the agenda; read where it is asked for


class Attendance(Base):
    """One seat at one meeting: invited, responded, represented by a deputy, present.

    Names are copied when the notice goes out and again while the minutes are open, so that approved
    minutes say who sat there that day whatever the register says later.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "seat_id"),
        CheckConstraint("(deputy_id IS NULL) = (deputy_response IS NULL)", name="deputy"),
        PartialIndex("ix_attendance_unanswered", "seat_id", where="response IS NULL"),
        PartialIndex("ix_attendance_deputy_id", "deputy_id", where="deputy_id IS NOT NULL"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    meeting: Mapped[Meeting] = relationship(lazy="raise", back_populates="attendances")
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    seat: Mapped[Seat] = relationship(lazy="raise")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    response: Mapped[Response | None]
    reason: Mapped[str] = mapped_column(default="")
    responded_at: Mapped[datetime | None]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deputy_response: Mapped[DeputyResponse | None]
    # What was answered for the day the meeting was first to be held on, before it was moved.
    former_response: Mapped[Response | None] = mapped_column(checked_enum(Response, "former_response"))
    former_on: Mapped[date | None]
    noted_by: Mapped[str] = mapped_column(default="")  # who at the secretariat noted the answer; "": they themselves
    present: Mapped[bool | None]  # None until the minutes say
    # Who sat there, as the minutes say: whoever the seat expected where nothing else is said.
    sat_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sat_name: Mapped[str] = mapped_column(default="")
    arrived: Mapped[time | None]
    left: Mapped[time | None]
    name: Mapped[str] = mapped_column(default="")
    deputy_name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    organisation_name: Mapped[str] = mapped_column(default="")


class Guest(Base):
    """Somebody without a seat who is invited to a meeting or to one item of it, or was there: as a guest, or because
    the people of their body may meet there (`right_of_id`).

    What their calendar was told last is kept here, as a member's is in CalendarEntry.
    """

    __tablename__ = "guest"
    __table_args__ = (Index("ix_guest_meeting_id", "meeting_id"), Index("ix_guest_person_id", "person_id"))

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # None: the whole meeting
    name: Mapped[str]
    affiliation: Mapped[str] = mapped_column(default="")
    arrived: Mapped[time | None]
    left: Mapped[time | None]
    email: Mapped[str | None] = mapped_column(EmailAddress)  # where their invitation goes
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whom it is for; None: nobody was invited
    right_of_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    invited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # since when they are not to come
    response: Mapped[Response | None]
    responded_at: Mapped[datetime | None]
    # What was answered for the day the meeting was to be held on, before it was moved.
    former_response: Mapped[Response | None] = mapped_column(checked_enum(Response, "former_response"))
    former_on: Mapped[date | None]
    # Whether it was said yes to that they read a confidential item. One that becomes so later is not theirs by itself.
    sees_confidential: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    present: Mapped[bool | None]  # None until the minutes say
    calendar_sequence: Mapped[int | None]
    calendar_digest: Mapped[str | None]
    calendar_organizer: Mapped[str | None]
    calendar_uid: Mapped[str | None]
    calendar_cancelled_at: Mapped[datetime | None]


VOTE = table("vote", column("item_id"), column("withdrawn_reason"))
IS_OF_ITEM = VOTE.c.item_id == AgendaItem.id
# What was asked, said, settled or written about an item keeps it on its agenda. A question put by mistake does not,
# but where the item is confidential: without its item nothing would say that the question is, too.
AgendaItem.is_treated = column_property(
    or_(
        AgendaItem.outcome.is_not(None),
        AgendaItem.discussed != "",
        exists().where(IS_OF_ITEM, or_(VOTE.c.withdrawn_reason.is_(None), AgendaItem.confidential)),
        exists().where(Guest.item_id == AgendaItem.id, Guest.invited_at.is_(None)),
        *(exists().where(each.item_id == AgendaItem.id) for each in (FollowUp, MinutesComment)),
    ),
    deferred=True,
    raiseload=True,
    expire_on_flush=False,
)
