"""Councils as their secretariat sets them up and changes them: what they are, their rules, templates and seats."""

from datetime import date

import builders
from builders import ASTRID, ELI, KARI, RAGNHILD, SIRI
from lisbot.council.enums import Authority, Majority, Post, Quorum, Standing
from lisbot.council.models import Body, BodyTemplate, LogLine, Organisation, Person, Seat, Secretariat, Staff, Term

NEW = {"name": "Rådet for øre-nese-hals", "kind": "spesialitetsråd"}


async def created(scene, **given):
    return (await scene.ok(RAGNHILD, "body.create", **NEW | given)).body.id


async def test_a_secretary_sets_up_a_council_its_seats_and_who_holds_them(scene):
    """And runs it at once."""
    body_id = await created(scene, language="nn")
    fjord, aas = [(await scene.one(Organisation, key=key)).id for key in ("fjord", "aas")]
    view = await scene.ok(
        RAGNHILD, "seat.create", body_id=body_id, organisation_ids=f"{fjord},{aas}", role="Overlege", specialty="ØNH"
    )
    assert [(seat.organisation, seat.holder, seat.standing) for seat in view.seats] == [
        ("Fjord sykehus HF", "", Standing.VOTING),
        ("Ås sykehus HF", "", Standing.VOTING),
    ]
    seat_id = view.seats[0].id
    given = {"seat_id": seat_id, "name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-11-02"}
    view = await scene.ok(RAGNHILD, "term.begin", **given)
    assert (view.seats[0].holder, view.lang) == ("Nina Ny", "nn")
    nina = await scene.one(Person, email="nina@fjord.example")
    assert nina.organisation_id == fjord
    assert "Nina Ny" in await scene.words("nina@fjord.example", "register.show", body_id=body_id)
    deputy = {"seat_id": seat_id, "name": "Astrid Fjord", "email": ASTRID, "from_on": "2026-11-02", "rank": 1}
    assert (await scene.ok(RAGNHILD, "term.begin", **deputy)).seats[0].deputies == ("Astrid Fjord",)
    body = await scene.one(Body, id=body_id)
    assert (body.key, body.region, body.quorum, body.authority) == (
        "rådet-for-øre-nese-hals",
        "Helse Sør",
        None,
        Authority.ADVISORY,
    )
    (line,) = await scene.all(LogLine, command="body.create")
    assert line.subject == f"body:{body_id}"


async def test_whoever_works_at_a_secretariat_without_councils_begins_with_one(scene):
    async with scene.runtime.db.write() as db:
        west = Secretariat(key="regut-west", name="RegUt Vest", region="Helse Vest")
        vera = Person(key="vera", name="Vera Vest", email="vera@vest.example", lang="nb")
        db.add_all([west, vera])
        await db.flush()
        db.add(builders.staff(west, vera, Post.LEADER))
    view = await scene.ok("vera@vest.example", "secretariat.show")
    assert [each.command for each in view.actions] == [
        "register_import.upload",
        "body.create",
        "organisation.create",
        "person.create",
        "staff.add",
    ]
    assert "secretariat.show" in {
        each.command for each in (await scene.ok("vera@vest.example", "dashboard.show")).actions
    }
    created = await scene.ok("vera@vest.example", "body.create", **NEW)
    assert created.secretariat == "RegUt Vest"
    assert {each.command for each in created.actions} >= {"seat.create", "body.edit"}
    assert (await scene.refused("vera@vest.example", "body.show_settings", body_id=scene.body_id)).status == 404


async def test_who_may_set_up_councils(scene):
    assert (await scene(KARI, "body.create", **NEW)).status == 200
    for who in (ASTRID, ELI, SIRI):
        assert (await scene.refused(who, "body.create", name="Et annet råd")).status == 403
    assert (await scene.refused(SIRI, "secretariat.show")).status == 403


async def test_two_councils_of_one_name_are_refused(scene):
    answer = await scene.refused(RAGNHILD, "body.create", name="samordningsrådet ")
    assert (answer.key, set(answer.fields)) == ("body_exists", {"name"})


