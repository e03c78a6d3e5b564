"""The one way in: running a command for a caller, all of it or none of it, and saying how it went."""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot import tracing
from lisbot.cards.form import Field, FormView, label
from lisbot.cards.viewer import Viewer
from lisbot.commands.asking import (
    brief,
    describe_recipients,
    is_by_itself,
    pack_questions,
    read_confirmation,
    require_confirmed,
    say_details,
    say_done,
)
from lisbot.commands.command import BASIS, CONFIRM, Command, Given
from lisbot.commands.forms import (
    among_choices,
    carry_on,
    describe,
    describe_rows,
    describe_saved,
    merge_with_saved,
    parse,
    parse_context,
    part_hours,
    read_basis,
    says_hours,
)
from lisbot.commands.refusals import failed, is_transient, refused
from lisbot.commands.reply import ALREADY_DONE, Reply
from lisbot.commands.rows import changed_only, gather_rows, saved_of_shown
from lisbot.commands.table import COMMANDS, current_arguments, find_command
from lisbot.council.core import access
from lisbot.council.core.characters import without_halves
from lisbot.council.core.context import Act, Permission
from lisbot.council.core.errors import ChangedMeanwhile, Conflict, NeedsConfirming, NotFound, Refusal
from lisbot.council.core.fields import Prefill
from lisbot.council.register.identity import CLOCK, AccountRefused, Caller, recognise
from lisbot.runtime import Runtime

if TYPE_CHECKING:
    from lisbot.idempotency import ReceiptKey

log = logging.getLogger(__name__)

SHOWN_AGAIN = (409, 422)  # statuses of refusals after which the form is shown again
CARRIED = (CONFIRM, BASIS)  # what comes with a command's arguments and is none of them


Run = Callable[..., Coroutine[Any, Any, Reply]]
Work = Callable[[Act, Command], Awaitable[Any]]
# Writes, in the transaction that does something, that it is done. Returns False where it was done before.
Once = Callable[[AsyncSession], Awaitable[bool]]


async def run(
    runtime: Runtime, name: str, given: Given, caller: Caller, *, receipt: "ReceiptKey | Once | None" = None
) -> Reply:
    """Run one command for one caller: all of it or none of it.

    Returns a Reply, never raises. `receipt` names what a platform sent, or writes itself that it is done: the same is
    done once, however often it is sent, and the reply to it afterwards has the key ALREADY_DONE.
    """
    if not tracing.current_id():  # nobody's request: what happens by itself, or comes by another way than HTTP
        with tracing.request():
            return await run(runtime, name, given, caller, receipt=receipt)
    with tracing.span(f"command {name}", channel=caller.platform):
        return await run_traced(runtime, name, given, caller, receipt)


