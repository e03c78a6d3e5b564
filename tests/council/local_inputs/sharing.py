"""Sharing an item with one's colleagues, and answering by its link."""

from typing import Any
from urllib.parse import urlsplit

from browser import Visitor
from builders import ASTRID, FRODE
from lisbot.council.models import (
    Case,
    Delivery,
)
from stages import Scene

SECRET = "Vi har ikke nok veiledere til dette."


async def shared(scene: Scene, who: str = ASTRID) -> Any:
    """What somebody has shared, pressed on the case's card."""
    _, item_id = await scene.published()
    return await share(scene, who, item_id)


async def share(scene: Scene, who: str, item_id: int) -> Any:
    case = await scene.ok(who, "case.show", case_id=(await scene.one(Case)).id)
    (button,) = [each for each in case.actions if each.command == "local_input.share"]
    assert button.arguments == {"item_id": item_id}
    return await scene.ok(who, button.command, **button.arguments)


async def stand_in(scene: Scene, meeting_id: int) -> None:
    """Have Frode come to a meeting in Astrid's place."""
    absent = {"response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **absent)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")


def path_of(view: Any) -> str:
    return urlsplit(view.link).path


async def give(doctor: Visitor, path: str, stance: str = "opposes", **typed: str) -> int:
    await doctor.get(path)
    assert doctor.status == 200
    return await doctor.send(path, {"stance": stance, **typed})


async def told(scene: Scene) -> int:
    return len(await scene.all(Delivery, kind="local_input_came"))
