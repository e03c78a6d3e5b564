"""Everything lisbot can do, and the one way in.

One row per command, in one file a subject: its name, the function that does it, who may, and what is shown
afterwards. From that row follow the button, the form, the typed phrase, the page, the sub-command and the
platforms' command lists.
"""

from lisbot.commands.command import Command, Given
from lisbot.commands.reply import ALREADY_DONE, CHANGED_MEANWHILE, NEEDS_CONFIRMING, Reply
from lisbot.commands.run import Run, ask, run
from lisbot.commands.table import (
    COMMANDS,
    SUBJECTS,
    changes_something,
    find_command,
    load_functions,
    public_commands,
)

__all__ = [
    "ALREADY_DONE",
    "CHANGED_MEANWHILE",
    "COMMANDS",
    "NEEDS_CONFIRMING",
    "SUBJECTS",
    "Command",
    "Given",
    "Reply",
    "Run",
    "ask",
    "changes_something",
    "find_command",
    "load_functions",
    "public_commands",
    "run",
]
