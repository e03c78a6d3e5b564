"""What people type in Teams, and the council, the deputy or the phrase they mean by it."""

import pytest
from sqlalchemy import update

import builders
from builders import ASTRID, FRODE, RAGNHILD
from cardlint import lint
from dumps import row
from fakes.teams import TEAM, Client, Person, buttons, inputs, words_of
from lisbot.council.models import Attendance, Body, Room, Seat
from lisbot.council.models import Person as PersonRow
from lisbot.texts import text
from stages import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRETARY, MEMBER = Person("Ragnhild Regut", RAGNHILD), Person("Astrid Fjord", ASTRID)
HEART, SKIN, CHILD = "Fagråd i hjertesykdommer", "Fagråd i hudsykdommer", "Fagråd i barnehjertesykdommer"


@pytest.fixture
def scene(real, runtime, clock):
    return Scene(runtime, clock, 1)


@pytest.fixture
def client(real):
    """The secretary, at whose Teams every card that is shown passes the linter."""
    breaches = []
    yield Client(real, SECRETARY, lambda said, card: breaches.extend(f"{said}: {breach}" for breach in lint(card)))
    assert breaches == []


async def put_councils(runtime, *names):
    first = await row(runtime.db, Body, key="samrad")
    async with runtime.db.write() as db:
        for name in names:
            db.add(Body(key=name.lower(), secretariat_id=first.secretariat_id, name=name, kind="fagråd",
                        region=first.region, authority=first.authority, lang="nb"))  # fmt: skip
    return [(await row(runtime.db, Body, name=name)).id for name in names]


def plain(card):
    return "\n".join(words_of(card)).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def offered(card):
    """What the buttons that ask what was meant would run."""
    return [(action["title"], name, given) for name, given, action in buttons(card) if given or "?" in action["title"]]


NAMED = {
    "sakliste fagråd i hjertesykdommer": "agenda",
    "Saksliste for fagrådet i hjertesykdommer?": "agenda",
    "agenda for the hjertesykdommer, please": "agenda",
    "møte: hjertesyk": "meeting",
    "neste møte i «Fagråd i hjertesykdommer»": "meeting",
    "register fih": "register",
    "årsplan hjertesykdommer": "year_plan",
    "medlemmer i fagråd i hjertesykdommer": "register",
    "fagråd i hjertesykdommer": "body",
    "frist fagråd hjertesykdommer": "body",
    "FAGRÅDET I HJERTESYKDOMMER": "body",
}


async def test_a_council_is_named_after_a_phrase_or_alone(client, scene, runtime):
    (heart,) = await put_councils(runtime, HEART)
    await scene.planned()
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=heart, dates="2027-05-12")
    for said in NAMED:
        shown = plain(await client.say(said))
        assert HEART in shown, said
        assert "10. mars" not in shown, said
    card = await client.say("kven kjem fagråd hjertesjukdomar")
    assert (HEART, "meeting.show", {"body_id": heart}) in offered(card)


async def test_of_several_councils_each_is_offered_and_none_is_taken(client, scene, runtime):
    heart, skin = await put_councils(runtime, HEART, SKIN)
    await scene.planned()
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=skin, dates="2027-05-12")
    card = await client.say("møte fagråd")
    assert text("nb", "card.menu.which_body") in plain(card)
    meant = [(title, given) for title, name, given in offered(card) if name == "meeting.show"]
    assert meant == [(HEART, {"body_id": heart}), (SKIN, {"body_id": skin})]
    assert "12. mai" in plain(await client.press("meeting.show", {"body_id": skin}))
    # A name that is all of one council's is that council's, though it begins another's too.
    await put_councils(runtime, f"{HEART} og lungesykdommer")
    assert HEART in plain(await client.say(f"register {HEART}"))


async def test_a_register_is_the_only_councils_or_one_is_chosen(client, scene, runtime):
    assert "Samordningsrådet" in plain(await client.say("register"))
    heart, _ = await put_councils(runtime, HEART, SKIN)
    card = await client.say("register")
    assert [name for title, name, _ in offered(card) if title in (HEART, SKIN, "Samordningsrådet")] == [
        "register.show"
    ] * 3
    assert HEART in plain(await client.press("register.show", {"body_id": heart}))


