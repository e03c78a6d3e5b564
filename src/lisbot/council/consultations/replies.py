"""The reply to a consultation: drafted from what was stated, commented, adopted by the bodies, and sent."""

from sqlalchemy import select

from lisbot.council.consultations.compiling import compile_statements
from lisbot.council.consultations.consultations import silent_names, view_again
from lisbot.council.consultations.forms import about, comment_reads, draft_reads, reply_reads
from lisbot.council.consultations.parts import (
    Part,
    get_consultation_for,
    is_by_hand,
    is_recused,
    is_silent,
    label,
    parts_in,
)
from lisbot.council.consultations.states import CONSULTATION
from lisbot.council.consultations.telling import members_of, secretariats_of, tell
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.core.access import gate, may
from lisbot.council.core.context import Act, Permission
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.core.fields import BodyId, ConsultationId, Line, Number, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.delivery.reach import read_reach
from lisbot.council.enums import AdoptionWay
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Consultation, ConsultationBody, ConsultationComment, Organisation, Vote
from lisbot.texts import format_list


async def draft_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    """The draft there is, or else what was stated, compiled. A draft that is kept stays so until somebody says
    otherwise."""
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.draft", consultation)
    text = consultation.draft or compile_statements(consultation, consultation.bodies[0].body.lang)
    reads = tuple(comment_reads(act, consultation))
    return Prefill(
        about=about(consultation),
        reads=reads,
        values={"draft": text, "is_kept": bool(consultation.draft)},
        choices={} if consultation.state is S.ASKED else {"is_kept": ()},
        is_saved=bool(consultation.draft),
    )


async def draft(act: Act, *, consultation_id: ConsultationId, draft: Prose, is_kept: bool = False) -> ConsultationView:
    """Write the draft of the reply, beginning from what was stated. The members are told, and may comment on it until
    the day for that; a draft that is changed after a council adopted it is adopted anew. `is_kept`: the secretariat
    keeps it to itself for now.

    Returns ConsultationView. Raises Invalid for keeping what is out already.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.draft", consultation)
    for each in consultation.bodies:
        require_advisory_wording(each.body, draft=draft)
    is_first = consultation.state is S.ASKED
    if is_kept and not is_first:
        raise Invalid("consultation_draft_is_out", field="is_kept")
    if draft == consultation.draft and (is_kept or not is_first):
        raise Conflict("consultation_draft_unchanged")
    silent = silent_names(consultation)
    if silent and is_first and not is_kept:
        act.ask_first("consultation_silent", names=format_list(act.by.lang, silent), count=len(silent))
    if is_first and not is_kept:
        act.ask_first("consultation_draft_goes_out")  # of what follows on the form: whom it tells
    adopted = [each for each in consultation.bodies if each.adopted_at is not None]
    if adopted:
        names = format_list(act.by.lang, [each.body.name for each in adopted])
        act.ask_first("consultation_adoption_lapses", names=names)
    consultation.draft, consultation.draft_version = draft, consultation.draft_version + 1
    consultation.drafted_at, consultation.drafted_by = act.at, act.by.name
    mark_stale(act, f"consultation:{consultation.id}")
    if is_kept:
        act.did("done_kept", number=label(consultation))
        return await view_again(act, consultation)
    consultation.state = S.DRAFTED
    for each in adopted:
        each.adopted_at, each.adopted_by, each.adopted_way, each.adopted_note = None, "", None, ""
    kind = "consultation_drafted" if is_first else "consultation_draft_changed"
    until_on = max(consultation.comments_by, act.today)
    await tell(act, consultation, kind, await members_of(act, consultation), until_on=until_on)
    act.did(number=label(consultation))
    return await view_again(act, consultation)


async def comment_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    consultation = await get_heard_for(act, consultation_id)
    CONSULTATION.require(act, "consultation.comment", consultation)
    return Prefill(about=about(consultation), reads=tuple(draft_reads(act, consultation)))


async def get_heard_for(act: Act, consultation_id: int) -> Consultation:
    """Returns a consultation for whoever has a say in its reply: not for the applicant's own people.

    Raises NotAllowed for these, and for a part in its bodies that is too small for the command.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT, Part.MEMBER)
    if Part.SECRETARIAT not in parts_in(act.by, consultation) and is_recused(act.by, consultation):
        raise NotAllowed("consultation_recused")
    gate(act, *(each.body_id for each in consultation.bodies))
    return consultation


async def comment(act: Act, *, consultation_id: ConsultationId, comment: Prose) -> ConsultationView:
    """Comment on the draft of a reply, until that is sent. A comment after the day for that is taken, and marked as
    late; the secretariat is told of one that comes after the councils have adopted the draft.

    Returns ConsultationView.
    """
    consultation = await get_heard_for(act, consultation_id)
    CONSULTATION.require(act, "consultation.comment", consultation)
    bodies = {each.body_id for each in consultation.bodies}
    organisations = [hold.organisation_id for hold in act.by.holds if hold.body_id in bodies and hold.organisation_id]
    own = await act.db.get(Organisation, min(organisations)) if organisations else None
    consultation.comments.append(
        ConsultationComment(
            text=comment,
            version=consultation.draft_version,
            at=act.at,
            by_id=act.by_id,
            by_name=act.by.name,
            organisation_name=own.name if own else "",
            is_late=act.today > consultation.comments_by,
        )
    )
    mark_stale(act, f"consultation:{consultation.id}")
    if consultation.state is S.ADOPTED:
        people = await secretariats_of(act, consultation)
        await tell(act, consultation, "consultation_commented", people, name=act.by.name)
    return await view_again(act, consultation)