async def run_traced(
    runtime: Runtime, name: str, given: Given, caller: Caller, receipt: "ReceiptKey | Once | None"
) -> Reply:
    given = current_arguments(name, without_halves(given))
    if (found := find_command(name)) and found.each:
        from lisbot.commands.batch import run_each  # not for one thing at a time

        assert not callable(receipt), "what is done in many transactions is written down in none of them"
        return await run_each(runtime, found, given, caller, receipt)
    typed = {name: value for name, value in given.items() if name not in CARRIED}
    confirmed = read_confirmation(given.get(CONFIRM))
    basis = read_basis(given.get(BASIS))

    done = ""
    told: tuple[str, ...] = ()
    looked: tuple[Act, Given] | None = None

    async def work(act: Act, command: Command) -> Any:
        nonlocal done, told, looked
        if receipt is not None:
            await require_first_time(act, receipt)
        args, told_args = await read_arguments(act, command, typed, basis)
        view = await command.execute(act, args)
        if act.changes and (act.db.new or act.db.dirty or act.db.deleted):
            await act.db.flush()
        recipients = [] if is_by_itself(act) else await describe_recipients(act)
        if command.asks_first:
            require_confirmed(act, confirmed, recipients)
        done, told = say_done(act, command), tuple(say_details(brief(recipients, act.by.lang), act.by.lang))
        if command.changes and not command.is_internal:
            await write_log(act, command, told_args)
        if act.trace.readings:
            looked = act, told_args
        return view

    started = perf_counter()
    reply, refusal = await attempt(runtime, name, given, caller, work)
    command = find_command(name)
    runtime.on_command(command.name if command else "unknown", reply.status, perf_counter() - started, caller.platform)
    asks = isinstance(refusal, NeedsConfirming)
    if refusal and command and command.has_form and (command.inputs or asks) and reply.status in SHOWN_AGAIN:
        if reply.key == ALREADY_DONE:
            return reply
        form = await ask(runtime, name, given, caller, refusal=refusal, reply=reply)
        return replace(reply, view=form.view, shows=form.shows, viewer=form.viewer, refusal=refusal)
    if looked is not None and command is not None and reply.is_done:
        from lisbot.commands.reading import note_reading  # not for what shows nothing of others

        await note_reading(runtime, command, *looked)
    return replace(reply, done=done, told=told) if reply.is_done else reply


async def read_arguments(
    act: Act, command: Command, typed: Given, basis: Mapping[str, Sequence[str]]
) -> tuple[Given, Given]:
    """Returns the arguments as the function takes them, and as the log tells them."""
    if says_hours(typed):
        started_from = await command.prefill(act, **parse_context(command, typed)) if command.prefill else Prefill()
        typed = part_hours(command, typed, started_from.values)
    args: Given = parse(command, typed, act.today)
    if command.prefill is None or not (basis or command.repeats):
        return args, args
    prefill = await command.prefill(act, **parse_context(command, typed))
    if basis:
        args = merge_with_saved(command, args, prefill.saved, basis)
    return gather_rows(command, args, prefill), changed_only(command, args, prefill)


async def require_first_time(act: Act, receipt: "ReceiptKey | Once") -> None:
    """Raises Conflict where what a platform sent was done before."""
    if callable(receipt):
        if not await receipt(act.db):
            raise Conflict(ALREADY_DONE)
        return
    from lisbot.idempotency import take_receipt  # not for a command line, which is sent nothing twice

    if not await take_receipt(act.db, receipt):
        raise Conflict(ALREADY_DONE)


async def write_log(act: Act, command: Command, args: Given) -> None:
    """Write the log's line about a command, without the arguments that never reach the log."""
    from lisbot.council.log.write import write  # not for a command that only looks

    await write(act, command.name, {name: value for name, value in args.items() if name not in command.secret})


