"""The form of a command, drawn from its signature: one shape for every form there is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from lisbot.cards.viewer import Viewer
from lisbot.council.core.fields import MAX_LINKS, MAX_PROSE
from lisbot.council.core.schemas import Limits
from lisbot.texts import enum_key, has, text

MAX_NUMBER = 2**31 - 1  # the greatest number there is an input for
RECIPIENTS = {
    "call_until",
    "tells",
    "tells_named",
    "tells_rooms",
    "tells_unreachable",
    "tells_unreachable_unnamed",
}  # questions that say no more than whom it tells, and until when they may answer
NAMING = "~"  # between the key of what is asked and the digest of what it names
KINDS = ("line", "prose", "number", "no_number", "date", "time", "toggle", "choice")


@dataclass(frozen=True)
class Field:
    """One input: an argument of a command, and what stands in it."""

    name: str
    annotation: Any
    required: bool
    value: Any
    choices: Sequence[tuple[object, str | Enum]] | None = None
    excluded: Collection[object] = ()
    is_folded: bool = False


@dataclass(frozen=True)
class RowHead:
    """One of several things that a form asks the same of: which, what is read beside it, and its inputs."""

    id: str
    title: str
    lines: Sequence[object]  # words, or a question that is said in a line
    fields: Sequence[Field]


@dataclass(frozen=True)
class FormView:
    """A form: for which command, about what, and what was wrong with it last time.

    reads      what is to be read before it is filled in, a paragraph each
    asked      the keys of what is to be known before it is done, and of what, which sending the form says yes to; None:
               nothing
    facts      what that is, in words
    told       how many people it tells
    """

    command: str
    fields: Sequence[Field]
    about: str = ""
    reads: Sequence[str] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    asked: Collection[str] | None = None
    facts: Sequence[str] = ()
    told: int = 0
    problem: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[RowHead] = ()

    @property
    def inputs(self) -> Sequence[Field]:
        """All there is to fill in."""
        return [*self.fields, *(each for row in self.rows for each in row.fields)]

    @property
    def questions(self) -> Collection[str]:
        """The keys of what is asked, whatever it names."""
        return {each.partition(NAMING)[0] for each in self.asked or ()}

    @property
    def is_confirming(self) -> bool:
        """Whether sending it says yes to something."""
        return self.asked is not None


def form_data(asked: FormView, viewer: Viewer) -> dict[str, Any]:
    """Returns what the form's shape is filled with."""
    lang, command = viewer.lang, asked.command
    key = f"command.{command}"
    return {
        "lang": lang,
        "command": command,
        "title": text(lang, f"{key}.name"),
        "about": asked.about,
        "reads": list(asked.reads),
        "intro": text(lang, f"{key}.intro") if has(lang, f"{key}.intro") else "",
        "asked": list(asked.facts) or tells(lang, command),
        "problem": asked.problem,
        "fields": drawn_fields(asked.fields, asked, lang),
        "rows": [
            {
                "id": row.id,
                "title": row.title,
                "lines": [row_line(line, viewer) for line in row.lines],
                "fields": drawn_fields([f for f in row.fields if not f.is_folded], asked, lang),
                "more": folded(row, asked, lang),
            }
            for row in asked.rows
        ],
        "context": {**asked.context, **({"confirm": ",".join(asked.asked)} if asked.asked is not None else {})},
        "submit": confirm(lang, asked) if asked.is_confirming else submit(lang, command),
    }


def row_line(line: object, viewer: Viewer) -> str:
    if isinstance(line, str):
        return line
    from lisbot.cards.votes import item_vote_line  # not for most forms

    return item_vote_line(line, viewer)  # type: ignore[arg-type]


def drawn_fields(fields: Sequence[Field], asked: FormView, lang: str) -> list[dict[str, Any]]:
    """Returns inputs, without those that have nothing to choose among, such as the deputies of a seat that has none."""
    return [
        drawn(f, asked.command, lang, asked.problems.get(f.name, ""))
        for f in fields
        if f.required or f.choices is None or len(f.choices)
    ]


def folded(row: RowHead, asked: FormView, lang: str) -> list[dict[str, Any]]:
    """Returns the inputs of a thing that are seldom filled in, under a heading of their own; nothing where there are
    none."""
    fields = drawn_fields([f for f in row.fields if f.is_folded], asked, lang)
    if not fields:
        return []
    return [{"id": f"{row.id}.more", "heading": text(lang, f"command.{asked.command}.folded"), "fields": fields}]


