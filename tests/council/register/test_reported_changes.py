"""A change from its report to its effect: deputies in order, what is declared, the leader's answer, the newcomer's
consent; what is missing is said, and on the day it takes effect."""

from datetime import date

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, FRODE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import ChangeGap, ConfirmationState, ConsentStanding, SeatChangeState
from lisbot.council.models import ConsentRequest, Delivery, LineConfirmation, Person, Seat, SeatChange, Term
from lisbot.council.register.identity import Caller
from lisbot.scheduler import Scheduler

NY, KIM, TOR = "ny@fjord.example", "kim@fjord.example", "tor@fjord.example"
CHIEF = "sjef@fjord.example"
SEAT = "Utdanningsleder, Fjord sykehus HF"
WORDS = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}


async def given(scene, **more):
    return {
        "seat_id": await scene.seat("fjord"),
        "name": "Ny Person",
        "email": NY,
        "from_on": "2027-04-01",
        "anchored_by": "Klinikksjef Dag",
        "leader_email": CHIEF,
        "anchored": True,
    } | more


@pytest.fixture
async def reported(scene):
    """A whole report, with consent asked for."""
    async with scene.runtime.db.write() as db:
        seat_id = await scene.seat("fjord")
        await db.execute(update(Seat).where(Seat.id == seat_id).values(credentials=["overlege", "spesialist"]))
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    deputies = f"Kim Nes <{KIM}>\nTor Lie {TOR}"
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, deputies=deputies, credentials="overlege"))
    return scene


async def confirmation(scene):
    return (await scene.one(LineConfirmation)).id


async def consent(scene, who):
    request = await scene.one(ConsentRequest, person_id=await scene.person(who))
    await scene.ok(who, "consent.give", request_id=request.id)


async def test_one_report_holds_the_deputies_in_their_order(reported):
    main, first, second = await reported.all(SeatChange)
    assert [(each.rank, each.part_of_id) for each in (main, first, second)] == [(0, None), (1, main.id), (2, main.id)]
    view = await reported.ok(RAGNHILD, "seat_change.show", change_id=main.id)
    assert [(each.name, each.email) for each in view.deputies] == [("Kim Nes", KIM), ("Tor Lie", TOR)]
    assert [(each.name, each.declared_on) for each in view.credentials] == [
        ("overlege", date(2026, 11, 2)),
        ("spesialist", None),
    ]
    await reported.ok(RAGNHILD, "seat_change.approve", change_id=main.id)
    held = sorted((t.rank, t.person_id) for t in await reported.all(Term, from_on=date(2027, 4, 1)))
    assert held == [(n, await reported.person(who)) for n, who in enumerate((NY, KIM, TOR))]
    frode = await reported.one(Term, person_id=await reported.person(FRODE))
    assert frode.to_on == date(2027, 3, 31)
    assert {each.state for each in await reported.all(SeatChange)} == {SeatChangeState.APPROVED}


async def test_what_is_missing_is_said_and_asked_about_before_it_is_approved(reported):
    view = await reported.ok(RAGNHILD, "seat_change.show", change_id=1)
    assert view.gaps == (ChangeGap.UNCONFIRMED, ChangeGap.NO_CONSENT, ChangeGap.UNDECLARED)
    assert view.consent is ConsentStanding.ASKED
    words = await reported.words(RAGNHILD, "seat_change.show", change_id=1)
    assert "Venter på svar fra lederen." in words and CHIEF in words
    await reported.ok(CHIEF, "line_confirmation.confirm", confirmation_id=await confirmation(reported))
    await consent(reported, NY)
    view = await reported.ok(RAGNHILD, "seat_change.show", change_id=1)
    assert view.gaps == (ChangeGap.UNDECLARED,)
    assert view.confirmation.state is ConfirmationState.CONFIRMED
    # The others who wait: the deputies, each on a report of their own.
    assert (await reported.refused(RAGNHILD, "seat_change.remind", change_id=1)).key == "nobody_to_remind_of_change"


async def test_those_who_have_not_answered_are_reminded(reported):
    before = {kind: len(await reported.all(Delivery, kind=kind)) for kind in ("confirmation_asked", "consent_asked")}
    await reported.ok(RAGNHILD, "seat_change.remind", change_id=1)
    after = {kind: len(await reported.all(Delivery, kind=kind)) for kind in before}
    assert after == {kind: count + 1 for kind, count in before.items()}
    for who in (ASTRID, BJORN, SIRI):
        assert (await reported.refused(who, "seat_change.remind", change_id=1)).status == 403