async def ask(
    runtime: Runtime,
    name: str,
    given: Given,
    caller: Caller,
    *,
    refusal: Refusal | None = None,
    reply: Reply | None = None,
) -> Reply:
    """Ask for a command's form, with what is known or was typed filled in. Changes nothing.

    Returns a Reply with a FormView. `refusal` and `reply`: why the form comes back.
    """
    given = current_arguments(name, without_halves(given))
    started_from = Prefill()
    looked: Act | None = None

    async def work(act: Act, command: Command) -> Any:
        nonlocal started_from, given, looked
        prefill = Prefill()
        if command.prefill:
            try:
                prefill = await command.prefill(act, **parse_context(command, given))
            except (Refusal, NoResultFound):
                # What it is about has gone meanwhile. What somebody typed has not.
                if refusal is None:
                    raise
        started_from = prefill
        # One that comes back after a refusal shows what it showed when it was opened.
        looked = act if act.trace.readings and refusal is None else None
        if command.each:
            given = among_choices(given, prefill)
        saved = saved_of_shown(command, prefill, given)
        filled, carried = carry_on(refusal, given, saved, read_basis(given.get(BASIS)))
        fields, rows = describe(command, prefill, filled), describe_rows(command, prefill, filled)
        empty = next((f for f in fields if f.required and f.choices is not None and not len(f.choices)), None)
        if empty is not None and refusal is None:
            raise Conflict("nothing_to_choose", label=label(act.by.lang, command.name, empty.name))
        return FormView(
            command=command.name,
            fields=tuple(fields),
            rows=tuple(rows),
            about=prefill.about,
            reads=tuple(prefill.reads),
            context={
                **{name: given[name] for name in sorted(command.context) if given.get(name) is not None},
                **carried,
            },
            asked=asked_keys(refusal) or keys_seen(refusal, given),
            facts=say_details(refusal.details, act.by.lang) if isinstance(refusal, NeedsConfirming) else (),
            told=count_told(refusal),
            problem=reply.words if reply and not isinstance(refusal, NeedsConfirming) else "",
            problems=problems_of(refusal, reply, [*fields, *(f for row in rows for f in row.fields)]) if reply else {},
        )

    form, _ = await attempt(runtime, name, given, caller, work, changes=False)
    command = find_command(name)
    if looked is not None and command is not None and form.is_done:
        from lisbot.commands.reading import note_reading  # not for what shows nothing of others

        await note_reading(runtime, command, looked, {})
    if form.is_done and command and command.asks_first and refusal is None:
        return await preview(runtime, command, {**started_from.filled, **given}, caller, form)
    return replace(form, shows="form") if form.is_done else form


async def preview(runtime: Runtime, command: Command, given: Given, caller: Caller, form: Reply) -> Reply:
    """Returns a form with what its command would do as it stands, and whom it would tell. Changes nothing.

    A command that has nothing to fill in is refused here already, where it would be refused.
    """
    if command.each:
        from lisbot.commands.batch import foresee_each

        reply, refusal = await foresee_each(runtime, command, given, caller)
    else:
        reply, refusal = await foresee(runtime, command, given, caller)
    if isinstance(refusal, NeedsConfirming):
        asked, view = asked_keys(refusal), form.view
        facts = say_details(refusal.details, reply.lang)
        view = replace(view, asked=asked, facts=facts, told=count_told(refusal))
        return replace(form, shows="form", view=view)
    if not command.inputs:
        return reply
    # One that asks the same of several is answered as a whole, and says so from the start.
    asked = () if command.repeats else form.view.asked
    return replace(form, shows="form", view=replace(form.view, asked=asked))


async def foresee(runtime: Runtime, command: Command, given: Given, caller: Caller) -> tuple[Reply, Refusal | None]:
    """Returns what a command would ask before it is done, as a NeedsConfirming, or why it is refused. Changes
    nothing."""
    typed = {name: value for name, value in given.items() if name not in CARRIED and value is not None}

    async def work(act: Act, command: Command) -> Any:
        args, _ = await read_arguments(act, command, typed, {})
        await command.execute(act, args)
        await act.db.flush()
        raise NeedsConfirming([*act.trace.questions, *await describe_recipients(act)])

    return await attempt(runtime, command.name, typed, caller, work)


def problems_of(refusal: Refusal | None, reply: Reply, fields: Sequence[Field]) -> Mapping[str, str]:
    """Returns what is to be said beside each field of a form that comes back."""
    if not isinstance(refusal, ChangedMeanwhile):
        return reply.fields
    shown = {each.name: each for each in fields}
    return {name: describe_saved(shown[name], now, reply.lang) for name, now in refusal.fields.items() if name in shown}


def asked_keys(refusal: Refusal | None) -> tuple[str, ...] | None:
    """Returns the keys of what a person was asked; None where nothing was."""
    return pack_questions(refusal.details) if isinstance(refusal, NeedsConfirming) else None


def keys_seen(refusal: Refusal | None, given: Given) -> tuple[str, ...] | None:
    """Returns what somebody was asked already, where their form comes back for another reason."""
    seen = given.get(CONFIRM)
    return tuple(seen.split(",")) if refusal is not None and isinstance(seen, str) else None


