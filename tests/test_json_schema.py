"""What --json shows is the view as data, and the schema of each view is a snapshot.

UPDATE_SNAPSHOTS=1 writes the snapshots anew. A change of one is a change for every program that reads lisbot, and
needs a migration note in the README.
"""

import inspect
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from sqlalchemy import func, select

import consultation_scene
import register_scene
import travel_scene
from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot import commands
from lisbot.commands import COMMANDS
from lisbot.commands.data import FormData, reply_to_data, to_data
from lisbot.council.core.context import RoomRef
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.views import LostMessage, MessageLine
from lisbot.council.enums import DeliveryState, InboundKind
from lisbot.council.log.views import LogLineView
from lisbot.council.models import Account, Body, Delivery, InboundMail, Meeting, Vote
from lisbot.council.overview.views import BodyExportView
from lisbot.council.register.identity import Caller
from lisbot.council.register.views.people import PersonDataView
from people import run_confirmed
from scene import Scene, as_caller, play

SNAPSHOTS = Path(__file__).parent / "snapshots" / "views"
PLAIN = {str, int, float, bool, NoneType, date, datetime, time}
# Where a value may be anything JSON has: the arguments of old log lines and what old messages said are what they were,
# and what is known of a person or a council is told as it is kept.
ANY = {(LogLineView, "arguments"), (LostMessage, "facts"), (MessageLine, "facts"), (PersonDataView, "rows")}
ANY |= {(BodyExportView, "rows")}
ROOM = RoomRef("teams", "t", "19:rom", "https://smba.example/")


def view_of(command: commands.Command) -> type:
    """What a command's function says that it returns."""
    returned: type = inspect.signature(command.function, eval_str=True).return_annotation
    return returned


SHOWING = [command for command in COMMANDS.values() if command.shows != "nothing"]
VIEWS: dict[str, type] = {command.shows: view_of(command) for command in SHOWING} | {"form": FormData}


class Schema(GenerateJsonSchema):
    """The schema of what is printed: every field always, and no other; without titles, which only repeat names."""

    def field_is_required(self, *_args: Any, **_more: Any) -> bool:
        return True

    def dataclass_schema(self, schema: Any) -> Any:
        return super().dataclass_schema(schema) | {"additionalProperties": False}

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False


def schema_of(view: type) -> dict[str, Any]:
    return strip(TypeAdapter(view).json_schema(mode="serialization", schema_generator=Schema))


def strip(schema: Any) -> Any:
    """Without docstrings, class names and defaults: what is printed is always there."""
    match schema:
        case {"properties": dict(properties)}:
            rest = {key: strip(value) for key, value in schema.items() if key not in ("title", "description")}
            return rest | {"properties": {name: strip(value) for name, value in properties.items()}}
        case dict():
            left_out = ("title", "description", "default")
            return {key: strip(value) for key, value in schema.items() if key not in left_out}
        case list():
            return [strip(value) for value in schema]
    return schema


