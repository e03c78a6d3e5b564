"""Statements compiled once in a test run. Each test has a database of its own, and so an engine that would compile them
all anew: a fifth of the time the tests take."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from lisbot import db

MOST = 20_000  # statements


class OfAllEngines(LRUCache):
    """What SQLAlchemy keeps by dialect and statement, by the dialect's name: all engines of one are set up alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


def share_compiled_statements() -> None:
    """Have all engines that are made from now on share what they compile."""
    shared, make = OfAllEngines(MOST), db.create_async_engine

    def make_engine(*args: Any, **options: Any) -> AsyncEngine:
        engine = make(*args, **options)
        engine.sync_engine._compiled_cache = shared
        return engine

    db.create_async_engine = make_engine