async def test_what_is_given_is_changed_and_the_rest_stays(scene):
    await scene.ok(RAGNHILD, "body.edit", body_id=scene.body_id, kind="nytt slag", place="Møterom 4")
    body = await scene.one(Body, id=scene.body_id)
    assert (body.name, body.kind, body.place, body.region) == (
        "Samordningsrådet",
        "nytt slag",
        "Møterom 4",
        "Helse Sør",
    )
    await scene.ok(RAGNHILD, "body.edit", body_id=scene.body_id, place="")
    assert (await scene.one(Body, id=scene.body_id)).place is None


async def test_a_mandate_is_written_down_with_its_source(scene):
    given = {"mandate_by": "Fagdirektørmøtet", "mandate_on": "10.06.2026", "legal_basis": "spesialistforskriften § 20"}
    await scene.ok(RAGNHILD, "body.set_mandate", body_id=scene.body_id, mandate_text="Rådet gir råd.", **given)
    words = await scene.words(RAGNHILD, "body.show_settings", body_id=scene.body_id)
    for each in ("Fagdirektørmøtet", "10. juni 2026", "spesialistforskriften § 20", "Rådet gir råd."):
        assert each in words


async def test_rules_are_set_whole_and_say_first_what_keeps_the_old_ones(scene):
    await scene.planned()
    await scene.ok(RAGNHILD, "vote.open", body_id=scene.body_id, question="Hva?")
    form = await scene.form(RAGNHILD, "body.set_rules", body_id=scene.body_id)
    assert next(field["value"] for field in form["fields"] if field["id"] == "call_days") == 42
    from lisbot.commands import run
    from lisbot.council.register.identity import Caller

    given = {"body_id": scene.body_id, "call_days": 30, "deadline_days": 14, "quorum": "half", "starts": "10"}
    asked = await run(scene.runtime, "body.set_rules", given, Caller("cli", RAGNHILD))
    assert "møter er allerede planlagt" in asked.words
    assert "avstemning" in asked.words
    await scene.ok(RAGNHILD, "body.set_rules", **given)
    body = await scene.one(Body, id=scene.body_id)
    assert (body.call_days, body.notice_days, body.quorum, body.majority) == (30, None, Quorum.HALF, None)
    wrong = await scene.refused(RAGNHILD, "body.set_rules", body_id=scene.body_id, call_days=7, deadline_days=14)
    assert (wrong.key, set(wrong.fields)) == ("call_after_deadline", {"call_days"})
    wrong = await scene.refused(RAGNHILD, "body.set_rules", body_id=scene.body_id, starts="15", ends="9")
    assert set(wrong.fields) == {"ends"}


async def test_a_new_councils_meetings_begin_with_its_usual_place_and_hours(scene):
    body_id = await created(scene)
    await scene.ok(RAGNHILD, "body.edit", body_id=body_id, place="Møterom 4", link="video.example/rom")
    await scene.ok(RAGNHILD, "body.set_rules", body_id=body_id, starts="10:15", ends="14")
    form = await scene.form(RAGNHILD, "year_plan.set_dates", body_id=body_id)
    filled = {field["id"]: field["value"] for field in form["fields"]}
    assert (filled["starts"], filled["ends"], filled["place"], filled["link"]) == (
        "10:15",
        "14:00",
        "Møterom 4",
        "https://video.example/rom",
    )


async def test_a_template_is_offered_when_it_changes_and_never_forced(scene):
    await scene.ok(RAGNHILD, "body.set_rules", body_id=scene.body_id, call_days=42, majority="simple")
    await scene.ok(RAGNHILD, "body_template.save", body_id=scene.body_id, name="Vanlige regler")
    template = await scene.one(BodyTemplate, name="Vanlige regler")
    other = await created(scene, template_id=template.id)
    assert (await scene.one(Body, id=other)).majority is Majority.SIMPLE
    assert (await scene.refused(RAGNHILD, "body_template.take_over", body_id=other)).key == "nothing_to_take_over"
    await scene.ok(RAGNHILD, "body.set_rules", body_id=scene.body_id, call_days=30, majority="two_thirds")
    await scene.ok(RAGNHILD, "body_template.save", body_id=scene.body_id, name="vanlige regler")
    assert (await scene.one(Body, id=other)).call_days == 42
    view = await scene.ok(RAGNHILD, "body.show_settings", body_id=other)
    assert view.is_template_newer
    assert "body_template.take_over" in {each.command for each in view.actions}
    (line,) = (await scene.ok(RAGNHILD, "secretariat.show")).templates
    assert [body.id for body in line.behind] == [other]
    await scene.ok(RAGNHILD, "body_template.take_over", body_id=other)
    body = await scene.one(Body, id=other)
    assert (body.call_days, body.majority) == (30, Majority.TWO_THIRDS)