async def adopt_prefill(
    act: Act, *, consultation_id: ConsultationId, body_id: BodyId | None = None, version: Number | None = None
) -> Prefill:
    consultation = await get_heard_for(act, consultation_id)
    CONSULTATION.require(act, "consultation.adopt", consultation)
    asked = get_adopting(act, consultation, body_id)
    return Prefill(
        about=f"{about(consultation)}\n{asked.body.name}",
        reads=tuple(draft_reads(act, consultation)),
        values={"way": AdoptionWay.BETWEEN_MEETINGS},
    )


def get_adopting(act: Act, consultation: Consultation, body_id: int | None) -> ConsultationBody:
    """Returns the body that a draft is adopted by: the one that is named, or else the only one where the member may.

    Raises NotFound for a body that is not asked, NotAllowed where the member may not.
    """
    if consultation.party_id is None:
        raise Conflict("consultation_needs_no_adoption")
    allowed = [each for each in consultation.bodies if may(act.by, Permission.CONDUCT_VOTES, each.body_id)]
    if body_id is None:
        if len(allowed) != 1:
            raise Invalid("consultation_which_body", field="body_id")
        return allowed[0]
    asked = next((each for each in consultation.bodies if each.body_id == body_id), None)
    if asked is None:
        raise NotFound
    if asked not in allowed:
        raise NotAllowed
    return asked


async def adopt(
    act: Act,
    *,
    consultation_id: ConsultationId,
    way: AdoptionWay,
    body_id: BodyId | None = None,
    version: Number | None = None,
    note: Line = "",
) -> ConsultationView:
    """Record that a council stands behind the draft as its reply: between meetings, in one, or by a vote. Its chair or
    its secretariat does.

    Returns ConsultationView. Raises Conflict where the draft was changed since it was read.
    """
    consultation = await get_heard_for(act, consultation_id)
    CONSULTATION.require(act, "consultation.adopt", consultation)
    asked = get_adopting(act, consultation, body_id)
    require_advisory_wording(asked.body, note=note)
    if version is not None and version != consultation.draft_version:
        raise Conflict("consultation_draft_changed")
    if asked.adopted_at is not None:
        raise Conflict("consultation_adopted_already", body=asked.body.name)
    if act.today <= consultation.comments_by:
        act.ask_first("consultation_comments_open", day=consultation.comments_by)
    if way is AdoptionWay.BY_VOTE and not await has_voted(act, asked.body_id, consultation):
        act.ask_first("consultation_no_vote", body=asked.body.name)
    asked.adopted_at, asked.adopted_by, asked.adopted_way, asked.adopted_note = act.at, act.by.name, way, note
    if all(each.adopted_at is not None for each in consultation.bodies):
        consultation.state = S.ADOPTED
    mark_stale(act, f"consultation:{consultation.id}")
    people = await secretariats_of(act, consultation)
    await tell(act, consultation, "consultation_adopted", people, body=asked.body.name)
    act.did(body=asked.body.name)
    return await view_again(act, consultation)


async def has_voted(act: Act, body_id: int, consultation: Consultation) -> bool:
    """Returns whether a vote of a body's was closed since the draft was written. One statement."""
    since = consultation.drafted_at
    query = select(Vote.id).where(Vote.body_id == body_id, Vote.closed_at.is_not(None), Vote.closed_at >= since)
    return await act.db.scalar(query.limit(1)) is not None


async def send_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.send", consultation)
    return Prefill(about=about(consultation), reads=tuple(reply_reads(act, consultation)))


async def send(act: Act, *, consultation_id: ConsultationId) -> ConsultationView:
    """Approve and send the reply that the councils stand behind, or report back to them what came of what the
    secretariat itself asked. What is sent is kept as it is.

    Returns ConsultationView. Raises Conflict for a reply that a council has not adopted.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.send", consultation)
    party = consultation.party
    consultation.reply, consultation.state = consultation.draft, S.SENT
    consultation.replied_at, consultation.replied_by = act.at, act.by.name
    await act.db.flush()
    mark_stale(act, f"consultation:{consultation.id}")
    number = label(consultation)
    if act.today <= consultation.comments_by:
        act.ask_first("consultation_comments_open", day=consultation.comments_by)
    if party is None:
        act.ask_first("consultation_reports", number=number, count=len(consultation.bodies))
    elif is_by_hand(party):
        act.ask_first("consultation_by_hand", number=number, asker=consultation.asker)
    else:
        assert party.person_id is not None
        act.ask_first("consultation_by_mail", number=number, email=party.email, contact=party.contact or party.name)
        known_as = {"told_as": "referenced"} if consultation.reference else {}
        facts = {"reference": consultation.reference, **known_as}
        await tell(act, consultation, "consultation_reply", {party.person_id}, **facts)
    if any(is_silent(each) for each in consultation.requests):
        names = format_list(act.by.lang, silent_names(consultation))
        act.ask_first("consultation_never_stated", names=names)
    people = await members_of(act, consultation)
    if party is None:
        kind, done = "consultation_reported", "done_reported"
    elif is_by_hand(party):
        kind, done = "consultation_approved", "done_by_hand"
    else:
        kind, done = "consultation_replied", "done"
    await tell(act, consultation, kind, people)
    if party is None and not (await read_reach(act, act.trace.told)).reached:
        done = "done_nobody"
    act.did(done, asker=consultation.asker, number=number)
    return await view_again(act, consultation)
