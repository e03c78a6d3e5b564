"""What lisbot knows about somebody: who sees it, and whose each row of it is."""

import json

import pytest

import builders
from builders import ASTRID, BJORN, ELI, FRODE, KARI, RAGNHILD, SIRI
from council.consultations.consulting import asked, request_of, says
from lisbot.cards.exports import DATA
from lisbot.council.enums import DeliveryState, InboundKind, Post
from lisbot.council.models import (
    Base,
    Delivery,
    InboundMail,
    Person,
    Secretariat,
    Term,
)
from lisbot.council.register.person_data import ABOUT, OF_NO_BODY, THEIR_OWN, is_of, person_columns


async def test_everybody_sees_what_is_known_about_themselves_and_takes_it_along(scene):
    await scene.minuted()
    answer = await scene.done(ELI, "person.show_data")
    assert (answer.view.is_own, answer.view.email) == (True, ELI)
    file = json.dumps(DATA["person_data"](answer.view, answer.reply.viewer))
    assert "Eli Union" in file
    assert {row["seat_id"] for row in answer.view.rows["term"]} == {await scene.seat("union")}
    assert "digest" not in file
    assert "Det lisbot" not in await scene.words(ELI, "person.show_data")  # in her own language
    assert "register" in dict(answer.view.counts)


async def test_of_others_only_whoever_keeps_them_sees_it(scene):
    eli = await scene.person(ELI)
    assert (await scene.ok(RAGNHILD, "person.show_data", person_id=eli)).name == "Eli Union"
    assert (await scene.refused(ASTRID, "person.show_data", person_id=eli)).status == 403
    assert (await scene.refused(RAGNHILD, "person.show_data", person_id=await scene.person(SIRI))).status == 404


NORA = "nora@regut-nord.example"


@pytest.fixture
async def nora(scene) -> int:
    """Nora leads the secretariat in the north, where Eli sits too. Returns her id."""
    async with scene.runtime.db.write() as db:
        person = Person(key="nora", name="Nora Nord", email=NORA, lang="nb")
        db.add(person)
        await db.flush()
        north = await scene.one(Secretariat, key="regut-north")
        db.add(builders.staff(north, person, Post.LEADER))
        nord = (await scene.one(Term, person_id=await scene.person(SIRI))).seat_id
        db.add(
            Term(
                seat_id=nord,
                person_id=await scene.person(ELI),
                rank=1,
                from_on=builders.START,
                recorded_at=builders.RECORDED,
            )
        )
        return person.id


async def data_of(scene, by, who):
    """Everything that a file about somebody says, and the file itself."""
    answer = await scene.done(by, "person.show_data", person_id=await scene.person(who))
    return answer.view.rows, json.dumps(DATA["person_data"](answer.view, answer.reply.viewer), ensure_ascii=False)


async def leaves(scene, who):
    """Somebody leaves every seat today, and it is next summer."""
    terms = await scene.all(Term, person_id=await scene.person(who), to_on=None)
    async with scene.runtime.db.write() as db:
        for term in terms:
            row = await db.get_one(Term, term.id)
            row.to_on, row.ended_at, row.changed_at = scene.clock().date(), scene.clock(), scene.clock()
    scene.at(2027, 6, 1)


async def test_who_stands_in_reads_no_reason_of_whom_they_stand_in_for(scene):
    meeting_id, _ = await scene.published()
    given = {"response": "absent", "reason": "Syk i tre uker", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **given)
    rows, file = await data_of(scene, FRODE, FRODE)
    assert [row["deputy_response"] for row in rows["attendance"]] == ["asked"]
    assert "Syk i tre uker" not in file
    assert "Syk i tre uker" in (await data_of(scene, ASTRID, ASTRID))[1]