async def test_a_council_that_is_none_of_ones_own_is_nobodys_guess(client, scene):
    await scene.planned()
    card = await client.say("sakliste Rådet i nord")
    assert text("nb", "card.menu.no_body", said="Rådet i nord") in plain(card)
    assert "Rådet i nord" not in [title for title, _, _ in offered(card)]
    card = await client.say("sakliste samordnigsrådet")
    assert text("nb", "card.menu.no_such_body", said="samordnigsrådet") in plain(card)
    assert ("Samordningsrådet", "agenda.show", {"body_id": 1}) in offered(card)


MISTYPED = (
    ("saklitse", "nb", "sakliste", "agenda.show"),
    ("Refrat!", "nb", "referat", "minutes.show"),
    ("mote", "nb", "møte", "meeting.show"),
    ("hjlep", "nb", "hjelp", "menu.show"),
    ("hven kommer?", "nb", "hvem kommer", "meeting.show"),
    ("framlgg", "nn", "framlegg", "worklist.show"),
    ("kven kjm", "nn", "kven kjem", "meeting.show"),
    ("agneda", "en", "agenda", "agenda.show"),
    ("minuts", "en", "minutes", "minutes.show"),
)


async def test_a_close_miss_is_offered_and_never_guessed(real, scene):
    await scene.minuted()
    for said, lang, phrase, command in MISTYPED:
        async with scene.runtime.db.write() as db:
            await db.execute(update(PersonRow).values(lang=lang))
        reader = Client(real, Person("Ragnhild Regut", RAGNHILD, locale={"en": "en-GB"}.get(lang, f"{lang}-NO")))
        card = await reader.say(said)
        title = text(lang, "card.menu.did_you_mean", phrase=phrase)
        assert (title, command) in [(shown, name) for shown, name, _ in offered(card)], said
        assert plain(await reader.press(command))


async def test_what_was_said_after_a_mistyped_phrase_is_kept(client, scene, runtime):
    (heart,) = await put_councils(runtime, HEART)
    card = await client.say("saklitse hjertesykdommer")
    assert ("Mente du sakliste?", "agenda.show", {"body_id": heart}) in offered(card)
    card = await client.say("forelså sak: Felles rotasjon")
    assert ("Mente du foreslå sak?", "proposal.submit", {"title": "Felles rotasjon"}) in offered(card)


async def test_what_was_typed_is_said_back_as_it_was_typed(client, scene):
    await scene.planned()
    said = "**Råd** <at>everyone</at> [x](https://evil.example) {{DATE(2027-01-01T00:00:00Z)}}"
    assert "**Råd** <" in plain(await client.say(f"sakliste {said}"))
    assert "…" in plain(await client.say(f"sakliste {'x' * 500}"))


async def test_nobody_is_offered_what_they_would_be_refused(real, scene):
    card = await Client(real, MEMBER).say("oversitk")
    assert "dashboard.show" not in [name for _, name, _ in offered(card)]


async def test_in_a_councils_channel_its_own_meeting_is_the_nearest_and_only_the_asker_sees_it(
    real, scene, runtime, connector
):
    (heart,) = await put_councils(runtime, HEART)
    await scene.planned()
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=heart, dates="2027-05-12")
    connector.rosters[TEAM] = [SECRETARY.roster_entry]
    await real.say(SECRETARY, "møte", TEAM, mention=True)
    await real.say(SECRETARY, "koble samrad", TEAM, mention=True)
    async with runtime.db.write() as db:
        (await db.get_one(Room, 1)).body_id = heart
    await real.say(SECRETARY, "møte", TEAM, mention=True)
    cards = [sent for sent in connector.sent if sent.activity.get("attachments") and sent.conversation != TEAM]
    assert ["12. mai" in plain(sent.card) for sent in cards] == [False, True]
    assert {sent.conversation for sent in cards} == {SECRETARY.chat}


# Somebody comes instead


