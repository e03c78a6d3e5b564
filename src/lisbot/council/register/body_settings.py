"""What a body is, as its secretariat keeps it: its kind, mandate, rules and usual meetings, and its seats."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

from sqlalchemy import func, select

from lisbot.council.addresses import fold_name
from lisbot.council.core.context import Act, Hold, Role
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, Day, Hour, Id, Line, Link, Name, Prefill, Prose, RuleDays, Whole
from lisbot.council.core.periods import not_closed, not_over
from lisbot.council.core.schemas import Limits
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Authority, Lang, Majority, Quorum, TieRule
from lisbot.council.models import Body, BodyTemplate, Meeting, Seat, Term, Vote
from lisbot.council.register.bodies import body_ref, body_rules, get_body_for
from lisbot.council.register.endings import notify_ended
from lisbot.council.register.keys import new_key
from lisbot.council.register.seats import seats_on
from lisbot.council.register.secretariats import get_own_secretariat, own_secretariats
from lisbot.council.register.sending_back import send_back_of_abolished
from lisbot.council.register.views.bodies import BodySettingsView, SeatSettings
from lisbot.council.register.views.seats import SeatOnDay
from lisbot.texts import counted

DAY = timedelta(days=1)
COMMANDS = ("body.edit", "body.set_mandate", "body.set_rules", "seat.create", "body_template.save", "body.close")
SEAT_COMMANDS = ("term.begin", "seat.edit", "seat.abolish")
DECIDING = ("quorum", "majority", "tie_rule", "secret_minimum")  # rules by which a question is settled
ENUMS: dict[str, Any] = {"quorum": Quorum, "majority": Majority, "tie_rule": TieRule}
SecretMinimum = Annotated[Whole, Limits(ge=2, le=1_000)]
AYear = Annotated[Whole, Limits(ge=1, le=366)]


async def create_prefill(act: Act) -> Prefill:
    """Returns what a new body's form starts from: the secretariat's region, its language, its templates."""
    secretariats = await own_secretariats(act)
    first = await get_own_secretariat(act, int(str(secretariats[0][0])) if secretariats else None)
    rows = await act.db.execute(
        select(BodyTemplate.id, BodyTemplate.name)
        .where(BodyTemplate.secretariat_id == first.id)
        .order_by(BodyTemplate.name)
    )
    return Prefill(
        about=first.name,
        values={"region": first.region, "authority": Authority.ADVISORY, "language": Lang.NB},
        choices={"secretariat_id": secretariats, "template_id": [(row.id, row.name) for row in rows]},
        required=("secretariat_id",) if secretariats else (),
    )


async def create(
    act: Act,
    *,
    name: Name,
    kind: Line = "",
    region: Line = "",
    authority: Authority = Authority.ADVISORY,
    language: Lang = Lang.NB,
    template_id: Id | None = None,
    secretariat_id: Id | None = None,
) -> BodySettingsView:
    """Set up a new council, or another group that meets. Its rules are "not set" until somebody sets them, or a
    template's.

    Returns BodySettingsView. Raises Conflict where the secretariat has one of that name.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    await require_new_body_name(act, secretariat.id, name)
    body = Body(
        key=await new_key(act, Body, name),
        secretariat_id=secretariat.id,
        secretariat=secretariat,
        name=name,
        kind=kind,
        region=region or secretariat.region,
        authority=authority,
        lang=language.value,
        standing_items=[],
    )
    act.db.add(body)
    if template_id is not None:
        template = await act.db.get(BodyTemplate, template_id)
        if template is None or template.secretariat_id != secretariat.id:
            raise Invalid("not_offered_any_more", field="template_id")
        take_rules(body, template)
    await act.db.flush()
    act.by = replace(act.by, holds=(*act.by.holds, Hold(Role.SECRETARY, body.id)))
    act.did(body=name)
    return await body_settings(act, body)


async def require_new_body_name(act: Act, secretariat_id: int, name: str, *, own: int | None = None) -> None:
    """Raises Conflict where the secretariat has another body of this name that is not closed."""
    rows = await act.db.execute(
        select(Body.id, Body.name).where(Body.secretariat_id == secretariat_id, not_closed(Body, act.today))
    )
    if any(fold_name(row.name) == fold_name(name) and row.id != own for row in rows):
        raise Conflict("body_exists", field="name", name=name)


def take_rules(body: Body, template: BodyTemplate) -> None:
    """Give a body the rules of a template as they are now."""
    for column, value in template.rules.items():
        setattr(body, column, ENUMS[column](value) if column in ENUMS and value else value)
    body.template_id, body.template_version = template.id, template.version


async def show_settings(act: Act, *, body_id: BodyId) -> BodySettingsView:
    """See what a council is, its mandate, rules and seats, with what may be changed. Returns BodySettingsView."""
    return await body_settings(act, await get_body_for(act, body_id))