async def test_the_leader_needs_no_seat_and_learns_no_more_than_what_they_are_asked(reported):
    sheet = await reported.sheet(CHIEF, "line_confirmation.show", confirmation_id=await confirmation(reported))
    assert [each.command for each in sheet.answers] == ["line_confirmation.confirm", "line_confirmation.deny"]
    words = await reported.words(CHIEF, "line_confirmation.show", confirmation_id=await confirmation(reported))
    assert "Ny Person" in words and "Astrid Fjord" in words  # who comes, and who reports
    for command, about in (
        ("body.show", {"body_id": 1}),
        ("register.show", {"body_id": 1}),
        ("seat_change.show", {"change_id": 1}),
    ):
        assert (await reported.refused(CHIEF, command, **about)).status == 403
    for who in (ASTRID, BJORN, RAGNHILD, SIRI, NY):
        for command, more in (("show", {}), ("confirm", {}), ("deny", {"reason": "Nei"})):
            name = f"line_confirmation.{command}"
            refusal = await reported.refused(who, name, confirmation_id=await confirmation(reported), **more)
            assert refusal.status == 404


async def test_who_is_asked_finds_it_on_their_own_page_without_a_seat_until_they_have_answered(reported):
    """Also whoever has lost the message: the leader, and the newcomer before they have the seat."""
    view = await reported.ok(CHIEF, "worklist.show")
    (asked,) = view.confirmations
    assert (asked.name, asked.reported_by, asked.seat) == ("Ny Person", "Astrid Fjord", SEAT)
    assert (view.bodies, view.meetings, view.votes, view.consents) == ((), (), (), ())
    sheet = await reported.sheet(CHIEF, "worklist.show")
    assert [each.command for each in sheet.leads.actions] == ["line_confirmation.confirm", "line_confirmation.deny"]
    menu = await reported.ok(CHIEF, "menu.show")
    assert [each.command for each in menu.actions] == ["worklist.show", "person.show_data"]
    (consent,) = (await reported.ok(NY, "worklist.show")).consents
    assert consent.seat == SEAT
    leads = (await reported.sheet(NY, "worklist.show")).leads
    assert [each.command for each in leads.actions] == ["consent.show"]  # the text is read before it is answered
    (other,) = (await reported.ok(BJORN, "worklist.show")).consents
    await reported.ok(BJORN, "consent.decline", request_id=other.request_id)
    await reported.ok(CHIEF, "line_confirmation.confirm", confirmation_id=asked.id)
    await reported.ok(NY, "consent.give", request_id=consent.request_id)
    for who in (CHIEF, NY, BJORN):
        view = await reported.ok(who, "worklist.show")
        assert (view.confirmations, view.consents) == ((), ())
    # The menu lets them choose their language too, without a seat.
    commands_of = [each.command for each in (await reported.sheet(CHIEF, "menu.show")).actions]
    assert commands_of.count("person.choose_language") == 2
    await reported.ok(CHIEF, "person.choose_language", language="nn")
    assert (await reported.sheet(CHIEF, "worklist.show")).title == "Ingenting ventar på deg no."


async def test_an_answer_is_given_once_and_may_be_changed_until_it_is_settled(reported):
    about = {"confirmation_id": await confirmation(reported)}
    await reported.ok(CHIEF, "line_confirmation.confirm", **about)
    assert (await reported.refused(CHIEF, "line_confirmation.confirm", **about)).key == "confirmation_given_already"
    assert set((await reported.refused(CHIEF, "line_confirmation.deny", **about)).fields) == {"reason"}
    await reported.ok(CHIEF, "line_confirmation.deny", **about, reason="Ikke avtalt")
    told = {each.person_id for each in await reported.all(Delivery, kind="confirmation_denied")}
    assert told == {await reported.person(who) for who in (RAGNHILD, KARI, ASTRID)}
    assert "Ikke avtalt" in await reported.words(RAGNHILD, "seat_change.show", change_id=1)
    await reported.ok(RAGNHILD, "seat_change.send_back", change_id=1, reason="Lederen er ikke enig")
    assert (await reported.refused(CHIEF, "line_confirmation.confirm", **about)).key == "confirmation_closed"
    assert {each.state for each in await reported.all(SeatChange)} == {SeatChangeState.RETURNED}


async def test_a_settled_change_asks_nobody_any_more(reported):
    await reported.ok(RAGNHILD, "seat_change.approve", change_id=1)
    view = await reported.ok(CHIEF, "line_confirmation.show", confirmation_id=await confirmation(reported))
    assert (view.state, view.actions) == (ConfirmationState.CLOSED, ())


