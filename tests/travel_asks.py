"""Every command about cases that travel that asks first, as it is given where it fits, and what is said then."""

from builders import RAGNHILD as BY
from lisbot.council.models import Body, Meeting, OutsideParty, Referral

PARTY = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": "direktorene@rhf.example", "contact": "Dagny Direktør"}


async def to_send(scene):
    await scene.minuted()
    await scene.ok(BY, "outside_party.create", **PARTY)
    return {"case_id": 1, "cause": "bottleneck", "receiver": "Fagdirektørmøtet"}


async def of_sent(scene):
    await scene.ok(BY, "referral.send", **await to_send(scene))
    return {"referral_id": (await scene.one(Referral)).id}


async def to_withdraw(scene):
    return await of_sent(scene) | {"reason": "Løst i rådet"}


async def to_close(scene):
    await of_sent(scene)
    return {"party_id": (await scene.one(OutsideParty)).id}


async def to_send_higher(scene):
    given = await to_send(scene)
    await scene.ok(BY, "body.create", name="Rådet for hud", kind="fagråd")
    body = await scene.one(Body, name="Rådet for hud")
    await scene.ok(BY, "referral.send", **given | {"receiver": f"body-{body.id}"})
    referral = await scene.one(Referral)
    return {"referral_id": referral.id, "receiver": "Fagdirektørmøtet", "reason": "Hører dit"}


async def to_share(scene):
    await scene.minuted()
    await scene.ok(BY, "body.create", name="Rådet for hud", kind="fagråd")
    body = await scene.one(Body, name="Rådet for hud")
    await scene.ok(BY, "year_plan.set_dates", body_id=body.id, dates="2027-09-29")
    meeting = await scene.one(Meeting, body_id=body.id)
    return {"case_id": 1, "meeting_id": meeting.id, "title": "Felles rotasjon"}


async def to_start(scene):
    await scene.on_agenda()
    made = await scene.ok(BY, "process.create", name="Kort")
    for name in ("Først", "Så"):
        await scene.ok(BY, "process.set_stage", process_id=made.id, name=name, holder="case_body")
    return {"case_id": 1, "process_id": made.id}


async def to_move(scene):
    started = await scene.ok(BY, "case_process.start", **await to_start(scene))
    return {"case_process_id": started.id, "to": "stage-2", "reason": "Haster"}


async def to_make(scene):
    return {"like": "shipped-tka"}


SENT_TO = "Sak 1/27 «Felles rotasjon» sendes til Fagdirektørmøtet"
BY_MAIL = "Brevet til direktorene@rhf.example har en lenke for å svare uten konto."
TRAVEL_ASKS = {
    "case.share": (to_share, "Sak 1/27 settes på saklisten til Rådet for hud", "med eget saksnummer der"),
    "case_process.move": (to_move, "går til trinnet «Så» hos Samordningsrådet", "Prosessen går ikke dit fra «Først»."),
    "case_process.start": (to_start, "Sak 1/27 «Felles rotasjon» går til trinnet «Først» hos Samordningsrådet."),
    "process.create": (to_make, "Helsedirektoratet legges til under «Eksterne parter», uten e-postadresse."),
    "outside_party.close": (to_close, "Ingenting sendes til Fagdirektørmøtet", "1 sak venter på svar"),
    "referral.remind": (of_sent, "Dagny Direktør får beskjed på e-post."),
    "referral.send": (to_send, SENT_TO, BY_MAIL, "Ingen frist for svar er satt."),
    "referral.send_on": (to_send_higher, SENT_TO, BY_MAIL),
    "referral.withdraw": (to_withdraw, "Fagdirektørmøtet får beskjed om at det ikke trengs noe svar."),
}
