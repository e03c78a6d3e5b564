"""Accounts that were made anew: the secretariat is told, unlinks the old one, and the new one is let in."""

import json

import pytest

import builders
from builders import ASTRID, ELI, HILDE, KARI, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.enums import Post
from lisbot.council.models import Account, Delivery, LogArguments, LogLine, Person, Secretariat
from lisbot.council.register.identity import Caller


def caller(external_id, *, platform="teams", email=ASTRID):
    return Caller(platform, external_id, "tenant", email=email)


async def menu(scene, who):
    return await run(scene.runtime, "menu.show", {}, who)


async def linked(scene, platform="teams", email=ASTRID):
    assert (await menu(scene, caller("old", platform=platform, email=email))).status == 200
    given = {"service_url": "https://smba.example/", "conversation_id": "a:1"}
    await run(scene.runtime, "account.update_address", given, caller("old", platform=platform, email=email))
    return (await scene.one(Account)).id


@pytest.mark.parametrize("platform", ["teams", "slack"])
async def test_an_account_made_anew_takes_the_place_of_the_old_one(scene, platform):
    account_id = await linked(scene, platform)
    refused = await menu(scene, caller("new", platform=platform))
    assert (refused.status, refused.key) == (403, "address_taken")
    assert "Sekretariatet (RegUt) har fått beskjed" in refused.words
    view = await scene.ok(RAGNHILD, "account.unlink", account_id=account_id)
    assert [(a.platform, a.unlinked_at is None) for a in view.accounts] == [(platform, False)]
    for old in (caller("old", platform=platform), caller("old", platform=platform, email=None)):
        assert (await menu(scene, old)).status == 403
    assert (await menu(scene, caller("new", platform=platform))).status == 200
    assert (await menu(scene, caller("new", platform=platform, email=None))).status == 200
    assert (await menu(scene, caller("old", platform=platform))).status == 403
    (line,) = await scene.all(LogLine, command="account.unlink")
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert json.loads(arguments.args)["external_id"] == "old"
    assert line.by_name == "Ragnhild Regut"


async def test_nothing_is_sent_to_an_unlinked_account(scene):
    await scene.ok(RAGNHILD, "account.unlink", account_id=await linked(scene))
    account = await scene.one(Account)
    assert (account.conversation_id, account.service_url) == (None, None)
    await menu(scene, caller("new"))
    given = {"service_url": "https://smba.example/", "conversation_id": "a:2"}
    await run(scene.runtime, "account.update_address", given, caller("new"))
    assert {a.external_id: a.conversation_id for a in await scene.all(Account)} == {"old": None, "new": "a:2"}


async def test_the_secretariat_is_told_once_however_often_somebody_tries(scene):
    await linked(scene)
    for _ in range(3):
        await menu(scene, caller("new"))
    told = await scene.all(Delivery, kind="account_refused")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (RAGNHILD, KARI)}
    assert len(told) == 2
    assert {(d.command, d.args["person_id"]) for d in told} == {("person.show", await scene.person(ASTRID))}
    scene.at(2026, 11, 20, 9)
    await menu(scene, caller("new"))
    assert len(await scene.all(Delivery, kind="account_refused")) == 4


async def test_a_secretary_made_anew_is_unlinked_by_a_colleague(scene):
    account_id = await linked(scene, email=RAGNHILD)
    await menu(scene, caller("new", email=RAGNHILD))
    assert [d.person_id for d in await scene.all(Delivery, kind="account_refused")] == [await scene.person(KARI)]
    await scene.ok(KARI, "account.unlink", account_id=account_id)
    assert (await menu(scene, caller("new", email=RAGNHILD))).status == 200


async def test_who_may_unlink(scene):
    account_id = await linked(scene)
    for who in (ASTRID, ELI, HILDE, SIRI):
        assert (await scene.refused(who, "account.unlink", account_id=account_id)).status == 403
        assert (await scene.refused(who, "account.relink", account_id=account_id)).status == 403
        assert (await scene.refused(who, "person.show", person_id=await scene.person(ASTRID))).status == 403
    async with scene.runtime.db.write() as db:
        siri = await scene.one(Person, email=SIRI)
        db.add(builders.staff(await scene.one(Secretariat, key="regut-north"), siri, Post.LEADER))
    for command in ("account.unlink", "account.relink"):
        assert (await scene.refused(SIRI, command, account_id=account_id)).status == 404
        assert (await scene.refused(RAGNHILD, command, account_id=99)).status == 404


async def test_an_account_unlinked_by_mistake_is_linked_again(scene):
    account_id = await linked(scene)
    await scene.ok(RAGNHILD, "account.unlink", account_id=account_id)
    assert (await scene.refused(RAGNHILD, "account.unlink", account_id=account_id)).key == "account_unlinked_already"
    shown = await scene.ok(RAGNHILD, "person.show", person_id=await scene.person(ASTRID))
    assert [[a.command for a in account.actions] for account in shown.accounts] == [["account.relink"]]
    await scene.ok(RAGNHILD, "account.relink", account_id=account_id)
    assert (await menu(scene, caller("old"))).status == 200
    await scene.ok(RAGNHILD, "account.unlink", account_id=account_id)
    await menu(scene, caller("new"))
    assert (await scene.refused(RAGNHILD, "account.relink", account_id=account_id)).key == "account_in_its_place"


async def test_the_person_in_the_register_shows_accounts_and_what_may_be_done(scene):
    await linked(scene)
    shown = await scene.words(RAGNHILD, "person.show", person_id=await scene.person(ASTRID))
    assert "Teams" in shown and "koblet" in shown and "Utdanningsleder, Fjord sykehus HF" in shown
    assert "Astrid Fjord" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
