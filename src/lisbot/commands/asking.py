"""Asking before something is done: what will happen, and whom it tells. And saying so when it is done.

The command is run to its end, and what it asked and whom it would tell is read off. Without a yes to all of it, it is
taken back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

from lisbot.cards.form import NAMING, RECIPIENTS
from lisbot.commands.command import Command
from lisbot.council.core.context import Act, Role
from lisbot.council.core.errors import Detail, NeedsConfirming
from lisbot.council.delivery.reach import read_reach
from lisbot.texts import format_list, has, text

EVERYTHING = frozenset({"*"})  # a yes to whatever is asked
FEW = 3  # people told by name
MANY = 8  # people that cannot be reached, by name in what confirms
YES = ("true", "on", "1", "yes")
OF, AND = ":", "."  # in what a form carries of what was asked: "triaged_accept:7.9" is asked of two things
DIGITS = 8  # of the digest of what a question names: enough to tell two receivers apart, it keeps nobody out


def read_confirmation(given: Any) -> Collection[str]:
    """Returns what was said yes to: the keys of what was asked, and of which thing where it was asked of several. What
    a form carries is the sender's word, and says no more than that they have seen these questions."""
    if given is True or (isinstance(given, str) and given.lower() in YES):
        return EVERYTHING
    return (
        frozenset(each for key in given.split(",") for each in parted(key)) if isinstance(given, str) else frozenset()
    )


def parted(key: str) -> Iterator[str]:
    """Yields a question of several things as one of each."""
    asked, of, ids = key.partition(OF)
    return (f"{asked}{of}{each}" for each in ids.split(AND))


def pack_questions(questions: Iterable[Detail]) -> tuple[str, ...]:
    """Returns what a form carries of what is asked: each key once, with what it is asked of, or with a digest of whom
    and what it names. So a yes to one receiver is none to another that is chosen in the same form afterwards."""
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for key, values in questions:
        asked.setdefault(key, []).append(values)
    return tuple(pack(key, each) for key, each in asked.items())


def pack(key: str, asked: Sequence[Mapping[str, Any]]) -> str:
    if ids := dict.fromkeys(str(each) for values in asked for each in ids_in(values)):
        return f"{key}{OF}{AND.join(ids)}"
    names = [each for values in asked for each in names_in(values)] if key not in RECIPIENTS else ()
    return f"{key}{NAMING}{sha256(repr(names).encode()).hexdigest()[:DIGITS]}" if names else key


def names_in(values: Mapping[str, Any]) -> Iterator[str]:
    """Yields what a question names: words. Days, hours and numbers are not: whoever typed one has seen it, and how many
    there are may change while somebody reads, as may who they are that are told (RECIPIENTS)."""
    return (value for _, value in sorted(values.items()) if isinstance(value, str))


def is_confirmed(asked: str, confirmed: Collection[str]) -> bool:
    """Returns whether a question was said yes to. Its key alone says so too: one of many councils' is carried so, and
    a form is that was open since before keys named anything."""
    return asked in confirmed or asked.partition(NAMING)[0] in confirmed


def ids_in(values: Mapping[str, Any]) -> Sequence[object]:
    ids: Sequence[object] = values.get("ids", ())
    return ids


def confirmed_of(thing: object, confirmed: Collection[str]) -> frozenset[str]:
    """Returns what was said yes to of one thing among several, as if it had been asked alone."""
    about = f"{OF}{thing}"
    return frozenset(each.removesuffix(about) for each in confirmed if each.endswith(about))


def require_confirmed(act: Act, confirmed: Collection[str], recipients: Collection[Detail]) -> None:
    """Raises NeedsConfirming with all there is to know, where some of it was not said yes to. What happens by itself
    asks nobody."""
    if confirmed == EVERYTHING or is_by_itself(act):
        return
    questions = [*act.trace.questions, *recipients]
    if not all(is_confirmed(each, confirmed) for packed in pack_questions(questions) for each in parted(packed)):
        raise NeedsConfirming(questions)


def is_by_itself(act: Act) -> bool:
    """Returns whether nobody does this: its time has come."""
    return any(hold.role is Role.CLOCK for hold in act.by.holds)


async def describe_recipients(act: Act) -> list[Detail]:
    """Returns whom a command tells, through what, and who cannot be reached. By name where they are few."""
    found: list[Detail] = []
    if act.trace.told:
        reach = await read_reach(act, act.trace.told)
        through = say_channels(act.by.lang, reach.channels)
        values = {"count": len(reach.reached), "channels": through}
        if through and len(reach.names) <= FEW and not act.trace.names_nobody:
            found.append(("tells_named", values | {"names": format_list(act.by.lang, reach.names)}))
        elif through:
            found.append(("tells", values))
        if reach.unreachable:
            names = format_list(act.by.lang, reach.unreachable)
            key = "tells_unreachable_unnamed" if act.trace.names_nobody else "tells_unreachable"
            found.append((key, {"count": len(reach.unreachable), "names": names, "named": reach.unreachable}))
    if act.trace.rooms:
        found.append(("tells_rooms", {"count": act.trace.rooms}))
    return found


def say_channels(lang: str, channels: Mapping[str, int]) -> str:
    """Returns through what people are told; how many through each where it is not all the same."""
    if len(channels) == 1:
        return text(lang, f"reach_all.{next(iter(channels))}")
    through = [text(lang, f"reach.{platform}", count=count) for platform, count in sorted(channels.items())]
    return text(lang, "reach.several", channels=format_list(lang, through)) if through else ""


def say_done(act: Act, command: Command) -> str:
    """Returns what was done, and to what, in words; nothing for what changes nothing, or says it on its card."""
    key = f"command.{command.name}.{act.trace.done_words}"
    return text(act.by.lang, key, **act.trace.done) if command.changes and has(act.by.lang, key) else ""


def brief(details: Iterable[Detail], lang: str) -> list[Detail]:
    """Returns details for the words that confirm what was done, where many names are not read through: the first of
    them and how many more there are. Whoever was asked first has seen them all."""
    return [
        (
            key,
            {**values, "names": format_list(lang, cast("Sequence[str]", values["named"]), MANY)}
            if "named" in values
            else values,
        )
        for key, values in details
    ]


def say_details(details: Iterable[Detail], lang: str) -> list[str]:
    """Returns what there is to know, in words."""
    return [text(lang, f"detail.{key}", **values) for key, values in details]
