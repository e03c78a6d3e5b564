"""Views as data: ids, dates and moments as ISO 8601 writes them, states by value, whole lists.

What a program reads: the command line's --json. Nothing here is drawn, and nothing is cut. The schema of each
view is a snapshot: tests/snapshots/views/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from lisbot.commands.reply import Reply

Scalar = str | int | float | bool | None
Data = Scalar | list["Data"] | dict[str, "Data"]


@dataclass(frozen=True, slots=True)
class FormChoice:
    """What may be chosen in a field, and what it is called in the reader's language."""

    value: str | int
    title: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One argument of a command.

    kind      "line", "prose", "number", "date", "time", "toggle" or "choice"
    is_list   whether it takes several values
    value     what was given, or else what the form starts from
    problem   what is wrong with it, in the reader's language
    """

    name: str
    kind: str
    is_list: bool
    required: bool
    value: Scalar | tuple[Scalar, ...]
    choices: tuple[FormChoice, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class FormData:
    """A command's form that comes back: for which command, about what, and what is wrong.

    `context`: arguments that are given with it. `is_confirming`: whether the same is done when it is sent again
    with `confirm`.
    """

    command: str
    about: str
    context: Mapping[str, Scalar]
    is_confirming: bool
    problem: str
    fields: tuple[FormField, ...]


def reply_to_data(reply: Reply) -> dict[str, Data]:
    """Returns a reply for a program. `shown` is the view or the form as data, and None where there is neither."""
    view = form_of(reply) if reply.shows == "form" else reply.view
    return {"status": reply.status, "words": reply.words, "shown": to_data(view)}


def to_data(value: Any) -> Data:
    """Returns a view, or anything a view holds, as data. Raises TypeError for what no view may hold."""
    match value:
        case Enum():
            return to_data(value.value)
        case None | bool() | int() | float() | str():
            return value
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case Mapping():
            return {str(to_data(key)): to_data(each) for key, each in value.items()}
        case list() | tuple():
            return [to_data(each) for each in value]
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} is no data")
    return {field.name: to_data(getattr(value, field.name)) for field in fields(value)}


def form_of(reply: Reply) -> FormData:
    """Returns a reply's form with the choices in the reader's words."""
    from lisbot.cards.form import Field, FormView, choices, looks  # only where a form comes back

    form: FormView = reply.view

    def describe(field: Field) -> FormField:
        kind, is_list, _ = looks(field)
        offered = choices(field, reply.lang) if kind == "choice" else ()
        return FormField(
            name=field.name,
            kind=kind,
            is_list=is_list,
            required=field.required,
            value=field.value,
            choices=tuple(FormChoice(value, title) for value, title in offered),  # type: ignore[arg-type]
            problem=form.problems.get(field.name, ""),
        )

    fields = tuple(map(describe, form.inputs))
    problem = form.problem or "\n".join(form.facts)
    return FormData(form.command, form.about, form.context, form.is_confirming, problem, fields)
