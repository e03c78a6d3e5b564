"""In which consultations councils were asked about a case, told with the case. The commands are in
council/consultations."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from lisbot.council.cases.views import CaseConsultation
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.models import Case, Consultation, ConsultationBody


def asks_one_of(body_ids: Collection[int]) -> ColumnElement[bool]:
    """Returns the condition that a consultation asks one of these bodies."""
    of = ConsultationBody.consultation_id == Consultation.id
    return select(ConsultationBody.id).where(of, ConsultationBody.body_id.in_(sorted(body_ids))).exists()


def concerns_one_of(kept: Collection[int], seen: Collection[int]) -> ColumnElement[bool]:
    """Returns the condition that the member knows of a consultation: of the bodies that they keep at a secretariat
    whatever its state, of the others that they see once these were asked."""
    return or_(asks_one_of(kept), and_(Consultation.asked_at.is_not(None), asks_one_of(seen)))


async def read_consultations(act: Act, case: Case) -> tuple[CaseConsultation, ...]:
    """Returns the consultations about a case that the member knows of, oldest first. One statement, and none for a
    channel, where nobody is shown a consultation."""
    if act.by.is_room:
        return ()
    known = concerns_one_of(bodies_where(act.by, P.RECORD), bodies_where(act.by, P.VIEW))
    query = select(Consultation).where(Consultation.case_id == case.id, known)
    return tuple(
        CaseConsultation(
            id=each.id,
            number=f"{each.number}/{each.year % 100:02d}",
            title=each.title,
            asker=each.asker,
            state=each.state,
            answer_by=each.answer_by,
        )
        for each in await act.db.scalars(query.order_by(Consultation.registered_at, Consultation.id))
    )