async def body_settings(act: Act, body: Body) -> BodySettingsView:
    act.concerns(f"body:{body.id}")
    template = await act.db.get(BodyTemplate, body.template_id) if body.template_id else None
    is_newer = template is not None and template.version != body.template_version
    commands = [*COMMANDS, *(("body_template.take_over",) if is_newer else ())]
    is_open = body.closed_on is None
    on_day = {seat.id: seat for seat in await seats_on(act, body.id, act.today)}
    seats = await act.db.scalars(select(Seat).where(Seat.body_id == body.id).order_by(Seat.position, Seat.id))
    return BodySettingsView(
        body=body_ref(act, body),
        secretariat=body.secretariat.name,
        kind=body.kind,
        lang=Lang(body.lang),
        rules=body_rules(body),
        mandate_text=body.mandate_text or "",
        legal_basis=body.legal_basis or "",
        place=body.place or "",
        link=body.link or "",
        hours=(body.hour_from, body.hour_to),
        closed_on=body.closed_on,
        template=template.name if template else "",
        is_template_newer=is_newer,
        seats=tuple(seat_settings(act, seat, on_day[seat.id]) for seat in seats if seat.id in on_day),
        actions=tuple(
            AllowedAction(name, {"body_id": body.id}) for name in commands if is_open and act.allows(name, body.id)
        ),
    )


def seat_settings(act: Act, seat: Seat, on_day: SeatOnDay) -> SeatSettings:
    is_open = seat.abolished_on is None
    return SeatSettings(
        id=seat.id,
        role=seat.role,
        organisation=on_day.organisation,
        standing=seat.standing,
        chairs=seat.chairs,
        specialty=seat.specialty,
        credentials=tuple(seat.credentials),
        holder=on_day.holder.name if on_day.holder else "",
        holder_id=on_day.holder.id if on_day.holder else None,
        deputies=tuple(deputy.name for deputy in on_day.deputies),
        abolished_on=seat.abolished_on,
        actions=tuple(
            AllowedAction(name, {"seat_id": seat.id})
            for name in SEAT_COMMANDS
            if is_open and act.allows(name, seat.body_id)
        ),
    )


def require_open(body: Body) -> None:
    """Raises Conflict for a body that is closed, or will be."""
    if body.closed_on is not None:
        raise Conflict("body_closed", name=body.name, day=body.closed_on)


async def edit_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    values = {name: getattr(body, name) or "" for name in ("name", "kind", "region", "escalates_to", "place", "link")}
    return Prefill(
        about=body.name,
        values={**values, "authority": body.authority, "language": Lang(body.lang)},
        is_saved=True,
    )


async def edit(
    act: Act,
    *,
    body_id: BodyId,
    name: Name | None = None,
    kind: Line | None = None,
    region: Line | None = None,
    authority: Authority | None = None,
    language: Lang | None = None,
    escalates_to: Line | None = None,
    place: Line | None = None,
    link: Link | None = None,
) -> BodySettingsView:
    """Change what a council is called and is, in which language it works, where its cases go and where it usually
    meets. What is not given stays.

    Returns BodySettingsView. Asks first what it does to what is under way.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    if name == "":
        raise Invalid("name_needed", field="name")
    if name is not None and name != body.name:
        await require_new_body_name(act, body.secretariat_id, name, own=body.id)
    if authority is not None and authority is not body.authority:
        await ask_about_votes(act, body)
        await ask_about_meetings(act, body)
    given = {
        "name": name,
        "kind": kind,
        "region": region,
        "authority": authority,
        "lang": language.value if language else None,
        "escalates_to": escalates_to,
        "place": place,
        "link": link,
    }
    change(act, body, {column: value for column, value in given.items() if value is not None})
    return await body_settings(act, body)


def change(act: Act, body: Body, given: dict[str, Any]) -> None:
    """Set columns of a body, and keep what they were with the log's line. "" is "not set" where a column may be."""
    former = {}
    for column, value in given.items():
        now = getattr(body, column)
        is_optional = Body.__table__.columns[column].nullable
        new = None if value == "" and is_optional else value
        if new != now:
            former[column] = str(now) if now is not None else None
            setattr(body, column, new)
    act.trace.evidence |= {"former": former}


async def ask_about_votes(act: Act, body: Body) -> None:
    """Say first that questions which are open are settled by the rules they were opened with."""
    count = await act.db.scalar(
        select(func.count()).select_from(Vote).where(Vote.body_id == body.id, Vote.closed_at.is_(None))
    )
    if count:
        act.ask_first("votes_keep_rules", count=count)


async def ask_about_meetings(act: Act, body: Body) -> None:
    """Say first that meetings which are called or announced keep the dates that follow from the rules until now."""
    count = await act.db.scalar(
        select(func.count())
        .select_from(Meeting)
        .where(
            Meeting.body_id == body.id,
            Meeting.cancelled_at.is_(None),
            Meeting.ends_on >= act.today,
        )
    )
    if count:
        act.ask_first("meetings_keep_dates", count=count)


async def set_mandate_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    names = ("mandate_by", "mandate_on", "legal_basis", "mandate_text")
    return Prefill(about=body.name, values={name: getattr(body, name) for name in names}, is_saved=True)


