"""One command over many councils' meetings: each in its own transaction and with its own line in the log, and what became
of each is said. What is refused for one is done for the others all the same, and nothing is half done.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lisbot.commands.asking import EVERYTHING, read_confirmation
from lisbot.commands.command import CONFIRM, Command, Given
from lisbot.commands.run import (
    CARRIED,
    SHOWN_AGAIN,
    Once,
    Reply,
    ask,
    attempt,
    foresee,
    read_arguments,
    refused,
    require_first_time,
    run,
)
from lisbot.commands.table import COMMANDS
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Detail, NeedsConfirming, Refusal
from lisbot.council.meetings.views import BatchLine, BatchView
from lisbot.council.register.identity import Caller
from lisbot.runtime import Runtime
from lisbot.texts import Days, date_and_name

UNREACHABLE, SHORT = "tells_unreachable", "batch_unreachable"
MAX_NAMES = 120  # characters of the names of one council's that are told among many

if TYPE_CHECKING:
    from lisbot.idempotency import ReceiptKey


async def run_each(
    runtime: Runtime, command: Command, given: Given, caller: Caller, receipt: "ReceiptKey | Once | None"
) -> Reply:
    """Run a command for each meeting that is named, after a yes to what it would do in each. Returns a Reply with a
    BatchView, or the form with what is to be said yes to."""
    confirmed = read_confirmation(given.get(CONFIRM))
    asks = not confirmed
    reply, refusal = await name_meetings(runtime, command, given, caller, None if asks else receipt)
    if reply.is_done and asks:
        refusal = NeedsConfirming(await foresee_lines(runtime, command, reply, caller))
        reply = refused(refusal, command.name, reply.lang)
    if refusal is not None and reply.status in SHOWN_AGAIN:
        form = await ask(runtime, command.name, given, caller, refusal=refusal, reply=reply)
        return replace(reply, view=form.view, shows=form.shows, viewer=form.viewer, refusal=refusal)
    if not reply.is_done:
        return reply
    seen = {*confirmed, *([UNREACHABLE] if SHORT in confirmed else ())}
    yes = "true" if confirmed == EVERYTHING else ",".join(sorted(seen))
    lines = [await run_one(runtime, command, line, yes, caller) for line in reply.view.lines]
    return replace(reply, view=BatchView(command.each, tuple(lines)))


async def run_one(runtime: Runtime, command: Command, line: BatchLine, yes: str, caller: Caller) -> BatchLine:
    """Run a command for one meeting. Returns what became of it: one that asks something that was not said yes to is
    left as it is."""
    done = await run(runtime, command.each, {"meeting_id": line.meeting_id, CONFIRM: yes}, caller)
    return replace(line, is_done=done.is_done, why="" if done.is_done else done.words, told=done.told)


def told_lines(view: BatchView) -> dict[str, Any]:
    """Returns what became of each as it is kept, to be told again: which meetings, and of each what was done."""
    said = {str(line.meeting_id): [line.is_done, line.why, list(line.told)] for line in view.lines}
    return {"meeting_id": ",".join(said), "said": said}


async def retell(runtime: Runtime, command: Command, kept: Given, caller: Caller) -> Reply:
    """Returns a Reply that tells again what became of each, with what this person may know of the meetings now."""
    reply, _ = await name_meetings(runtime, command, {"meeting_id": kept["meeting_id"]}, caller)
    if not reply.is_done:
        return reply
    lines = []
    for line in reply.view.lines:
        is_done, why, told = kept["said"][str(line.meeting_id)]
        lines.append(replace(line, is_done=is_done, why=why, told=tuple(told)))
    return replace(reply, view=BatchView(command.each, tuple(lines)))


async def name_meetings(
    runtime: Runtime, command: Command, given: Given, caller: Caller, receipt: "ReceiptKey | Once | None" = None
) -> tuple[Reply, Refusal | None]:
    """Returns a Reply with the meetings that are named, each with what this person may know of it."""
    typed = {name: value for name, value in given.items() if name not in CARRIED and value is not None}

    async def work(act: Act, command: Command) -> Any:
        if receipt is not None:
            await require_first_time(act, receipt)
        args, _ = await read_arguments(act, command, typed, {})
        return await command.function(act, **args)

    return await attempt(runtime, command.name, typed, caller, work, changes=receipt is not None)


async def foresee_each(
    runtime: Runtime, command: Command, given: Given, caller: Caller
) -> tuple[Reply, Refusal | None]:
    """Returns what a command would do in each meeting that is named, as a NeedsConfirming. Changes nothing."""
    reply, refusal = await name_meetings(runtime, command, given, caller)
    if not reply.is_done:
        return reply, refusal
    return reply, NeedsConfirming(await foresee_lines(runtime, command, reply, caller))


async def foresee_lines(runtime: Runtime, command: Command, named: Reply, caller: Caller) -> list[Detail]:
    """Returns the facts of each meeting, under its council and day."""
    details: list[Detail] = []
    for line in named.view.lines:
        one, refusal = await foresee(runtime, COMMANDS[command.each], {"meeting_id": line.meeting_id}, caller)
        about = describe_line(line, named.lang)
        if isinstance(refusal, NeedsConfirming):
            details += [("batch_about", {"about": about}), *map(shorten, refusal.details)]
        else:
            details.append(("batch_refused", {"about": about, "why": one.words}))
    return details


def shorten(detail: Detail) -> Detail:
    """Returns a fact with less in it, where there is too much for one of many: how many, and not who."""
    key, values = detail
    return (SHORT, values) if key == UNREACHABLE and len(str(values["names"])) > MAX_NAMES else detail


def describe_line(line: BatchLine, lang: str) -> str:
    """Returns a meeting's council and day; of one that is not this person's to see, nothing."""
    if line.meeting is None:
        return "–"
    return date_and_name(lang, line.meeting.body.name, Days(line.meeting.held_on, line.meeting.ends_on))
