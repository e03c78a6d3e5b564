"""Before a notice is sent: how it will look, to how many through what, and who cannot be reached."""

from dataclasses import replace

from sqlalchemy import update

from builders import ASTRID, RAGNHILD
from dumps import written
from lisbot import commands
from lisbot.council.models import Meeting, Person
from lisbot.council.register.identity import Caller
from people import caller_of


async def asked(scene, name, **given):
    """What the form says at once to the secretary."""
    reply = await commands.ask(scene.runtime, name, given, Caller("cli", RAGNHILD))
    assert reply.status == 200, reply.words
    return reply.view


async def test_it_shows_the_notice_as_it_will_look(scene, room):
    await scene.on_agenda(confidential=True)
    before = await written(scene.runtime.db)
    view = await asked(scene, "notice.send", meeting_id=1)
    assert await written(scene.runtime.db) == before
    assert list(view.facts) == [
        "onsdag 10. mars 2027 kl. 09.00–15.00",
        "Oslo",
        "1/27 Felles rotasjon (tilråding, konfidensielt)",
        "Eventuelt",
        "5 personer får beskjed på e-post.",
        "Rådets kanal får beskjed.",
    ]
    assert view.told == 5


async def test_a_notice_of_standing_items_alone_is_warned_about(scene):
    await scene.planned()
    view = await asked(scene, "notice.send", meeting_id=1)
    assert "Bare de faste sakene står på saklisten." in view.facts


async def test_of_one_that_is_sent_again_it_shows_what_has_changed(scene):
    _, item_id = await scene.published()
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title="Felles rotasjon", kind="discussion")
    view = await asked(scene, "notice.send", meeting_id=1)
    assert list(view.facts) == ["Endret: 1/27 Felles rotasjon", "5 personer får beskjed på e-post."]


async def test_those_whom_nothing_reaches_are_named(scene):
    await scene.on_agenda()
    scene.runtime = replace(scene.runtime, platforms=frozenset())
    view = await asked(scene, "notice.send", meeting_id=1)
    assert view.facts[-1].startswith("5 personer kan ikke nås: ")
    assert "Astrid Fjord" in view.facts[-1]
    assert view.told == 0


async def test_what_becomes_so_after_it_was_asked_is_asked_about(scene):
    """Somebody who was reached when the form was opened is not any more when it is sent."""
    await scene.on_agenda()
    view = await asked(scene, "notice.send", meeting_id=1)
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == ASTRID).values(email=None))
    caller = await caller_of(scene.runtime, RAGNHILD, "cli", None)
    given = {"meeting_id": 1, "confirm": ",".join(view.asked)}
    again = await commands.run(scene.runtime, "notice.send", given, caller)
    assert again.status == 409
    assert "1 person kan ikke nås: Astrid Fjord." in again.words
    assert (await scene.one(Meeting, id=1)).published_at is None
