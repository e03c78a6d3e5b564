"""Addresses: what shows something, and the page that shows it, are the same thing both ways."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lisbot.commands import COMMANDS, public_commands
from lisbot.council.enums import OutcomeKind
from lisbot.routes import PAGES, SHOW, address

READS = sorted(command.name for command in public_commands() if not command.changes)


def read_back(path: str) -> tuple[str, dict[str, str]]:
    """The command and arguments that a page's address stands for."""
    parts = urlsplit(path)
    query = dict(parse_qsl(parts.query))
    for page in PAGES:
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", page.path)
        if match := re.fullmatch(pattern, parts.path):
            return page.command, query | {name: unquote(value) for name, value in match.groupdict().items()}
    assert parts.path.startswith(SHOW), path
    return unquote(parts.path.removeprefix(SHOW)), query


@given(st.sampled_from(READS), st.data())
def test_an_address_says_which_command_shows_what(name, data):
    some = st.one_of(st.integers(1, 10**6), st.text("aå/?&=% {}", min_size=1).filter(str.strip))
    arguments = {each: data.draw(some) for each in COMMANDS[name].parameters}
    assert read_back(address(name, arguments)) == (name, {each: str(value) for each, value in arguments.items()})


def test_every_page_with_an_address_of_its_own_shows_a_command_that_changes_nothing():
    for page in PAGES:
        command = COMMANDS[page.command]
        assert not command.changes
        assert set(re.findall(r"{(\w+)}", page.path)) <= command.parameters.keys()
    assert len({page.path for page in PAGES}) == len({page.command for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("meeting.show", {"meeting_id": 7}, "/meeting/7"),
        ("minutes.show", {"meeting_id": 7}, "/meeting/7/minutes"),
        ("case.show", {"case_id": 3}, "/case/3"),
        ("log.show", {"case_id": 3}, "/show/log.show?case_id=3"),
        ("outcome.search", {"kind": OutcomeKind.ADVICE, "text": "", "year": None}, "/outcomes?kind=advice"),
        ("year_plan.show", {"body_id": 1, "year": 2027}, "/year?body_id=1&year=2027"),
        ("vote.show", {"vote_id": [1, 2]}, "/show/vote.show?vote_id=1%2C2"),
        ("body.show", {}, "/show/body.show"),
    ],
)
def test_addresses_as_people_see_them(name, arguments, expected):
    assert address(name, arguments) == expected
