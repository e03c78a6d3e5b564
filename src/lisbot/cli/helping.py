"""What there is, by subject: read off the texts alone, so that help comes at once."""

import difflib
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from lisbot.texts import section, text

LOCAL = ("serve", "demo", "migrate", "load", "teams-package", "slack-manifest", "completion")


def overview(lang: str) -> str:
    width = min(shutil.get_terminal_size((100, 24)).columns, 110)
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
    """Every sub-command by subject, and what it does."""
    found: dict[str, dict[str, str]] = {"machine": {n: text(lang, f"cli.{key(n)}.help") for n in LOCAL}}
    for group, name, words in commands(lang):
        found.setdefault(group, {})[name] = str(words.get("help", words.get("name", "")))
    return found


def commands(lang: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Subject, name and texts of every command that people give."""
    for group, verbs in section(lang, "command").items():
        for verb, words in verbs.items():
            yield group, f"{group}.{verb}", words


def key(name: str) -> str:
    """A sub-command as it stands in the texts."""
    return name.replace("-", "_")


def meant(given: str, lang: str) -> str | None:
    """The sub-command somebody may have meant."""
    known = [name for group in names(lang).values() for name in group]
    return next(iter(difflib.get_close_matches(given, known, n=1, cutoff=0.6)), None)
