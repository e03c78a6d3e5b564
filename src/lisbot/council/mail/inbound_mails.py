"""Mail that arrived and answered nothing: read by the secretariat, and ticked off."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from lisbot.council.core.access import P, bodies_where, gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import InboundMailId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ReadingKind
from lisbot.council.mail.views import InboundMailLine, InboundMailsView
from lisbot.council.models import Body, InboundMail, Person

MAX_LISTED = 100


async def list_inbound_mail(act: Act) -> InboundMailsView:
    """See what has arrived by mail and answers nothing. Returns InboundMailsView.

    What came to nobody's address may be any council's, and is every secretariat's to see.
    """
    query = (
        select(InboundMail, Person.name, Body.name)
        .outerjoin(Person, Person.id == InboundMail.person_id)
        .outerjoin(Body, Body.id == InboundMail.body_id)
        .where(InboundMail.handled_at.is_(None), is_theirs(act))
        .order_by(InboundMail.received_at, InboundMail.id)
        .limit(MAX_LISTED + 1)
    )
    rows = (await act.db.execute(query)).all()
    act.discloses(ReadingKind.ADDRESSES, len({mail.sender for mail, *_ in rows}))
    return InboundMailsView(tuple(line(*row) for row in rows[:MAX_LISTED]), has_more=len(rows) > MAX_LISTED)


def is_theirs(act: Act) -> ColumnElement[bool]:
    own = bodies_where(act.by, P.OVERSEE)
    return or_(InboundMail.body_id.is_(None), InboundMail.body_id.in_(own))


def line(mail: InboundMail, person: str | None, body: str | None) -> InboundMailLine:
    about: dict[str, Any] = {"inbound_mail_id": mail.id}
    return InboundMailLine(
        id=mail.id,
        received_at=mail.received_at,
        sender=mail.sender,
        subject=mail.subject,
        words=mail.words,
        kind=mail.kind,
        person=person or "",
        body=body or "",
        result=mail.result,
        actions=(AllowedAction("inbound_mail.handle", about),),
    )


async def handle(act: Act, *, inbound_mail_id: InboundMailId) -> InboundMailsView:
    """Tick off a message as dealt with. Returns InboundMailsView, the rest of them."""
    mail = await act.db.get(InboundMail, inbound_mail_id, with_for_update=True)
    if mail is None:
        raise NotFound
    if mail.body_id is not None:
        gate(act, mail.body_id)
    if mail.handled_at is None:
        mail.handled_at, mail.handled_by = act.at, act.by.name
    await act.db.flush()
    return await list_inbound_mail(act)
