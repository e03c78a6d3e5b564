"""Who sat there, as it was known then and as it is known now: corrections overwrite nothing."""

from datetime import date

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.models import Attendance, Delivery, FormerTerm, Person, Term
from lisbot.council.register.identity import Caller

ON = "2027-03-03"


async def term_of(scene, who, rank=0):
    return (await scene.one(Term, person_id=await scene.person(who), rank=rank)).id


async def correct(scene, who, by=RAGNHILD, **changed):
    """Correct one fact of a term, the others as they stand in its form."""
    term_id = await term_of(scene, who)
    form = await scene.form(by, "term.correct", term_id=term_id)
    filled = {field["id"]: field["value"] for field in form["fields"]}
    return await scene.done(by, "term.correct", **{"term_id": term_id, **filled, **changed})


async def answers(scene, seat="fjord", **asked):
    """The two answers for a seat: who was known to sit there then, and who is known to have sat there now."""
    view = await scene.ok(ELI, "register.look_back", body_id=scene.body_id, **asked)
    found = next(
        each for each in view.seats if each.id == asked.get("seat_id", 0) or each.organisation.startswith(seat)
    )
    return tuple([(h.name, h.rank) for h in held] for held in (found.then, found.now))


async def test_a_term_that_is_corrected_afterwards_has_both_answers(scene):
    scene.at(2027, 5, 1, 12)
    await correct(scene, ASTRID, to_on="2027-02-28", reason="Hun sluttet i februar.")
    await scene.ok(
        RAGNHILD,
        "term.add",
        seat_id=await scene.seat("fjord"),
        name="Nils Nylig",
        email="nils@fjord.example",
        from_on="2027-03-01",
    )
    scene.at(2027, 6, 1, 12)
    astrid, frode, nils = ("Astrid Fjord", 0), ("Frode Vara", 1), ("Nils Nylig", 0)
    assert await answers(scene, "Fjord", on=ON) == ([astrid, frode], [nils, frode])
    assert await answers(scene, "Fjord", on=ON, known_on="2027-05-01") == ([nils, frode], [nils, frode])
    assert await answers(scene, "Fjord", on="2027-02-01") == ([astrid, frode], [astrid, frode])
    shown = await scene.words(RAGNHILD, "register.look_back", body_id=scene.body_id, on=ON)
    assert "Slik det er kjent nå: Nils Nylig" in shown and "Slik det var kjent 3. mars 2027: Astrid Fjord" in shown
    assert "1 plass er rettet siden." in shown


async def test_a_seats_history_says_when_each_thing_became_known_and_by_whom(scene):
    scene.at(2027, 5, 1, 12)
    await correct(scene, ASTRID, KARI, to_on="2027-02-28")
    view = await scene.ok(RAGNHILD, "term.list", seat_id=await scene.seat("fjord"))
    (former,) = view.former
    assert (former.name, former.to_on, former.known_until, former.corrected_by) == (
        "Astrid Fjord",
        None,
        scene.clock(),
        "Kari Sekretær",
    )
    shown = await scene.words(RAGNHILD, "term.list", seat_id=await scene.seat("fjord"))
    assert "Rettet: Astrid Fjord" in shown
    assert "til 1. mai 2027 kl. 12.00 (rettet av Kari Sekretær)" in shown
    # Who did it stands in the log, which members do not read.
    member = await scene.ok(ELI, "term.list", seat_id=await scene.seat("fjord"))
    assert member.former[0].corrected_by == "" and not member.actions


async def test_a_term_that_never_was_is_taken_back_and_the_seat_is_said_to_be_empty(scene):
    scene.at(2027, 5, 1, 12)
    term_id = await term_of(scene, ASTRID)
    asked = await scene.form(RAGNHILD, "term.retract", term_id=term_id)
    assert set((await scene.refused(RAGNHILD, "term.retract", term_id=term_id, confirm="true")).fields) == {"reason"}
    assert "Astrid Fjord" in asked["about"]
    reply = await scene.done(RAGNHILD, "term.retract", term_id=term_id, reason="Forvekslet med en annen.")
    assert reply.view.vacant_from == date(2027, 5, 1)
    assert await scene.all(Term, person_id=await scene.person(ASTRID)) == []
    assert await answers(scene, "Fjord", on=ON) == (
        [("Astrid Fjord", 0), ("Frode Vara", 1)],
        [("Frode Vara", 1)],
    )
    (told,) = await scene.all(Delivery, kind="term_corrected")
    assert told.person_id == await scene.person(ASTRID)
    assert (await scene.refused(RAGNHILD, "term.retract", term_id=term_id, reason="Igjen")).status == 404


