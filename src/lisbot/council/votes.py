"""Putting a question to the council, and answering it. A ballot belongs to a seat, not to a person."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from lisbot.council import rules, seals
from lisbot.council.access import P, item_for, may, vote_for, with_seats
from lisbot.council.act import Act
from lisbot.council.bodies import holder, people_in, refuse_the_word, seat_name
from lisbot.council.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.kinds import (
    Choice,
    DeputyAnswer,
    Standing,
    VoteForm,
)
from lisbot.council.meetings import refuse_cancelled, refuse_locked
from lisbot.council.models import AgendaItem, Attendance, Body, RollEntry, SealedBallot, Vote
from lisbot.council.models.base import table
from lisbot.council.notices import changed, tell
from lisbot.council.roll import ROLL, Entry, Question, answers_for, question_for, roll_of
from lisbot.council.typed import Day, Form, Hour, Id, Line, Lines, Prose
from lisbot.db import WIPE, at_last

OPTIONS = {
    VoteForm.MOTION: [Choice.FOR, Choice.AGAINST, Choice.ABSTAIN],
    VoteForm.CONSENT: [Choice.AGREE, Choice.REMARKS, Choice.DISAGREE],
}
NEEDS_REASON = (Choice.DISAGREE,)
NOON = time(12)


SEALED = table(SealedBallot)
# Made once: these are run for every ballot.
# Whether it changes an answer is seen when the row is locked: casts for one seat follow one another.
ANSWERED = (
    update(ROLL)
    .where(ROLL.c.id == bindparam("entry"))
    .values(answered=True, changed=ROLL.c.changed + case((ROLL.c.answered, 1), else_=0))
)
# Pressed twice is no change. The row itself says: somebody may be answering for the seat at this moment.
OTHER = or_(ROLL.c.choice != bindparam("choice"), func.coalesce(ROLL.c.reason, "") != bindparam("given"))
CAST = ANSWERED.values(
    changed=ROLL.c.changed + case((and_(ROLL.c.answered, OTHER), 1), else_=0),
    choice=bindparam("choice"),
    reason=bindparam("reason"),
    by_id=bindparam("by_id"),
    by_name=bindparam("by_name"),
    at=bindparam("at"),
)
SEAL = update(SEALED).where(SEALED.c.handle == bindparam("place")).values(sealed=bindparam("sealed"))


@dataclass(frozen=True)
class VoteView:
    """A question as this member may see it: the roll, their own seats on it, and the count if it shows."""

    vote: Question
    roll: list[Entry]
    mine: list[Entry]
    counts: dict[str, int] | None
    is_open: bool

    @property
    def entitled(self) -> int:
        return sum(not entry.recused for entry in self.roll)

    @property
    def answered(self) -> int:
        return sum(entry.answered and not entry.recused for entry in self.roll)


async def open_form(act: Act, *, item_id: Id | None = None, body_id: Id | None = None) -> Form:
    body, item = await asked_of(act, item_id, body_id)
    values: dict[str, Any] = {"form": VoteForm.MOTION, "live": False, "secret": False}
    if item:
        values["question"] = item.wording or item.title
    return Form(about=item.title if item else body.name, values=values)


async def asked_of(act: Act, item_id: int | None, body_id: int | None) -> tuple[Body, AgendaItem | None]:
    if item_id is not None:
        item = await item_for(act, item_id)
        told = {each["id"] for each in (item.meeting.published or {}).get("items", ())}
        if item.id not in told and not may(act.by, P.ARRANGE, item.meeting.body_id):
            raise NotFound  # still the secretariat's draft
        refuse_locked(item.meeting)
        refuse_cancelled(item.meeting)
        return await with_seats(act, item.meeting.body_id), item
    if body_id is None:
        raise Invalid("ask_about_what")
    return await with_seats(act, body_id), None


async def open_vote(
    act: Act,
    *,
    question: Prose,
    item_id: Id | None = None,
    body_id: Id | None = None,
    form: VoteForm = VoteForm.MOTION,
    options: Lines = [],  # noqa: B006
    secret: bool = False,
    live: bool = False,
    closes_on: Day | None = None,
    closes_at: Hour | None = None,
) -> VoteView:
    """Put a question to the voting seats. The roll, the form, secrecy and the rule are settled now."""
    body, item = await asked_of(act, item_id, body_id)
    refuse_the_word(body, question=question, options=" ".join(options))
    vote = Vote(
        body_id=body.id,
        body=body,
        item_id=item.id if item else None,
        item=item,
        question=question,
        form=form,
        options=chosen_among(form, options),
        secret=secret,
        live=live,
        quorum=body.quorum,
        majority=body.majority,
        opened_at=act.at,
        closes_at=deadline(act, closes_on, closes_at),
        salt=seals.new_salt() if secret else None,
    )
    if secret and live:
        raise Invalid("secret_and_live", field="live")
    same = select(Vote.id).where(
        Vote.body_id == body.id,
        Vote.item_id.is_(None) if item is None else Vote.item_id == item.id,
        Vote.question == question,
        Vote.closed_at.is_(None),
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("asked_already", question=brief(question))
    roll = [
        RollEntry(seat_id=seat.id, seat_name=seat_name(seat), holder=person.name, changed=0, recused=False)
        for seat in body.seats
        if seat.standing is Standing.VOTING and (person := holder(seat, act.today)) is not None
    ]
    if not roll:
        raise Conflict("nobody_to_ask", body=body.name)
    act.db.add(vote)
    await act.db.flush()
    for entry in roll:
        entry.vote_id, entry.answered = vote.id, False
    act.db.add_all(roll)
    if vote.salt:
        await lay_out(act, vote, [entry.seat_id for entry in roll])
    await act.db.flush()
    deputies = await deputies_for(act, item)
    await tell(
        act,
        "vote_opened",
        people=people_in(body, act.today, (Standing.VOTING,)) | deputies,
        rooms_of=None if item and item.confidential else body.id,
        shows="vote.show",
        args={"vote_id": vote.id},
        body=body.name,
        title=item.title if item else question[:120],
    )
    return await view(act, vote.id)


def chosen_among(form: VoteForm, options: list[str]) -> list[str]:
    if form is not VoteForm.SINGLE:
        if options:
            raise Invalid("options_are_given", field="options")
        return [str(option) for option in OPTIONS[form]]
    if not 2 <= len(options) <= 10:
        raise Invalid("two_to_ten_options", field="options")
    if len({option.casefold() for option in options}) != len(options):
        raise Invalid("options_twice", field="options")
    return options


def deadline(act: Act, day: Any, hour: Any) -> datetime | None:
    if day is None:
        if hour is not None:
            raise Invalid("hour_without_day", field="closes_on")
        return None
    hour = hour or NOON
    if not rules.is_real(day, hour, act.tz):
        raise Invalid("unreal_hour", field="closes_at", day=day, hour=hour)
    at = rules.moment(day, hour, act.tz)
    if at <= act.at:
        raise Invalid("deadline_in_the_past", field="closes_on", day=day)
    if at > act.at + timedelta(days=366):
        raise Invalid("deadline_too_far", field="closes_on", day=day)
    return at


async def lay_out(act: Act, vote: Vote, seat_ids: Iterable[int]) -> None:
    """Lay a sealed blank for every seat, in an order that says nothing."""
    assert vote.salt
    handles = sorted(seals.handle(act.key, vote.salt, seat_id) for seat_id in seat_ids)
    await act.db.execute(
        insert(SealedBallot),
        [{"handle": h, "vote_id": vote.id, "sealed": seals.seal(act.key, vote.salt, None)} for h in handles],
    )


async def deputies_for(act: Act, item: AgendaItem | None) -> set[int]:
    """The deputies who have said they come to the meeting where this is asked."""
    if item is None:
        return set()
    rows = await act.db.scalars(
        select(Attendance.deputy_id).where(
            Attendance.meeting_id == item.meeting_id,
            Attendance.deputy_answer.in_((DeputyAnswer.COMES, DeputyAnswer.DIGITAL)),
        )
    )
    return {person_id for person_id in rows if person_id}


async def show(act: Act, *, vote_id: Id) -> VoteView:
    """See a question, who has answered, one's own answer, and the result when it shows."""
    return await view(act, vote_id)


