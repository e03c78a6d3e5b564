"""Questions put to a council: opened, given more time, withdrawn, closed."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, may
from lisbot.council.core.calendar import is_real, moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, Day, Hour, ItemId, Line, Lines, Prefill, Prose, VoteId
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import Choice, DeputyResponse, Standing, Verdict, VoteForm
from lisbot.council.log.chain import roll_digest
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.meetings.concerned import AUDIENCE
from lisbot.council.meetings.open_questions import withdraw_question
from lisbot.council.meetings.states import require_not_cancelled, require_unlocked
from lisbot.council.models import AgendaItem, Attendance, Body, RollEntry, Vote
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.seats import seats_on, speakers
from lisbot.council.votes.results import make_result
from lisbot.council.votes.roll import Question, RollRow
from lisbot.council.votes.roll_in_one import get_question_for
from lisbot.council.votes.sealed_ballots import lay_blanks, new_salt, open_and_destroy
from lisbot.council.votes.secrecy import SECRET_MINIMUM, minimum_of
from lisbot.council.votes.states import VOTE, brief
from lisbot.council.votes.view import get_vote_view_for
from lisbot.council.votes.views import VoteView
from lisbot.texts import LANGUAGES, text

OPTIONS = {
    VoteForm.MOTION: [Choice.FOR, Choice.AGAINST, Choice.ABSTAIN],
    VoteForm.CONSENT: [Choice.AGREE, Choice.REMARKS, Choice.DISAGREE],
}
MIN_OPTIONS, MAX_OPTIONS = 2, 10  # of a single choice
DEFAULT_CLOSING = time(12)
MAX_OPEN = timedelta(days=366)  # how long a vote may be open
TITLE_LENGTH = 120  # characters of a question in the message about it


async def open_prefill(act: Act, *, item_id: ItemId | None = None, body_id: BodyId | None = None) -> Prefill:
    body, item = await get_asked_for(act, item_id, body_id)
    values: dict[str, Any] = {"form": VoteForm.MOTION, "live": False, "secret": False}
    if item:
        values["question"] = item.wording or item.title
    return Prefill(about=item.title if item else body.name, values=values)


async def get_asked_for(act: Act, item_id: int | None, body_id: int | None) -> tuple[Body, AgendaItem | None]:
    """Returns the body to ask, and the agenda item to ask about where there is one.

    Raises NotFound for an item that is still the secretariat's draft, Conflict for one of a meeting that is
    cancelled or whose minutes are approved.
    """
    if item_id is not None:
        item = await get_item_for(act, item_id)
        published = {each["id"] for each in (item.meeting.published or {}).get("items", ())}
        if item.id not in published and not may(act.by, P.ARRANGE, item.meeting.body_id):
            raise NotFound
        require_unlocked(item.meeting)
        require_not_cancelled(item.meeting)
        return item.meeting.body, item
    if body_id is None:
        raise Invalid("ask_about_what")
    return await get_body_for(act, body_id), None


async def open_vote(
    act: Act,
    *,
    question: Prose,
    item_id: ItemId | None = None,
    body_id: BodyId | None = None,
    form: VoteForm = VoteForm.MOTION,
    options: Lines = [],  # noqa: B006
    secret: bool = False,
    live: bool = False,
    closes_on: Day | None = None,
    closes_at: Hour | None = None,
) -> VoteView:
    """Put a question to the voting seats. The roll, the form, secrecy and the rule are settled now.

    Returns VoteView. Raises Conflict where the same is asked already, or nobody is there to ask.
    """
    body, item = await get_asked_for(act, item_id, body_id)
    require_advisory_wording(body, question=question, options=options)
    vote = Vote(
        body_id=body.id,
        body=body,
        item_id=item.id if item else None,
        item=item,
        question=question,
        form=form,
        options=options_of(form, options),
        secret=secret,
        live=live,
        quorum=body.quorum,
        majority=body.majority,
        tie_rule=body.tie_rule,
        secret_minimum=(body.secret_minimum or SECRET_MINIMUM) if secret else None,
        opened_at=act.at,
        closes_at=closing_moment(act, closes_on, closes_at),
        salt=new_salt() if secret else None,
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
    seats = await seats_on(act, body.id, act.today)
    roll = [
        RollEntry(
            seat_id=seat.id,
            seat_name=seat.name,
            holder=seat.speaker.name,
            changed=0,
            recused=False,
            answered=False,
            is_chair=seat.chairs and seat.holder is not None,
        )
        for seat in seats
        if seat.standing is Standing.VOTING and seat.speaker is not None
    ]
    if not roll:
        raise Conflict("nobody_to_ask", body=body.name)
    act.db.add(vote)
    await act.db.flush()
    for entry in roll:
        entry.vote_id = vote.id
    act.db.add_all(roll)
    if vote.secret_minimum and len(roll) < vote.secret_minimum:
        act.ask_first("roll_below_minimum", count=len(roll), minimum=vote.secret_minimum)
    if vote.salt:
        await lay_blanks(act, vote, [entry.seat_id for entry in roll])
    await act.db.flush()
    await notify_opened(act, vote, item, speakers(seats, Standing.VOTING))
    act.concerns(f"vote:{vote.id}", f"meeting:{item.meeting_id}" if item else f"body:{body.id}")
    return await get_vote_view_for(act, vote.id)


async def notify_opened(act: Act, vote: Vote, item: AgendaItem | None, voters: set[int]) -> None:
    """Tell those who may answer. The card is one for each role, but for seats whose deputy comes."""
    deputies, represented = await deputies_present(act, item.meeting_id if item else None)
    about: dict[str, Any] = {
        "command": "vote.show",
        "args": {"vote_id": vote.id},
        "body_id": vote.body_id,
        "body": vote.body.name,
        "title": item.title if item else vote.question[:TITLE_LENGTH],
        "audience": AUDIENCE,
        "before": vote.closes_at,
    }
    rooms_of = None if is_on_confidential(item) else vote.body_id
    own = deputies | represented
    await notify(act, "vote_opened", people=voters - own, rooms_of=rooms_of, drawn_for_role=True, **about)
    await notify(act, "vote_opened", people=deputies | (voters & own), **about)


def is_on_confidential(item: AgendaItem | None) -> bool:
    """Returns whether a question is on a confidential item, or one of a case that has become confidential since."""
    return item is not None and (item.confidential or (item.case is not None and item.case.confidential))


def options_of(form: VoteForm, options: list[str]) -> list[str]:
    """Returns what may be chosen. Raises Invalid for options that are given, too few, too many, or twice."""
    if form is not VoteForm.SINGLE:
        if options:
            raise Invalid("options_are_given", field="options")
        return [str(option) for option in OPTIONS[form]]
    # Everybody may abstain in every form: it is no option of one's own.
    abstaining = {text(lang, "choice.abstain").casefold() for lang in LANGUAGES} | {str(Choice.ABSTAIN)}
    options = [option for option in options if option.casefold() not in abstaining]
    if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        raise Invalid("two_to_ten_options", field="options")
    if len({option.casefold() for option in options}) != len(options):
        raise Invalid("options_twice", field="options")
    return options


def closing_moment(act: Act, day: date | None, hour: time | None) -> datetime | None:
    """Returns when a vote closes by itself, in UTC; None for one that is closed by hand."""
    if day is None:
        if hour is not None:
            raise Invalid("hour_without_day", field="closes_on")
        return None
    hour = hour or DEFAULT_CLOSING
    if not is_real(day, hour, act.tz):
        raise Invalid("unreal_hour", field="closes_at", day=day, hour=hour)
    at = moment(day, hour, act.tz)
    if at <= act.at:
        raise Invalid("deadline_in_the_past", field="closes_on", day=day)
    if at > act.at + MAX_OPEN:
        raise Invalid("deadline_too_far", field="closes_on", day=day)
    return at


async def deputies_present(act: Act, meeting_id: int | None) -> tuple[set[int], set[int]]:
    """Returns the deputies who have said they come to a meeting, and those they stand in for."""
    if meeting_id is None:
        return set(), set()
    rows = (
        await act.db.execute(
            select(Attendance.deputy_id, Attendance.person_id).where(
                Attendance.meeting_id == meeting_id,
                Attendance.deputy_response.in_((DeputyResponse.COMES, DeputyResponse.DIGITAL)),
            )
        )
    ).all()
    return {row.deputy_id for row in rows if row.deputy_id}, {row.person_id for row in rows if row.person_id}


async def get_vote_for(act: Act, vote_id: int) -> Vote:
    """Returns a vote with its item, locked where the act changes something. Raises NotFound for another body's."""
    query = (
        select(Vote)
        .where(Vote.id == vote_id)
        .options(joinedload(Vote.item).joinedload(AgendaItem.case), joinedload(Vote.body))
        .execution_options(populate_existing=True)
    )
    if act.changes:
        query = query.with_for_update(of=Vote)
    vote = await act.db.scalar(query)
    if vote is None:
        raise NotFound
    gate(act, vote.body_id)
    act.concerns(f"vote:{vote.id}", f"meeting:{vote.item.meeting_id}" if vote.item else f"body:{vote.body_id}")
    return vote