async def test_a_seat_is_changed_and_abolished_and_keeps_who_held_it(scene):
    seat_id = await scene.seat("union")
    given = {"role": "Tillitsvalgt", "standing": "observer", "credentials": "overlege\nspesialist"}
    await scene.ok(RAGNHILD, "seat.edit", seat_id=seat_id, **given)
    seat = await scene.one(Seat, id=seat_id)
    assert (seat.standing, seat.credentials) == (Standing.OBSERVER, ["overlege", "spesialist"])
    await scene.ok(RAGNHILD, "seat.abolish", seat_id=seat_id, from_on="2027-01-01")
    (term,) = await scene.all(Term, seat_id=seat_id)
    assert term.to_on == date(2026, 12, 31)
    assert (await scene.refused(RAGNHILD, "seat.edit", seat_id=seat_id, **given)).key == "seat_abolished"
    scene.at(2027, 1, 2)
    seats = (await scene.ok(RAGNHILD, "body.show", body_id=scene.body_id)).seats
    assert seat_id not in {seat.id for seat in seats}


async def test_what_cannot_be_is_refused_in_words(scene):
    seat_id, fjord = await scene.seat("fjord"), (await scene.one(Organisation, key="fjord")).id
    new = {"name": "Nina Ny", "email": "nina@fjord.example"}
    for given, key in (
        ({"seat_id": seat_id, "from_on": "2026-12-01", **new}, "seat_is_held"),
        (
            {"seat_id": seat_id, "from_on": "2026-12-01", "to_on": "2026-11-30", "rank": 2, **new},
            "ends_before_it_begins",
        ),
        ({"seat_id": seat_id, "from_on": "2026-12-01", "rank": 3, **new}, "no_deputy_before"),
        (
            {"seat_id": seat_id, "from_on": "2026-12-01", "rank": 2, "name": "Astrid", "email": ASTRID},
            "already_on_seat",
        ),
        ({"seat_id": seat_id, "from_on": "2026-12-01", "rank": 2}, "name_needed"),
    ):
        assert (await scene.refused(RAGNHILD, "term.begin", **given)).key == key, given
    same = {"body_id": scene.body_id, "organisation_ids": fjord, "role": "utdanningsleder"}
    assert (await scene.refused(RAGNHILD, "seat.create", **same)).key == "seat_exists"
    gone = await scene.refused(RAGNHILD, "seat.create", **same | {"organisation_ids": 4711})
    assert gone.key == "not_offered_any_more"
    chairs = await scene.refused(RAGNHILD, "seat.create", **same | {"role": "Leder", "chairs": True})
    assert chairs.key == "one_chair"


async def test_what_is_abolished_stands_last_and_a_new_seats_history_begins_with_it(scene):
    sheet = await scene.sheet(RAGNHILD, "body.show_settings", body_id=scene.body_id)
    assert sheet.actions[-1].command == "body.close" and sheet.actions[-1].is_quiet
    fjord = (await scene.one(Organisation, key="fjord")).id
    given = {"body_id": scene.body_id, "organisation_ids": fjord, "role": "Økonom"}
    await scene.ok(RAGNHILD, "seat.create", **given)
    seat = await scene.one(Seat, role="Økonom")
    lines = (await scene.ok(RAGNHILD, "log.show", seat_id=seat.id)).lines
    assert [line.command for line in lines] == ["seat.create"]
    # One of several made at once; who came there; and all of it in the council's own history.
    several = f"{fjord},{(await scene.one(Organisation, key='aas')).id}"
    await scene.ok(RAGNHILD, "seat.create", **given | {"organisation_ids": several, "role": "Jurist"})
    first, second = [each.id for each in await scene.all(Seat, role="Jurist")]
    begun = {"name": "Jo Jurist", "email": "jo@fjord.example", "from_on": "2026-11-02"}
    await scene.ok(RAGNHILD, "term.begin", seat_id=first, **begun)
    jo = await scene.person("jo@fjord.example")
    for about, commands in (
        ({"seat_id": first}, ["term.begin", "seat.create"]),
        ({"seat_id": second}, ["seat.create"]),
        ({"seat_id": seat.id}, ["seat.create"]),
        ({"person_id": jo}, ["term.begin"]),
        ({"body_id": scene.body_id}, ["term.begin", "seat.create", "seat.create"]),
    ):
        lines = (await scene.ok(RAGNHILD, "log.show", **about)).lines
        assert [line.command for line in lines] == commands, about
    assert (await scene.refused(ASTRID, "log.show", body_id=scene.body_id)).status == 403
    assert (await scene.refused(RAGNHILD, "log.show", body_id=4711)).status == 404
    assert "log.show" in {
        each.command for each in (await scene.sheet(RAGNHILD, "body.show_settings", body_id=1)).actions
    }


