"""What the secretariat begins and ends of a consultation: registers and plans it, asks its councils, withdraws it."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from lisbot.council.consultations.cases import (
    case_choices,
    get_offered_case,
    is_of_confidential,
    newest_texts,
    require_open_title,
)
from lisbot.council.consultations.consultations import view_again
from lisbot.council.consultations.deadlines import plan_days, set_days
from lisbot.council.consultations.forms import about
from lisbot.council.consultations.parts import WHOLE, Part, get_consultation_for, label, note
from lisbot.council.consultations.questions import default_questions
from lisbot.council.consultations.states import COLLECTING, CONSULTATION
from lisbot.council.consultations.telling import (
    REPRESENTING,
    members_of,
    not_among,
    recused_people,
    representatives_of,
    tell,
)
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.core.access import P, bodies_where, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import (
    CaseId,
    ConsultationId,
    Day,
    Email,
    Ids,
    Line,
    Links,
    Name,
    OrganisationId,
    PartyId,
    Prefill,
    Prose,
    SecretariatId,
)
from lisbot.council.core.periods import in_force, is_closed, not_abolished
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.delivery.reach import read_reach
from lisbot.council.enums import ConsultationState as S
from lisbot.council.enums import OrgKind, Standing
from lisbot.council.models import (
    Body,
    Consultation,
    ConsultationBody,
    ConsultationRequest,
    Organisation,
    OutsideParty,
    Seat,
    Secretariat,
    Staff,
    Term,
)
from lisbot.council.register.outside_parties import get_or_add_party
from lisbot.council.register.secretariats import get_own_secretariat, own_regions, own_secretariats
from lisbot.texts import format_list, sort_key

Choices = list[tuple[object, Any]]
APPLICANTS = (OrgKind.HOSPITAL, OrgKind.RHF, OrgKind.OTHER)


async def register_prefill(act: Act, *, case_id: CaseId | None = None) -> Prefill:
    choices: dict[str, Choices] = {
        "party_id": await party_choices(act),
        "applicant_id": await applicant_choices(act),
        "body_ids": await body_choices(act),
        "secretariat_id": await own_secretariats(act),
    }
    regions = await own_regions(act)
    values: dict[str, Any] = {"region": regions[0] if len(regions) == 1 else "", "arrived_on": act.today}
    if case_id is None:
        choices["case_id"] = await case_choices(act)
        return Prefill(values=values, choices=choices, optional={"case_id"})
    case, body = await get_offered_case(act, case_id, secretariats_of(act.by))
    if choices["secretariat_id"]:
        values["secretariat_id"] = body.secretariat_id
    return Prefill(about=f"{case.label} {case.title}", values=values | await newest_texts(act, case), choices=choices)


async def party_choices(act: Act) -> Choices:
    own = select(Body.secretariat_id).where(Body.id.in_(bodies_where(act.by, P.RECORD)))
    parties = await act.db.scalars(select(OutsideParty).where(OutsideParty.secretariat_id.in_(own)))
    collate = sort_key(act.by.lang)
    open_ones = [each for each in parties if not is_closed(each, act.today)]
    return [(each.id, each.name) for each in sorted(open_ones, key=lambda each: collate(each.name))]


async def applicant_choices(act: Act, chosen: int | None = None) -> Choices:
    """Returns the organisations that have a seat in a body of the secretariat's and may apply for something, beside
    the one that is chosen already: those that employ or train, and no union, authority or secretariat.

    Source: spesialistforskriften § 20: what is applied for is approval as utdanningsvirksomhet.
    """
    seated = select(Seat.organisation_id).where(Seat.body_id.in_(bodies_where(act.by, P.RECORD)))
    may_apply = and_(Organisation.id.in_(seated), Organisation.kind.in_(APPLICANTS))
    rows = await act.db.scalars(select(Organisation).where(or_(may_apply, Organisation.id == chosen)))
    collate = sort_key(act.by.lang)
    return [(each.id, each.name) for each in sorted(rows, key=lambda each: collate(each.name))]


async def body_choices(act: Act) -> Choices:
    collate = sort_key(act.by.lang)
    rows = await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.RECORD))))
    open_ones = [each for each in rows if not is_closed(each, act.today)]
    return [(each.id, each.name) for each in sorted(open_ones, key=lambda each: collate(each.name))]


async def register(
    act: Act,
    *,
    title: Line,
    answer_by: Day,
    party_id: PartyId | None = None,
    new_party: Name = "",
    party_email: Email = "",
    arrived_on: Day | None = None,
    reference: Line = "",
    background: Prose = "",
    links: Links = "",
    specialty: Line = "",
    region: Line = "",
    body_ids: Ids | None = None,
    applicant_id: OrganisationId | None = None,
    secretariat_id: SecretariatId | None = None,
    case_id: CaseId | None = None,
) -> ConsultationView:
    """Register a consultation: what an authority asks your councils, or what you ask them yourself, about a case or
    about something else. The councils are found by specialty and region where you name none, and the days inside it
    are computed back from the day the reply is due. Nobody is asked yet.

    Returns ConsultationView. Raises Invalid where no council is found, and where the title of a confidential case would
    be read in another council.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    require_coming_day(act, answer_by)
    party = await get_asker(act, secretariat.id, party_id, new_party, party_email)
    bodies = await get_bodies_for(act, secretariat.id, body_ids, specialty, region)
    await require_applicant(act, applicant_id)
    if case_id is not None:
        await get_offered_case(act, case_id, {secretariat.id})
    await require_open_title(act, case_id, title, [body.id for body in bodies])
    arrived = arrived_on or act.today
    if arrived > act.today:
        raise Invalid("consultation_not_arrived", field="arrived_on", day=arrived)
    consultation = Consultation(
        secretariat_id=secretariat.id,
        year=act.today.year,
        number=await next_number(act, secretariat.id),
        party_id=party.id if party else None,
        case_id=case_id,
        asker=party.name if party else secretariat.name,
        reference=reference,
        title=title,
        background=background,
        links=links,
        specialty=specialty,
        region=region,
        applicant_id=applicant_id,
        questions=default_questions(bodies[0].lang),
        registered_at=act.at,
        registered_by=act.by.name,
        arrived_on=arrived,
        answer_by=answer_by,
        bodies=[ConsultationBody(body_id=body.id) for body in bodies],
    )
    set_days(consultation, plan_days(act.today, answer_by))
    act.db.add(consultation)
    await act.db.flush()
    kept = await read_again(act, consultation.id)
    note(act, kept)
    act.did(number=label(kept))
    return await view_again(act, kept)


