"""What is erased some time after it was needed: each kind of data, where it lies, and since when nobody needs it.

Minutes, cases, questions, who held which seat, consents and the log's chain are the councils' records and are nowhere
here. Source: GDPR article 5(1)(e) (storage limitation) and 17(3)(b) and (d).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, delete, func, literal, select, update

from lisbot.council.addresses import fold_address
from lisbot.council.core.context import Act
from lisbot.council.enums import DeliveryState, MinutesState, SeatChangeState
from lisbot.council.enums import RetentionKind as K
from lisbot.council.log.verify import VOUCHING
from lisbot.council.models import (
    ActionLink,
    Attendance,
    Body,
    Delivery,
    Guest,
    InboundMail,
    LocalInput,
    LocalInputAnswer,
    LogArguments,
    LogLine,
    MailTrouble,
    Meeting,
    Person,
    PersonAddress,
    RegisterImport,
    Seat,
    SeatChange,
    SignInLink,
    Term,
    table,
)
from lisbot.council.register.retention_people import erase_people, former_people

LINE, ARGUMENTS = table(LogLine), table(LogArguments)
MEETING, ATTENDANCE, GUEST = table(Meeting), table(Attendance), table(Guest)
SEAT, TERM, CHANGE = table(Seat), table(Term), table(SeatChange)
DELIVERY, LINK, MAIL = table(Delivery), table(ActionLink), table(InboundMail)
INPUT = table(LocalInput)
SIGN_IN, TROUBLE, ADDRESS = table(SignInLink), table(MailTrouble), table(PersonAddress)


@dataclass(frozen=True, slots=True)
class Store:
    """One place where data of a kind lies.

    rows    which there are and since when each is not needed, of one secretariat; of None, what is no council's
    erase   erases some of them
    is_day  whether that is a day and no moment
    by_day  whether which there are is another from day to day
    most    how many at once, where each takes long; None: as many as of any
    """

    rows: Callable[..., Select[Any]]
    erase: Callable[[Act, Sequence[Any]], Awaitable[None]]
    is_day: bool = False
    by_day: bool = False
    most: int | None = None

    def rows_on(self, secretariat_id: int | None, today: date | ColumnElement[date]) -> Select[Any]:
        return self.rows(secretariat_id, today) if self.by_day else self.rows(secretariat_id)


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many months a kind of data is kept where nothing else is set, and where it lies."""

    months: int
    stores: tuple[Store, ...]


def of_secretariat(body_id: ColumnElement[int | None], secretariat_id: int | None) -> ColumnElement[bool]:
    """Returns the condition that a body is one of a secretariat's; with none, that there is no body."""
    if secretariat_id is None:
        return body_id.is_(None)
    return body_id.in_(select(Body.id).where(Body.secretariat_id == secretariat_id))


def absences(secretariat_id: int | None) -> Select[Any]:
    return (
        select(ATTENDANCE.c.id, MEETING.c.ends_on.label("since"))
        .join(MEETING, MEETING.c.id == ATTENDANCE.c.meeting_id)
        .where(ATTENDANCE.c.reason != "", of_secretariat(MEETING.c.body_id, secretariat_id))
    )


async def empty_reasons(act: Act, ids: Sequence[int]) -> None:
    await act.db.execute(update(ATTENDANCE).where(ATTENDANCE.c.id.in_(ids)).values(reason=""))


def logged_absences(secretariat_id: int | None) -> Select[Any]:
    """Returns the lines with a reason for an absence, from when the log still told it."""
    return (
        select(LINE.c.id, MEETING.c.ends_on.label("since"))
        .join(MEETING, LINE.c.subject == literal("meeting:").concat(cast(MEETING.c.id, Text)))
        .join(ARGUMENTS, ARGUMENTS.c.line_id == LINE.c.id)
        .where(LINE.c.command.startswith("attendance."), ARGUMENTS.c.args.contains('"reason"'))
        .where(of_secretariat(MEETING.c.body_id, secretariat_id))
    )


async def empty_lines(act: Act, ids: Sequence[int]) -> None:
    """Erase the arguments of lines. The lines keep their digest, and the chain holds."""
    await act.db.execute(delete(ARGUMENTS).where(ARGUMENTS.c.line_id.in_(ids)))


def changes_of(secretariat_id: int | None, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(CHANGE)
        .join(SEAT, SEAT.c.id == CHANGE.c.seat_id)
        .where(of_secretariat(SEAT.c.body_id, secretariat_id))
    )


def returned(secretariat_id: int | None, *columns: Any) -> Select[Any]:
    query = changes_of(secretariat_id, *columns, CHANGE.c.settled_at.label("since"))
    return query.where(CHANGE.c.state == SeatChangeState.RETURNED, CHANGE.c.settled_at.is_not(None))


