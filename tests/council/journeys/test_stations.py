"""A case's journey: who had it, what they said, where it waits, and to whom that is told."""

from sqlalchemy import select

import builders
from builders import ASTRID, BJORN, ELI, HILDE, RAGNHILD, SIRI
from lisbot.council.enums import Standing, StationRole, WaitsFor
from lisbot.council.models import AgendaItem, Body, Case, Meeting, Organisation, OutsideParty, Person, Referral
from lisbot.scheduler import Scheduler
from stages import JUNE, Scene

DIRECTORS = "direktorene@rhf.example"
R, W = StationRole, WaitsFor


async def journey(scene: Scene, who: str, case_id: int):
    return await scene.ok(who, "journey.show", case_id=case_id)


async def stations(scene: Scene, who: str, case_id: int) -> list[tuple[str, str]]:
    return [(each.role, each.name) for each in (await journey(scene, who, case_id)).stations]


async def waits(scene: Scene, who: str, case_id: int) -> str:
    return (await journey(scene, who, case_id)).waits.state


async def travelled(scene: Scene) -> int:
    """The id of a case that was raised, treated without agreement, sent to the directors, answered and home again."""
    meeting_id, item_id = await scene.minuted()
    given = {"outcome": "disagreement", "words": "Rådet er delt.", "sides": "Fjord: nei. Ås: ja.", "agreement": "none"}
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    party = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": DIRECTORS, "contact": "Dagny Direktør"}
    await scene.ok(RAGNHILD, "outside_party.create", **party)
    receiver = f"party-{(await scene.one(OutsideParty)).id}"
    sent = {"cause": "no_agreement", "receiver": receiver, "sides": "Fjord: nei. Ås: ja.", "answer_by": "2027-05-03"}
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, **sent, background="Notat", wording="Én avtale.")
    return (await scene.one(AgendaItem, id=item_id)).case_id


async def test_a_case_that_travelled_is_told_from_its_beginning_to_now(scene: Scene) -> None:
    case_id = await travelled(scene)
    view = await journey(scene, RAGNHILD, case_id)
    assert [(each.role, each.name) for each in view.stations] == [
        (R.RAISED, "Fjord sykehus HF"),
        (R.TREATS, "Samordningsrådet"),
        (R.REFERRED_TO, "Fagdirektørmøtet"),
    ]
    council, directors = view.stations[1:]
    assert (council.number, council.said[0].outcome, council.said[0].words) == (
        "1/27",
        "disagreement",
        "Rådet er delt.",
    )
    assert council.said[0].sides == "Fjord: nei. Ås: ja."
    assert (directors.is_outside, directors.to_on, directors.papers.wording) == (True, None, "Én avtale.")
    assert (view.waits.state, view.waits.whom) == (W.ANSWER, ("Fagdirektørmøtet",))
    scene.at(2027, 5, 4, 9)
    assert (await journey(scene, RAGNHILD, case_id)).waits.is_overdue
    answer = {"answer_kind": "answer", "answer": "Møtet ber om én avtale."}
    await scene.ok(DIRECTORS, "referral.answer", referral_id=(await scene.one(Referral)).id, **answer)
    assert await waits(scene, RAGNHILD, case_id) == W.REPORT_BACK
    await Scheduler(scene.runtime).run_all_due()
    view = await journey(scene, RAGNHILD, case_id)
    assert (view.waits.state, view.waits.until) == (W.MEETING, JUNE)
    said = view.stations[2].said[0]
    assert (said.words, said.is_late, said.by) == ("Møtet ber om én avtale.", True, "Dagny Direktør")
    assert view.stations[-1].title == "Felles rotasjon: svar fra Fagdirektørmøtet"
    words = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    for told in ("Venter på møtet i Samordningsrådet onsdag 9. juni 2027", "Med: bakgrunn, tilråding", "etter fristen"):
        assert told in words
    assert "Ikke enighet: Rådet er delt." in words
    assert "Ikke enighet, ikke enighet" not in words
    scene.at(2028, 2, 1, 9)
    words = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    assert "4. mai 2027" in words, "a day of another year is told with it"


async def test_each_sees_the_stations_they_may_know_of(scene: Scene) -> None:
    case_id = await travelled(scene)
    to_all = [(R.TREATS, "Samordningsrådet"), (R.REFERRED_TO, "Fagdirektørmøtet")]
    assert await stations(scene, ASTRID, case_id) == [(R.RAISED, "Fjord sykehus HF"), *to_all]
    for who in (BJORN, ELI):
        view = await journey(scene, who, case_id)
        assert [(each.role, each.name) for each in view.stations] == to_all
        assert view.stations[1].papers is None
        assert view.actions == ()
    for who, status in ((HILDE, 403), (SIRI, 404), (DIRECTORS, 403)):
        assert (await scene.refused(who, "journey.show", case_id=case_id)).status == status


