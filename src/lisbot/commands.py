"""Everything lisbot can do, and the one way in.

One line per thing: its name, the function that does it, who may, and what is shown afterwards. From that
line follow the button, the form, the typed phrase, the page, the sub-command and the app package's list.
"""

import inspect
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import cached_property
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound

from lisbot import cards
from lisbot.cards import Asked, Field, Viewer
from lisbot.council import (
    access,
    agenda,
    answers,
    audit,
    bodies,
    calls,
    meetings,
    minutes,
    outcomes,
    pages,
    people,
    plans,
    proposals,
    register,
    votes,
)
from lisbot.council.act import Act, Member
from lisbot.council.act import Permission as P
from lisbot.council.errors import Conflict, Invalid, NeedsConfirming, NotFound, Refusal, WrongInput
from lisbot.council.people import Caller
from lisbot.council.typed import Form, wrong
from lisbot.db import Database
from lisbot.texts import text

log = logging.getLogger(__name__)

Given = Mapping[str, Any]
Show = Callable[[str, Any, Viewer], Any]


@dataclass(frozen=True)
class Command:
    name: str
    do: Callable[..., Awaitable[Any]]
    needs: P
    shows: str
    changes: bool = True
    asks: Callable[..., Awaitable[Form]] | None = None  # what its form starts from
    secret: frozenset[str] = frozenset()  # arguments that never reach the log
    quiet: bool = False  # changes no more than where somebody is reached: no log line

    @cached_property
    def form(self) -> type[BaseModel]:
        """The arguments, read off the function's own signature."""
        asked: dict[str, Any] = {
            name: (p.annotation, ... if p.default is p.empty else p.default)
            for name, p in arguments(self.do).items()
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **asked)

    @cached_property
    def emptied(self) -> frozenset[str]:
        """The arguments that are texts or nothing: given empty, they empty what was there."""
        return frozenset(
            name
            for name, info in self.form.model_fields.items()
            if not info.is_required() and info.default is None and cards.is_text(info.annotation)
        )

    @cached_property
    def context(self) -> frozenset[str]:
        """The arguments that say what a form is about."""
        return frozenset(arguments(self.asks)) if self.asks else frozenset()

    @cached_property
    def has_form(self) -> bool:
        """Whether a person fills something in: what is only pressed has no form to come back to."""
        return self.asks is not None or not any(name.endswith("_id") for name in self.form.model_fields)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The arguments a person fills in: everything but what the form is about."""
        return tuple(n for n in self.form.model_fields if n not in self.context and n != "confirm")


def arguments(do: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    given = inspect.signature(do, eval_str=True).parameters.values()
    return {p.name: p for p in given if p.kind is p.KEYWORD_ONLY}


BALLOT = frozenset({"choice", "reason"})  # how somebody voted
ABSENCE = frozenset({"reason"})  # why somebody is absent may be about their health

# fmt: off
COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        # What is there for me
        Command("menu.show", pages.menu, needs=P.SELF, shows="menu", changes=False),
        Command("me.page", pages.mine, needs=P.SELF, shows="mine", changes=False),
        Command("me.language", people.choose_language, needs=P.SELF, shows="language"),
        Command("me.reached", people.reached, needs=P.SELF, shows="nothing", quiet=True),
        Command("overview.show", pages.overview, needs=P.OVERSEE, shows="overview", changes=False),
        # The year
        Command("body.show", bodies.show, needs=P.VIEW, shows="body", changes=False),
        Command("room.link", bodies.link, needs=P.LINK_ROOM, shows="room"),
        Command("room.unlink", bodies.unlink, needs=P.LINK_ROOM, shows="room"),
        Command("year.show", meetings.show_year, needs=P.VIEW, shows="year", changes=False),
        Command("year.plan", meetings.plan, needs=P.PLAN, shows="year", asks=meetings.plan_form),
        Command("year.load", plans.load, needs=P.PLAN, shows="years"),
        Command("meeting.show", meetings.show, needs=P.VIEW, shows="meeting", changes=False),
        Command("meeting.move", meetings.move, needs=P.PLAN, shows="meeting", asks=meetings.move_form),
        Command("meeting.cancel", meetings.cancel, needs=P.PLAN, shows="meeting", asks=meetings.cancel_form),
        # The call, and what is proposed
        Command("call.show", calls.show, needs=P.VIEW, shows="call", changes=False),
        Command("call.open", calls.open_call, needs=P.CALL, shows="call", asks=calls.open_form),
        Command("call.close", calls.close_call, needs=P.CALL, shows="call"),
        Command("call.nothing", calls.nothing, needs=P.PROPOSE, shows="call"),
        Command("proposal.show", proposals.show, needs=P.VIEW, shows="proposal", changes=False),
        Command("proposal.make", proposals.make, needs=P.PROPOSE, shows="proposal", asks=proposals.make_form),
        Command("proposal.change", proposals.change, needs=P.PROPOSE, shows="proposal", asks=proposals.change_form),
        Command("proposal.withdraw", proposals.withdraw, needs=P.PROPOSE, shows="proposal"),
        Command("proposal.list", proposals.triage, needs=P.TRIAGE, shows="triage", changes=False),
        Command("proposal.accept", proposals.accept, needs=P.TRIAGE, shows="proposal"),
        Command("proposal.return", proposals.give_back, needs=P.TRIAGE, shows="proposal", asks=proposals.reason_form),
        Command("proposal.merge", proposals.merge, needs=P.TRIAGE, shows="proposal", asks=proposals.merge_form),
        Command("proposal.postpone", proposals.postpone, needs=P.TRIAGE, shows="proposal", asks=proposals.postpone_form),
        Command("proposal.reject", proposals.reject, needs=P.TRIAGE, shows="proposal", asks=proposals.reason_form),
        # The agenda and the notice
        Command("agenda.show", agenda.show, needs=P.READ_AGENDA, shows="agenda", changes=False),
        Command("agenda.add", agenda.add, needs=P.ARRANGE, shows="agenda", asks=agenda.add_form),
        Command("agenda.change", agenda.change, needs=P.ARRANGE, shows="agenda", asks=agenda.change_form),
        Command("agenda.lift", agenda.lift, needs=P.ARRANGE, shows="agenda"),
        Command("agenda.arrange", agenda.arrange, needs=P.ARRANGE, shows="agenda", asks=agenda.arrange_form),
        Command("agenda.remove", agenda.remove, needs=P.ARRANGE, shows="agenda"),
        Command("agenda.publish", agenda.publish, needs=P.ARRANGE, shows="meeting"),
        # Who comes
        Command("answer.give", answers.give, needs=P.ANSWER, shows="meeting", asks=answers.give_form, secret=ABSENCE),
        Command("answer.deputy", answers.deputy, needs=P.ANSWER, shows="meeting"),
        Command("answer.forecast", answers.forecast, needs=P.ARRANGE, shows="forecast", changes=False),
        # Votes and advice
        Command("vote.show", votes.show, needs=P.VIEW, shows="vote", changes=False),
        Command("vote.open", votes.open_vote, needs=P.CONDUCT_VOTES, shows="vote", asks=votes.open_form),
        Command("vote.cast", votes.cast, needs=P.VOTE, shows="vote", asks=votes.cast_form, secret=BALLOT),
        Command("vote.recuse", votes.recuse, needs=P.CONDUCT_VOTES, shows="vote", asks=votes.recuse_form),
        Command("vote.close", votes.close, needs=P.CONDUCT_VOTES, shows="vote"),
        # Outcomes and minutes
        Command("outcome.record", outcomes.record, needs=P.RECORD, shows="outcome", asks=outcomes.record_form),
        Command("outcome.search", outcomes.search, needs=P.VIEW, shows="outcomes", changes=False, asks=outcomes.search_form),
        Command("minutes.show", minutes.show, needs=P.VIEW, shows="minutes", changes=False),
        Command("minutes.start", minutes.start, needs=P.RECORD, shows="minutes"),
        Command("minutes.attend", minutes.attend, needs=P.RECORD, shows="minutes", asks=minutes.attend_form),
        Command("minutes.write", minutes.write, needs=P.RECORD, shows="minutes", asks=minutes.write_form),
        Command("minutes.follow_up", minutes.follow_up, needs=P.RECORD, shows="minutes", asks=minutes.follow_up_form),
        Command("minutes.send", minutes.send, needs=P.RECORD, shows="minutes", asks=minutes.send_form),
        Command("minutes.comment", minutes.comment, needs=P.COMMENT, shows="minutes", asks=minutes.comment_form),
        Command("minutes.approve", minutes.approve, needs=P.RECORD, shows="minutes"),
        Command("minutes.reopen", minutes.reopen, needs=P.RECORD, shows="minutes", asks=minutes.reopen_form),
        # The register
        Command("register.show", register.show, needs=P.VIEW, shows="register", changes=False),
        Command("seat.show", register.see, needs=P.REPORT_CHANGE, shows="change", changes=False),
        Command("seat.report", register.report, needs=P.REPORT_CHANGE, shows="change", asks=register.report_form),
        Command("seat.approve", register.approve, needs=P.KEEP_REGISTER, shows="change"),
        Command("seat.return", register.return_change, needs=P.KEEP_REGISTER, shows="change", asks=register.return_form),
        Command("log.verify", audit.verify, needs=P.OVERSEE, shows="verified", changes=False),
    )
}
# fmt: on


@dataclass(frozen=True)
class House:
    """What app.py hands over: where things are kept, what time it is, and the key that seals ballots."""

    db: Database
    now: Callable[[], datetime]
    tz: ZoneInfo
    lang: str = "nb"
    key: bytes = b""
    base_url: str = ""
    after: Callable[[str, "Reply", float], None] = lambda name, reply, seconds: (
        None
    )  # told of each command run


@dataclass(frozen=True)
class Reply:
    """How it went. A refusal has its key and words, and its form filled in where there was one."""

    status: int
    words: str = ""
    shown: Any = None
    shows: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    lang: str = "nb"
    key: str = ""


Run = Callable[..., Coroutine[Any, Any, Reply]]


async def run(house: House, name: str, given: Given, caller: Caller, show: Show = cards.draw) -> Reply:
    """Do one thing for one caller: all of it or none of it, and say how it went."""

    async def deed(act: Act, command: Command, viewer: Viewer) -> Any:
        db, args = act.db, parse(command, given)
        thing = await command.do(act, **args)
        if act.changes and (db.new or db.dirty or db.deleted):
            await db.flush()
        shown = show(command.shows, thing, viewer)
        if command.changes and not command.quiet:
            # Last, so that the chain's head is locked for as short as can be.
            await audit.write(act, command.name, {k: v for k, v in args.items() if k not in command.secret})
        return shown

    started = perf_counter()
    reply, refusal = await attempt(house, name, caller, deed)
    house.after(name, reply, perf_counter() - started)
    command = COMMANDS.get(name)
    if refusal and command and command.has_form and command.inputs and reply.status in (409, 422):
        asked = await ask(house, name, given, caller, show, refusal=refusal, reply=reply)
        return replace(reply, shown=asked.shown, shows="form")
    return reply


async def ask(
    house: House,
    name: str,
    given: Given,
    caller: Caller,
    show: Show = cards.draw,
    *,
    refusal: Refusal | None = None,
    reply: Reply | None = None,
) -> Reply:
    """The form for a command, with what is known or was typed filled in. Changes nothing."""

    async def deed(act: Act, command: Command, viewer: Viewer) -> Any:
        form = Form()
        if command.asks:
            try:
                form = await command.asks(act, **parse_context(command, given))
            except (Refusal, NoResultFound):
                # What it is about has gone meanwhile. What somebody typed has not.
                if refusal is None:
                    raise
        fields = describe(command, form, given)
        empty = next((f for f in fields if f.required and f.choices is not None and not len(f.choices)), None)
        if empty is not None and refusal is None:
            raise Conflict("nothing_to_choose", label=cards.label(viewer.lang, name, empty.name))
        asked = Asked(
            command=command.name,
            fields=fields,
            about=form.about,
            context={name: given[name] for name in sorted(command.context) if given.get(name) is not None},
            confirming=isinstance(refusal, NeedsConfirming),
            problem=reply.words if reply else "",
            problems=reply.fields if reply else {},
        )
        return show("form", asked, viewer)

    asked, _ = await attempt(house, name, caller, deed, changes=False)
    return replace(asked, shows="form") if asked.status == 200 else asked


Deed = Callable[[Act, Command, Viewer], Awaitable[Any]]


async def attempt(
    house: House, name: str, caller: Caller, deed: Deed, *, changes: bool | None = None
) -> tuple[Reply, Refusal | None]:
    """One transaction around one deed. Every refusal and every bug is worded here and nowhere else."""
    at = house.now()
    lang = caller.lang or house.lang
    for again in (True, True, False):
        try:
            command = COMMANDS.get(name)
            changing = bool(command and command.changes) if changes is None else changes
            async with house.db.write() if changing or caller.email else house.db.read() as db:
                by = await people.recognise(db, caller, at, at.astimezone(house.tz).date(), house.lang)
                lang = by.lang
                if command is None:
                    raise NotFound("unknown_command")
                access.require(by, command.needs)
                act = Act(
                    db, by, at, caller.platform, house.tz, command.needs, changing, house.key, caller.room
                )
                shown = await deed(act, command, Viewer(by, at, house.tz, can(by), house.base_url))
            return Reply(200, shown=shown, shows=command.shows, lang=lang), None
        except Refusal as refusal:
            return refused(refusal, name, lang), refusal
        except NoResultFound:
            return refused(NotFound(), name, lang), NotFound()
        except IntegrityError as error:
            # Two people at once: the constraint let one of them through.
            log.info("%s met a constraint: %s", name, type(error.orig).__name__)
            return refused(Conflict("conflict"), name, lang), Conflict("conflict")
        except DBAPIError as error:
            if again and is_passing(error):
                continue
            return unexpected(name, lang), None
        except Exception:
            return unexpected(name, lang), None
    raise AssertionError("unreachable")


def is_passing(error: DBAPIError) -> bool:
    """A deadlock or a serialisation failure: the database asks us to try again."""
    return getattr(error.orig, "sqlstate", None) in ("40001", "40P01") or "database is locked" in str(
        error.orig
    )


def refused(refusal: Refusal, name: str, lang: str) -> Reply:
    """A refusal in the person's language, and for each wrong field what is wrong with it."""
    fields: dict[str, str] = {}
    if isinstance(refusal, WrongInput):
        fields = {at: text(lang, f"input.{key}", **values) for at, (key, values) in refusal.fields.items()}
        wrong = "; ".join(f"{cards.label(lang, name, at)}: {words}" for at, words in fields.items())
        return Reply(
            refusal.status,
            text(lang, "error.invalid", fields=wrong),
            fields=fields,
            lang=lang,
            key=refusal.key,
        )
    words = text(lang, f"error.{refusal.key}", **refusal.values)
    if refusal.details:
        words = "\n".join(
            [words, *(text(lang, f"detail.{key}", **values) for key, values in refusal.details)]
        )
    if refusal.field:
        fields = {refusal.field: words}
    return Reply(refusal.status, words, fields=fields, lang=lang, key=refusal.key)


