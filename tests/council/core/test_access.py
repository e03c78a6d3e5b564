"""Who may do what: every command, every role, and what belongs to another council."""

import asyncio
import os
from datetime import date
from pathlib import Path

import pytest

import builders
from builders import ASTRID, RAGNHILD, SIRI
from lisbot import commands
from lisbot.commands import COMMANDS
from lisbot.council.core.access import GRANTS
from lisbot.council.core.context import Permission, Role
from lisbot.council.enums import Post, Standing
from lisbot.council.models import Account, Body, Organisation, Person, Seat, Secretariat
from lisbot.council.register.identity import Caller
from people import Answer

SNAPSHOT = Path(__file__).parents[2] / "snapshots" / "access.txt"


def table() -> str:
    """Command by command, the roles that may run it; gate two then asks in which council."""
    wide = max(map(len, COMMANDS))
    lines = [
        f"{name:<{wide}}  {command.needs:<13}  "
        + (" ".join(role for role in Role if command.needs in GRANTS[role]) or "-")
        for name, command in sorted(COMMANDS.items())
    ]
    return "\n".join(["# command, permission, roles. Written by tests/council/core/test_access.py", *lines]) + "\n"


def test_who_may_do_what_is_as_it_was():
    """A changed grant is a changed line here. UPDATE_SNAPSHOTS=1 writes it anew, to be read through."""
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(table(), "utf-8")
    assert SNAPSHOT.read_text("utf-8") == table()


def test_every_role_and_permission_is_granted_to_somebody():
    assert set(GRANTS) == set(Role)
    assert {c.needs for c in COMMANDS.values()} <= set().union(*GRANTS.values())


EVERYTHING = {
    "title": "Tittel",
    "cause": "other",
    "holder": "case_body",
    "to": "end",
    "answer_by": "2027-09-01",
    "draft": "Utkast",
    "comment": "Noe",
    "way": "in_meeting",
    "receiver": "Fagdirektørmøtet",
    "kind": "advice",
    "dates": "2027-03-10",
    "day": "2027-04-07",
    "reason": "Fordi",
    "response": "comes",
    "question": "Hva?",
    "choice": "for",
    "closes_on": "2027-04-20",
    "outcome": "noted",
    "order": "1",
    "present": "1",
    "discussed": "Mye",
    "what": "Noe",
    "until": "2027-03-30",
    "text": "Noe",
    "name": "Ny",
    "email": "ny@nord.example",
    "from_on": "2027-04-01",
    "anchored_by": "Sjefen",
    "anchored": True,
    "legal_basis": "public_task",
    "person_id": 3,
    "consent_id": 1,
    "nb": "Ja",
    "nn": "Ja",
    "en": "Yes",
    "organisation_id": 1,
    "to_meeting_id": 2,
    "answer": "Noe",
    "version": 1,
    "role": "Overlege",
    "standing": "voting",
    "organisation_ids": "1",
    "secretariat_id": 1,
    "source_body_id": 2,
}
# Where a word has another meaning.
OF_ITS_OWN = {
    "dispatch.show": {"what": "agenda"},
    "publication.show": {"what": "agenda"},
    "case_link.add": {"other_case_id": 1},
    "case_process.start": {"process_id": 1},
    "distribution_line.add": {"what": "agenda"},
    "meeting_right.add": {"of_body_id": 1},
    "composition.add_rule": {"kind": "union_per_specialty"},
    "composition.edit_rule": {"kind": "union_per_specialty"},
    "follow_up.answer": {"answer": "raised"},
}