@pytest.mark.parametrize("shows", VIEWS)
def test_the_schema_of_each_view_is_a_snapshot(shows: str):
    file = SNAPSHOTS / f"{shows}.json"
    schema = json.dumps(schema_of(VIEWS[shows]), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(schema, "utf-8")
    assert file.read_text("utf-8") == schema


def test_there_is_no_snapshot_of_what_is_no_view():
    assert {file.stem for file in SNAPSHOTS.iterdir()} == set(VIEWS)


def test_one_card_shows_one_view():
    for command in SHOWING:
        assert view_of(command) is VIEWS[command.shows], command.name


def classes_in(view: type) -> Iterator[type]:
    """A view's class and those of everything it holds."""
    yield view
    for hint in get_type_hints(view).values():
        yield from (each for part in parts_of(hint) if is_dataclass(part) for each in classes_in(part))


def parts_of(hint: Any) -> Iterator[Any]:
    """The types that an annotation is made of: of "tuple[Seat, ...] | None" Seat and None."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        for part in get_args(hint):
            yield from parts_of(part)
    elif origin is tuple:
        yield from parts_of(get_args(hint)[0])
    elif isinstance(origin, type) and issubclass(origin, dict | Mapping):
        yield get_args(hint)[0]
        yield from parts_of(get_args(hint)[1])
    else:
        yield hint


CLASSES = sorted(
    {each for view in VIEWS.values() for each in classes_in(view)}, key=lambda c: (c.__module__, c.__name__)
)


@pytest.mark.parametrize("view", CLASSES, ids=lambda view: view.__name__)
def test_a_view_is_frozen_and_typed_and_holds_no_row_of_the_database(view: type):
    assert is_dataclass(view)
    assert "__slots__" in vars(view)
    assert view.__dataclass_params__.frozen
    hints = get_type_hints(view)
    for each in fields(view):
        hint = hints[each.name]
        for part in parts_of(hint):
            if part is Any:
                assert (view, each.name) in ANY, f"{view.__name__}.{each.name} says nothing of what it holds"
            else:
                assert part in PLAIN or is_dataclass(part) or issubclass(part, Enum), f"{view.__name__}.{each.name}"


def test_what_is_declared_frozen_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        AllowedAction("vote.show").command = "vote.close"


def test_a_row_of_the_database_is_no_data():
    for row in (Body(id=1), AllowedAction("vote.show", {"vote": Vote(id=1)})):
        with pytest.raises(TypeError):
            to_data(row)


@dataclass
class Replies(Scene):
    """The scene, with every reply kept in place of its card."""

    replies: list[tuple[str, commands.Reply]] = field(default_factory=list)

    async def see(self, name: str, who: str | Caller, command: str, /, **given: Any) -> Any:
        reply = await run_confirmed(self.runtime, command, given, as_caller(who))
        assert reply.status == 200, (command, reply.words)
        self.replies.append((command, reply))
        return reply.view

    async def ask(self, who: str, command: str, /, **given: Any) -> None:
        reply = await commands.ask(self.runtime, command, given, as_caller(who))
        assert reply.status == 200, (command, reply.words)
        self.replies.append((command, reply))

    async def refused(self, name: str, who: str, command: str, /, **given: Any) -> None:
        reply = await commands.run(self.runtime, command, given, as_caller(who))
        assert reply.status in (409, 422), (command, reply.words)
        self.replies.append((command, reply))


async def play_the_rest(s: Replies) -> None:
    """The commands that the scene has no card of its own for."""
    teams = Caller("teams", "29:ragnhild", "t", room=ROOM)
    async with s.runtime.db.write() as db:
        db.add(Account(platform="teams", tenant="t", external_id="29:ragnhild", person_id=1, linked_at=s.clock()))
    await s.see("", teams, "account.update_address", service_url="https://smba.example/", conversation_id="a:1")
    await s.see("", teams, "room.unlink")
    await s.do(RAGNHILD, "meeting.move", meeting_id=2, day="2027-06-10")
    await s.do(RAGNHILD, "minutes.reopen", meeting_id=1, reason="Feil navn")
    await s.do(RAGNHILD, "minutes.record_presence", meeting_id=1, present="1,2,3")
    await s.do(RAGNHILD, "guest.edit", guest_id=1, name="Kim Kursleder")
    await s.do(RAGNHILD, "guest.remove", guest_id=1)
    await s.do(RAGNHILD, "follow_up.reopen", follow_up_id=1)
    await s.do(RAGNHILD, "follow_up.edit", follow_up_id=1, what="Lage utkast.")
    await s.do(RAGNHILD, "follow_up.remind", follow_up_id=1)
    await s.do(RAGNHILD, "carry_through.remind", body_id=1)
    await s.do(RAGNHILD, "follow_up.remove", follow_up_id=1)
    await s.do(RAGNHILD, "agenda_item.add", meeting_id=2, title="Ferdigheter", kind="discussion")
    await s.do(RAGNHILD, "agenda_item.add", meeting_id=2, title="Rotasjon", kind="discussion")
    items = (await s.do(RAGNHILD, "agenda.show", meeting_id=2)).items
    order = ",".join(str(item.id) for item in items)
    await s.do(RAGNHILD, "agenda.reorder", meeting_id=2, order=order)
    await s.do(RAGNHILD, "agenda_item.remove", item_id=next(item.id for item in items if item.case_id))
    last = (await s.do(RAGNHILD, "agenda.show", meeting_id=1)).items
    await s.do(RAGNHILD, "agenda.copy", meeting_id=2, item_id=next(item.id for item in last if item.case_id))
    await s.do(RAGNHILD, "call.open", meeting_id=2)
    proposal = await s.do(BJORN, "proposal.submit", meeting_id=2, title="Utstyr", kind="information")
    await s.do(BJORN, "proposal.edit", proposal_id=proposal.id, title="Utstyr til alle", kind="information")
    await s.do(RAGNHILD, "case.show", case_id=1)
    await s.do(ASTRID, "case.show", case_id=1)
    change = {"name": "Per Ny", "email": "per@as.example", "from_on": "2027-06-01", "anchored_by": "Direktøren"}
    change_id = (await s.do(BJORN, "seat_change.report", seat_id=2, anchored="true", **change)).id
    await s.do(RAGNHILD, "seat_change.send_back", change_id=change_id, reason="Hvem?")
    for about in ({"meeting_id": 1}, {"case_id": 1}, {"seat_id": 1}, {"person_id": 3}):
        await s.do(RAGNHILD, "log.show", **about)
    await play_the_later_life(s)


async def play_what_is_sent(s: Replies) -> None:
    """The commands for what is sent by itself or again, and for how people wish to be told."""
    await s.do(RAGNHILD, "year_plan.set_dates", body_id=1, dates="2027-11-10", starts="09:00", ends="12:00")
    async with s.runtime.db.read() as db:
        meeting_id = await db.scalar(select(func.max(Meeting.id)))
    item = {"items.1.place": "1", "items.1.title_nb": "Nytt fra sekretariatet", "items.1.kind": "information"}
    await s.do(RAGNHILD, "standing_item.set_all", body_id=1, **item)
    await s.do(RAGNHILD, "agenda.add_standing", meeting_id=meeting_id)
    await s.do(RAGNHILD, "call.open", meeting_id=meeting_id, closes_on="2027-10-20")
    await s.do(RAGNHILD, "call.remind_all", meeting_id=meeting_id)
    proposal = await s.do(ELI, "proposal.submit", meeting_id=meeting_id, title="Ferie", kind="information")
    await s.do(RAGNHILD, "proposal.triage_all", meeting_id=meeting_id, **{f"proposals.{proposal.id}.answer": "accept"})
    await s.do(RAGNHILD, "notice.send_all", meeting_id=meeting_id)
    await s.do(RAGNHILD, "meeting.remind", meeting_id=meeting_id)
    await s.do(RAGNHILD, "meeting.remind_all", meeting_id=meeting_id)
    vote = await s.do(RAGNHILD, "vote.open", body_id=1, question="Møtes vi digitalt?")
    await s.do(RAGNHILD, "vote.remind", vote_id=vote.id)
    await s.do(ELI, "channel_choice.set", channel="mail")
    await s.do(ELI, "quiet_time.set", quiet_from="20:00", quiet_to="07:00")
    await s.do(RAGNHILD, "reminder_plan.set", body_id=1, call_first=5)
    await s.do(ELI, "calendar_feed.make")
    await s.do(ELI, "calendar_feed.revoke")
    async with s.runtime.db.write() as db:
        about = {"sender": "eli@union.example", "subject": "Hei", "words": "Hei", "kind": InboundKind.WORDS}
        db.add(InboundMail(digest="d", received_at=s.clock(), result="", handled_by="", **about))
        failed = await db.scalar(select(Delivery).where(Delivery.kind == "notice").limit(1))
        failed.state, failed.reason = DeliveryState.FAILED, "Throttled"
        delivery_id = failed.id
    await s.do(RAGNHILD, "inbound_mail.handle", inbound_mail_id=1)
    await s.do(RAGNHILD, "delivery.resend", delivery_id=delivery_id)


async def play_the_later_life(s: Replies) -> None:
    """The commands for what comes after: what is taken back, carried, entered afterwards, and found again."""
    await s.do(RAGNHILD, "delivery.show", meeting_id=1)
    await s.do(RAGNHILD, "call.remind", meeting_id=2)
    await s.do(RAGNHILD, "call.extend", meeting_id=2, closes_on="2027-06-08")
    proposal = await s.do(ELI, "proposal.submit", meeting_id=2, title="Vakter", kind="information")
    await s.do(ELI, "proposal.withdraw", proposal_id=proposal.id)
    await s.do(ELI, "proposal.restore", proposal_id=proposal.id)
    await s.do(RAGNHILD, "proposal.reject", proposal_id=proposal.id, reason="Sykehusets sak.")
    await s.do(RAGNHILD, "proposal.undo", proposal_id=proposal.id)
    await s.do(RAGNHILD, "attendance.hand_over", meeting_id=2)
    await s.do(RAGNHILD, "year_plan.set_dates", body_id=1, dates="2027-10-06")
    await s.do(RAGNHILD, "meeting.cancel", meeting_id=2, reason="Streik")
    waiting = await s.do(RAGNHILD, "case.list_waiting", body_id=1)
    async with s.runtime.db.read() as db:
        october = (await db.scalars(select(Meeting.id).where(Meeting.held_on == date(2027, 10, 6)))).one()
    await s.do(RAGNHILD, "agenda_item.add_case", meeting_id=october, case_id=waiting.cases[0].id)
    await s.do(RAGNHILD, "meeting.carry_cases", meeting_id=2, to_meeting_id=october)
    await s.do(RAGNHILD, "meeting.enter_held", body_id=1, day="2027-02-03")
    await s.do(RAGNHILD, "person.show", person_id=6)
    await s.do(RAGNHILD, "person.edit", person_id=6, name="Eli Union-Berg", email="eli@union.example")
    await s.do(RAGNHILD, "account.unlink", account_id=1)
    await s.do(RAGNHILD, "account.relink", account_id=1)
    new = {
        "name": "Pål Region",
        "email": "paal.region@rhf.example",
        "from_on": "2027-07-01",
        "anchored_by": "Direktøren",
    }
    change = await s.do(RAGNHILD, "seat_change.report", seat_id=3, anchored="true", **new)
    await s.do(RAGNHILD, "seat_change.approve_namesake", change_id=change.id)
    teams = Caller("teams", "29:ragnhild", "t", room=ROOM)
    await s.see("", teams, "room.link", body="samrad")
    await s.do(RAGNHILD, "room.remove", room_id=1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_views_of_every_command_are_what_their_schema_says(runtime, clock):
    scene = Replies(runtime, clock, "nb", lambda *_: None)
    await play(scene)
    await play_the_rest(scene)
    await play_what_is_sent(scene)
    await register_scene.otherwise(scene)
    await travel_scene.otherwise(scene)
    await consultation_scene.otherwise(scene)
    schemas = {
        shows: Draft202012Validator(schema_of(view), format_checker=FormatChecker()) for shows, view in VIEWS.items()
    }
    for command, reply in scene.replies:
        shown = json.loads(json.dumps(reply_to_data(reply)))["shown"]
        faults = [f"{fault.json_path}: {fault.message}" for fault in schemas[reply.shows].iter_errors(shown)]
        assert not faults, (command, faults)
    done = {command for command, reply in scene.replies if reply.is_done and reply.shows != "form"}
    assert set(COMMANDS) - done == {command.name for command in COMMANDS.values() if command.shows == "nothing"}
    assert {reply.shows for _, reply in scene.replies} == set(VIEWS)