async def cast_form(act: Act, *, vote_id: Id, choice: Line = "", seat_id: Id | None = None) -> Form:
    vote = await question_for(act, vote_id)
    return Form(about=vote.question)


async def cast(
    act: Act, *, vote_id: Id, choice: Line, reason: Prose = "", seat_id: Id | None = None
) -> VoteView:
    """Answer a question for the seat one represents today. Answering again replaces the answer."""
    vote = await question_for(act, vote_id)
    if not is_open(vote, act.at):
        raise Conflict("vote_closed", question=brief(vote.question))
    if choice not in vote.options:
        raise Invalid("no_such_choice", field="choice")
    if choice in NEEDS_REASON and vote.form is VoteForm.CONSENT and not reason:
        raise Invalid("reason_needed", field="reason")
    if vote.secret and len(reason) > seals.REASON:
        raise Invalid("secret_reason_too_long", field="reason", max=seals.REASON, length=len(reason))
    refuse_the_word(vote, reason=reason)
    roll = await roll_of(act, vote.id, vote.meeting_id)
    entries = answers_for(act, vote.body_id, roll)
    if seat_id is not None:
        entries = [entry for entry in entries if entry.seat_id == seat_id]
    if not entries:
        raise NotAllowed("not_on_the_roll")
    entries = [entry for entry in entries if not entry.recused]
    if not entries:
        raise Conflict("recused", question=brief(vote.question))
    for entry in entries:
        if vote.salt:
            sealed = seals.seal(act.key, vote.salt, choice, reason)
            place = seals.handle(act.key, vote.salt, entry.seat_id)
            kept = await act.db.execute(SEAL, {"place": place, "sealed": sealed})
            if kept.rowcount != 1:  # type: ignore[attr-defined]
                raise Conflict("sealed_elsewhere")
            await act.db.execute(ANSWERED, {"entry": entry.id})
            entry.changed += entry.answered
        else:
            again = entry.choice != choice or (entry.reason or "") != reason
            entry.changed += entry.answered and again
            entry.choice, entry.reason, entry.by_name = choice, reason or None, act.by.name
            told = {"choice": choice, "given": reason, "reason": reason or None, "by_id": act.by.id}
            at_last(act.db, CAST, {"entry": entry.id, **told, "by_name": act.by.name, "at": act.at})
        entry.answered = True
    changed(act, f"vote:{vote.id}")
    return VoteView(vote, roll, entries, counted(vote, roll), True)