async def test_on_its_day_who_leaves_is_thanked_and_sees_what_is_public_alone(reported):
    await reported.ok(RAGNHILD, "seat_change.approve", change_id=1)
    scheduler = Scheduler(reported.runtime)
    reported.at(2027, 3, 31, 23, 0)
    await scheduler.run_all_due()
    assert await reported.all(Delivery, kind="seat_left") == []
    reported.at(2027, 4, 1, 0, 5)
    for _ in range(2):
        await scheduler.run_all_due()
    told = await reported.all(Delivery, kind="seat_left")
    assert {each.person_id for each in told} == {await reported.person(who) for who in (ASTRID, FRODE)}
    assert {each.next_at.astimezone(reported.runtime.tz).hour for each in told} == {8}
    assert all(each.in_effect_at is not None for each in await reported.all(SeatChange))
    about = {"body_id": reported.body_id}
    for command in ("body.show", "register.show", "welcome.show", "year_plan.show", "agenda.show", "log.show"):
        assert (await reported.refused(ASTRID, command, **about)).status == 403, command
    view = await reported.ok(ASTRID, "worklist.show")
    assert (view.bodies, view.meetings, view.proposals, view.declined, view.minutes) == ((), (), (), (), ())
    await reported.ok(NY, "body.show", body_id=reported.body_id)
    clock = Caller("clock", "lisbot")
    reply = await commands.run(reported.runtime, "seat_change.take_effect", {"change_id": 1}, clock)
    assert (reply.status, reply.key) == (409, "change_in_effect")


async def test_bad_reports_are_refused_whole(scene):
    wrong = (
        ({"deputies": f"Kim Nes\nPer Lie {TOR}"}, "deputies"),
        ({"deputies": ["Kim Nes", f"Per Lie {TOR}"]}, "deputies"),
        ({"deputies": f"Kim Nes {KIM}, Per Lie {TOR}"}, "deputies"),
        ({"deputies": f"Ny Person <{NY}>"}, "deputies"),
        ({"deputies": "Kim uten adresse"}, "deputies"),
        ({"deputies": f"<{KIM}>"}, "deputies"),
        ({"deputies": f"Kim Nes {KIM}\nKim Nes {KIM}"}, "deputies"),
        ({"deputies": "\n".join(f"Nr {n} n{n}@fjord.example" for n in "abcd")}, "deputies"),
        ({"rank": "1", "deputies": f"Kim Nes {KIM}"}, "deputies"),
        ({"credentials": "professor"}, "credentials"),
        ({"leader_email": NY}, "leader_email"),
        ({"from_on": "2026-10-01"}, "from_on"),
        ({"on_behalf_of": "Direktøren"}, "on_behalf_of"),
        ({"known_id": "6"}, "known_id"),
    )
    for more, field in wrong:
        refusal = await scene.refused(ASTRID, "seat_change.report", **await given(scene, **more))
        assert set(refusal.fields) == {field}, more
    assert len(await scene.all(Person)) == 9


async def test_the_secretariat_reports_for_others_and_of_the_past_which_is_marked(scene):
    about = await given(scene, from_on="2026-10-15", on_behalf_of="Fagdirektøren")
    view = await scene.ok(RAGNHILD, "seat_change.report", **about)
    assert (view.is_past, view.on_behalf_of) == (True, "Fagdirektøren")
    assert "tilbakevirkende" in await scene.words(RAGNHILD, "seat_change.show", change_id=1)
    shown = {field["id"] for field in (await scene.form(RAGNHILD, "seat_change.report", seat_id=1))["fields"]}
    others = {field["id"] for field in (await scene.form(ASTRID, "seat_change.report", seat_id=1))["fields"]}
    assert shown - others == {"on_behalf_of"}


async def test_a_known_person_is_chosen_by_name_without_their_address_being_told(scene):
    form = await scene.form(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"))
    known = next(field for field in form["fields"] if field["id"] == "known_id")
    assert {each["title"] for each in known["choices"]} == {"Astrid Fjord", "Frode Vara"}
    frode = await scene.person(FRODE)
    about = await given(scene, name="", email="", known_id=frode)
    await scene.ok(ASTRID, "seat_change.report", **about)
    assert FRODE not in await scene.words(ASTRID, "seat_change.show", change_id=1)
    assert FRODE in await scene.words(RAGNHILD, "seat_change.show", change_id=1)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert (await scene.one(Person, id=frode)).email == FRODE
    assert (await scene.one(Term, person_id=frode, rank=0)).from_on == date(2027, 4, 1)


async def test_a_deputy_becomes_representative_and_another_deputy_in_one_report(scene):
    about = await given(scene, name="Frode Vara", email=FRODE, deputies=f"Kim Nes, {KIM}")
    await scene.ok(ASTRID, "seat_change.report", **about)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    terms = {(t.rank, t.person_id) for t in await scene.all(Term, from_on=date(2027, 4, 1))}
    assert terms == {(0, await scene.person(FRODE)), (1, await scene.person(KIM))}


async def test_without_a_text_nobody_comes_into_the_register_before_it_is_approved(scene):
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, leader_email=""))
    assert len(await scene.all(Person)) == 9
    view = await scene.ok(RAGNHILD, "seat_change.show", change_id=1)
    assert (view.consent, view.confirmation, view.gaps) == (None, None, ())


