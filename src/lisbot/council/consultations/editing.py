"""What the secretariat changes of a consultation: its words and days, whom it asks, and what it is about."""

from collections.abc import Collection

from sqlalchemy import delete

from lisbot.council.consultations.cases import case_choices, get_offered_case, require_open_title
from lisbot.council.consultations.consultations import next_step, view_again
from lisbot.council.consultations.deadlines import STEPS, days_of, moved_days, require_order, set_days
from lisbot.council.consultations.parts import Part, get_consultation_for, label
from lisbot.council.consultations.registering import (
    Choices,
    applicant_choices,
    body_choices,
    get_asker,
    get_bodies_for,
    party_choices,
    read_again,
    require_applicant,
    require_coming_day,
)
from lisbot.council.consultations.states import CONSULTATION
from lisbot.council.consultations.telling import members_of, recused_people, tell
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.core.access import P, may, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import (
    CaseIdIfAny,
    ConsultationId,
    Day,
    Email,
    Ids,
    Line,
    Links,
    Name,
    OrganisationIdIfAny,
    PartyIdIfAny,
    Prefill,
    Prose,
)
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Case, Consultation, ConsultationBody, Secretariat


async def edit_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.edit", consultation)
    choices: dict[str, Choices] = {"applicant_id": await applicant_choices(act, consultation.applicant_id)}
    choices["party_id"] = await party_choices(act)
    if consultation.party_id is not None and consultation.party_id not in {each for each, _ in choices["party_id"]}:
        choices["party_id"].append((consultation.party_id, consultation.asker))  # nothing goes there any more
    if consultation.state is S.PREPARED:
        choices["body_ids"] = await body_choices(act)
    else:
        choices["body_ids"] = []
    choices["case_id"] = await case_choices(act, consultation.case_id)
    if consultation.case_id is not None and consultation.case_id not in {each for each, _ in choices["case_id"]}:
        choices["case_id"] = []  # another secretariat's, which this one may not know of
    return Prefill(
        about=f"{label(consultation)} {consultation.title}",
        values={
            "title": consultation.title,
            "reference": consultation.reference,
            "background": consultation.background,
            "links": consultation.links,
            "applicant_id": consultation.applicant_id,
            "party_id": consultation.party_id,
            "case_id": consultation.case_id if choices["case_id"] else None,
            "body_ids": [each.body_id for each in consultation.bodies] if choices["body_ids"] else None,
            "answer_by": consultation.answer_by,
            **days_of(consultation),
        },
        choices=choices,
        required={"body_ids"} if choices["body_ids"] else (),
        is_saved=True,
    )


async def edit(
    act: Act,
    *,
    consultation_id: ConsultationId,
    title: Line,
    answer_by: Day,
    party_id: PartyIdIfAny | None = None,
    new_party: Name = "",
    party_email: Email = "",
    reference: Line = "",
    background: Prose = "",
    links: Links = "",
    applicant_id: OrganisationIdIfAny | None = None,
    body_ids: Ids | None = None,
    ask_by: Day | None = None,
    statements_by: Day | None = None,
    draft_by: Day | None = None,
    comments_by: Day | None = None,
    adopt_by: Day | None = None,
    send_by: Day | None = None,
    case_id: CaseIdIfAny | None = None,
) -> ConsultationView:
    """Change a consultation: its words, its days, who the applicant is, which case it is about, and before anybody is
    asked also which councils are. Where the reply is due on another day, the days that you do not change yourself are
    computed anew. Another applicant is told to those who are recused or asked from then on.

    Returns ConsultationView.
    """
    given = {step: value for step, value in locals().items() if step in STEPS}
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.edit", consultation)
    if answer_by != consultation.answer_by:
        require_coming_day(act, answer_by)
    former = consultation.statements_by
    days = moved_days(consultation, given, act.today, answer_by, next_step(consultation, act.today))
    require_order(days, answer_by)
    were_asked, were_recused = await members_of(act, consultation), await recused_people(act, consultation)
    if applicant_id is not None and (applicant_id or None) != consultation.applicant_id:
        await change_applicant(act, consultation, applicant_id or None)
    if new_party or (party_id is not None and (party_id or None) != consultation.party_id):
        await change_asker(act, consultation, party_id or None, new_party, party_email)
    if body_ids and consultation.state is S.PREPARED:
        await change_bodies(act, consultation, body_ids)
    if case_id is not None and (case_id or None) != consultation.case_id:
        await change_case(act, consultation, case_id or None)
    consultation.title, consultation.reference = title, reference
    consultation.background, consultation.links = background, links
    consultation.answer_by = answer_by
    set_days(consultation, days)
    await act.db.flush()
    changed = await read_again(act, consultation.id)
    await require_open_title(act, changed.case_id, title, [each.body_id for each in changed.bodies])
    mark_stale(act, f"consultation:{changed.id}")
    are_asked, are_recused = await members_of(act, changed), await recused_people(act, changed)
    until_on = changed.statements_by
    if changed.state is S.ASKED and until_on != former:
        await tell(act, changed, "consultation_moved", are_asked & were_asked, until_on=until_on)
    await tell(act, changed, "consultation_asked", are_asked - were_asked, until_on=max(until_on, act.today))
    await tell(act, changed, "consultation_recused", are_recused - were_recused)
    act.did(number=label(changed))
    return await view_again(act, changed)


async def change_asker(
    act: Act, consultation: Consultation, party_id: int | None, new_party: str, party_email: str
) -> None:
    """Have somebody else be who asks, or the secretariat itself."""
    chosen = None if new_party and party_id == consultation.party_id else party_id
    party = await get_asker(act, consultation.secretariat_id, chosen, new_party, party_email)
    consultation.party_id = party.id if party else None
    secretariat = await act.db.get_one(Secretariat, consultation.secretariat_id)
    consultation.asker = party.name if party else secretariat.name


async def change_applicant(act: Act, consultation: Consultation, applicant_id: int | None) -> None:
    """Have another organisation be the applicant, or none: its requests are recused, and no others."""
    await require_applicant(act, applicant_id)
    consultation.applicant_id = applicant_id
    for request in consultation.requests:
        request.is_recused = request.organisation_id == applicant_id


async def change_case(act: Act, consultation: Consultation, case_id: int | None) -> None:
    """Have a consultation be about another case, or none.

    Raises NotFound for another secretariat's, also where that is the one it was about.
    """
    if consultation.case_id is not None:
        former = await act.db.get_one(Case, consultation.case_id)
        if not may(act.by, P.RECORD, former.body_id):
            raise NotFound
    if case_id is not None:
        await get_offered_case(act, case_id, secretariats_of(act.by))
        mark_stale(act, f"case:{case_id}")
    consultation.case_id = case_id


async def change_bodies(act: Act, consultation: Consultation, body_ids: Collection[int]) -> None:
    """Have these bodies be asked in place of the former ones, before any is."""
    bodies = await get_bodies_for(act, consultation.secretariat_id, body_ids, "", "")
    there = {each.body_id for each in consultation.bodies}
    wanted = {each.id for each in bodies}
    own = ConsultationBody.consultation_id == consultation.id
    await act.db.execute(delete(ConsultationBody).where(own, ConsultationBody.body_id.not_in(wanted)))
    act.db.add_all(
        ConsultationBody(consultation_id=consultation.id, body_id=each.id) for each in bodies if each.id not in there
    )