async def test_another_secretariat_reads_nothing_of_councils_that_are_not_its_own(scene, nora):
    meeting_id, _ = await scene.published()
    await scene.ok(ELI, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Syk i tre uker")
    own, file = await data_of(scene, RAGNHILD, ELI)
    assert "Syk i tre uker" in file
    assert own["delivery"]
    theirs, file = await data_of(scene, NORA, ELI)
    assert "Syk i tre uker" not in file
    assert not {"attendance", "posting", "kept_form"} & set(theirs)
    assert {row["seat_id"] for row in theirs["term"]}.isdisjoint({await scene.seat("union")})
    assert not [row for row in theirs.get("delivery", ()) if row.get("body_id") or "facts" in row]
    assert "Samordningsrådet" not in file


async def test_an_answer_to_an_open_question_is_told_to_nobody_before_it_closes(scene):
    vote_id = await scene.asked()
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")

    async def answer_read_by(who):
        rows, _ = await data_of(scene, who, ELI)
        return [row.get("choice") for row in rows["roll_entry"]]

    assert await answer_read_by(ELI) == ["against"]
    assert await answer_read_by(RAGNHILD) == [None]
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert await answer_read_by(RAGNHILD) == ["against"]


@pytest.mark.parametrize("live", [False, True])
async def test_an_answer_to_a_question_that_was_withdrawn_is_told_to_nobody_else(scene, live):
    vote_id = await scene.asked(live=live)
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    await scene.ok(RAGNHILD, "vote.withdraw", vote_id=vote_id, reason="Feil spørsmål")
    for who, told in ((ELI, "against"), (RAGNHILD, None)):
        rows, _ = await data_of(scene, who, ELI)
        assert [row.get("choice") for row in rows["roll_entry"]] == [told]


async def test_of_what_somebody_did_to_others_only_that_and_when_is_told(scene):
    report = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-12-01", "anchored": "true"}
    seat = await scene.seat("fjord")
    await scene.ok(ASTRID, "seat_change.report", seat_id=seat, anchored_by="Dag Direktør", **report)
    for who in (ASTRID, RAGNHILD):
        rows, file = await data_of(scene, who, ASTRID)
        assert [set(row) for row in rows["seat_change"]] == [{"id", "reported_at"}]
        assert {key for row in rows["log_line"] for key in row} == {"id", "command", "at"}
        assert "nina@fjord.example" not in file
    double = await scene.ok(RAGNHILD, "person.create", name="Eli U.", email="eli@post.example")
    await scene.ok(KARI, "person.merge", person_id=await scene.person(ELI), other_id=double.id)
    rows, file = await data_of(scene, RAGNHILD, KARI)
    assert [set(row) for row in rows["person_merge"]] == [{"id", "at"}]
    assert "eli@post.example" not in file


async def test_a_file_about_somebody_has_nobody_elses_address(scene):
    """Neither in what they were told, nor of whoever answered a mail that was sent to them."""
    at, eli = scene.clock(), await scene.person(ELI)
    sent = {"made_at": at, "next_at": at, "sent_at": at, "state": DeliveryState.SENT}
    facts = {"name": "Bjørn Ås", "about": [f"Bjørn Ås <{BJORN.upper()}>, {ELI}"]}
    arrived = {"received_at": at, "kind": InboundKind.WORDS, "handled_by": "", "result": "", "person_id": eli}
    async with scene.runtime.db.write() as db:
        db.add(Delivery(kind="address_added", facts=facts, command="", args={}, person_id=eli, **sent))
        for digest, sender in (("a", f"Eli <{ELI.upper()}>"), ("b", f"Bjørn <{BJORN}>")):
            db.add(InboundMail(digest=digest, sender=sender, subject="Svar", words=f"Fra {sender}", **arrived))
    rows, file = await data_of(scene, ELI, ELI)
    assert BJORN.casefold() not in file.casefold()
    assert f"Bjørn Ås <…>, {ELI}" in file
    own, forwarded = rows["inbound_mail"]
    assert own["words"] == f"Fra Eli <{ELI.upper()}>"
    assert not {"sender", "subject", "words"} & set(forwarded)


async def test_what_somebody_sent_on_and_answered_is_theirs_and_no_other_secretariats(scene, nora):
    await scene.minuted()
    referral_id = await scene.sent_on()
    leader = "direktorene@rhf.example"
    given = {"referral_id": referral_id, "answer_kind": "answer", "answer": "Vi støtter det"}
    await scene.ok(leader, "referral.answer", **given)
    rows, _ = await data_of(scene, RAGNHILD, RAGNHILD)
    assert [(row["receiver_name"], row["reason"]) for row in rows["referral"]] == [("Fagdirektørmøtet", "bottleneck")]
    assert all("sent" not in row for row in rows["referral"])
    rows, _ = await data_of(scene, leader, leader)
    assert [row["text"] for row in rows["referral_answer"]] == ["Vi støtter det"]


# The columns that say who did something to, or for, somebody else: of such a row only that and when is told.
DID = {
    "consent.recorded_by_id",
    "consent_text.made_by_id",
    "log_line.by_id",
    "person_merge.by_id",
    "register_import.by_id",
    "room.linked_by_id",
    "seat_change.reported_by_id",
}
PERSON_COLUMNS = [column for each in Base.metadata.sorted_tables for column in person_columns(each)]


@pytest.mark.parametrize("column", PERSON_COLUMNS, ids=str)
def test_of_each_column_that_names_a_person_it_is_said_whose_the_row_is_and_who_may_see_it(column):
    """A table that is new is of a council, of a secretariat, or of nobody's but the person's, and says so."""
    rows = column.table
    assert (column.name == "person_id", str(column) in ABOUT, str(column) in DID).count(True) == 1
    of_secretariat = "secretariat_id" in rows.c or "text_id" in rows.c
    assert is_of(rows, [1]) is not None or of_secretariat or rows.name in OF_NO_BODY | {*THEIR_OWN}


async def test_what_somebody_stated_and_said_of_a_reply_is_theirs_and_no_other_secretariats(scene, nora):
    about = await asked(scene)
    await scene.ok(ELI, "consultation.answer", **about, **says("no", "For få spesialister"))
    noted = {"request_id": await request_of(scene, "fjord")}
    await scene.ok(RAGNHILD, "consultation.note_answer", **about, **noted, **says("yes", "Ringt inn"))
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    await scene.ok(ELI, "consultation.comment", **about, comment="Enig i dette")
    for who in (ELI, RAGNHILD):
        rows, _ = await data_of(scene, who, ELI)
        assert [row["answers"]["2"] for row in rows["consultation_statement"]] == ["For få spesialister"]
        assert [row["text"] for row in rows["consultation_comment"]] == ["Enig i dette"]
    rows, file = await data_of(scene, RAGNHILD, RAGNHILD)
    assert [set(row) for row in rows["consultation_statement"]] == [{"id", "at"}]
    assert "Ringt inn" not in file
    rows, _ = await data_of(scene, NORA, ELI)
    assert not {"consultation_statement", "consultation_comment"} & set(rows)


async def test_who_has_no_seat_any_more_sees_what_is_known_and_chooses_a_language(scene):
    async with scene.runtime.db.write() as db:
        db.add(Person(key="dag", name="Dag Direktør", email="dag@fjord.example", lang="nb"))
    await leaves(scene, ELI)
    for who in (ELI, "dag@fjord.example"):
        assert (await scene.done(who, "person.show_data")).view.is_own
        assert (await scene.done(who, "person.choose_language", language="nn")).lang == "nn"