@pytest.mark.parametrize("who", [BJORN, FRODE, PAAL, SIRI])
async def test_whoever_is_not_entitled_learns_nothing_by_asking(scene, who):
    about = await given(scene)
    refusal = await scene.refused(who, "seat_change.report", **about)
    nowhere = await scene.refused(who, "seat_change.report", **about | {"name": "", "email": ""})
    assert refusal.words == nowhere.words and "Astrid" not in refusal.words


async def asked_of(scene, name, **given):
    """What is to be known before it is done."""
    reply = await commands.run(scene.runtime, name, given, Caller("cli", RAGNHILD))
    return str(reply.view)


async def test_what_the_deputies_lack_is_said_before_they_are_approved(reported):
    await consent(reported, NY)
    asked = await asked_of(reported, "seat_change.approve", change_id=1)
    assert "Kim Nes har ikke samtykket" in asked and "Ny Person har ikke samtykket" not in asked
    await consent(reported, KIM)
    asked = await asked_of(reported, "seat_change.approve", change_id=1)
    assert "Tor Lie har ikke samtykket" in asked and "Kim Nes har ikke samtykket" not in asked


async def test_what_is_missing_is_said_of_a_namesake_too(scene):
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    about = await given(scene, name="Frode Vara", email="en.annen@fjord.example", deputies=f"Kim Nes {KIM}")
    await scene.ok(ASTRID, "seat_change.report", **about)
    asked = await asked_of(scene, "seat_change.approve_namesake", change_id=1)
    for words in ("Klinikksjef Dag har ikke bekreftet", "Frode Vara har ikke samtykket", "Kim Nes har ikke samtykket"):
        assert words in asked
    await scene.ok(RAGNHILD, "seat_change.approve_namesake", change_id=1)
    assert (await scene.one(Term, rank=0, from_on=date(2027, 4, 1))).person_id != await scene.person(FRODE)


@pytest.mark.parametrize(
    ("deputies", "places"),
    [
        ([(ASTRID, "Astrid Fjord")], {1: ASTRID}),  # who leaves
        ([(FRODE, "Frode Vara")], {1: FRODE}),  # who has that place
        ([(KIM, "Kim Nes"), (FRODE, "Frode Vara")], {1: KIM, 2: FRODE}),
        ([(ASTRID, "Astrid Fjord"), (FRODE, "Frode Vara")], {1: ASTRID, 2: FRODE}),
        ([(TOR, "Tor Lie"), (FRODE, "Frode Vara"), (KIM, "Kim Nes")], {1: TOR, 2: FRODE, 3: KIM}),  # two change places
    ],
)
async def test_whoever_sits_on_the_seat_may_be_among_its_new_deputies(scene, deputies, places):
    if len(deputies) == 3:
        for rank, who, name in ((2, TOR, "Tor Lie"), (3, KIM, "Kim Nes")):
            deputy = {"name": name, "email": who, "rank": rank, "from_on": "2026-11-02"}
            await scene.ok(RAGNHILD, "term.begin", seat_id=await scene.seat("fjord"), **deputy)
    lines = "\n".join(f"{name} <{email}>" for email, name in deputies)
    view = await scene.ok(ASTRID, "seat_change.report", **await given(scene, deputies=lines))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)
    assert {each.state for each in await scene.all(SeatChange)} == {SeatChangeState.APPROVED}
    day = date(2027, 4, 1)
    held = {
        t.rank: t.person_id
        for t in await scene.all(Term, seat_id=await scene.seat("fjord"))
        if t.from_on <= day and (t.to_on is None or t.to_on >= day)
    }
    assert held == {0: await scene.person(NY)} | {rank: await scene.person(who) for rank, who in places.items()}


async def test_deputies_are_read_as_people_write_them(scene):
    lines = f"Nes, Kim <{KIM}>; Tor Lie <{TOR}>"
    view = await scene.ok(ASTRID, "seat_change.report", **await given(scene, deputies=lines))
    assert [(each.name, each.email) for each in view.deputies] == [("Nes, Kim", KIM), ("Tor Lie", TOR)]
