"""Checking values by their annotations, with pydantic's core.

pydantic itself would make the same of a model, and takes longer to import than most commands take to run. The
rules are pydantic's too, so that an annotation means the same in a model (packs/schema.py).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from inspect import Parameter
from types import NoneType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic_core import SchemaValidator

Schema = dict[str, Any]  # docs.pydantic.dev, "pydantic_core.core_schema"
TODAY = "today"  # what the validators are told besides
TYPES = {str: "str", int: "int", bool: "bool", date: "date", time: "time"}


class Rule(ABC):
    """Metadata of an annotation by which a value is read or checked."""

    __slots__ = ()

    @abstractmethod
    def apply(self, schema: Schema) -> Schema:
        """Returns the schema with the rule added."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        return self.apply(handler(source))


@dataclass(frozen=True, slots=True)
class Before(Rule):
    """Reads what was typed before its type is checked."""

    function: Callable[[Any], Any]

    def apply(self, schema: Schema) -> Schema:
        return {"type": "function-before", "function": plain_function(self.function), "schema": schema}


@dataclass(frozen=True, slots=True)
class BeforeToday(Rule):
    """Reads what was typed, which may be told from today, before its type is checked. None where nobody said which day
    it is."""

    function: Callable[[Any, date | None], Any]

    def apply(self, schema: Schema) -> Schema:
        def read(value: Any, info: Any) -> Any:
            return self.function(value, info.context[TODAY] if info.context else None)

        return {"type": "function-before", "function": {"type": "with-info", "function": read}, "schema": schema}


@dataclass(frozen=True, slots=True)
class After(Rule):
    """Cleans or refuses a value whose type is right."""

    function: Callable[[Any], Any]

    def apply(self, schema: Schema) -> Schema:
        return {"type": "function-after", "function": plain_function(self.function), "schema": schema}


@dataclass(frozen=True, slots=True)
class Limits(Rule):
    """The least and the most of a number (ge, le), of a text's characters or of a list's values."""

    min_length: int | None = None
    max_length: int | None = None
    ge: int | None = None
    le: int | None = None

    def apply(self, schema: Schema) -> Schema:
        if schema["type"] == "function-before":
            return schema | {"schema": self.apply(schema["schema"])}
        limits = {"min_length": self.min_length, "max_length": self.max_length, "ge": self.ge, "le": self.le}
        return schema | {name: limit for name, limit in limits.items() if limit is not None}


def plain_function(function: Callable[[Any], Any]) -> Schema:
    return {"type": "no-info", "function": function}


def schema_of(annotation: Any) -> Schema:
    """Returns the schema of an annotation: a type or an enumeration, a list of these, perhaps None, with its rules."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        schema = schema_of(parts[0])
        for rule in parts[1:]:
            schema = rule.apply(schema) if isinstance(rule, Rule) else schema
        return schema
    if origin in (Union, UnionType):
        (only,) = (part for part in parts if part is not NoneType)
        return {"type": "nullable", "schema": schema_of(only)}
    if origin is list:
        return {"type": "list", "items_schema": schema_of(parts[0])}
    if annotation in TYPES:
        return {"type": TYPES[annotation]}
    assert issubclass(annotation, Enum), f"no rule says how {annotation} is typed"
    return {"type": "enum", "cls": annotation, "members": list(annotation), "sub_type": "str"}


def value_validator(annotation: Any) -> SchemaValidator:
    """Returns what checks one value. It raises pydantic_core's ValidationError."""
    return SchemaValidator(cast(Any, schema_of(annotation)))


def arguments_validator(parameters: Mapping[str, Parameter]) -> SchemaValidator:
    """Returns what checks the arguments of a function, given by name, and fills in those that are left out.

    It raises pydantic_core's ValidationError, also for arguments that the function does not take.
    """
    fields = {name: argument_schema(parameter) for name, parameter in parameters.items()}
    return SchemaValidator(cast(Any, {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}))


def argument_schema(parameter: Parameter) -> Schema:
    schema = schema_of(parameter.annotation)
    if parameter.default is not Parameter.empty:
        schema = {"type": "default", "schema": schema, "default": parameter.default, "copy_default": True}
    return {"type": "typed-dict-field", "schema": schema}
