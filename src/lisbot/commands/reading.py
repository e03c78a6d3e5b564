"""Noting in the log who read what of many people: addresses, credentials, reasons for absence, or all of one person."""

import logging
from dataclasses import replace
from datetime import timedelta

from lisbot.commands.command import Command, Given
from lisbot.council.core.context import Act
from lisbot.council.core.subjects import subject_of
from lisbot.council.enums import ReadingKind
from lisbot.council.log.readings import READING, is_noted
from lisbot.council.log.write import write
from lisbot.runtime import Runtime

log = logging.getLogger(__name__)

MANY = 3  # people
WHOLE = (ReadingKind.PERSONAL_DATA,)  # of one is enough
# Through which channels somebody looks themselves: a message that is drawn for them they have not read yet.
BY_PEOPLE = frozenset({"web", "teams", "slack", "cli", "mail"})
# Where what a command that changes something returns is never shown, but a page is asked for after it.
ASKED_ANEW = frozenset({"web"})
# A card in a chat is drawn anew each time it comes into sight: within so long it is one reading.
REDRAWN = {"teams": timedelta(minutes=10), "slack": timedelta(minutes=10)}


async def note_reading(runtime: Runtime, command: Command, act: Act, args: Given) -> None:
    """Write a line of the log about what a command, or its form, has shown, in a transaction of its own: once for each
    time it is looked at. What is shown while nothing can be written is an error in the operator's log.

    After a command that changes something, a page is asked for anew and noted then. What that command was given is in a
    line of its own.
    """
    noted = {kind: count for kind, count in act.trace.readings.items() if count >= (1 if kind in WHOLE else MANY)}
    is_shown = not (act.changes and act.via in ASKED_ANEW)
    if not noted or act.by.id is None or act.via not in BY_PEOPLE or not is_shown:
        return
    subject = act.trace.subject or subject_of(command.name, args)
    log.info("person %d read %s by %s of %s", act.by.id, noted, command.name, subject)
    evidence = {f"read_{kind}": count for kind, count in noted.items()}
    trace = replace(act.trace, subject=subject, context=READING, evidence=evidence)
    try:
        async with runtime.db.write() as db:
            if act.via in REDRAWN and await is_noted(db, act, command.name, subject, act.at - REDRAWN[act.via]):
                return
            await write(replace(act, db=db, changes=True, trace=trace), command.name, {} if act.changes else args)
    except Exception as error:
        log.error("person %d read %s in %s, which could not be logged: %s", act.by.id, noted, command.name, error)
