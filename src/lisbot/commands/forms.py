"""Reading a command's arguments, and describing its form."""

import hashlib
from collections.abc import Mapping
from enum import Enum
from typing import Any

from pydantic_core import ValidationError

from lisbot.cards.form import Field, typed
from lisbot.commands.command import BASIS, Command, Given, keyword_parameters
from lisbot.council.core.errors import ChangedMeanwhile, WrongInput
from lisbot.council.core.fields import Confirms, Prefill, input_error
from lisbot.council.core.schemas import value_validator


def parse(command: Command, given: Given) -> dict[str, Any]:
    """Returns the arguments, checked. Raises WrongInput with what is wrong in each field.

    An empty field is one that was not filled in, or, of something that stays as it was unless it is given, one
    that was emptied.
    """
    filled = {
        name: value.strip() if is_blank(value) else value
        for name, value in given.items()
        if not is_blank(value) or name in command.emptied
    }
    try:
        args: dict[str, Any] = command.validator.validate_python(filled)
    except ValidationError as error:
        raise WrongInput({str(e["loc"][0]): input_error(e) for e in reversed(error.errors())}) from None
    return args


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


def write_basis(prefill: Prefill) -> dict[str, str]:
    """Returns what a form carries of the values it started from: a digest of each, for a form that changes what is
    saved."""
    if not prefill.is_saved:
        return {}
    return {BASIS: ",".join(f"{name}:{digest(value)}" for name, value in prefill.values.items())}


def read_basis(given: Any) -> dict[str, str]:
    """Returns the digests that a form carried, by field; none where it carried nothing of the kind."""
    parts = given.split(",") if isinstance(given, str) else ()
    return dict(part.split(":", 1) for part in parts if ":" in part)


def digest(value: Any) -> str:
    """Returns a digest of a value as it stands in an input."""
    return hashlib.sha256(typed(value).encode()).hexdigest()[:12]


def merge_with_saved(args: Mapping[str, Any], saved: Mapping[str, Any], basis: Mapping[str, str]) -> dict[str, Any]:
    """Returns the arguments of a form, with what was saved since it was opened in the fields nobody changed in it.

    Raises ChangedMeanwhile where a field was changed both in the form and in what is saved.
    """
    merged, clashes = dict(args), {}
    for name, now in saved.items():
        if name not in basis or basis[name] == digest(now):
            continue
        given = digest(args.get(name))
        if given == basis[name]:
            merged[name] = now
        elif given != digest(now):
            clashes[name] = now
    if clashes:
        raise ChangedMeanwhile(clashes)
    return merged


def describe(command: Command, prefill: Prefill, given: Given) -> list[Field]:
    """Returns the fields of a command's form, with what was typed, or else what the form starts from."""
    confirming = command.annotated_with(Confirms)
    return [
        Field(
            name=name,
            annotation=parameter.annotation,
            required=name in command.required
            or (name in command.context and name in prefill.choices)
            or isinstance(parameter.default, Enum),
            value=given.get(name, prefill.values.get(name, None if name in command.required else parameter.default)),
            choices=prefill.choices.get(name),
            excluded=prefill.excluded.get(name, ()),
        )
        for name, parameter in command.parameters.items()
        if name not in confirming and (name in command.inputs or (name in prefill.choices and not given.get(name)))
    ]
