"""What sub-commands there are, by subject: read off the texts alone, so that help comes at once."""

import difflib
import shutil
import sys
import textwrap
from collections.abc import Iterator

from lisbot.cli.arguments import WrongUsage
from lisbot.council.log.former_names import current_name
from lisbot.texts import section, text

MAINTENANCE = ("serve", "demo", "migrate", "setup", "load", "teams-package", "slack-manifest", "completion")
# Which nouns are shown together.
GROUPS = {
    "overview": (
        "menu",
        "worklist",
        "dashboard",
        "body",
        "welcome",
        "delivery",
        "quiet_time",
        "channel_choice",
        "calendar_feed",
    ),
    "meeting": ("year_plan", "meeting", "reminder", "reminder_plan"),
    "call": ("call",),
    "proposal": ("proposal",),
    "agenda": ("agenda", "agenda_item", "standing_item", "notice"),
    "attendance": ("attendance", "guest_invitation", "visit"),
    "vote": ("vote",),
    "minutes": ("minutes", "guest", "summary", "outcome", "follow_up", "carry_through"),
    "distribution": ("distribution_line", "meeting_right", "dispatch", "publication"),
    "case": (
        "case",
        "journey",
        "case_link",
        "referral",
        "outside_party",
        "referral_rule",
        "consultation",
        "process",
        "case_process",
        "local_input",
    ),
    "register": (
        *("register", "term", "composition", "coordination", "derived_role", "seat_change", "person"),
        *("account", "room", "inbound_mail", "seat", "organisation", "body_template"),
        *("line_confirmation", "consent", "consent_text", "roster"),
    ),
    "secretariat": ("secretariat", "staff", "register_import", "retention"),
    "log": ("log", "reading"),
}
# What channels alone run is no command here.
INTERNAL = frozenset(
    {
        "account.update_address",
        "consent.remind",
        "consent.renew",
        "consent.report_end",
        "local_input.give",
        "local_input.read",
        "room.mark_gone",
        "room.revive",
        "seat.remind_of_vacancy",
    }
)
MAX_WIDTH = 110  # columns, in a terminal that has more


def overview(lang: str) -> str:
    """Returns the help of lisbot as a whole."""
    width = min(shutil.get_terminal_size((100, 24)).columns, MAX_WIDTH)
    known = names(lang)
    column = max(len(name) for group in known.values() for name in group) + 4
    parts = [*textwrap.wrap(text(lang, "cli.about"), width), "", text(lang, "cli.usage_line")]
    for group, commands in known.items():
        parts += ["", text(lang, f"cli.group.{group}")]
        for name, help in commands.items():
            parts += textwrap.wrap(
                help,
                width,
                initial_indent=f"  {name}".ljust(column),
                subsequent_indent=" " * column,
            )
    parts += ["", *textwrap.wrap(text(lang, "cli.more"), width)]
    return "\n".join(parts)


def names(lang: str) -> dict[str, dict[str, str]]:
    """Returns every sub-command by group, and what it does."""
    found = {group: dict(commands(lang, nouns)) for group, nouns in GROUPS.items()}
    return found | {"maintenance": {name: text(lang, f"cli.{text_key(name)}.help") for name in MAINTENANCE}}


def commands(lang: str, nouns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yields the name of every command of these nouns, and what it does."""
    known = section(lang, "command")
    for noun in nouns:
        for verb, words in known[noun].items():
            name = f"{noun}.{verb}"
            if name not in INTERNAL:
                yield name, words.get("help", words["name"])


def text_key(name: str) -> str:
    """Returns what a sub-command that maintains the machine is called in the texts."""
    return name.replace("-", "_")


def get_command_name(given: str, lang: str) -> str:
    """Returns what a command is called today, and says so on stderr where it was called by a former name.

    Raises WrongUsage where there is no such command, with the one that may be meant.
    """
    name, known = current_name(given), [name for group in names(lang).values() for name in group]
    if name not in known:
        close = next(iter(difflib.get_close_matches(given, known, n=1, cutoff=0.6)), None)
        key = "cli.unknown_command" if close is None else "cli.misspelt_command"
        raise WrongUsage(text(lang, key, given=given, meant=close))
    if name != given:
        print(text(lang, "cli.former_name", given=given, name=name), file=sys.stderr)
    return name