async def test_a_number_is_enough_to_ask_by(scene: Scene) -> None:
    case_id = await travelled(scene)
    for number in ("1/27", "1/2027", "1/27 samordningsrådet"):
        assert (await scene.ok(ASTRID, "journey.show", number=number)).case_id == case_id
    assert (await scene.refused(ASTRID, "journey.show", number="9/27")).status == 404
    assert (await scene.refused(ASTRID, "journey.show", number="rotasjon")).key == "case_number_needed"
    form = await scene.form(ASTRID, "journey.show")
    assert {each["id"]: each["required"] for each in form["fields"]} == {"number": True}


async def test_nobody_but_the_secretariat_learns_where_an_unpublished_item_waits(scene: Scene) -> None:
    meeting_id, item_id = await scene.minuted()
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed", to_meeting_id=june)
    case_id = (await scene.one(Case)).id
    assert await waits(scene, RAGNHILD, case_id) == W.MEETING
    assert await waits(scene, BJORN, case_id) == W.MINUTES
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert await waits(scene, BJORN, case_id) == W.AGENDA
    assert await stations(scene, BJORN, case_id) == [(R.TREATS, "Samordningsrådet")]


async def test_organisations_that_are_asked_are_stations_until_they_have_settled_it(scene: Scene) -> None:
    await scene.approved()
    case_id = (await scene.one(Case)).id
    view = await journey(scene, ASTRID, case_id)
    assert view.waits.state == W.CARRY_THROUGH
    asked = [each for each in view.stations if each.role is R.CARRIES_THROUGH]
    assert [each.name for each in asked] == ["Fjord sykehus HF", "Ås sykehus HF", "Legenes forening"]
    assert view.waits.whom == tuple(each.name for each in asked)
    for answer in (await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)).cases[0].answers:
        given = {"follow_up_id": answer[0].follow_up_id, "answer": "introduced", "words": "Innført i mai"}
        await scene.ok(RAGNHILD, "follow_up.answer", **given)
    view = await journey(scene, ASTRID, case_id)
    assert view.waits.state == W.NOTHING
    assert {each.said[0].words for each in view.stations if each.role is R.CARRIES_THROUGH} == {"Innført i mai"}


async def test_whom_the_minutes_went_to_is_told_and_what_is_only_published_went_to_nobody(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "outside_party.create", name="Direktoratet", org_kind="directorate", email=DIRECTORS)
    party_id = (await scene.one(OutsideParty)).id
    line = {"body_id": scene.body_id, "what": "minutes"}
    await scene.ok(RAGNHILD, "distribution_line.add", **line, to_party_id=party_id)
    await scene.ok(RAGNHILD, "distribution_line.add", **line, published_on="intranet")
    await scene.approved()
    view = await journey(scene, BJORN, (await scene.one(Case)).id)
    informed = [each for each in view.stations if each.role is R.INFORMED]
    assert [(each.name, each.informed, each.is_outside) for each in informed] == [("Direktoratet", "minutes", True)]


async def test_a_number_names_no_council_for_a_draft_that_a_member_may_not_know_of(scene: Scene) -> None:
    case_id = await travelled(scene)
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    body_id = (await scene.one(Body, name="Rådet for hud")).id
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=body_id, dates="2027-09-29")
    meeting_id = (await scene.one(Meeting, body_id=body_id)).id
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Utkast", kind="discussion")
    async with scene.runtime.db.write() as db:
        seat = builders.seat(
            await db.get_one(Body, body_id), (await db.scalars(select(Organisation))).first(), "Lege", Standing.VOTING
        )
        db.add(seat)
        await db.flush()
        bjorn = (await db.scalars(select(Person).where(Person.email == BJORN))).one()
        db.add(builders.term(seat, bjorn))
    number = (await scene.ok(RAGNHILD, "case.show", case_id=case_id)).number
    several = await scene.refused(RAGNHILD, "journey.show", number=number)
    assert several.key == "case_number_of_several"
    assert (await scene.ok(BJORN, "journey.show", number=number)).case_id == case_id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert "Rådet for hud" in (await scene.refused(BJORN, "journey.show", number=number)).words