def is_open(vote: Question, at: datetime) -> bool:
    return vote.closed_at is None and (vote.closes_at is None or at < vote.closes_at)


async def view(act: Act, vote_id: int) -> VoteView:
    vote = await question_for(act, vote_id)
    roll = await roll_of(act, vote.id, vote.meeting_id)
    mine = answers_for(act, vote.body_id, roll) if may(act.by, P.VOTE, vote.body_id) else []
    return VoteView(vote, roll, mine, counted(vote, roll), is_open(vote, act.at))


def counted(vote: Question, roll: Iterable[Entry]) -> dict[str, int] | None:
    """The count, where it shows: after the vote closed, or before when that was chosen at opening."""
    if vote.result is not None:
        return dict(vote.result["counts"])
    if not vote.live:
        return None
    return count(vote, [entry.choice for entry in roll if not entry.recused])


def count(vote: Vote | Question, choices: Iterable[str | None]) -> dict[str, int]:
    found = Counter(choice for choice in choices if choice)
    return {option: found[option] for option in vote.options}


async def recuse_form(act: Act, *, vote_id: Id) -> Form:
    vote = await conducting(act, vote_id)
    roll = await roll_of(act, vote.id, None)
    return Form(
        about=vote.question, choices={"seat_id": [(e.seat_id, e.seat_name) for e in roll if not e.recused]}
    )


