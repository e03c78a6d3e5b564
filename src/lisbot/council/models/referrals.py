"""Cases sent on to others: whom outside lisbot, who receives what, what was sent, and what came back."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, exists, or_
from sqlalchemy.orm import Mapped, column_property, foreign, mapped_column, relationship

from lisbot.council.enums import OrgKind, ReferralAnswerKind, ReferralReason, ReferralState
from lisbot.council.models.base import Base, EmailAddress, Id, PartialIndex, table
from lisbot.council.models.cases import Case
from lisbot.council.models.meetings import AgendaItem, Proposal
from lisbot.council.models.register import Body, Person

BY_HAND = "by_hand"  # in what was sent: its receiver had no address that day, and somebody hands it over


class OutsideParty(Base):
    """Whoever a secretariat writes to that never uses lisbot: a meeting of directors, an authority."""

    __tablename__ = "outside_party"
    __table_args__ = (UniqueConstraint("secretariat_id", "name"), Index("ix_outside_party_person_id", "person_id"))

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    name: Mapped[str]
    kind: Mapped[OrgKind]
    email: Mapped[str | None] = mapped_column(EmailAddress)  # as it was typed; what counts is `address`
    contact: Mapped[str] = mapped_column(default="")  # who reads what comes to that address
    lang: Mapped[str] = mapped_column(default="nb")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whom messages and links are made for
    person: Mapped[Person | None] = relationship(lazy="raise")
    closed_on: Mapped[date | None]  # from that day nothing goes there

    @property
    def address(self) -> str | None:
        """Where mail to it goes: to whoever reads it, at the address they have now. None: what goes there is handed
        over by somebody."""
        return self.person.email if self.person else None


class ReferralRule(Base):
    """Who receives the cases of a body, or of all bodies of a secretariat, that are sent on for a reason.

    Rank 1 is who receives it first; higher ranks are higher up. Source: Helse Midt-Norge, mandate of the regional
    councils (fagdirektørmøtet or HR-direktørmøtet); Helse Nord, «Saksgang».
    """

    __tablename__ = "referral_rule"
    __table_args__ = (
        CheckConstraint("(to_body_id IS NULL) <> (to_party_id IS NULL)", name="one_receiver"),
        CheckConstraint("rank > 0", name="rank"),
        CheckConstraint("to_body_id IS NULL OR to_body_id <> body_id", name="not_itself"),
        Index("ix_referral_rule_secretariat_id", "secretariat_id"),
    )

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))  # None: of all its bodies
    body: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[body_id])
    reason: Mapped[ReferralReason | None]  # None: whatever the reason
    rank: Mapped[int] = mapped_column(default=1)
    to_body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    to_body: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[to_body_id])
    to_party_id: Mapped[int | None] = mapped_column(ForeignKey("outside_party.id"))
    to_party: Mapped[OutsideParty | None] = relationship(lazy="raise")


class Referral(Base):
    """A case sent on to one receiver, a body or a party outside, whose answer is reported back to the case's own body.

    case_id       the case whose answer is asked for, wherever it has been sent on from
    from_body_id  the body it was sent by: the case's own, or one that sent it on higher
    sent          what was sent, as it was that day (lisbot.council.referrals.sent)
    to_case_id    the case it became in the receiving body
    to_item_id    the agenda item it was put on first there; where it is now is asked of its case
    confidential  whether it was so when it was sent; whether it is now is asked (is_confidential)
    is_placed     whether its case there has been on an agenda, and so goes on by that council's own means
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("(to_body_id IS NULL) <> (to_party_id IS NULL)", name="one_receiver"),
        CheckConstraint("to_body_id IS NULL OR to_body_id <> from_body_id", name="not_itself"),
        UniqueConstraint("to_case_id"),
        UniqueConstraint("previous_id"),
        Index("ix_referral_case_id", "case_id"),
        Index("ix_referral_from_body_id", "from_body_id"),
        Index("ix_referral_to_body_id", "to_body_id"),
        Index("ix_referral_to_party_id", "to_party_id"),
        Index("ix_referral_state", "state"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("council_case.id"))
    case: Mapped[Case] = relationship(lazy="raise", foreign_keys=[case_id])
    from_body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    from_body: Mapped[Body] = relationship(lazy="raise", foreign_keys=[from_body_id])
    # Whose outcome it was sent on for.
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"))  # the one that was sent on as this
    reason: Mapped[ReferralReason]
    to_body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    to_body: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[to_body_id])
    to_party_id: Mapped[int | None] = mapped_column(ForeignKey("outside_party.id"))
    to_party: Mapped[OutsideParty | None] = relationship(lazy="raise")
    receiver_name: Mapped[str]  # as it was called that day
    document: Mapped[str] = mapped_column(default="")  # as which document it was sent
    sent: Mapped[dict[str, Any]]
    confidential: Mapped[bool] = mapped_column(default=False)
    answer_by: Mapped[date | None]
    state: Mapped[ReferralState] = mapped_column(default=ReferralState.SENT)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_by_name: Mapped[str]
    received_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # when it was answered, refused, sent on or withdrawn
    end_reason: Mapped[str] = mapped_column(default="")  # why it was withdrawn
    reminded_at: Mapped[datetime | None]
    silent_at: Mapped[datetime | None]  # when whoever sent it was told last that there is no answer
    to_case_id: Mapped[int | None] = mapped_column(ForeignKey("council_case.id"))
    to_case: Mapped[Case | None] = relationship(lazy="raise", foreign_keys=[to_case_id])
    to_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    answers: Mapped[list["ReferralAnswer"]] = relationship(lazy="raise", order_by="ReferralAnswer.number")
    to_items: Mapped[list[AgendaItem]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="Referral.to_case_id == foreign(AgendaItem.case_id)",
        order_by="AgendaItem.id",
    )
    from_items: ClassVar[Any]  # those of its case in the body that had received it and sent it on
    is_confidential: ClassVar[Any]  # both are read where they are asked for
    is_placed: ClassVar[Any]

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody hands it over, since its receiver had no address when it was sent."""
        return bool(self.sent.get(BY_HAND))

    @property
    def is_to_hand_over(self) -> bool:
        """Whether nobody has said yet that it was handed over."""
        return self.is_by_hand and self.state is ReferralState.SENT


class ReferralAnswer(Base):
    """What a receiver answered. A later one corrects those before it, and none is lost.

    home_at       when it was reported back: put on an agenda of the body that had asked
    home_item_id  the agenda item that tells of it
    has_own_item  whether that is there for the answer alone, and not the case's own
    """

    __tablename__ = "referral_answer"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        PartialIndex("ix_referral_answer_away", "referral_id", where="home_at IS NULL"),
        Index("ix_referral_answer_home_item_id", "home_item_id"),
    )

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    number: Mapped[int]  # the first is 1
    kind: Mapped[ReferralAnswerKind]
    text: Mapped[str]
    sent_on_to: Mapped[str] = mapped_column(default="")  # to whom, where it was sent on
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]  # who answered, or on whose behalf it was noted
    noted_by: Mapped[str] = mapped_column(default="")  # who at the secretariat noted it
    via: Mapped[str] = mapped_column(default="")  # the channel of the answer
    is_late: Mapped[bool] = mapped_column(default=False)
    home_at: Mapped[datetime | None]
    home_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    has_own_item: Mapped[bool] = mapped_column(default=False)


OWN_CASE, OWN_ITEM, THEIR_ITEM, THEIR_PROPOSAL = (
    table(Case).alias("own_case").c,
    table(AgendaItem).alias("own_item").c,
    table(AgendaItem).alias("their_item").c,
    table(Proposal).alias("their_proposal").c,
)
PREVIOUS = Referral.__table__.alias("previous")
Referral.from_items = relationship(
    AgendaItem,
    lazy="raise",
    viewonly=True,
    secondary=PREVIOUS,
    primaryjoin=Referral.previous_id == foreign(PREVIOUS.c.id),
    secondaryjoin=foreign(PREVIOUS.c.to_case_id) == AgendaItem.case_id,
    order_by=AgendaItem.id,
)
# A case that was open when it was sent on may have become confidential since, and the reverse.
Referral.is_confidential = column_property(
    or_(
        exists().where(OWN_CASE.id == Referral.case_id, OWN_CASE.confidential),
        exists().where(OWN_ITEM.case_id == Referral.case_id, OWN_ITEM.confidential),
    ),
    deferred=True,
    raiseload=True,
    expire_on_flush=False,
)
Referral.is_placed = column_property(
    or_(
        exists().where(THEIR_ITEM.case_id == Referral.to_case_id),
        exists().where(THEIR_PROPOSAL.case_id == Referral.to_case_id),
    ),
    deferred=True,
    raiseload=True,
    expire_on_flush=False,
)