async def test_the_person_of_a_term_is_corrected(scene):
    scene.at(2027, 5, 1, 12)
    await correct(scene, BJORN, name="Bjarne Ås", email="bjarne@ås.example")
    assert await answers(scene, "Ås", on=ON) == ([("Bjørn Ås", 0)], [("Bjarne Ås", 0)])
    assert (await scene.one(Person, email="bjarne@ås.example")).name == "Bjarne Ås"


async def test_what_cannot_be_is_refused_and_changes_nothing(scene):
    scene.at(2027, 5, 1, 12)
    mine = {"term_id": await term_of(scene, ASTRID), "name": "Astrid Fjord", "email": ASTRID, "from_on": "2026-01-01"}
    frode = {"term_id": await term_of(scene, FRODE, 1), "name": "Frode Vara", "email": FRODE, "from_on": "2026-01-01"}
    seat_id = await scene.seat("fjord")
    past = {"seat_id": seat_id, "name": "Ny Person", "from_on": "2026-02-01"}
    for command, given, key, field in (
        ("term.correct", mine | {"to_on": "2025-12-31"}, "term_ends_early", "to_on"),
        ("term.correct", mine, "term_unchanged", None),
        ("term.correct", frode | {"rank": "0"}, "terms_overlap_open", "from_on"),
        ("term.correct", frode | {"rank": "1", "name": "Astrid Fjord", "email": ASTRID}, "already_on_seat", "name"),
        ("term.correct", mine | {"rank": "77"}, "no_such_rank", "rank"),
        ("term.correct", mine | {"email": ELI}, "email_taken", "email"),
        ("term.add", past, "terms_overlap_open", "from_on"),
        ("term.add", past | {"from_on": "2027-06-01"}, "term_is_to_come", "from_on"),
        ("term.add", past | {"rank": "2", "name": "Frode Vara", "email": FRODE}, "already_on_seat", "name"),
        ("term.correct", mine | {"term_id": 4711}, "not_found", None),
    ):
        answer = await scene.refused(RAGNHILD, command, confirm="true", **given)
        assert (answer.key, set(answer.fields or ())) == (key, {field} if field else set()), (given, answer.words)
    assert await scene.all(FormerTerm) == []


async def test_who_may_look_back_and_who_may_correct(scene):
    scene.at(2027, 5, 1, 12)
    term = {"term_id": await term_of(scene, ASTRID), "name": "Astrid Fjord", "email": ASTRID}
    term |= {"from_on": "2026-01-01", "to_on": "2027-02-28"}
    seat = {"seat_id": await scene.seat("fjord")}
    for who in (ASTRID, ELI, FRODE, RAGNHILD):
        await scene.ok(who, "register.look_back", body_id=scene.body_id, on=ON)
        await scene.ok(who, "term.list", **seat)
    for who, status in ((HILDE, 403), (SIRI, 404)):
        assert (await scene.refused(who, "register.look_back", body_id=scene.body_id, on=ON)).status == status
        assert (await scene.refused(who, "term.list", **seat)).status == status
    for who in (ASTRID, ELI, FRODE, HILDE, SIRI):
        assert (await scene.refused(who, "term.correct", **term)).status == 403
        assert (await scene.refused(who, "term.retract", term_id=term["term_id"], reason="Nei")).status == 403
        assert (await scene.refused(who, "term.add", **seat, name="Ny", from_on="2025-01-01")).status == 403
    await scene.ok(RAGNHILD, "term.correct", **term)