async def get_conducted_vote_for(act: Act, vote_id: int, command: str) -> tuple[Vote, Question, list[RollRow]]:
    """Returns a vote that the command is open to, with its roll. Raises Conflict when it is closed."""
    vote = await get_vote_for(act, vote_id)
    question, roll = await get_question_for(act, vote_id)
    VOTE.require(act, command, question)
    return vote, question, roll


async def extend_prefill(act: Act, *, vote_id: VoteId) -> Prefill:
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.extend")
    values: dict[str, Any] = {}
    if vote.closes_at is not None:
        now = vote.closes_at.astimezone(act.tz)
        values = {"closes_on": now.date(), "closes_at": now.time()}
    return Prefill(about=vote.question, values=values, is_saved=True)


async def extend(act: Act, *, vote_id: VoteId, closes_on: Day, closes_at: Hour | None = None) -> VoteView:
    """Move a question's deadline later, or set one where it has none. Those who can answer are told once.

    Without an hour it stays at the hour it had. Returns VoteView. Raises Invalid for what is not later.
    """
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.extend")
    if closes_at is None and vote.closes_at is not None:
        closes_at = vote.closes_at.astimezone(act.tz).time()
    later = closing_moment(act, closes_on, closes_at)
    assert later is not None
    if vote.closes_at is not None and later <= vote.closes_at:
        raise Invalid("deadline_not_later", field="closes_on", at=vote.closes_at.astimezone(act.tz))
    vote.closes_at = later
    await act.db.flush()
    mark_stale(act, f"vote:{vote.id}")
    act.did(until=later.astimezone(act.tz))
    await notify_concerned(act, vote, "vote_extended", until_at=later.astimezone(act.tz))
    return await get_vote_view_for(act, vote.id)