async def answer_of(runtime):
    found = await row(runtime.db, Attendance, name="Astrid Fjord")
    return found.response, found.reason, found.deputy_id


def deputy_chosen(card):
    return next(field.get("value", "") for field in inputs(card) if field["id"] == "deputy_id")


WITH_DEPUTY = (
    "forfall: kurs i Bergen, Frode Vara kommer",
    "Eg kan ikkje kome, ferie på Røros. Frode kjem i staden",
    "absent: course in Oslo, Frode Vara is coming instead",
    "meld forfall, vara er Frode Vara, vakt",
)


async def test_an_absence_with_a_reason_and_a_deputy_is_answered(real, scene, runtime):
    await scene.published()
    for said, reason in zip(WITH_DEPUTY, ("kurs i Bergen", "ferie på Røros", "course in Oslo", "vakt"), strict=True):
        assert inputs(await Client(real, MEMBER).say(said)) == []
        assert await answer_of(runtime) == ("absent", reason, await scene.person(FRODE))


async def test_without_a_reason_the_form_has_the_deputy_and_asks_for_it(real, scene, runtime):
    await scene.published()
    member = Client(real, MEMBER)
    card = await member.say("forfall, Frode Vara kjem")
    assert deputy_chosen(card) == str(await scene.person(FRODE))
    assert (await answer_of(runtime))[0] is None
    await member.press("attendance.respond", reason="Vakt")
    assert await answer_of(runtime) == ("absent", "Vakt", await scene.person(FRODE))


async def test_a_deputy_who_is_none_or_several_is_asked_for(real, scene, runtime):
    await scene.published()
    member = Client(real, MEMBER)
    card = await member.say("forfall: kurs, Kari Lie kommer")
    assert text("nn", "chat.no_such_deputy", name="Kari Lie") in plain(card)
    assert deputy_chosen(card) == ""
    seat = await row(runtime.db, Seat, key="samrad-fjord")
    async with runtime.db.write() as db:
        other = PersonRow(key="frode2", name="Frode Annen", email="frode2@fjord.example", lang="nb")
        db.add(other)
        await db.flush()
        db.add(builders.term(seat, other, rank=2))
    card = await member.say("forfall: kurs, Frode kommer")
    assert text("nn", "chat.several_deputies", name="Frode") in plain(card)
    assert deputy_chosen(card) == ""
    assert (await answer_of(runtime))[0] is None


async def test_who_is_named_in_part_alone_is_chosen_in_the_form_and_not_called_in(real, scene, runtime):
    """«Kari Lie» is not Karin Lien for certain, and "Anne" is not Marianne: nobody is called in unasked."""
    await scene.published()
    member = Client(real, MEMBER)
    for name, typed in (("Karin Lien", "Kari Lie"), ("Marianne Vik", "Anne"), ("Kari Lunde", "kl")):
        async with runtime.db.write() as db:
            (await db.get_one(PersonRow, await scene.person(FRODE))).name = name
        card = await member.say(f"forfall: kurs, {typed} kommer")
        assert deputy_chosen(card) == str(await scene.person(FRODE)), typed
        assert (await answer_of(runtime))[0] is None, typed


async def test_a_deputy_who_is_all_that_was_named_is_offered_in_the_form(real, scene, runtime):
    """«Frode kommer» says who, and not why: nothing of it is lost, and nobody is called in by it."""
    await scene.published()
    member = Client(real, MEMBER)
    for typed in ("Frode Vara kommer", "Frode kjem i staden.", "Frode Vara is coming instead"):
        card = await member.say(typed)
        assert deputy_chosen(card) == str(await scene.person(FRODE)), typed
        assert (await answer_of(runtime))[0] is None, typed
    await member.press("attendance.respond", reason="Vakt")
    assert await answer_of(runtime) == ("absent", "Vakt", await scene.person(FRODE))
    card = await member.say("Kari Lie kommer")
    assert inputs(card) == [], "nobody's deputy: the menu, as for anything else"
    card = await member.say("forfall, Kari Lie kommer")
    assert next(field["value"] for field in inputs(card) if field["id"] == "reason") == "Kari Lie kommer"