async def read_again(act: Act, consultation_id: int) -> Consultation:
    query = select(Consultation).where(Consultation.id == consultation_id).options(*WHOLE)
    found: Consultation = (await act.db.scalars(query.execution_options(populate_existing=True))).one()
    return found


def require_coming_day(act: Act, answer_by: date) -> None:
    if answer_by <= act.today:
        raise Invalid("answer_by_is_past", field="answer_by")


async def get_asker(
    act: Act, secretariat_id: int, party_id: int | None, new_party: str, party_email: str
) -> OutsideParty | None:
    """Returns who asks from outside: the party of a name that was written, which comes in where it is not kept, or
    else whoever was chosen; None where the secretariat asks itself.

    Raises Invalid where one was written and another chosen.
    """
    chosen = await get_offered_party(act, party_id)
    if not new_party:
        return chosen
    party, _ = await get_or_add_party(act, secretariat_id, new_party, party_email)
    if chosen is not None and chosen is not party:
        raise Invalid("asker_written_and_chosen", field="new_party", asker=party.name, chosen=chosen.name)
    return party


async def get_offered_party(act: Act, party_id: int | None) -> OutsideParty | None:
    """Returns who asks from outside. Raises NotFound for one that the member's secretariat does not keep."""
    if party_id is None:
        return None
    offered = {each for each, _ in await party_choices(act)}
    if party_id not in offered:
        raise NotFound
    return await act.db.get_one(OutsideParty, party_id)


async def require_applicant(act: Act, applicant_id: int | None) -> None:
    if applicant_id is not None and applicant_id not in {each for each, _ in await applicant_choices(act)}:
        raise NotFound


async def get_bodies_for(
    act: Act, secretariat_id: int, body_ids: Collection[int] | None, specialty: str, region: str
) -> list[Body]:
    """Returns the bodies that are asked: those that are named, or else those of the specialty and the region.

    Raises NotFound for another secretariat's, Invalid where there is none.
    """
    own = bodies_where(act.by, P.RECORD)
    rows = await act.db.scalars(
        select(Body).where(Body.id.in_(own), Body.secretariat_id == secretariat_id).order_by(Body.name, Body.id)
    )
    bodies = [each for each in rows if not is_closed(each, act.today)]
    if body_ids:
        if not set(body_ids) <= {each.id for each in bodies}:
            raise NotFound
        return [each for each in bodies if each.id in set(body_ids)]
    if not specialty:
        raise Invalid("consultation_bodies_needed", field="body_ids")
    query = select(Seat.body_id, Seat.specialty).where(
        Seat.body_id.in_([each.id for each in bodies]), not_abolished(Seat, act.today)
    )
    of_seats: dict[int, set[str]] = {}
    for row in await act.db.execute(query):
        of_seats.setdefault(row.body_id, set()).add(row.specialty.casefold())
    found = [
        each
        for each in bodies
        if (not region or each.region.casefold() == region.casefold())
        and (names(each.name, specialty) or specialty.casefold() in of_seats.get(each.id, ()))
    ]
    if not found:
        raise Invalid("consultation_no_body_found", field="specialty", specialty=specialty)
    return found


def names(name: str, specialty: str) -> bool:
    """Returns whether a body's name has a specialty's in it, from the beginning of a word."""
    return re.search(rf"\b{re.escape(specialty.casefold())}", name.casefold()) is not None


async def next_number(act: Act, secretariat_id: int) -> int:
    """Returns the next number of a secretariat's consultations this year; one at a time takes one."""
    await act.db.execute(select(Secretariat.id).where(Secretariat.id == secretariat_id).with_for_update())
    query = select(func.max(Consultation.number)).where(
        Consultation.secretariat_id == secretariat_id, Consultation.year == act.today.year
    )
    return (await act.db.scalar(query) or 0) + 1


