"""The command table: everything lisbot can do, gathered from one file a subject."""

from collections.abc import Iterator, Mapping
from inspect import unwrap
from typing import Any

from lisbot.cards import SHEETS
from lisbot.commands import (
    calendar,
    cases,
    consultations,
    delivery,
    distribution,
    journeys,
    local_inputs,
    log,
    mail,
    meetings,
    minutes,
    overview,
    processes,
    referrals,
    register,
    reminders,
    votes,
)
from lisbot.commands.command import Command
from lisbot.council.log.former_names import FORMER_ARGUMENTS, FORMER_NAMES

SUBJECTS = {
    "overview": overview.COMMANDS,
    "register": register.COMMANDS,
    "cases": cases.COMMANDS,
    "meetings": meetings.COMMANDS,
    "votes": votes.COMMANDS,
    "minutes": minutes.COMMANDS,
    "distribution": distribution.COMMANDS,
    "referrals": referrals.COMMANDS,
    "consultations": consultations.COMMANDS,
    "journeys": journeys.COMMANDS,
    "processes": processes.COMMANDS,
    "local_inputs": local_inputs.COMMANDS,
    "delivery": delivery.COMMANDS,
    "reminders": reminders.COMMANDS,
    "mail": mail.COMMANDS,
    "calendar": calendar.COMMANDS,
    "log": log.COMMANDS,
}
COMMANDS: dict[str, Command] = {command.name: command for commands in SUBJECTS.values() for command in commands}


def load_functions() -> None:
    """Import the functions of all commands, and those that draw what they show: for a server, whose first callers
    would otherwise wait for that."""
    for command in COMMANDS.values():
        _ = command.validator, command.inputs, command.context
    for draw in SHEETS.values():
        unwrap(draw)


def find_command(name: object) -> Command | None:
    """Returns the command of this name, or of one it had before; None where there is none."""
    return COMMANDS.get(FORMER_NAMES.get(name, name)) if isinstance(name, str) else None


def changes_something(name: object) -> bool:
    """Returns whether a command changes anything. One that there is none of might."""
    command = find_command(name)
    return command is None or command.changes


def current_arguments(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns arguments under the names they have today, where the command is called by a former name."""
    renamed = FORMER_ARGUMENTS.get(FORMER_NAMES[name], {}) if name in FORMER_NAMES else {}
    return {renamed.get(argument, argument): value for argument, value in given.items()}


def public_commands() -> Iterator[Command]:
    """Yields the commands that people run."""
    return (command for command in COMMANDS.values() if not command.is_internal)
