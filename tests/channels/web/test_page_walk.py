"""By the links and buttons that are there, every page is reached by those it is for."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from browser import Visitor, become
from builders import RAGNHILD
from distribution_scene import distribute
from lisbot.commands import COMMANDS, find_command, public_commands
from lisbot.council.core.context import Role
from lisbot.council.models import LocalInput
from lisbot.routes import PAGES, SHOW
from people import not_granted_to
from register_asks import SHEET

ASKED = {"line_confirmation.show", "dispatch.show", "guest_invitation.show"}  # told by a message of its own
READS = {command.name for command in public_commands() if not command.changes} - ASKED
OF_SHARED = {"local_input.show", "local_input.list"}  # of whoever has shared an item with their colleagues
PATTERNS = [(re.compile(re.sub(r"{\w+}", r"[^/]+", page.path)), page.command) for page in PAGES]
MEMBERS = {
    "attendance.respond",
    "calendar_feed.make",
    "call.decline",
    "channel_choice.set",
    "consultation.answer",
    "follow_up.answer",
    *("local_input.share", "local_input.attach", "local_input.stop"),
    "minutes.comment",
    "person.choose_language",
    "proposal.edit",
    "proposal.submit",
    "proposal.withdraw",
    "quiet_time.set",
    "seat_change.report",
    "vote.cast",
    "vote.retract",
}
CHAIRS = {
    "vote.close",
    "vote.extend",
    "vote.lift_recusal",
    "vote.open",
    "vote.recuse",
    "vote.remind",
    "vote.withdraw",
}


def command_shown(path: str) -> str | None:
    """The command that the page at this path shows."""
    if path.startswith(SHOW):
        return unquote(path.removeprefix(SHOW))
    return next((command for pattern, command in PATTERNS if pattern.fullmatch(path)), None)


def kind(link: str) -> tuple[str, tuple[str, ...]]:
    """Pages of one kind differ only in which thing they are about."""
    parts = urlsplit(link)
    names = [name for name, _ in parse_qsl(parts.query) if name != "_next"]
    return re.sub(r"\d+", "n", parts.path), tuple(names)


async def walk(visitor: Visitor, *starts: str) -> set[str]:
    """Follow every link from here, one of each kind. Returns the commands whose pages, and whose forms and buttons,
    were found on the way."""
    waiting, seen, found = list(starts), set(), set()
    while waiting:
        link = waiting.pop(0)
        if kind(link) in seen:
            continue
        seen.add(kind(link))
        assert await visitor.get(link) == 200, link
        found.add(command_shown(urlsplit(link).path))
        waiting += [each for each in visitor.links if each.startswith("/")]
        for button in visitor.buttons:
            action = button.form["action"] if button.form else button.href
            if action.startswith(("/do/", "/form/")):
                command = find_command(action.split("/")[2].split("?")[0])
                assert command, action
                assert action.startswith("/form/") or button.form["method"] == "post"
                found.add(command.name)
    return found - {None}


async def test_the_secretariat_reaches_every_page(busy, visitor):
    await busy.ok(RAGNHILD, "register_import.upload", sheet=SHEET, file_name="råd.csv")
    await distribute(busy)
    await busy.sent_on()
    await busy.in_process()
    await busy.consulted()
    await busy.shared()
    await become(visitor, "Ragnhild Regut")
    found = await walk(visitor, "/me", "/overview")
    assert READS - found - OF_SHARED == set()
    assert {"proposal.accept", "vote.close", "agenda_item.edit", "minutes.reopen", "seat_change.approve"} <= found


@pytest.mark.parametrize("name", ["Bjørn Ås", "Astrid Fjord", "Eli Union"])
async def test_a_representative_reaches_every_page_but_the_secretariats(busy, visitor, name):
    await distribute(busy)
    await busy.sent_on()
    await busy.in_process()
    await busy.consulted()
    shared = await busy.one(LocalInput, id=await busy.shared())
    await become(visitor, name)
    found = await walk(visitor, "/me")
    found |= await walk(visitor, f"/case/{shared.case_id}")  # one of several on their agendas
    # They read the agenda on the meeting's page, and have reported no change.
    missing = READS - found - not_granted_to(Role.REPRESENTATIVE) - {"agenda.show", "proposal.show", "seat_change.show"}
    assert (missing & OF_SHARED == set()) == (name == "Astrid Fjord")  # who has shared an item
    missing -= OF_SHARED
    assert missing == set(), "no link leads there"
    assert ("proposal.show" in found) == (name != "Eli Union")  # whoever has proposed something
    assert {"proposal.submit", "vote.cast", "seat_change.report"} <= found
    changes = {each for each in found if COMMANDS[each].changes}
    assert changes <= MEMBERS | (CHAIRS if name == "Bjørn Ås" else set())


async def test_an_agenda_only_reader_reaches_the_agenda_and_what_is_their_own_or_everybodys(busy, visitor):
    await become(visitor, "Hilde Leser")
    found = await walk(visitor, "/me")
    own = {"consent.show", "menu.show", "person.show_data", "quiet_time.show", "worklist.show"}
    assert found & READS == {"agenda.show", "roster.show"} | own