def ended(secretariat_id: int | None, *columns: Any) -> Select[Any]:
    """Returns the changes by which somebody came to a seat that they have left, and until when they had it."""
    until = func.max(TERM.c.to_on)
    held = TERM.c.seat_id == CHANGE.c.seat_id, TERM.c.person_id == CHANGE.c.person_id
    query = changes_of(secretariat_id, *columns, until.label("since"))
    return (
        query.join(TERM, held[0] & held[1])
        .where(CHANGE.c.state == SeatChangeState.APPROVED)
        .group_by(CHANGE.c.id, *columns)
        .having(func.count() == func.count(TERM.c.to_on))
    )


def declared(
    of: Callable[..., Select[Any]],
) -> Callable[[int | None], Select[Any]]:
    """Returns what gives the changes with credentials that were declared."""
    return lambda secretariat_id: of(secretariat_id, CHANGE.c.id).where(cast(CHANGE.c.credentials, Text) != "[]")


async def empty_credentials(act: Act, ids: Sequence[int]) -> None:
    await act.db.execute(update(CHANGE).where(CHANGE.c.id.in_(ids)).values(credentials=[]))


def addressed(of: Callable[..., Select[Any]]) -> Callable[[int | None], Select[Any]]:
    """Returns what gives the changes that still say under which address somebody was reported."""
    return lambda secretariat_id: of(secretariat_id, CHANGE.c.id).where(CHANGE.c.email != "")


async def empty_reported_addresses(act: Act, ids: Sequence[int]) -> None:
    await act.db.execute(update(CHANGE).where(CHANGE.c.id.in_(ids)).values(email=""))


def reports(of: Callable[..., Select[Any]]) -> Callable[[int | None], Select[Any]]:
    """Returns what gives the lines of the log that say what was declared."""
    subject = literal("seat:").concat(cast(CHANGE.c.seat_id, Text))
    is_its = and_(LINE.c.subject == subject, LINE.c.at == CHANGE.c.reported_at, LINE.c.command == "seat_change.report")
    return lambda secretariat_id: (
        of(secretariat_id, LINE.c.id)
        .join(LINE, is_its)
        .join(ARGUMENTS, ARGUMENTS.c.line_id == LINE.c.id)
        .where(CHANGE.c.part_of_id.is_(None))
    )


def guests(secretariat_id: int | None) -> Select[Any]:
    return (
        select(GUEST.c.id, MEETING.c.ends_on.label("since"))
        .join(MEETING, MEETING.c.id == GUEST.c.meeting_id)
        .where(GUEST.c.email.is_not(None), of_secretariat(MEETING.c.body_id, secretariat_id))
    )


async def empty_guests(act: Act, ids: Sequence[int]) -> None:
    await act.db.execute(update(GUEST).where(GUEST.c.id.in_(ids)).values(email=None))


def inputs(secretariat_id: int | None) -> Select[Any]:
    """Returns what representatives shared with their colleagues, and with it what came in: since the minutes of its
    meeting are approved, it was cancelled, or where nobody approves them, those of a later one are."""
    later = MEETING.alias()
    is_later = and_(later.c.body_id == MEETING.c.body_id, later.c.held_on > MEETING.c.held_on)
    approved_later = select(func.min(later.c.minutes_at)).where(is_later, is_approved(later)).scalar_subquery()
    own = case((is_approved(MEETING), MEETING.c.minutes_at))
    since = func.coalesce(own, MEETING.c.cancelled_at, approved_later)
    query = select(INPUT.c.id, since.label("since")).join(MEETING, MEETING.c.id == INPUT.c.meeting_id)
    return query.where(since.is_not(None), of_secretariat(MEETING.c.body_id, secretariat_id))


def is_approved(meeting: Any) -> ColumnElement[bool]:
    return and_(meeting.c.minutes_state == MinutesState.APPROVED, meeting.c.minutes_at.is_not(None))


async def erase_inputs(act: Act, ids: Sequence[int]) -> None:
    await act.db.execute(delete(LocalInputAnswer).where(LocalInputAnswer.local_input_id.in_(ids)))
    await act.db.execute(delete(LocalInput).where(LocalInput.id.in_(ids)))


def imports(secretariat_id: int | None) -> Select[Any]:
    row = table(RegisterImport)
    last = func.coalesce(row.c.undone_at, row.c.carried_out_at, row.c.made_at)
    return select(row.c.id, last.label("since")).where(row.c.secretariat_id == secretariat_id)


def messages(secretariat_id: int | None) -> Select[Any]:
    query = select(DELIVERY.c.id, DELIVERY.c.made_at.label("since")).where(DELIVERY.c.state != DeliveryState.WAITING)
    return query.where(of_secretariat(DELIVERY.c.body_id, secretariat_id))


