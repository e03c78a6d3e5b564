"""A letter begins with the date and the hour of its deadline, and its links do what is taken late for some time after
it."""

from datetime import timedelta

from builders import ASTRID, ELI, RAGNHILD
from council.consultations.consulting import HDIR, asked, says, ticked
from council.local_inputs.sharing import give, path_of, shared
from lisbot.council.models import Consultation, ConsultationStatement, FollowUp, Organisation


def first_line(post, email):
    return next(line for line in post.text(email).splitlines() if line.strip())


async def test_what_a_consultation_asks_begins_with_the_deadline_of_whoever_is_asked(post, scene):
    about = await asked(scene)
    await post.deliver()
    assert first_line(post, ASTRID) == "Frist for fråsegna: fredag 19. februar 2027 kl. 23.59."
    assert first_line(post, ELI) == "The statement is due by Friday 19 February 2027 at 23:59."
    await scene.ok(ELI, "consultation.answer", **about, **says())
    scene.at(2027, 2, 20, 9)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    await post.deliver()
    assert first_line(post, ELI) == "Comments are due by Wednesday 10 March 2027 at 23:59."
    scene.at(2027, 3, 18, 10)
    await ticked(scene)
    await post.deliver()
    assert first_line(post, RAGNHILD).startswith("Frist for tilslutning: fredag 12. mars 2027 kl. 23.59.")


async def test_the_reply_that_is_sent_has_no_deadline(post, scene):
    about = await asked(scene)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    await scene.ok(RAGNHILD, "consultation.send", **about)
    await post.deliver()
    for who in (HDIR, ASTRID):
        assert "23.59" not in post.text(who) and "23:59" not in post.text(who)


async def test_the_link_in_the_letter_takes_a_statement_after_the_deadline_too(post, scene, visitor):
    await asked(scene)
    await post.deliver()
    link = post.link(ELI, "Make a statement")
    due = (await scene.one(Consultation)).statements_by
    scene.at(due.year, due.month, due.day, 9)
    scene.clock.at += timedelta(days=7)
    assert await visitor.get(link) == 200
    assert await visitor.send(link, says("no")) == 200
    assert (await scene.one(ConsultationStatement)).is_late


async def test_what_colleagues_have_said_begins_with_until_when_they_can(post, scene, visitor):
    await give(visitor, path_of(await shared(scene)))
    await ticked(scene)
    await post.deliver()
    assert first_line(post, ASTRID).startswith("Lenkja til eigne legar verkar til onsdag 10. mars 2027 kl. ")


async def test_what_is_to_be_followed_up_begins_with_its_deadline(post, scene):
    meeting_id, item_id = await scene.minuted()
    given = {"organisation_id": [(await scene.one(Organisation, key="fjord")).id], "what": "Lag en plan"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given, due_on="2027-06-01")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    follow_up_id = (await scene.one(FollowUp, what="Lag en plan")).id
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "follow_up.remind", follow_up_id=follow_up_id)
    await post.deliver()
    assert first_line(post, ASTRID) == "Frist for oppfølging: tysdag 1. juni 2027 kl. 23.59."