async def test_a_council_with_meetings_is_not_closed_over_them(scene):
    await scene.planned()
    answer = await scene.refused(RAGNHILD, "body.close", body_id=scene.body_id, from_on="2027-01-01")
    assert (answer.key, set(answer.fields)) == ("body_has_meetings", {"from_on"})
    body_id = await created(scene)
    await scene.ok(RAGNHILD, "body.close", body_id=body_id, from_on="2027-01-01")
    assert (await scene.refused(RAGNHILD, "body.edit", body_id=body_id, name="X")).key == "body_closed"
    assert not (await scene.ok(RAGNHILD, "body.show_settings", body_id=body_id)).actions


async def test_staff_come_and_go_but_never_the_last(scene):
    given = {"name": "Nils Ny", "email": "nils@regut.example", "post": "adviser", "from_on": "2026-11-02"}
    view = await scene.ok(RAGNHILD, "staff.add", **given)
    assert "Nils Ny" in [line.name for line in view.staff]
    assert (await scene.done("nils@regut.example", "dashboard.show")).status == 200
    assert (await scene.refused(RAGNHILD, "staff.add", **given)).key == "works_there"
    assert (await scene.refused(ASTRID, "staff.add", **given)).status == 403
    ids = {line.name: line.id for line in view.staff}
    for name in ("Nils Ny", "Kari Sekretær"):
        await scene.ok(RAGNHILD, "staff.end", staff_id=ids[name], to_on="2026-11-02")
    last = await scene.refused(RAGNHILD, "staff.end", staff_id=ids["Ragnhild Regut"], to_on="2026-12-31")
    assert (last.key, len(await scene.all(Staff))) == ("last_of_staff", 3)
    scene.at(2026, 11, 3)
    assert (await scene.refused("nils@regut.example", "dashboard.show")).status == 403


async def test_organisations_are_shared_and_said_to_be(scene):
    view = await scene.ok(RAGNHILD, "organisation.create", name="Elv sykehus HF", short_name="Elv", region="Helse Sør")
    assert (await scene.refused(RAGNHILD, "organisation.create", name="elv")).key == "organisation_exists"
    edited = {"name": "Elv universitetssykehus HF", "short_name": "Elv", "kind": "hospital"}
    await scene.ok(RAGNHILD, "organisation.edit", organisation_id=view.id, **edited)
    assert (await scene.one(Organisation, id=view.id)).name == "Elv universitetssykehus HF"
    assert (await scene.refused(ASTRID, "organisation.edit", organisation_id=view.id, **edited)).status == 403


async def test_the_last_two_of_a_secretariat_do_not_leave_one_after_the_other(scene):
    """One until New Year's Eve, the other until the day before: from then on nobody would run the councils."""
    ragnhild, kari = [await scene.one(Staff, person_id=await scene.person(who)) for who in (RAGNHILD, KARI)]
    await scene.ok(RAGNHILD, "staff.end", staff_id=ragnhild.id, to_on="2026-12-31")
    answer = await scene.refused(RAGNHILD, "staff.end", staff_id=kari.id, to_on="2026-12-30")
    assert answer.key == "last_of_staff"
    shorter = await scene.ok(RAGNHILD, "staff.end", staff_id=ragnhild.id, to_on="2026-12-15")
    assert {str(each.to_on) for each in shorter.staff} == {"2026-12-15", "None"}
