"""The Web API's methods for modals and homes, and how views stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.slack_checks import Refusal
from fakes.slack_rules import elements, is_too_large, wrong_with_view
from fakes.slack_world import APP, SlackPerson, Version, View, Workspace, bot_of

if TYPE_CHECKING:
    from fakes.slack import FakeSlack

Args = dict[str, Any]
DEEPEST = 3  # views in a stack
TRIGGER_LIFE = 3.0  # seconds


@dataclass
class Trigger:
    """What a person's interaction lets the app do before their eyes, once and soon."""

    team: str
    person: SlackPerson
    at: float
    is_used: bool = False


def spend(fake: FakeSlack, home: Workspace, args: Args) -> SlackPerson:
    """Who this trigger lets the app show something to.

    Slack's errors: invalid_trigger_id, expired_trigger_id after three seconds, exchanged_trigger_id.
    """
    trigger = fake.triggers.get(str(args.get("trigger_id")))
    if trigger is None or trigger.team != home.id:
        raise Refusal("invalid_trigger_id")
    if trigger.is_used:
        raise Refusal("exchanged_trigger_id")
    if fake.clock() - trigger.at > TRIGGER_LIFE:
        raise Refusal("expired_trigger_id")
    trigger.is_used = True
    return trigger.person


def check(fake: FakeSlack, body: Any, kind: str, changed: View | None = None) -> Args:
    """The view itself, when Slack takes it as one of this kind, new or instead of what was there."""
    if is_too_large(body):
        raise Refusal("view_too_large")
    problems = wrong_with_view(body)
    if not problems and body["type"] != kind:
        problems = [f"[ERROR] must be a {kind} [json-pointer:/view/type]"]
    if problems:
        raise Refusal("invalid_arguments", problems)
    named = body.get("external_id")
    if named and any(v.body.get("external_id") == named and v.is_open and v is not changed for v in fake.views):
        raise Refusal("duplicate_external_id")
    found: Args = body
    return found


def make(fake: FakeSlack, home: Workspace, person: SlackPerson, body: Args, previous: View | None) -> View:
    number = next(fake.numbers)
    view = View(f"V{number:09}", home.id, person.id, person.team, fake.with_ids(body), fake.new_hash())
    view.root = previous.root if previous else view.id
    view.previous = previous.id if previous else ""
    view.values = standing(view.blocks)
    fake.views.append(view)
    fake.look_over(f"{view.kind} of {person.name}", view.title, view.blocks)
    return view


def change(fake: FakeSlack, view: View, body: Args) -> None:
    """The view is this from now on. What was typed stays where block and action keep their ids."""
    view.history.append(Version(view.text, view.blocks, view.metadata))
    before = view.values
    view.body, view.hash, view.errors = fake.with_ids(body), fake.new_hash(), {}
    view.values = {
        block_id: {name: before.get(block_id, {}).get(name, value) for name, value in inside.items()}
        for block_id, inside in standing(view.blocks).items()
    }
    fake.look_over(f"{view.kind} of {fake.people[view.user].name}", view.title, view.blocks)


def standing(blocks: list[Args]) -> dict[str, dict[str, Any]]:
    """What is in each input and choice before anybody touches it, as `state.values` has it."""
    values: dict[str, dict[str, Any]] = {}
    for block, element in elements(blocks):
        if element["type"] not in ("button", "overflow"):
            values.setdefault(block["block_id"], {})[element["action_id"]] = from_start(element)
    return values


def from_start(element: Args) -> Args:
    kind = element["type"]
    value: Any
    match kind:
        case "checkboxes" | "multi_static_select":
            value = {"selected_options": element.get("initial_options", [])}
        case "radio_buttons" | "static_select":
            value = {"selected_option": element.get("initial_option")}
        case "datepicker":
            value = {"selected_date": element.get("initial_date")}
        case "timepicker":
            value = {"selected_time": element.get("initial_time")}
        case _:
            value = {"value": element.get("initial_value") or None}
    return {"type": kind, **value}


def push(fake: FakeSlack, home: Workspace, person: SlackPerson, body: Args) -> View:
    stack = fake.stacks.setdefault(person.id, [])
    if len(stack) >= DEEPEST:
        raise Refusal("push_limit_reached")
    view = make(fake, home, person, body, stack[-1] if stack else None)
    stack.append(view)
    return view


def views_open(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    body = check(fake, args["view"], "modal")
    person = spend(fake, home, args)
    fake.close_all(person)
    return {"view": as_sent(push(fake, home, person, body))}


def views_push(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    body = check(fake, args["view"], "modal")
    person = spend(fake, home, args)
    if not fake.stacks.get(person.id):
        raise Refusal("not_found")
    return {"view": as_sent(push(fake, home, person, body))}


def views_update(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    wanted = args.get("view_id") or args.get("external_id")
    for view in fake.views:
        ids = (view.id, view.body.get("external_id"))
        if view.team == home.id and view.is_open and view.kind == "modal" and wanted and wanted in ids:
            body = check(fake, args["view"], "modal", view)
            agree(view, args.get("hash"))
            change(fake, view, body)
            return {"view": as_sent(view)}
    raise Refusal("not_found")


def agree(view: View, hash: str | None) -> None:
    if hash is not None and hash != view.hash:
        raise Refusal("hash_conflict")


def views_publish(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    if not home.has_home:
        raise Refusal("not_enabled")
    person = fake.people.get(args["user_id"])
    if person is None or person.team != home.id:
        raise Refusal("invalid_arguments", ["invalid `user_id`"])
    view = fake.homes.get(person.id)
    body = check(fake, args["view"], "home", view)
    if view is None:
        view = fake.homes[person.id] = make(fake, home, person, body, None)
    else:
        agree(view, args.get("hash"))
        change(fake, view, body)
    return {"view": as_sent(view)}


def as_sent(view: View) -> Args:
    """A view as Slack sends it: what the app gave, and what Slack knows of it."""
    plain = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None, "submit": None}
    modal = {"close": None, "clear_on_close": False, "notify_on_close": False}
    return {
        **plain,
        **modal,
        **view.body,
        "id": view.id,
        "team_id": view.viewer_team,
        "app_id": APP,
        "app_installed_team_id": view.team,
        "bot_id": bot_of(view.team),
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous or None,
        "state": {"values": view.values},
    }
