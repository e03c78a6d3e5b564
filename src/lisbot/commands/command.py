"""One command: its name, its function, who may run it and what is shown afterwards."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic_core import SchemaValidator

from lisbot.council.core.context import Act, Permission
from lisbot.council.core.fields import Confirm, Confirms, IsWholeFile, MayBeEmptied, Prefill, RefersTo, Repeats
from lisbot.council.core.schemas import arguments_validator

Given = Mapping[str, Any]
# What a form carries beside its arguments: what was said yes to, and what it started from.
CONFIRM, BASIS = "confirm", "basis"
CONFIRM_PARAMETER = inspect.Parameter(CONFIRM, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Confirm)


@dataclass(frozen=True)
class Command:
    """A row of the command table. From it follow the button, the form, the typed phrase, the page, the
    sub-command, and the platforms' command lists.

    shows       the card that shows what the function returns
    changes     whether it changes anything: then it is logged, and never run by looking at a page
    prefill     what its form starts from; its arguments say what the form is about
    asks_first  whether it says first what will happen and whom it tells, and asks; where it points at a thing, its
                prefill says at which
    then        what else follows in the same transaction, from what the function returns: things of subjects that
                the command's own subject does not know
    each        the command that it runs for each of several meetings: each in a transaction and with a log line of its
                own, and what became of each is what it shows
    secret      arguments that never reach the log
    is_internal whether channels alone run it: no button, form or phrase, and no log line
    """

    name: str
    function: Callable[..., Awaitable[Any]]
    needs: Permission
    shows: str
    changes: bool = True
    prefill: Callable[..., Awaitable[Prefill]] | None = None
    asks_first: bool = False
    then: Callable[[Act, Any], Awaitable[None]] | None = None
    each: str = ""
    secret: frozenset[str] = frozenset()
    is_internal: bool = False

    async def execute(self, act: Act, args: Given) -> Any:
        """Run the function, and what follows. Returns what the function returns."""
        view = await self.function(act, **args)
        if self.then is not None:
            await self.then(act, view)
        return view

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The function's own arguments, and the confirmation where it asks first."""
        own = keyword_parameters(self.function)
        return own | {CONFIRM: CONFIRM_PARAMETER} if self.asks_first else own

    @cached_property
    def validator(self) -> SchemaValidator:
        """What checks the function's own arguments, read off its signature."""
        own = keyword_parameters(self.function)
        return arguments_validator({name: p for name, p in own.items() if name not in self.repeats})

    @cached_property
    def repeats(self) -> Mapping[str, Repeats]:
        """The arguments that hold the same fields for each of several things."""
        return {
            name: each
            for name, p in self.parameters.items()
            for each in metadata(p.annotation)
            if isinstance(each, Repeats)
        }

    @cached_property
    def row_parameters(self) -> Mapping[str, Mapping[str, inspect.Parameter]]:
        """The fields of each argument that repeats."""
        return {name: parameters_of(each.row) for name, each in self.repeats.items()}

    @cached_property
    def emptied(self) -> frozenset[str]:
        """The arguments that are texts or nothing, or say so: given empty, they empty what was there."""
        texts = {name for name, p in self.parameters.items() if p.default is None and bare_type(p.annotation) is str}
        return frozenset(texts | set(self.annotated_with(MayBeEmptied)))

    @cached_property
    def context(self) -> frozenset[str]:
        """The arguments that say what a form is about."""
        return frozenset(keyword_parameters(self.prefill)) if self.prefill else frozenset()

    @cached_property
    def has_form(self) -> bool:
        """Whether a person fills something in: what is only pressed has no form to come back to."""
        return self.prefill is not None or not self.references

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The arguments a person fills in: all but what the form is about and the confirmation."""
        confirming = self.annotated_with(Confirms)
        return tuple(name for name in self.parameters if name not in self.context and name not in confirming)

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(
            name for name, p in self.parameters.items() if p.default is p.empty and name not in self.repeats
        )

    @cached_property
    def references(self) -> frozenset[str]:
        """The arguments that name a thing by its id: a button points at it, nobody types it."""
        return self.annotated_with(RefersTo)

    @cached_property
    def whole_file(self) -> str | None:
        """The argument that is the text of a whole file, where there is one."""
        return next(iter(self.annotated_with(IsWholeFile)), None)

    @cached_property
    def takes_bytes(self) -> bool:
        """Whether that argument takes the bytes of a file that is no text."""
        parameter = self.parameters.get(self.whole_file or "")
        return parameter is not None and any(
            isinstance(each, IsWholeFile) and each.takes_bytes for each in metadata(parameter.annotation)
        )

    def annotated_with(self, kind: type) -> frozenset[str]:
        return frozenset(
            name
            for name, p in self.parameters.items()
            if any(isinstance(each, kind) for each in metadata(p.annotation))
        )


def keyword_parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Returns a function's keyword-only parameters, their annotations evaluated."""
    given = inspect.signature(function, eval_str=True).parameters.values()
    return {p.name: p for p in given if p.kind is p.KEYWORD_ONLY}


def parameters_of(row: Any) -> dict[str, inspect.Parameter]:
    """Returns the fields of a dataclass as if they were arguments."""
    hints = get_type_hints(row, include_extras=True)
    return {
        each.name: inspect.Parameter(
            each.name, inspect.Parameter.KEYWORD_ONLY, default=default_of(each), annotation=hints[each.name]
        )
        for each in fields(row)
    }


def default_of(each: Field[Any]) -> Any:
    """Returns what a dataclass's field is where it is not given; Parameter.empty where it must be."""
    if each.default_factory is not MISSING:
        return each.default_factory()
    return inspect.Parameter.empty if each.default is MISSING else each.default


def metadata(annotation: Any) -> tuple[Any, ...]:
    """Returns what an annotation is annotated with, "or None" or not."""
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[1:]
    return tuple(each for part in get_args(annotation) for each in metadata(part))


def bare_type(annotation: Any) -> Any:
    """Returns a type without "or None" and without what it is annotated with."""
    if get_origin(annotation) is Annotated:
        return bare_type(get_args(annotation)[0])
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if get_origin(annotation) is not None and len(parts) < len(get_args(annotation)):
        return bare_type(parts[0])
    return annotation
