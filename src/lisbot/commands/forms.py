"""Reading a command's arguments, and describing its form."""

import hashlib
import inspect
from collections.abc import Mapping, Sequence
from datetime import date, time
from enum import Enum
from typing import Any

from pydantic_core import ValidationError

from lisbot.cards.form import Field, RowHead, choices, is_choice, typed
from lisbot.commands.command import BASIS, Command, Given, keyword_parameters
from lisbot.commands.rows import find_row_field, parse_row_fields, shown_rows
from lisbot.council.core.errors import ChangedMeanwhile, Refusal, WrongInput
from lisbot.council.core.fields import Confirms, Prefill, input_error, row_field
from lisbot.council.core.schemas import TODAY, value_validator
from lisbot.council.core.written_hours import read_hour, read_hours
from lisbot.texts import format_value, text

STARTS, ENDS = "starts", "ends"  # arguments of which one may say both


def parse(command: Command, given: Given, today: date) -> dict[str, Any]:
    """Returns the arguments, checked. Raises WrongInput with what is wrong in each field.

    An empty field is one that was not filled in, or, of something that stays as it was unless it is given, one
    that was emptied.
    """
    filled = {
        name: value.strip() if is_blank(value) else value
        for name, value in given.items()
        if (not is_blank(value) or name in command.emptied) and find_row_field(command, name) is None
    }
    of_rows, problems = parse_row_fields(command, given, today)
    try:
        args: dict[str, Any] = command.validator.validate_python(filled, context={TODAY: today})
    except ValidationError as error:
        found = {str(e["loc"][0]): input_error(e) for e in reversed(error.errors())}
        raise WrongInput({**found, **problems}) from None
    if problems:
        raise WrongInput(problems)
    return {**args, **of_rows}


def part_hours(command: Command, given: Given, values: Given) -> Given:
    """Returns what was given, with from when and until when parted where one field says both: «9:30-15».

    `values`: what the form started from, which what is typed counts before. Raises WrongInput where the other field
    says something else.
    """
    if not {STARTS, ENDS} <= command.parameters.keys():
        return given
    for name, other in ((STARTS, ENDS), (ENDS, STARTS)):
        if span := read_hours(given.get(name)):
            parted = dict(zip((STARTS, ENDS), span, strict=True))
            beside = given.get(other)
            if not is_blank(beside) and beside is not None and not read_hours(beside):
                is_as_it_was = typed(beside) == typed(values.get(other))
                if not is_as_it_was and not is_same_hour(beside, parted[other]):
                    raise WrongInput({other: ("other_hours", {"given": str(given[name]).strip()[:40]})})
            return {**given, **parted}
    return given


def is_same_hour(one: Any, other: str) -> bool:
    try:
        return read_hour(one) == read_hour(other)
    except ValueError:
        return True  # what is wrong with it is said where it stands


def says_hours(given: Given) -> bool:
    """Returns whether a field for an hour says from when and until when."""
    return any(read_hours(given.get(name)) for name in (STARTS, ENDS))


def is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def parse_context(command: Command, given: Given) -> dict[str, Any]:
    """Returns only what the form is about, of all that came with it. Raises WrongInput."""
    checked = {}
    for name, parameter in keyword_parameters(command.prefill).items() if command.prefill else ():
        if given.get(name) not in (None, ""):
            try:
                checked[name] = value_validator(parameter.annotation).validate_python(given[name])
            except ValidationError as error:
                raise WrongInput({name: input_error(error.errors()[0])}) from None
        elif parameter.default is parameter.empty:
            raise WrongInput({name: ("missing", {})})
    return checked


def write_basis(values: Mapping[str, Any]) -> dict[str, str]:
    """Returns what a form carries of the saved values it started from: a digest of each."""
    return {BASIS: pack_basis({name: (digest(value),) for name, value in values.items()})} if values else {}


def pack_basis(basis: Mapping[str, Sequence[str]]) -> str:
    return ",".join(f"{name}:{'|'.join(digests)}" for name, digests in basis.items())


def read_basis(given: Any) -> dict[str, tuple[str, ...]]:
    """Returns the digests that a form carried, by field: of what it started from, and of what was saved since and
    shown in it. None where it carried nothing of the kind."""
    parts = [part.split(":", 1) for part in given.split(",") if ":" in part] if isinstance(given, str) else ()
    return {name: tuple(digests.split("|")) for name, digests in parts}


def digest(value: Any) -> str:
    """Returns a digest of a value as it stands in an input."""
    return hashlib.sha256(typed(value).encode()).hexdigest()[:12]


