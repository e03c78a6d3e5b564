"""Secret questions: nothing, anywhere, ties a seat to a choice."""

import json
import logging

import pytest

from builders import ASTRID, BJORN, ELI, KARI, PAAL, RAGNHILD
from dumps import dump
from lisbot.council.models import Delivery, RollEntry, SealedBallot, Vote
from lisbot.council.votes import sealed_ballots
from lisbot.render.words import every_action, words
from people import form, member

OPTIONS = "Hvalross\nNarhval\nGrindhval"
CHOSEN = {ASTRID: "Narhval", BJORN: "Narhval", ELI: "Grindhval"}
WORDS = ("Hvalross", "Narhval", "Grindhval", "Fordi eg meiner det")


async def secret(scene, **more):
    given = {"secret": True, "form": "single", "options": OPTIONS} | more
    return await scene.asked(**given)


def without(tables, *names):
    return {name: rows for name, rows in tables.items() if name not in names}


def said(tables):
    """Every cell that holds a word of the answers, as (table, column)."""
    return {
        (table, column)
        for table, rows in tables.items()
        for row in rows
        for column, value in row.items()
        if any(word in (json.dumps(value, default=repr, ensure_ascii=False)) for word in WORDS)
    }


OPENED = {("vote", "options"), ("log_arguments", "args")}  # the question itself, as it was put


async def test_no_row_anywhere_holds_what_was_answered(scene, caplog):
    caplog.set_level(logging.INFO)
    vote_id = await secret(scene)
    shown = []
    for who, choice in CHOSEN.items():
        shown.append(
            (
                who,
                await scene.card(who, "vote.cast", vote_id=vote_id, choice=choice, reason="Fordi eg meiner det"),
            )
        )
        assert said(await dump(scene.runtime.db)) == OPENED
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="Hvalross")
    assert (await scene.one(RollEntry, seat_id=await scene.seat("fjord"))).changed == 1
    tables = await dump(scene.runtime.db)
    assert said(tables) == OPENED
    casts = {row["id"] for row in tables["log_line"] if row["command"] == "vote.cast"}
    lines = [row["args"] for row in tables["log_arguments"] if row["line_id"] in casts]
    assert len(lines) == 4 and not any(word in line for word in WORDS for line in lines)
    for entry in tables["roll_entry"]:
        assert [entry[c] for c in ("choice", "reason", "by_id", "by_name", "at")] == [None] * 5
    assert not any(word in record.getMessage() for word in WORDS for record in caplog.records)
    for who, card in shown:
        buttons = {json.dumps(action, ensure_ascii=False) for action in every_action(card) if "data" in action}
        assert not any(word in words(card) for word in WORDS), who
        assert all(any(word in b for b in buttons) for word in WORDS[:3]), "all answers are offered alike"


async def test_no_card_of_anybody_tells_before_or_after(scene):
    vote_id = await secret(scene)
    for who, choice in CHOSEN.items():
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice, reason="Fordi eg meiner det")
    before = {who: await scene.sheet(who, "vote.show", vote_id=vote_id) for who in (*CHOSEN, PAAL, RAGNHILD, KARI)}
    for sheet in before.values():
        assert not any(word in str(sheet.sections) + str(sheet.lines) for word in WORDS)
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    for who in (*CHOSEN, PAAL, RAGNHILD):
        sheet = await scene.sheet(who, "vote.show", vote_id=vote_id)
        for said_there in map(str, sheet.sections):
            if any(word in said_there for word in WORDS):
                assert not any(name in said_there for name in ("Fjord", "Ås", "Astrid", "Bjørn", "Eli", "Legenes"))


async def test_sealed_answers_look_alike_and_lie_in_no_order(scene):
    vote_id = await secret(scene)
    blank = await scene.all(SealedBallot)
    longest = "ø" * sealed_ballots.MAX_REASON
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="Narhval", reason=longest)
    await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice="Narhval")
    after = await scene.all(SealedBallot)
    assert len({len(b.sealed) for b in (*blank, *after)}) == 1
    assert [b.handle for b in after] == sorted(b.handle for b in blank)
    assert set(SealedBallot.__table__.columns.keys()) == {"handle", "vote_id", "sealed"}
    salt = (await scene.one(Vote)).salt
    seats = {await scene.seat(key) for key in ("fjord", "aas", "union")}
    assert {b.handle for b in after} == {sealed_ballots.handle(scene.runtime.key, salt, s) for s in seats}
    # Without the runtime's key no handle says which seat it is.
    assert not {b.handle for b in after} & {sealed_ballots.handle(b"", salt, s) for s in seats}


