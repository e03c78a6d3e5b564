"""What the register waits to hear of somebody: a leader's confirmation, a consent. They need hold no seat."""

from typing import Any

from sqlalchemy import ColumnElement, Date, String, cast, exists, literal, null, select, union_all

from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import (
    Body,
    ConsentRequest,
    ConsentText,
    LineConfirmation,
    Organisation,
    Person,
    Seat,
    SeatChange,
    Secretariat,
    table,
)
from lisbot.council.register.publishing import PURPOSE, has_other_basis
from lisbot.council.register.views.asked import AskedConfirmation, AskedConsent

OF_REGISTER = "register"
ANSWERS = ("line_confirmation.confirm", "line_confirmation.deny")


async def read_asked(act: Act) -> tuple[list[AskedConfirmation], list[AskedConsent]]:
    """Returns the reported changes that the member is to confirm, and the texts that they are asked to consent to:
    what they have not answered and can still answer. One statement."""
    confirmations: list[AskedConfirmation] = []
    consents: list[AskedConsent] = []
    for row in await act.db.execute(union_all(open_confirmations(act), open_requests(act)).order_by("id")):
        seat = f"{row.role}, {row.organisation}" if row.role else ""
        if row.kind == "consent":
            consents.append(AskedConsent(row.id, row.of, seat))
            continue
        about = {"confirmation_id": row.id}
        answers = tuple(AllowedAction(name, about) for name in ANSWERS)
        confirmations.append(AskedConfirmation(row.id, row.of, seat, row.name, row.from_on, row.by_name, answers))
    return confirmations, consents


def open_questions(act: Act) -> tuple[Any, Any]:
    """Returns the queries for what read_asked would find: which there are, each under OF_REGISTER."""
    return (
        select(literal(OF_REGISTER), LineConfirmation.id)
        .join(SeatChange, SeatChange.id == LineConfirmation.seat_change_id)
        .where(*is_unconfirmed(act)),
        select(literal(OF_REGISTER), ConsentRequest.id)
        .join(ConsentText, ConsentText.id == ConsentRequest.text_id)
        .where(*is_unanswered(act)),
    )


def open_confirmations(act: Act) -> Any:
    reporter = table(Person).alias()
    return (
        select(
            literal("confirmation").label("kind"),
            LineConfirmation.id.label("id"),
            Body.name.label("of"),
            Seat.role.label("role"),
            Organisation.name.label("organisation"),
            SeatChange.name.label("name"),
            SeatChange.from_on.label("from_on"),
            reporter.c.name.label("by_name"),
        )
        .join(SeatChange, SeatChange.id == LineConfirmation.seat_change_id)
        .join(Seat, Seat.id == SeatChange.seat_id)
        .join(Body, Body.id == Seat.body_id)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .join(reporter, reporter.c.id == SeatChange.reported_by_id)
        .where(*is_unconfirmed(act))
    )


def is_unconfirmed(act: Act) -> tuple[ColumnElement[bool], ...]:
    return (
        LineConfirmation.person_id == act.by_id,
        LineConfirmation.answered_at.is_(None),
        LineConfirmation.withdrawn_at.is_(None),
        SeatChange.state == SeatChangeState.REPORTED,
    )


def open_requests(act: Act) -> Any:
    return (
        select(
            literal("consent"),
            ConsentRequest.id,
            Secretariat.name,
            Seat.role,
            Organisation.name,
            literal("", String),
            cast(null(), Date),
            literal("", String),
        )
        .join(ConsentText, ConsentText.id == ConsentRequest.text_id)
        .join(Secretariat, Secretariat.id == ConsentText.secretariat_id)
        .outerjoin(Seat, Seat.id == ConsentRequest.seat_id)
        .outerjoin(Organisation, Organisation.id == Seat.organisation_id)
        .where(*is_unanswered(act))
    )


def is_unanswered(act: Act) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for what they are asked to consent to: of each secretariat its newest text alone, unless
    another basis counts."""
    newer = table(ConsentText).alias().c
    is_replaced = exists().where(
        newer.secretariat_id == ConsentText.secretariat_id,
        newer.purpose == ConsentText.purpose,
        newer.version > ConsentText.version,
    )
    return (
        ConsentRequest.person_id == act.by_id,
        ConsentRequest.answered_at.is_(None),
        ConsentText.purpose == PURPOSE,
        ~is_replaced,
        ~has_other_basis(act.by_id, ConsentText.secretariat_id, act.today, act.at),
    )
