"""The diagrams in the README and in docs/states.md are the states and moves that are declared."""

import pytest

from lisbot.commands import COMMANDS
from state_diagrams import DIAGRAM, PAGES, ROOT, arrows, drawn, machines


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_diagrams_are_what_is_declared(path):
    page = path.read_text("utf-8")
    assert DIAGRAM.search(page)
    assert page == drawn(page), "PYTHONPATH=src:tests python -m state_diagrams draws them anew"


def test_every_machine_is_drawn_once_in_the_page_of_all():
    drawn_there = [name for name, _ in DIAGRAM.findall((ROOT / "docs/states.md").read_text("utf-8"))]
    assert sorted(drawn_there) == sorted(machines())


@pytest.mark.parametrize("machine", machines().values(), ids=machines())
def test_every_state_is_reached_and_every_move_is_a_command(machine):
    found = list(arrows(machine))
    first = next(iter(machine.states))
    assert set(machine.states) == {to for _, to, _ in found} | {first}
    assert {move.command for move in machine.moves} <= set(COMMANDS)
    assert not {event.name for event in machine.events} & set(COMMANDS)
