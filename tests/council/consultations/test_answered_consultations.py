"""A consultation whose reply is sent: what comes after it is taken and marked, and nobody is waited for any more."""

from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, PAAL, RAGNHILD
from council.consultations.consulting import asked, authority, says, told
from lisbot import commands
from lisbot.council.models import OutsideParty, Person, Vote
from lisbot.council.register.identity import Caller
from stages import Scene


async def answered(scene: Scene) -> dict[str, int]:
    """A consultation that one hospital has stated itself in, answered before the day its statements were due."""
    about = await asked(scene)
    await scene.ok(ASTRID, "consultation.answer", **about, **says("no"))
    scene.at(2027, 2, 4, 9)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    scene.at(2027, 2, 8, 9)
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    scene.at(2027, 2, 9, 9)
    await scene.ok(RAGNHILD, "consultation.send", **about)
    return about


async def test_a_statement_after_the_reply_is_marked_as_that_even_before_its_deadline(scene: Scene) -> None:
    about = await answered(scene)
    scene.at(2027, 2, 10, 9)
    done = await scene.done(ELI, "consultation.answer", **about, **says())
    assert "after the reply was sent" in done.reply.done
    (line,) = [each for each in done.view.requests if each.is_own]
    assert line.is_late and line.statement.is_late
    assert "etter at svaret ble sendt" in await scene.words(RAGNHILD, "consultation.show", **about)
    assert await told(scene, "consultation_stated_after_reply")
    assert await told(scene, "consultation_stated_late") == []
    (line,) = [each for each in (await scene.ok(ASTRID, "consultation.show", **about)).requests if each.is_own]
    assert not line.is_late


async def test_nobody_is_expected_to_make_a_statement_once_the_reply_is_sent(scene: Scene) -> None:
    about = await answered(scene)
    sheet = await scene.sheet(ELI, "consultation.show", **about)
    assert sheet.answers == ()
    (action,) = [each for each in sheet.actions if each.command == "consultation.answer"]
    assert action.style == "default"
    said = await scene.words(RAGNHILD, "consultation.show", **about)
    assert "ar ikke uttalt seg" not in said
    assert "Uten uttalelse: " in said and "uttalte seg ikke" in said


async def test_a_step_that_is_done_says_the_day_it_was(scene: Scene) -> None:
    about = await answered(scene)
    sheet = await scene.sheet(RAGNHILD, "consultation.show", **about)
    assert [each.day for each in sheet.steps] == ["1. feb.", "9. feb.", "4. feb.", "9. feb.", "8. feb.", "9. feb."]
    assert all(each.is_done for each in sheet.steps)


async def test_a_step_that_is_to_come_says_the_day_it_is_due(scene: Scene) -> None:
    about = await asked(scene)
    sheet = await scene.sheet(RAGNHILD, "consultation.show", **about)
    assert [each.day for each in sheet.steps][:3] == ["1. feb.", "19. feb.", "26. feb."]


async def test_a_representative_is_told_the_one_deadline_that_is_theirs(scene: Scene) -> None:
    about = await asked(scene)
    said = await scene.words(ELI, "consultation.show", **about)
    assert "19 February 2027" in said and "19 March 2027" not in said
    assert "19. mars 2027" in await scene.words(RAGNHILD, "consultation.show", **about)
    assert "19. mars 2027" in await scene.words("godkjenning@hdir.example", "consultation.show", **about)


async def test_a_report_to_ones_own_councils_is_called_that(scene: Scene) -> None:
    given = {"title": "Kurskomité", "answer_by": "2027-03-19", "body_ids": str(scene.body_id)}
    scene.at(2027, 2, 1, 9)
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådene er delt.")
    done = await scene.done(RAGNHILD, "consultation.send", **about)
    assert done.reply.done.startswith("Oppsummeringen av høring 1/27 er sendt til rådene.")
    assert "Svaret til RegUt" not in done.reply.done


async def test_a_report_that_reaches_nobody_is_not_said_to_be_sent(scene: Scene) -> None:
    given = {"title": "Kurskomité", "answer_by": "2027-03-19", "body_ids": str(scene.body_id)}
    scene.at(2027, 2, 1, 9)
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådene er delt.")
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email != RAGNHILD).values(email=None))
    done = await scene.done(RAGNHILD, "consultation.send", **about)
    assert "har ikke sendt noe" in done.reply.done
    assert "Sendt til rådene" not in await scene.words(RAGNHILD, "consultation.show", **about)


async def test_a_reply_that_nobody_could_be_sent_is_said_to_be_approved_and_not_sent(scene: Scene) -> None:
    await authority(scene, email="")
    party_id = (await scene.one(OutsideParty)).id
    given = {"title": "Uten adresse", "answer_by": "2027-03-19", "body_ids": str(scene.body_id), "party_id": party_id}
    scene.at(2027, 2, 1, 9)
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    done = await scene.done(RAGNHILD, "consultation.send", **about)
    assert "har ikke sendt noe" in done.reply.done
    said = await scene.words(RAGNHILD, "consultation.show", **about)
    assert "Godkjent og sendt" not in said
    assert "Helsedirektoratet har ingen e-postadresse. Svaret må overleveres av dere." in said
    assert "overleveres" not in await scene.words(BJORN, "consultation.show", **about)
    assert await told(scene, "consultation_replied") == []
    assert await told(scene, "consultation_approved") == sorted([ASTRID, BJORN, ELI, PAAL])


async def test_a_reply_is_adopted_by_vote_without_a_vote_only_by_whoever_says_so(scene: Scene) -> None:
    about = await asked(scene)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")

    async def asks(way: str) -> str:
        given = {**about, "way": way}
        return (await commands.run(scene.runtime, "consultation.adopt", given, Caller("cli", RAGNHILD))).words

    assert "ingen avstemning i Samordningsrådet" in await asks("by_vote")
    assert "avstemning" not in await asks("in_meeting")
    await scene.ok(RAGNHILD, "vote.open", body_id=scene.body_id, question="Tilrår rådet svaret?")
    vote_id = (await scene.one(Vote)).id
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert "ingen avstemning" not in await asks("by_vote")
