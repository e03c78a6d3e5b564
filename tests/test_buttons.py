"""A button that would be refused is never drawn: every button of every card of a whole meeting is pressed."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import OSLO
from lisbot import commands
from lisbot.commands import Reply
from lisbot.db import Database
from lisbot.render.words import every_action
from lisbot.runtime import Runtime
from people import run_confirmed
from scene import Scene, as_caller, card_of, play


@pytest.fixture
async def runtime(sqlite_template: Path, tmp_path: Path, clock: Any) -> Any:
    path = tmp_path / "buttons.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite+aiosqlite:///{path}")
    yield Runtime(db, clock, OSLO, key=b"k" * 32, base_url="https://lisbot.example")
    await db.close()


class Presser(Scene):
    """A scene where every card's buttons are pressed, each on a copy of the database as it stands then."""

    pressed: set[str]
    wrong: list[str]
    folder: Path

    async def see(self, name: str, who: Any, command: str, /, **given: Any) -> Any:
        reply = await run_confirmed(self.runtime, command, given, as_caller(who))
        assert reply.status == 200, (command, reply.words)
        for verb, data, asks in buttons(card_of(reply)):
            answer = await self.press(who, verb, data, asks)
            self.pressed.add(verb)
            if answer.status != 200:
                self.wrong.append(f"{command} for {who}: {verb} {data}: {answer.status} {answer.words}")
        return reply.view

    async def refused(self, name: str, who: str, command: str, /, **given: Any) -> None: ...

    async def press(self, who: Any, verb: str, data: dict[str, Any], asks: bool) -> Reply:
        caller = as_caller(who)
        if asks:
            return await commands.ask(self.runtime, verb, data, caller)
        if not commands.COMMANDS[verb].changes:
            return await commands.run(self.runtime, verb, data, caller)
        copy = self.folder / "copy.db"
        source = Path(str(self.runtime.db.url.database))
        for suffix in ("", "-wal", "-shm"):
            if (part := source.with_name(source.name + suffix)).exists():
                shutil.copy(part, copy.with_name(copy.name + suffix))
        db = Database(f"sqlite+aiosqlite:///{copy}")
        try:
            return await commands.run(replace(self.runtime, db=db), verb, data, caller)
        finally:
            await db.close()
            for suffix in ("", "-wal", "-shm"):
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)


def buttons(card: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every button that runs a command, with what it carries, and whether it asks for the form first."""
    for action in every_action(card):
        if action.get("verb") == "ask":
            yield action["data"]["command"], action["data"]["args"], True
        elif action["type"] == "Action.Execute":
            yield action["verb"], action["data"], False


async def test_no_button_that_is_drawn_is_refused(runtime: Runtime, clock: Any, tmp_path: Path) -> None:
    presser = Presser(runtime, clock, "nb", lambda *_: None)
    presser.pressed, presser.wrong, presser.folder = set(), [], tmp_path
    await play(presser)
    assert presser.wrong == []
    changing = {name for name, command in commands.COMMANDS.items() if command.changes}
    assert len(presser.pressed & changing) > 30
