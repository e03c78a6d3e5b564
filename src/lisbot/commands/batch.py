"""One command over many councils' meetings: each in its own transaction and with its own line in the log, and what became
of each is said. What is refused for one is done for the others all the same, and nothing is half done.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lisbot.commands.asking import EVERYTHING, OF, confirmed_of, read_confirmation
from lisbot.commands.command import CONFIRM, Command, Given
from lisbot.commands.refusals import refused
from lisbot.commands.reply import ALREADY_DONE, Reply
from lisbot.commands.run import CARRIED, SHOWN_AGAIN, ask, attempt, foresee, read_arguments, run
from lisbot.commands.table import COMMANDS
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Detail, NeedsConfirming, Refusal
from lisbot.council.meetings.views import BatchLine, BatchView
from lisbot.council.register.identity import Caller
from lisbot.runtime import Runtime
from lisbot.texts import Days, date_and_name

ABOUT, REFUSED = "batch_about", "batch_refused"  # what is said beforehand of each: what it does, or why it does not
UNREACHABLE, SHORT = "tells_unreachable", "batch_unreachable"
MAX_NAMES = 120  # characters of the names of one council's that are told among many

if TYPE_CHECKING:
    from lisbot.idempotency import ReceiptKey


async def run_each(
    runtime: Runtime, command: Command, given: Given, caller: Caller, receipt: "ReceiptKey | None"
) -> Reply:
    """Run a command for each meeting that is named, after a yes to what it would do in each. Returns a Reply with a
    BatchView, or the form with what is to be said yes to: also where one of them was not in what was said yes to."""
    confirmed = read_confirmation(given.get(CONFIRM))
    reply, refusal = await name_meetings(runtime, command, given, caller)
    if reply.is_done and confirmed != EVERYTHING and any(not is_seen(each, confirmed) for each in reply.view.lines):
        refusal = NeedsConfirming(await foresee_lines(runtime, command, reply, caller))
        reply = refused(refusal, command.name, reply.lang)
    if refusal is not None and reply.status in SHOWN_AGAIN:
        form = await ask(runtime, command.name, given, caller, refusal=refusal, reply=reply)
        return replace(reply, view=form.view, shows=form.shows, viewer=form.viewer, refusal=refusal)
    if not reply.is_done:
        return reply
    done = [await run_one(runtime, command, line, confirmed, caller, receipt) for line in reply.view.lines]
    if all(one.key == ALREADY_DONE for one in done):
        return refused(Conflict(ALREADY_DONE), command.name, reply.lang)
    lines = [tell_line(line, one) for line, one in zip(reply.view.lines, done, strict=True)]
    return replace(reply, view=BatchView(command.each, tuple(lines)))


def is_seen(line: BatchLine, confirmed: Collection[str]) -> bool:
    """Returns whether it was said beforehand what becomes of a meeting."""
    return not confirmed_of(line.meeting_id, confirmed).isdisjoint((ABOUT, REFUSED))


async def run_one(
    runtime: Runtime,
    command: Command,
    line: BatchLine,
    confirmed: Collection[str],
    caller: Caller,
    receipt: "ReceiptKey | None",
) -> Reply:
    """Run a command for one meeting, once for what a platform sent. One that asks something that was not said yes to
    is left as it is."""
    own = confirmed_of(line.meeting_id, confirmed)
    seen = own | {UNREACHABLE} if SHORT in own else own
    yes = "true" if confirmed == EVERYTHING else ",".join(sorted(seen))
    its_own = receipt._replace(key=f"{receipt.key}{OF}{line.meeting_id}") if receipt is not None else None
    return await run(runtime, command.each, {"meeting_id": line.meeting_id, CONFIRM: yes}, caller, receipt=its_own)


def tell_line(line: BatchLine, done: Reply) -> BatchLine:
    """Returns what became of one meeting."""
    is_done = done.is_done or done.key == ALREADY_DONE
    return replace(line, is_done=is_done, why="" if is_done else done.words, told=done.told)


def add_done_before(now: Reply, before: Reply | None) -> Reply:
    """Returns what became of each, as it was told a moment ago of those that were done then: that they cannot be done
    again is of no use to whoever pressed twice."""
    if before is None or not isinstance(now.view, BatchView) or not isinstance(before.view, BatchView):
        return now
    done = {line.meeting_id: line for line in before.view.lines if line.is_done}
    lines = tuple(line if line.is_done else done.get(line.meeting_id, line) for line in now.view.lines)
    return replace(now, view=replace(now.view, lines=lines))


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
    runtime: Runtime, command: Command, given: Given, caller: Caller
) -> tuple[Reply, Refusal | None]:
    """Returns a Reply with the meetings that are named, each with what this person may know of it. Changes nothing."""
    typed = {name: value for name, value in given.items() if name not in CARRIED and value is not None}

    async def work(act: Act, command: Command) -> Any:
        args, _ = await read_arguments(act, command, typed, {})
        return await command.function(act, **args)

    return await attempt(runtime, command.name, typed, caller, work, changes=False)


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
            said = [(ABOUT, {"about": about}), *map(shorten, refusal.details)]
        else:
            said = [(REFUSED, {"about": about, "why": one.words})]
        details += [(key, {**values, "ids": (line.meeting_id,)}) for key, values in said]
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
