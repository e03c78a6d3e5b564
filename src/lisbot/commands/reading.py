"""Noting in the log who read what of many people: addresses, credentials, reasons for absence, or all of one person."""

import logging
from dataclasses import replace

from lisbot.commands.command import Command, Given
from lisbot.council.core.context import Act
from lisbot.council.enums import ReadingKind
from lisbot.council.log.readings import READING
from lisbot.council.log.write import write
from lisbot.runtime import Runtime

log = logging.getLogger(__name__)

MANY = 3  # people
WHOLE = (ReadingKind.PERSONAL_DATA,)  # of one is enough
# Through which channels somebody looks themselves: a message that is drawn for them they have not read yet.
BY_PEOPLE = frozenset({"web", "teams", "slack", "cli", "mail"})


async def note_reading(runtime: Runtime, command: Command, act: Act, args: Given) -> None:
    """Write a line of the log about what a command has shown, in a transaction of its own: once for each time it is
    looked at. What is shown while nothing can be written is an error in the operator's log."""
    noted = {kind: count for kind, count in act.trace.readings.items() if count >= (1 if kind in WHOLE else MANY)}
    if not noted or act.by.id is None or act.via not in BY_PEOPLE:
        return
    trace = replace(act.trace, context=READING, evidence={f"read_{kind}": count for kind, count in noted.items()})
    try:
        async with runtime.db.write() as db:
            await write(replace(act, db=db, changes=True, trace=trace), command.name, args)
    except Exception as error:
        log.error("person %d read %s in %s, which could not be logged: %s", act.by.id, noted, command.name, error)