async def ask_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.ask", consultation)
    return Prefill(about=about(consultation))


async def ask(act: Act, *, consultation_id: ConsultationId) -> ConsultationView:
    """Ask each organisation in the councils for its statement. Its representatives are told by when; the applicant's
    own are told that they are recused. Asks first whom.

    Returns ConsultationView. Raises Conflict where nobody is there to be asked.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.ask", consultation)
    if consultation.answer_by < act.today:
        raise Conflict("consultation_overdue", day=consultation.answer_by)
    query = (
        select(Seat)
        .where(
            Seat.body_id.in_([each.body_id for each in consultation.bodies]),
            Seat.standing.in_(REPRESENTING),
            not_abolished(Seat, act.today),
        )
        .options(selectinload(Seat.organisation))
        .order_by(Seat.body_id, Seat.position, Seat.id)
    )
    asked: dict[tuple[int, int], ConsultationRequest] = {}
    seats = list(await act.db.scalars(query))
    unheard = await read_unheard(act, seats)
    for seat in seats:
        if (seat.body_id, seat.organisation_id) in unheard:
            continue
        asked.setdefault(
            (seat.body_id, seat.organisation_id),
            ConsultationRequest(
                consultation_id=consultation.id,
                body_id=seat.body_id,
                organisation_id=seat.organisation_id,
                organisation_name=seat.organisation.name,
                is_recused=seat.organisation_id == consultation.applicant_id,
            ),
        )
    if all(each.is_recused for each in asked.values()):
        raise Conflict("consultation_nobody_to_ask")
    act.db.add_all(asked.values())
    consultation.state, consultation.asked_at = S.ASKED, act.at
    if consultation.statements_by < act.today:
        set_days(consultation, plan_days(act.today, consultation.answer_by))
    await act.db.flush()
    kept = await read_again(act, consultation.id)
    recused = await recused_people(act, kept)
    heard = [each for each in kept.requests if not each.is_recused]
    absent = await not_among(act, kept, heard)
    act.ask_first("consultation_asks", until_on=kept.statements_by, count=len(heard) - len(absent))
    if absent:
        act.ask_first("consultation_unrepresented", names=format_list(act.by.lang, absent))
    if await is_of_confidential(act, kept):
        act.ask_first("consultation_case_is_confidential")
    if recused and kept.applicant is not None:
        act.ask_first("consultation_recuses", organisation=kept.applicant.name)
    await tell(act, kept, "consultation_asked", await members_of(act, kept), until_on=kept.statements_by)
    reached = (await read_reach(act, act.trace.told)).reached
    missed = await not_among(act, kept, heard, reached)
    await tell(act, kept, "consultation_recused", recused)
    done = "done" if not missed else "done_in_part" if reached else "done_nobody"
    act.did(done, number=label(kept), names=format_list(act.by.lang, missed))
    return await view_again(act, kept)


async def read_unheard(act: Act, seats: Iterable[Seat]) -> set[tuple[int, int]]:
    """Returns the bodies and organisations of those seats for which nobody is asked: a secretariat that sits in its own
    body without a vote makes the questions and writes the reply, and states nothing to itself. It is asked where
    somebody votes for it, or where somebody sits for it who works at another. At most one statement."""
    own = [each for each in seats if each.organisation.kind is OrgKind.SECRETARIAT]
    if not own:
        return set()
    works = select(Staff.person_id).where(
        Staff.person_id == Term.person_id, Staff.secretariat_id == Body.secretariat_id, in_force(Staff, act.today)
    )
    query = (
        select(Seat.body_id, Seat.organisation_id)
        .join(Term, Term.seat_id == Seat.id)
        .join(Body, Body.id == Seat.body_id)
        .where(
            Seat.id.in_([each.id for each in own]),
            in_force(Term, act.today),
            or_(Seat.standing == Standing.VOTING, ~works.exists()),
        )
    )
    heard = {(row.body_id, row.organisation_id) for row in await act.db.execute(query)}
    return {(each.body_id, each.organisation_id) for each in own} - heard


async def withdraw_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    return Prefill(about=about(await get_consultation_for(act, consultation_id, Part.SECRETARIAT)))


async def withdraw(act: Act, *, consultation_id: ConsultationId, reason: Prose) -> ConsultationView:
    """End a consultation without a reply: its asker has taken it back, or it was registered by mistake. Those who were
    asked are told, and what they stated is kept.

    Returns ConsultationView.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.withdraw", consultation)
    was_asked = consultation.state in COLLECTING
    consultation.state, consultation.ended_at, consultation.end_reason = S.WITHDRAWN, act.at, reason
    mark_stale(act, f"consultation:{consultation.id}")
    act.ask_first("consultation_withdraws", number=label(consultation))
    if was_asked:
        everybody = await representatives_of(act, consultation.requests)
        await tell(act, consultation, "consultation_withdrawn", everybody, reason=reason)
    act.did(number=label(consultation))
    return await view_again(act, consultation)