async def set_mandate(
    act: Act,
    *,
    body_id: BodyId,
    mandate_by: Line = "",
    mandate_on: Day | None = None,
    legal_basis: Line = "",
    mandate_text: Prose = "",
) -> BodySettingsView:
    """Write down a council's mandate: its text, who adopted it and when, and the law or assignment it rests on. What
    is left empty is "not set".

    Returns BodySettingsView.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    given = {"mandate_by": mandate_by, "legal_basis": legal_basis, "mandate_text": mandate_text}
    change(act, body, {**given, "mandate_on": mandate_on})
    return await body_settings(act, body)


async def set_rules_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    names = ("meetings_per_year", "call_days", "deadline_days", "notice_days", "minutes_days", *DECIDING)
    values = {name: getattr(body, name) for name in names}
    return Prefill(about=body.name, values={**values, "starts": body.hour_from, "ends": body.hour_to}, is_saved=True)


async def set_rules(
    act: Act,
    *,
    body_id: BodyId,
    meetings_per_year: AYear | None = None,
    call_days: RuleDays | None = None,
    deadline_days: RuleDays | None = None,
    notice_days: RuleDays | None = None,
    minutes_days: RuleDays | None = None,
    quorum: Quorum | None = None,
    majority: Majority | None = None,
    tie_rule: TieRule | None = None,
    secret_minimum: SecretMinimum | None = None,
    starts: Hour | None = None,
    ends: Hour | None = None,
) -> BodySettingsView:
    """Set a council's rules, its lead times and its usual hours, all of them: what is left empty is "not set".

    Returns BodySettingsView. Raises Invalid where the call would open after its deadline, or hours are none.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    if call_days is not None and deadline_days is not None and call_days < deadline_days:
        raise Invalid("call_after_deadline", field="call_days", call_days=call_days, deadline_days=deadline_days)
    if starts is not None and ends is not None and ends <= starts:
        raise Invalid("usual_hours", field="ends")
    given: dict[str, Any] = {
        "meetings_per_year": meetings_per_year,
        "call_days": call_days,
        "deadline_days": deadline_days,
        "notice_days": notice_days,
        "minutes_days": minutes_days,
        "quorum": quorum,
        "majority": majority,
        "tie_rule": tie_rule,
        "secret_minimum": secret_minimum,
        "hour_from": starts,
        "hour_to": ends,
    }
    changed = {column for column, value in given.items() if getattr(body, column) != value}
    if changed & set(DECIDING):
        await ask_about_votes(act, body)
    if changed & {"call_days", "deadline_days", "notice_days", "minutes_days"}:
        await ask_about_meetings(act, body)
    change(act, body, given)
    return await body_settings(act, body)


async def close_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    return Prefill(about=(await get_body_for(act, body_id)).name)


async def close(act: Act, *, body_id: BodyId, from_on: Day) -> BodySettingsView:
    """Close a council down from a day on: its seats are abolished and their terms end the day before. What was written
    stays.

    Returns BodySettingsView. Raises Conflict where it is closed, or has meetings from that day on.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    meetings = await act.db.scalar(
        select(func.count())
        .select_from(Meeting)
        .where(Meeting.body_id == body.id, Meeting.cancelled_at.is_(None), Meeting.ends_on >= from_on)
    )
    if meetings:
        raise Conflict("body_has_meetings", field="from_on", count=meetings, day=from_on)
    if from_on < act.today:
        act.ask_first("change_is_past", day=from_on)
    seats = list(await act.db.scalars(select(Seat).where(Seat.body_id == body.id, Seat.abolished_on.is_(None))))
    ended = await end_seats(act, seats, from_on)
    act.ask_first("body_closes", name=body.name, day=from_on)
    if (what := counted({"seat": len(seats), "term": ended})) is not None:
        act.ask_first("body_takes_along", what=what)
    body.closed_on = from_on
    await act.db.flush()
    return await body_settings(act, body)


async def end_seats(act: Act, seats: Iterable[Seat], from_on: date) -> int:
    """Abolish seats from a day on, and end their terms the day before, telling whose they are. Changes that were to
    take effect later are sent back. Returns how many terms end.

    Raises Conflict where a term begins on that day or later.
    """
    ids = {seat.id: seat for seat in seats}
    terms = await act.db.scalars(select(Term).where(Term.seat_id.in_(ids), not_over(Term, from_on)))
    ending = list(terms)
    later = [term for term in ending if term.from_on >= from_on]
    given = [term for term in later if term.rank or ids[term.seat_id].derived_from is None]
    if given:
        raise Conflict("seat_begins_later", field="from_on", day=min(term.from_on for term in given))
    for term in later:  # of a derived seat: nobody gave it to them
        term.changed_at = act.at
    await act.db.flush()
    for term in later:
        ending.remove(term)
        await act.db.delete(term)
    for term in ending:
        term.to_on, term.ended_at, term.changed_at = from_on - DAY, act.at, act.at
    for seat in ids.values():
        seat.abolished_on = from_on
    await act.db.flush()
    await send_back_of_abolished(act, ids, from_on)
    await notify_ended(act, ending)
    return len(ending)
