"""Who is told of what happens to a consultation."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select, tuple_, union_all

from lisbot.council.consultations.parts import is_silent, label
from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force, not_abolished
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import Standing
from lisbot.council.models import Body, Consultation, ConsultationRequest, Seat, Staff, Term

REPRESENTING = (Standing.VOTING, Standing.NONVOTING)  # the seats whose organisations are asked


def facts_of(consultation: Consultation) -> dict[str, Any]:
    """Returns what each message about a consultation says of it."""
    return {"asker": consultation.asker, "title": consultation.title, "number": label(consultation)}


async def secretariats_of(act: Act, consultation: Consultation) -> set[int]:
    """Returns those who work today at the secretariats of the bodies that are asked."""
    query = (
        select(Staff.person_id)
        .join(Body, Body.secretariat_id == Staff.secretariat_id)
        .where(Body.id.in_([each.body_id for each in consultation.bodies]), in_force(Staff, act.today))
    )
    return set(await act.db.scalars(query))


async def representatives_of(act: Act, requests: Iterable[ConsultationRequest]) -> set[int]:
    """Returns who represents the organisations that these requests went to, in their bodies, today."""
    return set().union(*(await representatives_by(act, requests)).values())


async def representatives_by(
    act: Act, requests: Iterable[ConsultationRequest], kept_out: Select[int] | None = None
) -> dict[tuple[int, int], set[int]]:
    """Returns who represents the organisations that these requests went to today, by body and organisation; nothing
    of those that nobody does. `kept_out`: a query for people who speak for none. At most one statement."""
    asked = sorted({(each.body_id, each.organisation_id) for each in requests})
    if not asked:
        return {}
    query = (
        select(Seat.body_id, Seat.organisation_id, Term.person_id)
        .join(Seat, Seat.id == Term.seat_id)
        .where(
            tuple_(Seat.body_id, Seat.organisation_id).in_(asked),
            Seat.standing.in_(REPRESENTING),
            not_abolished(Seat, act.today),
            Term.rank == 0,
            in_force(Term, act.today),
        )
    )
    if kept_out is not None:
        query = query.where(Term.person_id.not_in(kept_out.correlate(None)))
    found: dict[tuple[int, int], set[int]] = {}
    for body_id, organisation_id, person_id in await act.db.execute(query):
        found.setdefault((body_id, organisation_id), set()).add(person_id)
    return found


async def not_among(
    act: Act, consultation: Consultation, requests: Iterable[ConsultationRequest], people: Collection[int] | None = None
) -> tuple[str, ...]:
    """Returns the organisations, of those that these requests went to, that nobody among some people speaks for today,
    or nobody at all; each with its body where several are asked. The applicant's people speak for none of them. At most
    one statement."""
    requests = list(requests)
    by = await representatives_by(act, requests, of_applicant(act, consultation))
    names = {each.body_id: each.body.name for each in consultation.bodies}
    found = []
    for each in requests:
        speak = by.get((each.body_id, each.organisation_id), set())
        if not (speak if people is None else speak & set(people)):
            own = each.organisation_name
            found.append(f"{own} ({names[each.body_id]})" if len(names) > 1 else own)
    return tuple(found)


async def applicants_people(act: Act, consultation: Consultation) -> set[int]:
    """Returns who has a seat of the applicant's today, in whatever body: they are out of the whole of it."""
    query = of_applicant(act, consultation)
    return set() if query is None else set(await act.db.scalars(query))


def of_applicant(act: Act, consultation: Consultation) -> Select[int] | None:
    """Returns the query for who has a seat of the applicant's today, in whatever body; None where there is none."""
    if consultation.applicant_id is None:
        return None
    return (
        select(Term.person_id)
        .join(Seat, Seat.id == Term.seat_id)
        .where(
            Seat.organisation_id == consultation.applicant_id,
            not_abolished(Seat, act.today),
            in_force(Term, act.today),
        )
    )


async def members_of(act: Act, consultation: Consultation) -> set[int]:
    """Returns who represents an organisation in a body that is asked, but for the applicant's people."""
    heard = [each for each in consultation.requests if not each.is_recused]
    return await representatives_of(act, heard) - await applicants_people(act, consultation)


async def recused_people(act: Act, consultation: Consultation) -> set[int]:
    """Returns who would be asked, for whichever organisation, were they not the applicant's people."""
    return await representatives_of(act, consultation.requests) & await applicants_people(act, consultation)


async def silent_people(act: Act, consultation: Consultation) -> set[int]:
    """Returns who represents an organisation that has stated nothing yet, but for the applicant's people."""
    silent = [each for each in consultation.requests if is_silent(each)]
    return await representatives_of(act, silent) - await applicants_people(act, consultation)


async def bodies_for(act: Act, consultation: Consultation, people: Iterable[int]) -> Mapping[int, int]:
    """Returns the body that is asked in which each represents somebody, or whose secretariat they work at: the first of
    several, and of all for whoever has none."""
    bodies, wanted = [each.body_id for each in consultation.bodies], set(people)
    sits = (
        select(Term.person_id, Seat.body_id)
        .join(Seat, Seat.id == Term.seat_id)
        .where(Seat.body_id.in_(bodies), Term.person_id.in_(wanted), Term.rank == 0, in_force(Term, act.today))
    )
    works = (
        select(Staff.person_id, Body.id)
        .join(Body, Body.secretariat_id == Staff.secretariat_id)
        .where(Body.id.in_(bodies), Staff.person_id.in_(wanted), in_force(Staff, act.today))
    )
    found: dict[int, set[int]] = {}
    for person_id, body_id in await act.db.execute(union_all(sits, works)):
        found.setdefault(person_id, set()).add(body_id)
    return {each: min(found.get(each, bodies), key=bodies.index) for each in wanted}


async def tell(act: Act, consultation: Consultation, kind: str, people: Iterable[int], **facts: Any) -> None:
    """Tell people of a consultation, each as a matter of their own council's, with what they may see of it."""
    of_bodies: dict[int, list[int]] = {}
    for person_id, body_id in (await bodies_for(act, consultation, people)).items():
        of_bodies.setdefault(body_id, []).append(person_id)
    for body_id, some in sorted(of_bodies.items()):
        await notify(
            act,
            kind,
            people=some,
            command="consultation.show",
            args={"consultation_id": consultation.id},
            body_id=body_id,
            **facts_of(consultation),
            **facts,
        )
