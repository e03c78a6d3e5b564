"""The shape that nearly everything lisbot shows has: a title, facts, sections of rows, and actions.

Cards are filled from it, pages drawn from it. It holds words in the viewer's language and no addresses: what
leads somewhere says to which command.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from lisbot.cards.viewer import Viewer
from lisbot.council.core.views import AllowedAction


class Opens(NamedTuple):
    """What shows something whole: a command that changes nothing, and its arguments."""

    command: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """A button: it runs a command, or asks for its form. style: "default", "positive" or "destructive".

    is_chosen: whether it is what the viewer has answered. is_quiet: where a card has little room, it stands folded.
    """

    title: str
    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = False
    style: str = "default"
    is_chosen: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Bar:
    """How many of how many: in words, and as a length where it can be drawn."""

    title: str
    value: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Link:
    """A way out of lisbot, to an address that somebody gave: a video meeting."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of what a thing goes through. `is_now`: it is the first that is not done."""

    title: str
    day: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """What something is, in a word or two: its kind, how far it has come, confidential."""

    words: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands over a document on paper, which only the page words: whose it is, what it is (a text key under
    card.letterhead) and its date. `goes_out`: whether it is sent to the members and to those who read agendas."""

    sender: str
    body: str
    kind: str
    on: date
    goes_out: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list.

    status: "", "good", "warning" or "attention", which `note` says in words, or else the title.
    mark: what stands in a column before it: an hour, a date.
    links: ways out of lisbot that belong to it.
    chips: what it is; a card says it before `note`.
    quiet: what may be changed about it, which is not what it is there for: a page has it behind one button.
    """

    title: str
    text: str = ""
    note: str = ""
    status: str = ""
    opens: Opens | None = None
    actions: tuple[Action, ...] = ()
    mark: str = ""
    links: tuple[Link, ...] = ()
    chips: tuple[Chip, ...] = ()
    quiet: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[str, ...]
    opens: Opens | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """One field of a grid: a sign, what it means, which colour it has where there are colours, and perhaps a day."""

    sign: str
    words: str
    status: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    label: str
    cells: tuple[GridCell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A picture of rows and columns, for a face that can draw. Whatever it shows is said in words beside it.

    label: what it is a picture of. legend: its signs.
    """

    label: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    legend: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """is_detail: where a card has little room, it stands folded. folds: so it does on a page, as a count that opens.
    is_aside: on a page it stands beside the rest, where there is room.
    count: how many its fold says it holds, where that is not its number of rows.
    answers: the buttons that answer what it asks. quiet: as a row's.
    mark: its number, before its heading on a card. folds_from: on a card its lines from this one on stand folded, after
    its facts and rows.
    grid: what it says, as a picture, which a card leaves out.
    """

    heading: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    rows: tuple[Row, ...] = ()
    table: Table | None = None
    actions: tuple[Action, ...] = ()
    is_detail: bool = False
    folds: bool = False
    is_aside: bool = False
    bars: tuple[Bar, ...] = ()
    quiet: tuple[Action, ...] = ()
    count: int = 0
    answers: tuple[Action, ...] = ()
    mark: str = ""
    folds_from: int | None = None
    grid: Grid | None = None

    @property
    def is_empty(self) -> bool:
        return not (
            self.bars
            or self.grid
            or self.lines
            or self.facts
            or self.rows
            or self.answers
            or self.actions
            or self.quiet
            or (self.table and self.table.rows)
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole answer of lisbot's.

    state: how far the thing has come, in words; status: "", "good", "warning" or "attention".
    answers: the buttons that answer what it asks, right under it; actions: whatever else may be done.
    opens: what shows the same thing again; up: what it belongs to.
    steps: what it goes through, the one after the other.
    leads: the row that its title says, the first of its first section: a page has it at the top alone.
    chips: what it is; a card says it after its state.
    changes_soon: whether it will show something else within seconds, by itself: a page shows that without being asked.
    """

    title: str
    subtitle: str = ""
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    actions: tuple[Action, ...] = ()
    opens: Opens | None = None
    up: Opens | None = None
    state: str = ""
    status: str = ""
    links: tuple[Link, ...] = ()
    answers: tuple[Action, ...] = ()
    leads: Row | None = None
    steps: tuple[Step, ...] = ()
    chips: tuple[Chip, ...] = ()
    letterhead: Letterhead | None = None
    changes_soon: bool = False

    @property
    def next_action(self) -> Action | None:
        """The one action that stands out, wherever it stands: a page has it at the top, with the state."""
        everywhere = (*self.actions, *(action for section in self.sections for action in section.actions))
        return next((action for action in everywhere if action.style == "positive"), None)


def sheet(
    title: str,
    *,
    subtitle: str = "",
    lines: Iterable[str] = (),
    facts: Iterable[tuple[str, str]] = (),
    sections: Iterable[Section | None] = (),
    actions: Iterable[Action | None] = (),
    opens: Opens | None = None,
    up: Opens | None = None,
    state: str = "",
    status: str = "",
    links: Iterable[Link] = (),
    answers: Iterable[Action | None] = (),
    leads: Row | None = None,
    steps: Iterable[Step] = (),
    chips: Iterable[Chip] = (),
    letterhead: Letterhead | None = None,
    changes_soon: bool = False,
) -> Sheet:
    """Returns a sheet without the lines, facts and sections that say nothing."""
    return Sheet(
        title,
        subtitle,
        tuple(line for line in lines if line),
        pairs(facts),
        tuple(each for each in sections if each is not None and not each.is_empty),
        tuple(action for action in actions if action is not None),
        opens,
        up,
        state,
        status,
        tuple(links),
        tuple(answer for answer in answers if answer is not None),
        leads,
        tuple(steps),
        tuple(chips),
        letterhead,
        changes_soon,
    )


def section(
    heading: str = "",
    *,
    lines: Iterable[str] = (),
    facts: Iterable[tuple[str, str]] = (),
    rows: Iterable[Row] = (),
    table: Table | None = None,
    actions: Iterable[Action | None] = (),
    is_detail: bool = False,
    folds: bool = False,
    is_aside: bool = False,
    bars: Iterable[Bar] = (),
    quiet: Iterable[Action] = (),
    count: int = 0,
    answers: Iterable[Action] = (),
    mark: str = "",
    folds_from: int | None = None,
    grid: Grid | None = None,
) -> Section:
    """Returns a section without the lines and facts that say nothing."""
    return Section(
        heading,
        tuple(line for line in lines if line),
        pairs(facts),
        tuple(rows),
        table,
        tuple(action for action in actions if action is not None),
        is_detail,
        folds,
        is_aside,
        tuple(bars),
        tuple(quiet),
        count,
        tuple(answers),
        mark,
        folds_from,
        grid,
    )


def pairs(facts: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    return tuple(Fact(title, value) for title, value in facts if value)


def chips(*given: str | Chip) -> tuple[Chip, ...]:
    """Returns what something is, without what says nothing."""
    whole = (each if isinstance(each, Chip) else Chip(each) for each in given)
    return tuple(chip for chip in whole if chip.words)


def capitalised(words: str) -> str:
    """Returns words as they begin a line."""
    return words[:1].upper() + words[1:]


def joined(*parts: str, by: str = " · ") -> str:
    """Returns the parts that say something, in one line."""
    return by.join(part for part in parts if part)


def action(
    viewer: Viewer,
    allowed: AllowedAction,
    *,
    title: str = "",
    style: str = "default",
    asks: bool | None = None,
) -> Action:
    """Returns the button for something that is open to the viewer."""
    return Action(
        title or viewer.t(f"command.{allowed.command}.button"),
        allowed.command,
        allowed.arguments,
        viewer.asks(allowed.command, allowed.arguments) if asks is None else asks,
        style,
    )


def actions(viewer: Viewer, allowed: Iterable[AllowedAction], *, positive: Iterable[str] = ()) -> tuple[Action, ...]:
    """Returns the buttons for what is open to the viewer. `positive`: the commands that stand out."""
    stand_out = set(positive)
    return tuple(action(viewer, each, style="positive" if each.command in stand_out else "default") for each in allowed)


def quietly(given: Iterable[Action]) -> list[Action]:
    """Returns buttons as ones that stand folded where a card has little room."""
    return [replace(each, is_quiet=True) for each in given]


def goes_to(viewer: Viewer, command: str, *, title: str = "", **arguments: Any) -> Action:
    """Returns a button that leads to what a command shows."""
    return Action(title or viewer.t(f"command.{command}.button"), command, arguments)


def goes_to_sent(viewer: Viewer, body_id: int, **arguments: Any) -> Action | None:
    """Returns a button that leads to how it went with what was sent about something, for those who may see it."""
    if not viewer.allows("delivery.show", body_id):
        return None
    return goes_to(viewer, "delivery.show", **arguments)