async def erase_messages(act: Act, ids: Sequence[int]) -> None:
    for each in (LINK, MAIL):
        await act.db.execute(update(each).where(each.c.delivery_id.in_(ids)).values(delivery_id=None))
    await act.db.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(ids)))


def mails(secretariat_id: int | None) -> Select[Any]:
    """Returns what arrived by mail, since it was dealt with; what nobody has dealt with, since it came."""
    since = func.coalesce(MAIL.c.handled_at, MAIL.c.received_at).label("since")
    return select(MAIL.c.id, since).where(of_secretariat(MAIL.c.body_id, secretariat_id))


def typed(secretariat_id: int | None) -> Select[Any]:
    query = select(LINE.c.id, LINE.c.at.label("since")).join(ARGUMENTS, ARGUMENTS.c.line_id == LINE.c.id)
    return query.where(LINE.c.command.not_in(VOUCHING), of_secretariat(LINE.c.body_id, secretariat_id))


def sign_in_links(_secretariat_id: int | None) -> Select[Any]:
    return select(SIGN_IN.c.id, SIGN_IN.c.made_at.label("since"))


def action_links(_secretariat_id: int | None) -> Select[Any]:
    return select(LINK.c.id, LINK.c.expires_at.label("since"))


def dead_addresses(_secretariat_id: int | None) -> Select[Any]:
    """Returns the addresses that mail does not reach and nobody in the register has."""
    has = select(Person.id).where(Person.email == TROUBLE.c.email).exists()
    also = select(ADDRESS.c.id).where(ADDRESS.c.email == TROUBLE.c.email, ADDRESS.c.removed_at.is_(None)).exists()
    return select(TROUBLE.c.email.label("id"), TROUBLE.c.at.label("since")).where(~has, ~also)


async def erase_dead_addresses(act: Act, emails: Sequence[str]) -> None:
    await act.db.execute(delete(MailTrouble).where(MailTrouble.email.in_([fold_address(each) for each in emails])))


def former_addresses(_secretariat_id: int | None) -> Select[Any]:
    query = select(ADDRESS.c.id, ADDRESS.c.removed_at.label("since"))
    return query.where(ADDRESS.c.removed_at.is_not(None))


def erase_rows(model: Any) -> Callable[[Act, Sequence[Any]], Awaitable[None]]:
    """Returns what deletes rows of a table by their ids."""

    async def erase(act: Act, ids: Sequence[Any]) -> None:
        await act.db.execute(delete(model).where(model.id.in_(ids)))

    return erase


# Each is looked for in all of the log, so few at a time.
FORMER_PEOPLE = Store(former_people, erase_people, is_day=True, by_day=True, most=20)
OF_SECRETARIAT: Mapping[K, Kept] = {
    K.ABSENCE: Kept(6, (Store(absences, empty_reasons, is_day=True), Store(logged_absences, empty_lines, is_day=True))),
    K.CREDENTIALS: Kept(
        12,
        (
            Store(declared(returned), empty_credentials),
            Store(declared(ended), empty_credentials, is_day=True),
            Store(addressed(returned), empty_reported_addresses),
            Store(addressed(ended), empty_reported_addresses, is_day=True),
            Store(reports(returned), empty_lines),
            Store(reports(ended), empty_lines, is_day=True),
        ),
    ),
    K.GUEST_ADDRESSES: Kept(12, (Store(guests, empty_guests, is_day=True),)),
    K.IMPORTS: Kept(12, (Store(imports, erase_rows(RegisterImport)),)),
    K.LOCAL_INPUTS: Kept(3, (Store(inputs, erase_inputs),)),
    K.MAIL: Kept(12, (Store(mails, erase_rows(InboundMail)),)),
    K.MESSAGES: Kept(24, (Store(messages, erase_messages),)),
    K.PEOPLE: Kept(24, (FORMER_PEOPLE,)),
    K.TYPED: Kept(60, (Store(typed, empty_lines),)),
}
# The same for all, for it is no council's.
SHARED: Mapping[K, Kept] = {
    K.SIGN_IN_LINKS: Kept(1, (Store(sign_in_links, erase_rows(SignInLink)),)),
    K.ACTION_LINKS: Kept(6, (Store(action_links, erase_rows(ActionLink)),)),
    K.DEAD_ADDRESSES: Kept(12, (Store(dead_addresses, erase_dead_addresses),)),
    K.FORMER_ADDRESSES: Kept(12, (Store(former_addresses, erase_rows(PersonAddress)),)),
    **{kind: OF_SECRETARIAT[kind] for kind in (K.MAIL, K.MESSAGES, K.PEOPLE, K.TYPED)},
}
