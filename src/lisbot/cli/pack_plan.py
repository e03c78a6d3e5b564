"""What loading a pack changes, in words and as data."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from lisbot.packs import Change, Plan
from lisbot.packs.schema import Finding
from lisbot.texts import text

SIGNS = {"added": "+", "changed": "~", "ended": "-"}


def finding_words(finding: Finding, lang: str) -> str:
    """Returns a fault or a warning in one line that begins with its file and line, as editors read them."""
    words = text(lang, finding.key, **finding.values)
    column = f"{finding.column}: " if finding.column else ""
    return f"{finding.file}:{finding.line}: {column}{words}"


def summary(plan: Plan, lang: str, *, dry_run: bool) -> str:
    """Returns in one sentence what was done, or would have been."""
    if plan.faults:
        return text(lang, "packs.refused", count=len(plan.faults))
    if not plan.changes:
        return text(lang, "packs.nothing")
    counts = {what: plan.count(what) for what in SIGNS}
    return text(lang, "packs.would" if dry_run else "packs.done", **counts)


def change_words(change: Change, lang: str) -> str:
    """Returns one change in a line, and below it the old and new value of each column of what was there before."""
    kind = text(lang, f"packs.kind.{change.kind}")
    head = f"{SIGNS[change.what]} {kind} {change.name} ({change.key})"
    if change.what == "added":
        return head
    return "\n".join([head, *(f"    {name}: {old} → {new}" for name, old, new in column_values(change, lang))])


def column_values(change: Change, lang: str) -> Iterator[tuple[str, str, str]]:
    """Yields each column as it is called in a pack, with its old and new value."""
    empty = text(lang, "packs.not_set")
    for name, pair in change.fields.items():
        old, new = (empty if value in (None, "", []) else str(pack_value(value)) for value in pair)
        yield name.removesuffix("_on") if name in ("from_on", "to_on") else name, old, new


def pack_value(value: Any) -> Any:
    """Returns a value as it is written in a pack."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, bool | int) else str(value)


def plan_data(plan: Plan, lang: str) -> dict[str, Any]:
    """Returns the plan for a program. A pack with faults changes nothing."""
    changes = [
        {
            "what": change.what,
            "kind": change.kind,
            "key": change.key,
            "name": change.name,
            "fields": {name: [pack_value(old), pack_value(new)] for name, (old, new) in change.fields.items()},
        }
        for change in plan.changes
    ]
    return {
        "faults": [finding_words(finding, lang) for finding in plan.faults],
        "warnings": [finding_words(finding, lang) for finding in plan.warnings],
        "changes": [] if plan.faults else changes,
    }
