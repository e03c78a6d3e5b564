"""Every command of the distribution that asks first, as it is given where it fits, and what is said then."""

from sqlalchemy import update

from builders import HILDE
from builders import RAGNHILD as BY
from distribution_scene import second_body
from lisbot.council.models import Guest, Person


async def to_send_summary(scene):
    meeting_id, _ = await scene.minuted()
    await scene.ok(BY, "summary.write", meeting_id=meeting_id, text="Rådet drøftet rotasjon.")
    return {"meeting_id": meeting_id}


async def to_add_unreached(scene):
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == HILDE).values(email=None))
    about = {"body_id": scene.body_id, "to_body_id": scene.body_id}
    return about | {"what": "minutes", "role": "leser"}


async def to_invite(scene, **more):
    meeting_id, item_id = await scene.published()
    return {"meeting_id": meeting_id, "item_id": item_id, "name": "Nora Ny", "email": "nora@partner.example", **more}


async def to_take_back(scene):
    await scene.ok(BY, "guest_invitation.send", **await to_invite(scene))
    return {"guest_id": (await scene.one(Guest)).id}


async def to_trust(scene):
    return {"body_id": scene.body_id, "of_body_id": await second_body(scene), "sees_confidential": True}


NORA = "Nora Ny får beskjed på e-post."
DISTRIBUTION_ASKS = {
    "guest_invitation.send": (
        to_invite,
        "til «1/27 Felles rotasjon», onsdag 10. mars 2027 kl. 09.00–15.00, og ser bare dette.",
        NORA,
    ),
    "guest_invitation.withdraw": (to_take_back, NORA),
    "distribution_line.add": (to_add_unreached, "Ingenting når fram til: Hilde Leser."),
    "meeting_right.add": (to_trust, "De som sitter i Forum, får også lese det som er konfidensielt."),
    "summary.send": (to_send_summary, "4 personer får beskjed på e-post."),
}