async def recuse(act: Act, *, vote_id: Id, seat_id: Id, reason: Line = "") -> VoteView:
    """Take a seat that is not impartial (inhabil) out of the denominator; an answer it gave is dropped."""
    vote = await conducting(act, vote_id)
    entry = await act.db.scalar(
        select(RollEntry).where(RollEntry.vote_id == vote.id, RollEntry.seat_id == seat_id)
    )
    if entry is None:
        raise Invalid("not_on_the_roll", field="seat_id")
    if entry.recused:
        raise Conflict("recused_already", field="seat_id", seat=entry.seat_name)
    refuse_the_word(vote.body, reason=reason)
    entry.recused, entry.answered = True, False
    entry.choice = entry.by_id = entry.by_name = entry.at = None
    entry.reason = reason or None
    if vote.salt:
        await act.db.execute(
            update(SealedBallot)
            .where(SealedBallot.handle == seals.handle(act.key, vote.salt, seat_id))
            .values(sealed=seals.seal(act.key, vote.salt, None))
        )
    await act.db.flush()
    changed(act, f"vote:{vote.id}")
    return await view(act, vote.id)


async def conducting(act: Act, vote_id: int) -> Vote:
    """A vote to be conducted. Raises Conflict when it is closed."""
    vote = await vote_for(act, vote_id)
    if vote.closed_at is not None:
        raise Conflict("vote_closed", question=brief(vote.question))
    return vote


async def close(act: Act, *, vote_id: Id) -> VoteView:
    """Close a question and record the roll, the rule and the count, and by which rule it passed or not."""
    vote = await conducting(act, vote_id)
    roll = await roll_of(act, vote.id, None)
    entitled = sum(not entry.recused for entry in roll)
    if vote.salt:
        answers = await open_ballots(act, vote)
    else:
        answers = [(e.choice, e.reason or "") for e in roll if e.choice and not e.recused]
    counts = count(vote, [choice for choice, _ in answers])
    verdict = rules.judge(vote.form, counts, entitled, vote.quorum, vote.majority)
    vote.closed_at, vote.salt = act.at, None
    vote.result = {
        "counts": counts,
        "entitled": entitled,
        "answered": sum(counts.values()),
        "recused": len(roll) - entitled,
        "quorum": vote.quorum,
        "majority": vote.majority,
        "verdict": verdict,
        # Of a secret vote the reasons stand in the order of the alphabet, under nobody's name.
        "reasons": sorted([choice, reason] for choice, reason in answers if reason) if vote.secret else [],
    }
    await act.db.flush()
    await tell(
        act,
        "vote_closed",
        people=await entitled_people(act, vote),
        rooms_of=None if vote.item and vote.item.confidential else vote.body_id,
        shows="vote.show",
        args={"vote_id": vote.id},
        title=brief(vote.question),
    )
    changed(act, f"vote:{vote.id}")
    return await view(act, vote.id)


async def open_ballots(act: Act, vote: Vote) -> list[tuple[str, str]]:
    """Open the sealed answers, in an order that says nothing, and destroy them."""
    assert vote.salt
    sealed = list(await act.db.scalars(select(SealedBallot.sealed).where(SealedBallot.vote_id == vote.id)))
    try:
        opened = [seals.unseal(act.key, vote.salt, each) for each in sealed]
    except InvalidTag:
        raise Conflict("sealed_elsewhere") from None
    await act.db.execute(delete(SealedBallot).where(SealedBallot.vote_id == vote.id))
    act.db.info[WIPE] = True
    secrets.SystemRandom().shuffle(opened)
    return [(choice, reason) for choice, reason in opened if choice]


async def entitled_people(act: Act, vote: Vote) -> set[int]:
    body = await with_seats(act, vote.body_id)
    return people_in(body, act.today, (Standing.VOTING,)) | await deputies_for(act, vote.item)


def brief(question: str) -> str:
    return question if len(question) <= 80 else question[:79] + "…"


async def due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """The votes whose time is up, as arguments to vote.close."""
    ids = await db.scalars(
        select(Vote.id).where(Vote.closed_at.is_(None), Vote.closes_at <= at).order_by(Vote.id)
    )
    return [{"vote_id": vote_id} for vote_id in ids]


async def next_due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """The moment the next vote closes by itself."""
    return await db.scalar(
        select(func.min(Vote.closes_at)).where(Vote.closed_at.is_(None), Vote.closes_at > at)
    )


async def of_items(act: Act, item_ids: Iterable[int]) -> list[Vote]:
    """The questions put on these items, with their rolls."""
    return list(
        await act.db.scalars(
            select(Vote).where(Vote.item_id.in_(item_ids)).options(selectinload(Vote.roll)).order_by(Vote.id)
        )
    )
