"""What somebody meant by what they typed, among what is theirs: taken where it is certain, offered where it is not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum

from lisbot.cards import FormView, Viewer
from lisbot.cards.form import Field
from lisbot.channels.common.typed_names import MAX_OFFERED, named, nearly_named
from lisbot.commands import COMMANDS, Reply
from lisbot.council.core.views import AllowedAction
from lisbot.council.overview.views import Doubt, MenuView, Offer
from lisbot.council.register.views.refs import BodyRef
from lisbot.intents import OF_BODY, TAKES_REST, Intent, name_in
from lisbot.texts import text

ANSWER = "attendance.respond"
# What is done to a room is everybody's there to see, and is offered where there is one alone. All else is answered to
# whoever asked, alone.
ABOUT_THE_ROOM = frozenset({"room.link", "room.unlink"})
MAX_SAID = 60  # characters that are said back


def interpret(intent: Intent, menu: MenuView, viewer: Viewer) -> Intent | MenuView:
    """Returns what is to be run; where it is not certain, the menu with what may be meant."""
    if intent.unknown:
        return interpret_unknown(intent, menu, viewer)
    return interpret_named(intent, menu, viewer)


def interpret_unknown(intent: Intent, menu: MenuView, viewer: Viewer) -> Intent | MenuView:
    """Returns what is meant by words that no phrase begins: a council's page, or nearly a phrase."""
    opens = OF_BODY["body.show"]
    found = of_bodies(opens, bodies_named(name_in(intent.unknown), menu.bodies), viewer)
    if len(found) == 1:
        return Intent(opens, dict(found[0].action.arguments))
    if found:
        return doubting(menu, Doubt.WHICH_BODY, intent.unknown, found)
    meant = [
        Offer(phrase, AllowedAction(each.command, arguments))
        for phrase, each in intent.meant
        if (arguments := arguments_of(each, menu, viewer)) is not None
    ]
    if meant:
        return doubting(menu, Doubt.MISTYPED, intent.unknown, meant)
    near = of_bodies(opens, nearly_named(name_in(intent.unknown), menu.bodies, in_region), viewer)
    return doubting(menu, Doubt.NO_SUCH_BODY, intent.unknown, near) if near else menu


def interpret_named(intent: Intent, menu: MenuView, viewer: Viewer) -> Intent | MenuView:
    """Returns what was asked for, of the council that was named; of the only one there is, where none need be."""
    name, command = name_in(intent.rest), OF_BODY[intent.command]
    if not name:
        own = of_bodies(intent.command, menu.bodies, viewer)
        if len(own) == 1:
            return Intent(intent.command, dict(own[0].action.arguments))
        return doubting(menu, Doubt.WHICH_BODY, "", own) if own else menu
    meant = bodies_named(name, menu.bodies)
    if len(meant) == 1:
        return Intent(command, {"body_id": meant[0].id})
    if meant:
        return doubting(menu, Doubt.WHICH_BODY, name, of_bodies(command, meant, viewer))
    if intent.command == "worklist.show":
        return Intent(intent.command)
    near = of_bodies(command, nearly_named(name, menu.bodies, in_region), viewer)
    if near:
        return doubting(menu, Doubt.NO_SUCH_BODY, name, near)
    plain = [] if intent.needs_body else [Offer(viewer.t(f"command.{command}.name"), AllowedAction(command))]
    return doubting(menu, Doubt.NO_BODY, name, plain)


def bodies_named(typed: str, bodies: Sequence[BodyRef]) -> list[BodyRef]:
    """Returns the councils that are called so, perhaps with their region."""
    return named(typed, bodies, lambda body: body.name) or named(typed, bodies, in_region)


def in_region(body: BodyRef) -> str:
    return f"{body.name} {body.region}"


def of_bodies(command: str, bodies: Sequence[BodyRef], viewer: Viewer) -> list[Offer]:
    """Returns the button of each council that the viewer may see this of."""
    names = [body.name for body in bodies]
    return [
        Offer(
            body.name if names.count(body.name) == 1 else in_region(body), AllowedAction(command, {"body_id": body.id})
        )
        for body in bodies
        if viewer.allows(command, body.id)
    ]


def arguments_of(intent: Intent, menu: MenuView, viewer: Viewer) -> dict[str, int | str] | None:
    """Returns what a phrase that may be meant would be run with; None where it cannot be, or not by the viewer."""
    is_open = any(viewer.allows(intent.command, body.id) for body in menu.bodies)
    if not is_open or intent.command in ABOUT_THE_ROOM:
        return None
    if not intent.is_about_body:
        return dict(intent.arguments)
    name = name_in(intent.rest)
    meant = bodies_named(name, menu.bodies) if name else menu.bodies
    if len(meant) == 1 and (name or intent.needs_body):
        return {"body_id": meant[0].id}
    return None if intent.needs_body else {}


def doubting(menu: MenuView, doubt: Doubt, said: str, offers: Sequence[Offer]) -> MenuView:
    """Returns the menu with the question what was meant."""
    short = said if len(said) <= MAX_SAID else f"{said[: MAX_SAID - 1].rstrip()}…"
    return replace(menu, doubt=doubt, said=short, offers=tuple(offers[:MAX_OFFERED]))


def name_deputy(intent: Intent, form: Reply) -> tuple[Intent, str]:
    """Returns the answer to a notice with the deputy that was named, and "": one that asks for nothing where all is
    said, and each word is one of their name. Where several may be meant, or nobody, the answer without, and what is to
    be said of it."""
    fields = {each.name: each for each in fields_of(form)}
    choices = deputies_in(form)
    found = named(intent.deputy, choices, lambda choice: str(choice[1]))
    if len(found) != 1:
        reason = {TAKES_REST[ANSWER]: intent.rest} if not found else {}
        key = "several_deputies" if found else "no_such_deputy" if choices else "no_deputies"
        problem = text(form.lang, f"chat.{key}", name=intent.deputy)
        return replace(intent, arguments={**intent.arguments, **reason}), problem
    given = {**intent.arguments, "deputy_id": str(found[0][0])}
    meetings = fields["meeting_id"].choices or () if "meeting_id" in fields else ()
    if len(meetings) == 1:
        given["meeting_id"] = str(meetings[0][0])
    is_sure = bool(named(intent.deputy, choices, lambda choice: str(choice[1]), in_part=False))
    is_said = {"meeting_id", TAKES_REST[ANSWER]} <= set(given)
    is_whole = is_sure and is_said and not COMMANDS[ANSWER].asks_first
    return replace(intent, arguments=given, asks=not is_whole), ""


def is_deputy(intent: Intent, form: Reply) -> bool:
    """Returns whether the answer's form has somebody to choose whom the name that was said may be."""
    return bool(named(intent.deputy, deputies_in(form), lambda choice: str(choice[1])))


def deputies_in(form: Reply) -> Sequence[tuple[object, str | Enum]]:
    """Returns the deputies that a form has to choose among, each with their name."""
    return next((each.choices or () for each in fields_of(form) if each.name == "deputy_id"), ())


def fields_of(form: Reply) -> Iterator[Field]:
    if isinstance(form.view, FormView):
        yield from form.view.fields
