"""What part somebody has in a consultation, and what of it they may read."""

from enum import Enum, auto
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from lisbot.council.core.access import P, locked, may
from lisbot.council.core.context import Act, Member, Role
from lisbot.council.core.errors import NotFound
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import (
    Consultation,
    ConsultationBody,
    ConsultationRequest,
    OutsideParty,
)

REPRESENTING_ROLES = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.DEPUTY)  # for the organisation whose seat they hold
READABLE = (S.DRAFTED, S.ADOPTED, S.SENT)  # the draft, and what it was made of
WITH_BODIES = (
    joinedload(Consultation.party),
    joinedload(Consultation.applicant),
    selectinload(Consultation.bodies).joinedload(ConsultationBody.body),
)
WHOLE = (
    *WITH_BODIES,
    selectinload(Consultation.requests).joinedload(ConsultationRequest.statements),
    selectinload(Consultation.comments),
)


class Part(Enum):
    """What somebody has to do with a consultation."""

    SECRETARIAT = auto()  # works at the secretariat of a body that is asked
    MEMBER = auto()  # has a part in a body that has been asked
    ASKER = auto()  # reads the mail of whoever asks from outside


def parts_in(by: Member, consultation: Consultation) -> set[Part]:
    """Returns what the member has to do with a consultation."""
    bodies, party = [each.body_id for each in consultation.bodies], consultation.party
    held = {
        Part.SECRETARIAT: any(may(by, P.RECORD, body_id) for body_id in bodies),
        Part.MEMBER: consultation.asked_at is not None and any(may(by, P.VIEW, body_id) for body_id in bodies),
        Part.ASKER: party is not None and party.person_id is not None and party.person_id == by.id,
    }
    return {part for part, is_held in held.items() if is_held}


async def get_consultation_for(act: Act, consultation_id: int, *parts: Part) -> Consultation:
    """Returns a consultation, locked where the act changes something, for whoever has one of these parts in it.

    Raises NotFound for everybody else.
    """
    query: Select[Any] = select(Consultation).where(Consultation.id == consultation_id).options(*WHOLE)
    query = query.execution_options(populate_existing=True)
    found: Consultation | None = await act.db.scalar(locked(act, query, Consultation))
    if found is None or not parts_in(act.by, found) & set(parts or Part):
        raise NotFound
    note(act, found)
    return found


def note(act: Act, consultation: Consultation) -> None:
    """Tell the log what the command is about."""
    act.concerns(f"consultation:{consultation.id}", f"consultation:{consultation.id}")
    act.trace.bodies.update(each.body_id for each in consultation.bodies)
    if act.changes and consultation.case_id is not None:
        mark_stale(act, f"case:{consultation.case_id}")


def label(consultation: Consultation) -> str:
    return f"{consultation.number}/{consultation.year % 100:02d}"


def is_by_hand(party: OutsideParty) -> bool:
    """Returns whether nobody can be reached who asks from outside: somebody hands the reply over."""
    return not party.email or party.person_id is None


def is_recused(by: Member, consultation: Consultation) -> bool:
    """Returns whether somebody represents the applicant, in whatever body: then they are out of the whole of it."""
    return consultation.applicant_id is not None and any(
        hold.organisation_id == consultation.applicant_id for hold in by.holds
    )


def is_out(by: Member, consultation: Consultation, parts: set[Part]) -> bool:
    """Returns whether somebody is kept out for representing the applicant. The secretariat never is."""
    return Part.SECRETARIAT not in parts and is_recused(by, consultation)


def may_read(by: Member, consultation: Consultation, parts: set[Part]) -> bool:
    """Returns whether somebody may read the draft, and what others than their own organisation stated."""
    is_inside = bool(parts - {Part.ASKER}) and consultation.state in READABLE
    return Part.SECRETARIAT in parts or (is_inside and not is_out(by, consultation, parts))


def is_own_request(by: Member, request: ConsultationRequest) -> bool:
    """Returns whether somebody represents today the organisation that a request went to, in its body."""
    return any(
        hold.role in REPRESENTING_ROLES
        and (hold.body_id, hold.organisation_id) == (request.body_id, request.organisation_id)
        for hold in by.holds
    )


def is_silent(request: ConsultationRequest) -> bool:
    return request.stated_at is None and not request.is_recused
