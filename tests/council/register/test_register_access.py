"""Who may do what in the register, of their own organisation and of another: the same set-up for whoever is let in and
whoever is refused. A changed line in register_access.txt is a changed right, to be read through."""

import os
from pathlib import Path
from typing import Any

import pytest

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import Post
from lisbot.council.models import Consent, ConsentRequest, LineConfirmation, Person, Secretariat
from lisbot.council.register.identity import Caller
from people import caller_of
from stages import Scene

SNAPSHOT = Path(__file__).parent / "register_access.txt"
CHIEF, NY, NORA = "sjef@fjord.example", "ny@fjord.example", "nora@regut-nord.example"
SHEET = "Råd;Virksomhet;Navn;E-post;Rolle\nNytt råd;Fjord;Unni Unik;unni@fjord.example;Leder\n"
WORDS = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}
# Who asks. Of the first seat: its holder is Astrid, and Bjørn and Eli are of other organisations in the same council.
ASKERS = {
    "own holder": ASTRID,
    "own deputy": FRODE,
    "own leader": CHIEF,
    "own newcomer": NY,
    "other holder": BJORN,
    "other union": ELI,
    "other nonvoting": PAAL,
    "other reader": HILDE,
    "other council": SIRI,
    "other secretary": NORA,
    "secretary": RAGNHILD,
}


async def set_out(scene: Scene) -> dict[str, dict[str, Any]]:
    """One reported change, one confirmation and consents asked for; and each command with what it is about."""
    body_id, seat_id = scene.body_id, await scene.seat("fjord")
    await employ_nora(scene)
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=body_id, **WORDS)
    report = {
        "seat_id": seat_id,
        "from_on": "2027-04-01",
        "anchored_by": "Klinikksjef Dag",
        "anchored": True,
    }
    newcomer = {"name": "Ny Person", "email": NY, "leader_email": CHIEF}
    await scene.ok(ASTRID, "seat_change.report", **report, **newcomer)
    request = await scene.one(ConsentRequest, person_id=await scene.person(ASTRID))
    await scene.ok(ASTRID, "consent.give", request_id=request.id)
    of_frode = await scene.one(ConsentRequest, person_id=await scene.person(FRODE))
    person_id = await scene.person(FRODE)
    confirmation = {"confirmation_id": (await scene.one(LineConfirmation)).id}
    change = {"change_id": 1}
    gone = (await scene.ok(RAGNHILD, "person.create", name="Gro Gått", email="gro@post.example")).id
    return {
        "register.show": {"body_id": body_id},
        "seat_change.report": report | {"name": "En Annen", "email": "annen@fjord.example"},
        "seat_change.show": change,
        "seat_change.remind": change,
        "seat_change.approve": change,
        "seat_change.send_back": change | {"reason": "Fordi"},
        "line_confirmation.show": confirmation,
        "line_confirmation.confirm": confirmation,
        "line_confirmation.deny": confirmation | {"reason": "Nei"},
        "consent.show": {},
        "consent.give": {"request_id": of_frode.id},
        "consent.decline": {"request_id": of_frode.id},
        "consent.withdraw": {"consent_id": (await scene.one(Consent)).id},
        "consent.list": {"body_id": body_id},
        "consent.ask": {"body_id": body_id},
        "consent.record_basis": {
            "body_id": body_id,
            "person_id": person_id,
            "legal_basis": "public_task",
            "reason": "Verv",
        },
        "consent_text.show": {"body_id": body_id},
        "consent_text.publish": {"body_id": body_id, **WORDS, "nb": "Ny tekst."},
        "person.show": {"person_id": person_id},
        "person.show_data": {"person_id": person_id},
        "person.edit": {"person_id": person_id, "name": "Frode Nygift"},
        "person.add_address": {"person_id": person_id, "email": "frode@post.example"},
        "person.merge": {"person_id": person_id, "other_id": gone},
        "person.erase": {"person_id": gone},
        "seat.edit": {"seat_id": seat_id, "role": "Overlege", "standing": "voting"},
        "term.begin": {"seat_id": seat_id, "name": "Vera Vara", "email": "vera@fjord.example"}
        | {"from_on": "2026-12-01", "rank": 2},
        "composition.show": {"body_id": body_id},
        "composition.add_rule": {"body_id": body_id, "kind": "most_seats", "number": 2},
        "register_import.upload": {"sheet": SHEET, "file_name": "råd.csv", "secretariat_id": 1},
        "body.export": {"body_id": body_id},
        "retention.show": {"secretariat_id": 1},
        "retention.set": {"secretariat_id": 1, "what": "absence", "months": 3},
        "retention.erase": {"secretariat_id": 1},
        "roster.show": {"body_id": body_id},
        "roster.set": {"body_id": body_id, "is_published": True},
    }


async def employ_nora(scene: Scene) -> None:
    """Nora leads another secretariat."""
    async with scene.runtime.db.write() as db:
        nora = Person(key="nora", name="Nora Nord", email=NORA, lang="nb")
        db.add(nora)
        await db.flush()
        db.add(builders.staff(await scene.one(Secretariat, key="regut-north"), nora, Post.LEADER))


async def ask(scene: Scene, caller: Caller, name: str, about: dict[str, Any]) -> int:
    """Returns with which status somebody is answered. What would be done is asked about and not done: a refusal comes
    before the question."""
    command = commands.COMMANDS[name]
    if not command.changes:
        return (await commands.run(scene.runtime, name, about, caller)).status
    reply, refusal = await foresee(scene, caller, name, about)
    return 200 if refusal is None and reply.status == 200 else reply.status


async def foresee(scene: Scene, caller: Caller, name: str, about: dict[str, Any]) -> tuple[Any, Any]:
    from lisbot.commands.run import attempt, read_arguments
    from lisbot.council.core.errors import NeedsConfirming

    async def work(act: Any, command: Any) -> Any:
        args, _ = await read_arguments(act, command, about, {})
        await command.execute(act, args)
        await act.db.flush()
        raise NeedsConfirming([])

    reply, refusal = await attempt(scene.runtime, name, about, caller, work)
    return (reply, refusal) if not isinstance(refusal, NeedsConfirming) else (commands.Reply(200), None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_may_do_what_in_the_register(scene: Scene) -> None:
    asked = await set_out(scene)
    columns = list(ASKERS)
    lines = ["# command: " + " | ".join(columns) + " | anybody. Written by test_register_access.py, UPDATE_SNAPSHOTS=1"]
    for name, about in asked.items():
        answers = []
        for who in columns:
            answers.append(await ask(scene, await caller_of(scene.runtime, ASKERS[who], "web", "nb"), name, about))
        answers.append(await ask(scene, Caller("public", "", lang="nb"), name, about))
        lines.append(f"{name:<26} " + " ".join(map(str, answers)))
    written = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.write_text(written, "utf-8")
    assert SNAPSHOT.read_text("utf-8") == written