def confirm(lang: str, asked: FormView) -> str:
    """Returns what the button of a form says that says yes to something: to how many it is sent, or that it is done
    in spite of what is asked, where the command has words for that."""
    key = f"command.{asked.command}"
    if has(lang, f"{key}.confirm") and set(asked.asked or ()) - RECIPIENTS:
        return text(lang, f"{key}.confirm")
    if asked.told and has(lang, f"{key}.send_to.other"):
        return text(lang, f"{key}.send_to", count=asked.told)
    return submit(lang, asked.command)


def tells(lang: str, command: str) -> list[str]:
    """Returns whom a command tells that tells one or two, and does not ask first."""
    return [text(lang, key)] if has(lang, key := f"command.{command}.tells") else []


def submit(lang: str, command: str) -> str:
    key = f"command.{command}.submit"
    return text(lang, key if has(lang, key) else f"command.{command}.button")


def label(lang: str, command: str, name: str) -> str:
    """What an argument is called on screen: the command's own word for it, or the common one."""
    name = name.rpartition(".")[2]
    for key in (f"command.{command}.arg.{name}", f"arg.{name}"):
        if has(lang, key):
            return text(lang, key)
    return name


def hint(lang: str, command: str, name: str) -> str:
    """What is to be known where an argument is filled in: the command's own words for it, or the common ones."""
    name = name.rpartition(".")[2]
    found = (key for key in (f"command.{command}.hint.{name}", f"hint.{name}") if has(lang, key))
    return next((text(lang, key) for key in found), "")


def drawn(field: Field, command: str, lang: str, problem: str) -> dict[str, Any]:
    kind, many, limits = looks(field)
    name = label(lang, command, field.name)
    value = typed(field.value)
    data: dict[str, Any] = {
        "id": field.name,
        "kind": kind,
        "label": name,
        "hint": hint(lang, command, field.name),
        "required": field.required,
        "problem": problem,
        "missing": text(lang, "input.fill_in", label=name),
        "value": value if kind != "number" or number(value) is None else number(value),
        # What was typed where a number was asked for is still shown, though it is none.
        "typed": value,
        "many": many,
        "choices": [],
        "style": "expanded",
        **limits,
    }
    if kind == "choice":
        data["choices"] = [{"value": str(v), "title": words} for v, words in choices(field, lang)]
        if field.required and not value and len(data["choices"]) == 1:
            data["value"] = data["choices"][0]["value"]
        data["style"] = "compact" if many or len(data["choices"]) > 5 else "expanded"
    if kind == "number" and number(value) is None:
        kind = "no_number"
    return data | {f"is_{each}": kind == each for each in KINDS}


def number(value: str) -> int | None:
    """What may stand in an input that takes numbers only."""
    return int(value) if value.isdecimal() and len(value) <= len(str(MAX_NUMBER)) else None


def choices(field: Field, lang: str) -> Sequence[tuple[object, str]]:
    if field.choices is not None:
        return [(value, named(label, lang) if isinstance(label, Enum) else label) for value, label in field.choices]
    kind = bare(field.annotation)[0]
    return [(member.value, named(member, lang)) for member in kind if member not in field.excluded]


def is_choice(field: Field) -> bool:
    """Returns whether a field is chosen among what there is, and not written."""
    return looks(field)[0] == "choice"


def named(member: Enum, lang: str) -> str:
    return text(lang, f"{enum_key(type(member))}.{member.value}")


def looks(field: Field) -> tuple[str, bool, dict[str, Any]]:
    """How an argument's type is asked for, whether it takes several values, and its limits."""
    kind, metadata = bare(field.annotation)
    limits: dict[str, Any] = {"max": MAX_PROSE, "least": 0, "most": MAX_NUMBER}
    for rule in metadata:
        if isinstance(rule, Limits):
            given = {"max": rule.max_length, "least": rule.ge, "most": rule.le}
            limits |= {name: limit for name, limit in given.items() if limit is not None}
    many = get_origin(kind) is list
    if field.choices is not None or (isinstance(kind, type) and issubclass(kind, Enum)):
        return "choice", many, limits
    if many:
        return "prose", True, limits | {"max": MAX_PROSE}
    if kind is bool:
        return "toggle", False, limits
    if kind is int:
        return "number", False, limits
    if kind is date:
        return "date", False, limits
    if kind is time:
        return "time", False, limits
    return ("prose" if limits["max"] >= MAX_LINKS else "line"), False, limits


def is_text(annotation: Any) -> bool:
    return bare(annotation)[0] is str


def bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without "or none" and without its annotations, and those annotations."""
    if get_origin(annotation) in (UnionType, Union):
        annotation = next(a for a in get_args(annotation) if a is not NoneType)
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[0], get_args(annotation)[1:]
    return annotation, ()


def typed(value: Any) -> str:
    """A value as it stands in an input."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case time():
            return value.strftime("%H:%M")
        case list() | tuple():
            return ",".join(typed(part) for part in value)
    return str(value)
