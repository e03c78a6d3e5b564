"""The states of each kind of thing and the moves between them, drawn as Mermaid from their declarations.

`PYTHONPATH=src:tests python -m state_diagrams` draws them anew in README.md and docs/states.md.

An arrow is labelled with the commands, or the events, that lead from one state to the next. A command that is
open in a state and leaves it as it is stands inside that state.
"""

import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import lisbot.council
from lisbot.council.core.states import StateMachine

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs/states.md")
DIAGRAM = re.compile(r"(?<=<!-- states: )(\w+)( -->\n).*?(?=<!-- /states -->)", re.DOTALL)
START, ANY = "[*]", "any_state"


def machines() -> dict[str, StateMachine[Any]]:
    """Every state machine there is, by its name, in the order of the subjects."""
    found = {}
    for module in pkgutil.walk_packages(lisbot.council.__path__, "lisbot.council."):
        if module.name.endswith(".states") and not module.name.startswith("lisbot.council.core."):
            values = vars(import_module(module.name)).values()
            found |= {value.name: value for value in values if isinstance(value, StateMachine)}
    return found


def arrows(machine: StateMachine[Any]) -> Iterator[tuple[str, str, str]]:
    """Every change of state: from, to, and what makes it. Something that may happen in any state has one arrow."""
    states = set(machine.states)
    for move in machine.moves:
        sources = (START,) if not move.sources else (ANY,) if set(move.sources) == states else move.sources
        for source, target in product(sources, move.targets):
            yield str(source), str(target), move.command
    for event in machine.events:
        for source, target in product(event.sources, event.targets):
            yield str(source), str(target), event.name


def diagram(machine: StateMachine[Any]) -> str:
    """Returns a machine as a Mermaid state diagram."""
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for source, target, label in arrows(machine):
        labels[source, target].append(label)
    lines = ["stateDiagram-v2"]
    if all(source != START for source, _ in labels):
        lines.append(f"    {START} --> {next(iter(machine.states))}")
    if any(source == ANY for source, _ in labels):
        lines.append(f"    {ANY} : in any state")
    for state in machine.states:
        stays = [move.command for move in machine.moves if state in move.sources and not move.targets]
        if stays:
            lines += [f"    {state} : {said}" for said in (state, *dict.fromkeys(stays))]
    lines += [f"    {source} --> {target} : {', '.join(what)}" for (source, target), what in labels.items()]
    return "\n".join(lines) + "\n"


def drawn(page: str) -> str:
    """Returns a page with its diagrams as they are today."""
    known = machines()
    return DIAGRAM.sub(lambda found: f"{found[1]}{found[2]}```mermaid\n{diagram(known[found[1]])}```\n", page)


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(drawn(path.read_text("utf-8")), "utf-8")