async def test_a_correction_asks_first_with_what_was_and_what_becomes(scene):
    scene.at(2027, 5, 1, 12)
    term = {"term_id": await term_of(scene, ASTRID), "name": "Astrid Fjord", "email": ASTRID}
    given = {**term, "from_on": "2026-01-01", "to_on": "2027-02-28"}
    reply = await commands.run(scene.runtime, "term.correct", given, Caller("cli", RAGNHILD))
    assert reply.status == 409
    assert "Til nå står det: Representant, Astrid Fjord, fra torsdag 1. januar 2026." in reply.words
    assert (
        "Det blir: Representant, Astrid Fjord, fra torsdag 1. januar 2026 til og med søndag 28. februar 2027."
        in reply.words
    )
    assert "blir ledig fra lørdag 1. mai 2027" in reply.words
    assert await scene.all(FormerTerm) == []


async def test_coming_meetings_follow_a_correction(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 2, 20, 9)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await correct(scene, ASTRID, to_on="2027-02-28")
    await scene.ok(
        RAGNHILD, "term.add", seat_id=await scene.seat("fjord"), name="Eli Union", email=ELI, from_on="2026-02-01",
        to_on="2026-02-02", rank="2",
    )  # fmt: skip
    line = await scene.one(Attendance, meeting_id=meeting_id, seat_id=await scene.seat("fjord"))
    assert (line.person_id, line.response) == (await scene.person(FRODE), None)


async def test_both_answers_are_said_in_each_language(scene):
    scene.at(2027, 5, 1, 12)
    await correct(scene, BJORN, to_on="2027-02-28")
    for who, said in (
        (RAGNHILD, "Slik det var kjent 3. mars 2027: Bjørn Ås"),
        (ASTRID, "Slik det er kjent no: Ledig"),
        (ELI, "As it was known on 3 March 2027: Bjørn Ås"),
    ):
        assert said in await scene.words(who, "register.look_back", body_id=scene.body_id, on=ON)


async def test_the_dates_of_any_deputy_are_corrected_and_their_successor_reported(scene):
    """A pack has up to nine."""
    seat_id, frode = await scene.seat("fjord"), await scene.person(FRODE)
    async with scene.runtime.db.write() as db:
        held = await scene.one(Term, person_id=frode, rank=1)
        (await db.get_one(Term, held.id)).rank = 5
    form = await scene.form(RAGNHILD, "term.correct", term_id=held.id)
    filled = {field["id"]: field["value"] for field in form["fields"]} | {"from_on": "2026-02-01"}
    await scene.ok(RAGNHILD, "term.correct", term_id=held.id, **filled)
    term = await scene.one(Term, id=held.id)
    assert (term.rank, term.from_on) == (5, date(2026, 2, 1))
    change = {"seat_id": seat_id, "rank": 5, "name": "Ny Vara", "email": "ny@fjord.example", "from_on": "2027-01-01"}
    await scene.ok(ASTRID, "seat_change.report", **change, anchored_by="Klinikksjef Dag", anchored="true")


async def test_what_was_known_until_now_is_compared_with_nothing(scene):
    scene.at(2027, 5, 1, 12)
    shown = await scene.words(RAGNHILD, "register.look_back", body_id=scene.body_id)
    assert "Sammenlignet" not in shown and "Ingenting er rettet" not in shown and "Slik det er kjent nå" in shown
    await correct(scene, ASTRID, to_on="2027-02-28")
    listed = await scene.words(RAGNHILD, "term.list", seat_id=await scene.seat("fjord"))
    assert "kjent fra" in listed and "(rettet av Ragnhild Regut)" in listed


async def test_whoever_sits_in_a_council_is_led_from_it_to_its_roster(scene):
    await scene.ok(RAGNHILD, "roster.set", body_id=scene.body_id, is_published=True)
    actions = (await scene.sheet(ASTRID, "body.show", body_id=scene.body_id)).actions
    assert ("roster.show", {"body_id": scene.body_id}) in [(each.command, dict(each.arguments)) for each in actions]
    await scene.ok(ASTRID, "roster.show", body_id=scene.body_id)
