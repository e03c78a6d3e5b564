"""The table in cards/README.md is what each renderer draws, and every element that a card has is in it."""

import json
from pathlib import Path

import pytest

from element_table import ELEMENTS, README, TABLE, card, table, walk

ROOT = Path(__file__).parents[1]
CARDS = [*(ROOT / "cards").glob("*.json"), *(ROOT / "tests/snapshots/teams").glob("*.json")]


def kinds(node: object) -> set[str]:
    return {str(part["type"]) for part in walk(node)}


def test_the_table_is_as_each_renderer_draws_it():
    (written,) = TABLE.findall(README.read_text("utf-8"))
    assert written == table()


@pytest.mark.parametrize("folder", ["cards", "teams"])
def test_every_element_of_a_card_is_in_the_table(folder: str):
    """In the shapes, and in every card that the snapshots show."""
    used = {kind for path in CARDS if path.parent.name == folder for kind in kinds(json.loads(path.read_text("utf-8")))}
    assert used
    assert used - {kind for nodes in ELEMENTS.values() for kind in kinds(card(nodes))} == set()
