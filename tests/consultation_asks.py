"""Every command about consultations that asks first, as it is given where it fits, and what is said then."""

from typing import Any

from builders import RAGNHILD as BY
from lisbot.council.models import OutsideParty
from stages import Scene

PARTY = {
    "name": "Helsedirektoratet",
    "org_kind": "directorate",
    "email": "hdir@hdir.example",
    "contact": "Dina Direktorat",
}


async def to_ask(scene: Scene) -> dict[str, Any]:
    await scene.ok(BY, "outside_party.create", **PARTY)
    party_id = (await scene.one(OutsideParty)).id
    given = {"title": "Godkjenning", "answer_by": "2027-09-01", "body_ids": str(scene.body_id), "party_id": party_id}
    return {"consultation_id": (await scene.ok(BY, "consultation.register", **given)).id}


async def of_asked(scene: Scene) -> dict[str, Any]:
    about = await to_ask(scene)
    await scene.ok(BY, "consultation.ask", **about)
    return about


async def to_draft(scene: Scene) -> dict[str, Any]:
    return await of_asked(scene) | {"draft": "Rådet tilrår."}


async def of_drafted(scene: Scene) -> dict[str, Any]:
    given = await to_draft(scene)
    await scene.ok(BY, "consultation.draft", **given)
    return {"consultation_id": given["consultation_id"]}


async def to_adopt(scene: Scene) -> dict[str, Any]:
    return await of_drafted(scene) | {"way": "between_meetings"}


async def to_send(scene: Scene) -> dict[str, Any]:
    given = await to_adopt(scene)
    await scene.ok(BY, "consultation.adopt", **given)
    return {"consultation_id": given["consultation_id"]}


async def to_withdraw(scene: Scene) -> dict[str, Any]:
    return await of_asked(scene) | {"reason": "Søknaden er trukket"}


BY_MAIL = "Du godkjenner svaret på høring 1/26, og Dina Direktorat får det på e-post (hdir@hdir.example)."
CONSULTATION_ASKS = {
    "consultation.adopt": (to_adopt, "Medlemmene kan kommentere til og med"),
    "consultation.ask": (to_ask, "4 virksomheter blir bedt om uttalelse innen"),
    "consultation.draft": (to_draft, "4 virksomheter har ikke uttalt seg ennå"),
    "consultation.remind": (of_asked, "på e-post"),
    "consultation.send": (to_send, BY_MAIL, "Uten uttalelse fra"),
    "consultation.withdraw": (to_withdraw, "Høring 1/26 avsluttes uten svar."),
}