async def withdraw_prefill(act: Act, *, vote_id: VoteId) -> Prefill:
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.withdraw")
    return Prefill(about=vote.question)


async def withdraw(act: Act, *, vote_id: VoteId, reason: Line) -> VoteView:
    """Withdraw a question that was put by mistake. It gets no result and stands in no minutes; its answers count
    for nothing, and secret ones are destroyed unopened.

    Returns VoteView.
    """
    vote, _, roll = await get_conducted_vote_for(act, vote_id, "vote.withdraw")
    require_advisory_wording(vote.body, reason=reason)
    answered = sum(row.answered and not row.recused for row in roll)
    act.ask_first("vote_is_withdrawn", question=brief(vote.question))
    if answered:
        act.ask_first("answers_go", count=answered)
    await withdraw_question(act, vote, reason)
    await notify_concerned(act, vote, "vote_withdrawn", reason=reason)
    return await get_vote_view_for(act, vote.id)


async def close_prefill(act: Act, *, vote_id: VoteId) -> Prefill:
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.close")
    return Prefill(about=vote.question)


async def close(act: Act, *, vote_id: VoteId) -> VoteView:
    """Close a question and record the roll, the rule and the count, and by which rule it passed or not.

    Returns VoteView.
    """
    vote, question, roll = await get_conducted_vote_for(act, vote_id, "vote.close")
    if vote.salt:
        answers = await open_and_destroy(act, vote)
    else:
        answers = [(row.choice, row.reason or "") for row in roll if row.choice and not row.recused]
    vote.closed_at, vote.salt = act.at, None
    closed_by = act.by.name if act.by.id is not None else ""
    vote.result = make_result(vote, question, roll, answers) | {"closed_by": closed_by}
    if silent := vote.result["entitled"] - len(answers):
        act.ask_first("silent_seats", count=silent, entitled=vote.result["entitled"])
    if vote.result["verdict"] is Verdict.NOT_SHOWN:
        act.ask_first("too_few_to_show", count=len(answers), minimum=minimum_of(question))
    await act.db.flush()
    act.trace.evidence |= {"result": vote.result, "roll_digest": roll_digest([vouched(row) for row in roll])}
    await notify_concerned(act, vote, "vote_closed")
    mark_stale(act, f"vote:{vote.id}")
    return await get_vote_view_for(act, vote.id)


def vouched(row: RollRow) -> list[object]:
    """Returns what of a roll's row the log's line about the closing vouches for (see log/verify.py)."""
    told = (
        row.seat_id,
        row.seat_name,
        row.holder,
        row.recused,
        row.answered,
        row.choice,
        row.reason,
        row.by_name,
        row.recused_reason,
    )
    return list(told)


async def notify_concerned(act: Act, vote: Vote, kind: str, **facts: Any) -> None:
    """Tell those who could answer a question, and the council's channels unless its item is confidential."""
    seats = await seats_on(act, vote.body_id, act.today)
    deputies, _ = await deputies_present(act, vote.item.meeting_id if vote.item else None)
    await notify(
        act,
        kind,
        people=speakers(seats, Standing.VOTING) | deputies,
        rooms_of=None if is_on_confidential(vote.item) else vote.body_id,
        command="vote.show",
        args={"vote_id": vote.id},
        body_id=vote.body_id,
        audience=AUDIENCE,
        title=brief(vote.question),
        useful_until=vote.closes_at if vote.closed_at is None else None,
        **facts,
    )


async def due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the votes whose time is up, as arguments to vote.close."""
    ids = await db.scalars(select(Vote.id).where(Vote.closed_at.is_(None), Vote.closes_at <= at).order_by(Vote.id))
    return [{"vote_id": vote_id} for vote_id in ids]


async def next_due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next vote closes by itself."""
    return await db.scalar(select(func.min(Vote.closes_at)).where(Vote.closed_at.is_(None), Vote.closes_at > at))