async def test_two_secret_questions_share_nothing(scene):
    first = await secret(scene)
    second = await scene.question("En til?", item_id=(await scene.one(Vote)).item_id, secret=True)
    handles = [{b.handle for b in await scene.all(SealedBallot, vote_id=v)} for v in (first, second)]
    assert not handles[0] & handles[1]


async def test_a_reason_longer_than_what_is_sealed_is_refused_and_kept(scene):
    vote_id = await secret(scene)
    reason = "x" * (sealed_ballots.MAX_REASON + 1)
    reply = await scene.refused(ASTRID, "vote.cast", vote_id=vote_id, choice="Narhval", reason=reason)
    assert (reply.key, set(reply.fields)) == ("secret_reason_too_long", {"reason"})
    assert {f["id"]: f["value"] for f in reply.form["fields"]}["reason"] == reason


async def test_the_longest_answer_there_is_can_be_sealed():
    salt = sealed_ballots.new_salt()
    for char in ("😀", '"', "\n", "ø", "\t"):
        choice, reason = char * 200, char * sealed_ballots.MAX_REASON
        assert sealed_ballots.unseal(b"k", salt, sealed_ballots.seal(b"k", salt, choice, reason)) == (choice, reason)


async def test_closing_counts_and_destroys_every_way_back(scene):
    vote_id = await secret(scene)
    for who, choice in CHOSEN.items():
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice, reason="Fordi eg meiner det")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    tables = await dump(scene.runtime.db)
    assert tables["sealed_ballot"] == []
    (vote,) = tables["vote"]
    assert vote["salt"] is None
    assert vote["result"]["counts"] == {"Hvalross": 0, "Narhval": 2, "Grindhval": 1}
    assert vote["result"]["reasons"] == sorted(vote["result"]["reasons"])
    assert said(tables) == {*OPENED, ("vote", "result")}
    (closing,) = [row["id"] for row in tables["log_line"] if row["command"] == "vote.close"]
    (evidence,) = [row["args"] for row in tables["log_arguments"] if row["line_id"] == closing]
    assert json.loads(evidence)["result"] == vote["result"]
    assert {d.facts.get("title") for d in await scene.all(Delivery, kind="vote_closed")} == {"Tilrår rådet dette?"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_file_holds_a_sealed_answer_after_close(scene, tmp_path):
    vote_id = await secret(scene)
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="Narhval")
    sealed = [b.sealed for b in await scene.all(SealedBallot)]
    salt = (await scene.one(Vote)).salt

    def kept():
        return b"".join(f.read_bytes() for f in tmp_path.iterdir() if f.name.startswith("lisbot.db"))

    assert any(s[:64] in kept() for s in sealed)
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    after = kept()
    assert not any(s[i : i + 64] in after for s in sealed for i in (0, 1024, 4096))
    assert salt not in after


async def test_recusal_and_silence_are_blank_alike(scene):
    vote_id = await secret(scene)
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="Narhval")
    await scene.ok(BJORN, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat("union"))
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    result = (await scene.one(Vote)).result
    assert (sum(result["counts"].values()), result["entitled"]) == (0, 2)


async def test_a_secret_form_shows_nobody_what_they_answered(scene):
    vote_id = await secret(scene)
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="Narhval", reason="Fordi eg meiner det")
    asked = await form(scene.runtime, ASTRID)("vote.cast", vote_id=vote_id)
    values = {field["id"]: field["value"] for field in asked.form["fields"]}
    assert values == {"choice": "", "reason": ""}
    shown = await member(scene.runtime, ASTRID)("vote.show", vote_id=vote_id)
    assert "Fordi" not in str(shown.view) + json.dumps(shown.card, ensure_ascii=False)
