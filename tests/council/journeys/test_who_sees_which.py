"""Nobody learns of a station they may not know: who sees which, as a table that somebody reads through.

UPDATE_SNAPSHOTS=1 writes it anew.
"""

import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from builders import ASTRID, BJORN, ELI, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.journeys.views import Station
from lisbot.council.models import Body, Case, Meeting, Organisation, OutsideParty, Person, Referral, Staff
from lisbot.council.register.identity import Caller
from lisbot.scheduler import Scheduler
from stages import MARCH, Scene

SNAPSHOT = Path(__file__).parents[2] / "snapshots" / "journeys.txt"
DIRECTORS, GUEST, OUTSIDER = "direktorene@rhf.example", "gjest@firma.example", "nobody@fjord.example"
SIDES = "Fjord: nei.\nÅs: ja."
VIEWERS = {
    "proposer": ASTRID,
    "member": ELI,
    "chair": BJORN,
    "no vote": PAAL,
    "secretariat": RAGNHILD,
    "reader": HILDE,
    "guest": GUEST,
    "receiver's member": SIRI,
    "receiver's secretariat": KARI,
    "party outside": DIRECTORS,
    "outsider": OUTSIDER,
    "channel": None,
}


async def travelled(scene: Scene, *, confidential: bool) -> None:
    """A case that was raised, treated with a guest, sent to another region's council, sent on from there to a meeting
    of directors, answered, and is home again; its minutes went to a reader outside."""
    async with scene.runtime.db.write() as db:
        north = (await db.scalars(select(Body).where(Body.key == "nordrad"))).one()
        kari = (await db.scalars(select(Person).where(Person.email == KARI))).one()
        await db.execute(update(Staff).where(Staff.person_id == kari.id).values(secretariat_id=north.secretariat_id))
        db.add(Person(key="nobody", name="Noen Andre", email=OUTSIDER))
        north_id = north.id
    await scene.ok(KARI, "year_plan.set_dates", body_id=north_id, dates="2027-05-05")
    await scene.ok(RAGNHILD, "referral_rule.add", of_body_id=scene.body_id, receiver=f"body-{north_id}")
    line = {"body_id": scene.body_id, "what": "minutes", "name": "Arkivet", "email": "arkiv@dir.example"}
    await scene.ok(RAGNHILD, "distribution_line.add", **line)
    item_id = await scene.on_agenda(confidential=confidential)
    meeting_id = (await scene.one(Meeting, held_on=MARCH)).id
    guest = {"meeting_id": meeting_id, "item_id": item_id, "name": "Gunn Gjest", "email": GUEST}
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "guest_invitation.send", **guest, affiliation="Firma AS")
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "guest.add", meeting_id=meeting_id, item_id=item_id, name="Ebbe Ekspert")
    given = {"outcome": "disagreement", "words": "Rådet er delt.", "sides": SIDES, "agreement": "none"}
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, **given)
    organisation_id = (await scene.one(Organisation, key="fjord")).id
    task = {"item_id": item_id, "organisation_id": organisation_id, "what": "Regne på det"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **task)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    sent = {"cause": "no_agreement", "receiver": f"body-{north_id}", "sides": SIDES, "wording": "Én avtale."}
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, **sent)
    first = (await scene.one(Referral)).id
    may = (await scene.one(Meeting, body_id=north_id)).id
    await scene.ok(KARI, "referral.receive", referral_id=first, meeting_id=may)
    await scene.ok(KARI, "notice.send", meeting_id=may)
    await scene.ok(KARI, "outside_party.create", name="Fagdirektørmøtet", org_kind="rhf", email=DIRECTORS)
    party = f"party-{(await scene.one(OutsideParty)).id}"
    await scene.ok(KARI, "referral.send_on", referral_id=first, receiver=party, reason="Hører dit.")
    last = max(each.id for each in await scene.all(Referral))
    await scene.ok(DIRECTORS, "referral.answer", referral_id=last, answer_kind="answer", answer="Én avtale.")
    await Scheduler(scene.runtime).run_all_due()


def said_of(station: Station) -> str:
    return f"{station.from_on:%d.%m.} {station.role}: {station.number} {station.name}".replace("  ", " ")


async def seen_by(scene: Scene, room: int, who: str | None) -> tuple[dict[str, str], list[str]]:
    """What somebody sees of each station of either council's case, and where each of these waits for them. "x": they
    see that it was there, "papers": with what, "draft": what nobody else has been sent."""
    found: dict[str, str] = {}
    waits: list[str] = []
    caller = Caller("cli", who) if who else Caller("room", str(room))
    for case in sorted(await scene.all(Case), key=lambda each: each.id):
        reply = await run(scene.runtime, "journey.show", {"case_id": case.id}, caller)
        if reply.status != 200:
            assert reply.view is None
            waits.append(str(reply.status))
            continue
        waits.append(reply.view.waits.state)
        for each in reply.view.stations:
            has_papers = each.papers is not None and any(
                (each.papers.background, each.papers.wording, each.papers.sides, each.papers.links)
            )
            found[said_of(each)] = "papers" if has_papers else "x"
    return found, waits


async def matrix(scene: Scene, room: int) -> list[str]:
    seen = {name: await seen_by(scene, room, who) for name, who in VIEWERS.items()}
    stations = sorted({key for found, _ in seen.values() for key in found}, key=lambda key: (key[3:5], key[:2], key))
    wide = max(map(len, stations))
    columns = [max(len(name), 6) for name in VIEWERS]

    def line(label: str, cells: list[str]) -> str:
        return "  ".join([f"{label:<{wide}}", *(f"{c:<{w}}" for c, w in zip(cells, columns, strict=True))]).rstrip()

    return [
        line("", list(VIEWERS)),
        *(line(each, [seen[name][0].get(each, "-") for name in VIEWERS]) for each in stations),
        *(line(f"waits for ({n + 1})", [seen[name][1][n][:w] for name, w in zip(VIEWERS, columns, strict=True)])
          for n in range(2)),
    ]  # fmt: skip


@pytest.mark.parametrize("confidential", [False, True], ids=["open", "confidential"])
async def test_who_sees_which_station_is_as_it_was(scene: Scene, room: int, confidential: bool) -> None:
    await travelled(scene, confidential=confidential)
    written = "\n".join(await matrix(scene, room)) + "\n"
    file = SNAPSHOT.with_stem(f"journeys.{'confidential' if confidential else 'open'}")
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        file.write_text(written, "utf-8")
    assert file.read_text("utf-8") == written


async def test_a_receivers_member_sees_what_was_sent_and_nothing_else_of_the_senders(scene: Scene) -> None:
    await travelled(scene, confidential=False)
    theirs = max(each.id for each in await scene.all(Case))
    view = await scene.ok(SIRI, "journey.show", case_id=theirs)
    assert {each.name for each in view.stations} == {"Samordningsrådet", "Rådet i nord", "Fagdirektørmøtet"}
    sent = next(each for each in view.stations if each.role == "referred_to" and each.name == "Rådet i nord")
    assert (sent.papers.wording, sent.papers.sides) == ("Én avtale.", SIDES)
    words = await scene.words(SIRI, "journey.show", case_id=theirs)
    for unknown in ("Fjord sykehus", "Ekspert", "Gjest", "Rådet er delt", "Arkivet", "Regne på det"):
        assert unknown not in words
    own = min(each.id for each in await scene.all(Case))
    assert (await scene.refused(SIRI, "journey.show", case_id=own)).status == 404