def count_told(refusal: Refusal | None) -> int:
    """Returns how many people a command tells that asks first; 0 for any other."""
    details = refusal.details if isinstance(refusal, NeedsConfirming) else ()
    return next((int(str(values["count"])) for key, values in details if key in ("tells", "tells_named")), 0)


async def attempt(
    runtime: Runtime,
    name: str,
    given: Given,
    caller: Caller,
    work: Work,
    *,
    changes: bool | None = None,
) -> tuple[Reply, Refusal | None]:
    """Do some work in one transaction. Returns how it went, and why not where it was refused."""
    at = runtime.now()
    lang = caller.lang or runtime.lang
    command = find_command(name)
    for may_retry in (True, True, False):
        try:
            changing = bool(command and command.changes) if changes is None else changes
            async with runtime.db.write() if changing or caller.email else runtime.db.read() as db:
                today = at.astimezone(runtime.tz).date()
                by = await recognise(db, caller, at, today, runtime.lang, runtime.key)
                lang = by.lang
                if command is None:
                    raise NotFound("unknown_command")
                access.require_permission(by, command.needs)
                act = Act(
                    db=db,
                    by=by,
                    at=at,
                    via=caller.platform,
                    tenant=caller.tenant,
                    tz=runtime.tz,
                    needs=command.needs,
                    changes=changing,
                    key=runtime.key,
                    former_keys=runtime.former_keys,
                    room=caller.room,
                    base_url=runtime.base_url,
                    platforms=runtime.platforms,
                )
                act.allows = allows(act)
                view = await work(act, command)
            viewer = Viewer(act.by, at, runtime.tz, act.allows, asks)
            shown = {"view": view, "shows": command.shows, "viewer": viewer}
            return Reply(200, lang=act.by.lang, command=command.name, given=given, **shown), None
        except Refusal as refusal:
            if isinstance(refusal, AccountRefused):
                await tell_of_refused_account(runtime, refusal, at)
            return refused(refusal, name, lang), refusal
        except NoResultFound:
            return refused(NotFound(), name, lang), NotFound()
        except IntegrityError as error:
            # Two people at once: the constraint let one of them through.
            log.info("%s met a constraint: %s", name, type(error.orig).__name__)
            return refused(Conflict("conflict"), name, lang), Conflict("conflict")
        except DBAPIError as error:
            if may_retry and is_transient(error):
                continue
            return failed(name, lang, error), None
        except Exception as error:
            return failed(name, lang, error), None
    raise AssertionError("unreachable")


async def tell_of_refused_account(runtime: Runtime, refusal: AccountRefused, at: datetime) -> None:
    """Tell the secretariat, in a transaction of its own, of somebody whose account was made anew. A failure is logged:
    the refusal stands."""
    from lisbot.council.register.accounts import tell_of_refused  # once in an account's life

    try:
        async with runtime.db.write() as db:
            act = Act(db, CLOCK, at, refusal.platform, runtime.tz, Permission.SELF, changes=True)
            await tell_of_refused(act, refusal.person_id, refusal.platform)
    except Exception:
        log.exception("the secretariat was not told of a refused account")


def asks(name: str, given: Given) -> bool:
    """Returns whether a button that runs a command with these arguments asks for its form first: something that
    changes things is to be filled in. A command that is only pressed has no form, whatever else it may be given."""
    command = COMMANDS[name]
    needed = (*command.inputs, *command.required)
    fills_in = command.changes and command.has_form and any(argument not in given for argument in needed)
    return command.asks_first or fills_in


def allows(act: Act) -> Callable[[str, int], bool]:
    """Returns the command table's answer for one member: whether they may run a command in a body. What they come to
    hold while a command runs counts at once: whoever makes a council runs it."""
    return lambda name, body_id: access.may(act.by, COMMANDS[name].needs, body_id)