def unexpected(name: str, lang: str) -> Reply:
    ref = secrets.token_hex(3)
    log.exception("%s failed, ref %s", name, ref)
    return Reply(500, text(lang, "error.unexpected", ref=ref), lang=lang)


def can(by: Member) -> Callable[[str, int], bool]:
    return lambda name, body_id: access.may(by, COMMANDS[name].needs, body_id)


def parse(command: Command, given: Given) -> dict[str, Any]:
    """The arguments, checked. An empty field is one that was not filled in, or, of something that stays as
    it was unless it is given, one that was emptied."""
    filled = {
        name: value.strip() if is_blank(value) else value
        for name, value in given.items()
        if not is_blank(value) or name in command.emptied
    }
    try:
        form = command.form.model_validate(filled)
    except ValidationError as error:
        raise WrongInput({str(e["loc"][0]): wrong(e) for e in reversed(error.errors())}) from None
    return {name: getattr(form, name) for name in command.form.model_fields}


def is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def parse_context(command: Command, given: Given) -> dict[str, Any]:
    """Only what the form is about, of all that came with it."""
    checked = {}
    for name, asked in arguments(command.asks).items() if command.asks else ():
        if given.get(name) not in (None, ""):
            try:
                checked[name] = TypeAdapter(asked.annotation).validate_python(given[name])
            except ValidationError as error:
                raise WrongInput({name: wrong(error.errors()[0])}) from None
        elif asked.default is asked.empty:
            raise WrongInput({name: ("missing", {})})
    return checked


def describe(command: Command, form: Form, given: Given) -> list[Field]:
    """The fields of a command's form, with what was typed, or else what the form starts from."""
    return [
        Field(
            name=name,
            annotation=info.annotation,
            metadata=tuple(info.metadata),
            required=info.is_required()
            or (name in command.context and name in form.choices)
            or isinstance(info.default, Enum),
            value=given.get(name, form.values.get(name, None if info.is_required() else info.default)),
            choices=form.choices.get(name),
            leaves_out=form.leaves_out.get(name, ()),
        )
        for name, info in command.form.model_fields.items()
        if name in command.inputs or (name in form.choices and not given.get(name))
    ]


__all__ = ["COMMANDS", "Command", "House", "Invalid", "Reply", "Run", "ask", "run"]
