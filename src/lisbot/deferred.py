"""Functions whose modules are imported when they are needed, so that one command starts without the others.

    if TYPE_CHECKING:
        from lisbot.council.votes import ballots, votes
    else:
        ballots, votes = defer("lisbot.council.votes", "ballots votes")

`ballots.cast` then stands for the function: it is imported when it is called, or its signature read. A type
checker sees the modules themselves.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from typing import Any


class DeferredFunction:
    # A function of a module that may not be imported yet. It knows its name and module, and has all else of the
    # function itself, which is `__wrapped__`, where inspect looks for it. (No docstring: that is the function's too.)

    def __init__(self, module: str, name: str) -> None:
        self.__module__, self.__name__ = module, name

    @cached_property
    def __wrapped__(self) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(import_module(self.__module__), self.__name__)
        return function

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self.__wrapped__.__doc__

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<deferred {self.__module__}.{self.__name__}>"


class DeferredModule:
    """A module that may not be imported yet. Its attributes are deferred functions."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, name: str) -> DeferredFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return DeferredFunction(self.name, name)


def defer(package: str, modules: str) -> Iterator[DeferredModule]:
    """Returns what stands for each of a package's modules, whose names are given in one string."""
    return (DeferredModule(f"{package}.{module}") for module in modules.split())