def merge_with_saved(
    command: Command, args: Mapping[str, Any], saved: Mapping[str, Any], basis: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Returns the arguments of a form, with what was saved since it was opened in the fields nobody changed in it.

    Raises ChangedMeanwhile where a field was changed both in the form and in what is saved.
    """
    merged = {name: now for name, now in saved.items() if is_untouched(command, name, args, now, basis)}
    clashes = {
        name: now
        for name, now in saved.items()
        if name not in merged and is_newer(name, now, basis) and digest(value_in(command, name, args)) != digest(now)
    }
    if clashes:
        raise ChangedMeanwhile(clashes, merged)
    return {**args, **merged}


def is_newer(name: str, now: Any, basis: Mapping[str, Sequence[str]]) -> bool:
    """Returns whether something was saved in a field that the form has not shown."""
    return name in basis and digest(now) not in basis[name]


def is_untouched(
    command: Command, name: str, args: Mapping[str, Any], now: Any, basis: Mapping[str, Sequence[str]]
) -> bool:
    """Returns whether a field holds what it once started from, and something else is saved now."""
    return digest(value_in(command, name, args)) in basis.get(name, ()) and digest(now) != basis[name][0]


def value_in(command: Command, name: str, args: Mapping[str, Any]) -> Any:
    """Returns an argument, or what it is where it is not given."""
    if name in args:
        return args[name]
    return default_in(find_row_field(command, name) or command.parameters[name])


def default_in(parameter: inspect.Parameter) -> Any:
    """Returns what stands in an input where nothing is given."""
    return None if parameter.default is inspect.Parameter.empty else parameter.default


def among_choices(given: Given, prefill: Prefill) -> Given:
    """Returns what was given, of each list only what the form offers: an address may be older than what can be done."""
    kept = dict(given)
    for name, offered in prefill.choices.items():
        known, chosen = {str(value) for value, _ in offered}, given.get(name)
        if chosen:
            listed = chosen if isinstance(chosen, list | tuple) else str(chosen).split(",")
            kept[name] = ",".join(each for one in listed if (each := str(one).strip()) in known)
    return kept


def carry_on(
    refusal: Refusal | None, given: Given, saved: Mapping[str, Any], basis: Mapping[str, Sequence[str]]
) -> tuple[Given, dict[str, str]]:
    """Returns what stands in a form that comes back, and what it carries of what is saved.

    Where somebody else saved meanwhile, a field nobody changed in the form shows what is saved, and the others have
    been seen beside it. A client may show an input as it was all the same: both are then known.
    """
    if not basis:
        return given, write_basis(saved)
    if not isinstance(refusal, ChangedMeanwhile):
        return given, {BASIS: pack_basis(basis)}
    seen = dict(basis)
    for name, now in refusal.fields.items():
        seen[name] = (digest(now),)
    for name, now in refusal.merged.items():
        seen[name] = (basis[name][0], digest(now))
    return {**given, **refusal.merged}, {BASIS: pack_basis(seen)}


def describe(command: Command, prefill: Prefill, given: Given) -> list[Field]:
    """Returns the fields of a command's form, with what was typed, or else what the form starts from."""
    confirming = command.annotated_with(Confirms)
    return [
        Field(
            name=name,
            annotation=parameter.annotation,
            required=name in command.required
            or name in prefill.required
            or (name in command.context and name in prefill.choices and name not in prefill.optional)
            or isinstance(parameter.default, Enum),
            value=given.get(name, prefill.values.get(name, None if name in command.required else parameter.default)),
            choices=prefill.choices.get(name),
            excluded=prefill.excluded.get(name, ()),
        )
        for name, parameter in command.parameters.items()
        if name not in confirming
        and name not in command.repeats
        and (name in command.inputs or (name in prefill.choices and not given.get(name)))
    ]


def describe_rows(command: Command, prefill: Prefill, given: Given) -> list[RowHead]:
    """Returns what a form asks of each of several things, each with its fields."""
    return [
        RowHead(
            id=f"{argument}.{row.key}",
            title=row.title,
            lines=tuple(row.lines),
            fields=tuple(
                Field(
                    name=name,
                    annotation=parameter.annotation,
                    required=parameter.default is inspect.Parameter.empty,
                    value=given.get(name, row.values.get(each, default_in(parameter))),
                    choices=row.choices.get(each, prefill.choices.get(f"{argument}.{each}")),
                    excluded=prefill.excluded.get(f"{argument}.{each}", ()),
                    is_folded=each in command.repeats[argument].folded,
                )
                for each, parameter in command.row_parameters[argument].items()
                for name in [row_field(argument, row.key, each)]
            ),
        )
        for argument, row in shown_rows(command, prefill, given)
    ]


def describe_saved(field: Field, now: Any, lang: str) -> str:
    """Returns what is saved in a field, as it is said beside what somebody meant to write there instead."""
    named = {str(value): words for value, words in choices(field, lang)} if is_choice(field) else {}
    values = now if isinstance(now, list | tuple) else [now]
    if isinstance(now, bool):
        said = text(lang, "card.yes" if now else "card.no")
    elif named:
        said = "\n".join(named.get(typed(each), typed(each)) for each in values if each is not None)
    elif isinstance(now, date | time):
        said = str(format_value(lang, now))
    else:
        said = typed(now)
    return text(lang, "input.changed_meanwhile", now=said or text(lang, "card.form.none"))