async def ids(scene):
    await scene.asked()
    await scene.ok(
        ASTRID,
        "seat_change.report",
        seat_id=1,
        name="Ny",
        email="ny@fjord.example",
        from_on="2027-04-01",
        anchored_by="Sjefen",
        anchored=True,
    )
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    await scene.ok(RAGNHILD, "guest.add", meeting_id=1, name="Kim Gjest")
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=2, organisation_id=1, what="Noe")
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=1, until="2027-03-30")
    await scene.ok(ASTRID, "minutes.comment", meeting_id=1, text="Noe")
    return {
        "guest_id": 1,
        "follow_up_id": 1,
        "comment_id": 1,
        "body_id": scene.body_id,
        "meeting_id": 1,
        "item_id": 2,
        "case_id": 1,
        "vote_id": 1,
        "proposal_id": 1,
        "change_id": 1,
        "seat_id": await scene.seat("fjord"),
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_belongs_to_another_council_is_not_there(scene):
    """Siri has every role there is in the north, and asks for what is in the south: as unknown as what is
    nowhere, in the same words."""
    known = await ids(scene)
    unknown = dict.fromkeys(known, 4711)
    async with scene.runtime.db.write() as db:
        siri = await db.get_one(Person, await scene.person(SIRI))
        db.add(builders.staff(await scene.one(Secretariat, key="regut-north"), siri, Post.LEADER))
        north = await scene.one(Body, key="nordrad")
        for n, standing in enumerate((Standing.NONVOTING, Standing.OBSERVER, Standing.COPY)):
            seat = Seat(
                key=f"nord-{n}",
                body_id=north.id,
                organisation_id=(await scene.one(Organisation, key="nord")).id,
                role="Alt",
                standing=standing,
                chairs=True,
            )
            db.add(seat)
            await db.flush()
            db.add(builders.term(seat, siri, from_on=date(2026, 1, 1)))
    asked = 0
    for name, command in COMMANDS.items():
        fields = command.parameters
        about = [n for n in known if n in fields and (n in command.required or n == "item_id")]
        if not about or name == "outcome.search":
            continue
        given = {n: v for n, v in EVERYTHING.items() if n in fields and (n in command.required or n == "sides")}
        given |= OF_ITS_OWN.get(name, {})
        asked += 1
        there = await scene.refused(SIRI, name, **given, **{n: known[n] for n in about})
        nowhere = await scene.refused(SIRI, name, **given, **{n: unknown[n] for n in about})
        # The server's own, whatever it is given; and what she is nowhere, for no other body's people meet in hers.
        status = 403 if command.needs in (Permission.REMIND, Permission.VISIT) else 404
        assert (name, there.status, there.words) == (name, status, nowhere.words)
        assert (there.view, there.fields) == (nowhere.view, nowhere.fields) == (None, {})
    assert asked > 35
    for given in ({"body_id": scene.body_id}, {"item_id": known["item_id"]}):
        assert (await scene.refused(SIRI, "vote.open", question="Hva?", **given)).status == 404


async def test_a_stranger_gets_a_helpful_answer_and_nothing_else(scene):
    for name in COMMANDS:
        reply = await scene.refused("nobody@example.org", name)
        assert (reply.status, reply.key, reply.view) == (403, "stranger", None)
        assert "RegUt" in reply.words


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_a_stranger_is_answered_in_the_platforms_language(scene, lang):
    scene.lang = lang
    assert (await scene.refused("nobody@example.org", "menu.show")).lang == lang


async def knock(scene, external_id, email=ASTRID, tenant="tenant", **more):
    at_door = Caller("teams", external_id, tenant=tenant, email=email, **more)
    return Answer(await commands.run(scene.runtime, "worklist.show", {}, at_door))


async def test_an_account_is_linked_once_by_address_and_then_by_id_alone(scene):
    assert (await knock(scene, "aad-1", email=None)).key == "stranger"
    assert (await knock(scene, "aad-1", email="ukjent@fjord.example")).key == "stranger"
    assert (await knock(scene, "aad-1", email=ASTRID.upper())).view.name == "Astrid Fjord"
    assert (await knock(scene, "aad-1", email=None)).status == 200
    assert (await knock(scene, "aad-1", email=RAGNHILD)).view.name == "Astrid Fjord"


async def test_a_second_account_with_the_same_address_is_somebody_else(scene):
    await knock(scene, "aad-1")
    for email in (ASTRID, ASTRID.upper()):
        reply = await knock(scene, "aad-2", email=email)
        assert (reply.status, reply.key, reply.view) == (403, "address_taken", None)
    assert (await knock(scene, "aad-2", tenant="another")).status == 200
    assert [a.external_id for a in await scene.all(Account)] == ["aad-1", "aad-2"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_first_messages_at_once_link_one_account(scene):
    replies = await asyncio.gather(*(knock(scene, "aad-1") for _ in range(3)))
    assert [r.status for r in replies] == [200] * 3
    assert len(await scene.all(Account)) == 1
