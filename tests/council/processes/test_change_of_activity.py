"""The change process that TKA decided, from a council in one region over another region's RegUt to the meeting of the
RegUts' leaders and Helsedirektoratet; and what happens to it when the coordination moves to another region."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

import builders
from builders import RAGNHILD, SIRI
from lisbot.council.enums import Authority, CaseProcessState, OrgKind, Post, StageState, Standing
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    Delivery,
    Meeting,
    Organisation,
    OutsideParty,
    Person,
    Process,
    Referral,
    ReferralAnswer,
    ReferralRule,
    Secretariat,
)
from lisbot.scheduler import Scheduler
from stages import Scene

MONA, DIRECTORATE = "mona@midt.example", "post@hdir.example"
ACTIVITY = "Endring av læringsaktivitet"
SORT, CONTACT, COUNCIL, LEADERS, LINES, HDIR, COMMITTEE = 1, 3, 4, 5, 6, 7, 8


class Change:
    """A case of the south's in the process: the north is the specialty's contact, and the middle coordinates."""

    def __init__(self, scene: Scene, bodies: dict[str, int]) -> None:
        self.scene, self.bodies = scene, bodies
        self.about: dict[str, int] = {}

    async def move(self, who: str, to: int | str, **more: Any) -> Any:
        to = f"stage-{to}" if isinstance(to, int) else to
        return await self.scene.ok(who, "case_process.move", **self.about, to=to, **more)

    async def note(self, who: str, what: str, **more: Any) -> Any:
        return await self.scene.ok(who, "case_process.note", **self.about, what=what, **more)

    async def told(self, kind: str) -> list[str]:
        found = [await self.scene.one(Person, id=each.person_id) for each in await self.scene.all(Delivery, kind=kind)]
        return sorted(person.email for person in found)

    async def tick(self) -> None:
        await Scheduler(self.scene.runtime).run_all_due()

    async def treat(self, sender: str, case_id: int, who: str, body: str, day: date) -> int:
        """Send a case to a body that gives its advice on a day, in approved minutes. Returns the body's own case."""
        scene, body_id = self.scene, self.bodies[body]
        case = await scene.one(Case, id=case_id)
        rule = {"of_body_id": case.body_id, "receiver": f"body-{body_id}"}
        await scene.ok(sender, "referral_rule.add", **rule)
        sent = {"case_id": case_id, "cause": "other", "receiver": f"body-{body_id}"}
        referral_id = (await scene.ok(sender, "referral.send", **sent)).id
        await scene.ok(who, "year_plan.set_dates", body_id=body_id, dates=day.isoformat(), place="Oslo")
        meeting_id = (await scene.one(Meeting, body_id=body_id, held_on=day)).id
        await scene.ok(who, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
        await scene.ok(who, "notice.send", meeting_id=meeting_id)
        own = (await scene.one(Referral, id=referral_id)).to_case_id
        item = await scene.one(AgendaItem, case_id=own)
        scene.at(day.year, day.month, day.day, 20)
        await scene.ok(who, "minutes.start", meeting_id=meeting_id)
        await scene.ok(who, "outcome.record", item_id=item.id, outcome="advice", words="Støttes.")
        await scene.ok(who, "minutes.approve", meeting_id=meeting_id)
        await scene.ok(who, "referral.answer", referral_id=referral_id, answer_kind="answer", answer="Støttes.")
        return own


@pytest.fixture
async def change(scene: Scene) -> Change:
    """Three secretariats and their bodies, and the process as the south has taken it over."""
    async with scene.runtime.db.write() as db:
        middle = Secretariat(key="regut-middle", name="RegUt Midt", region="Helse Midt")
        mona = Person(key="mona", name="Mona Midt", email=MONA, lang="nb")
        middle_hospital = Organisation(
            key="midt", name="Midt sykehus HF", short_name="Midt", kind=OrgKind.HOSPITAL, region="Helse Midt"
        )
        db.add_all([middle, mona, middle_hospital])
        await db.flush()
        leaders = Body(
            key="ledermote",
            secretariat_id=middle.id,
            name="RegUt-ledermøtet",
            kind="ledermøte",
            region="",
            authority=Authority.ADVISORY,
            lang="nb",
        )
        db.add(leaders)
        await db.flush()
        seat = builders.seat(leaders, middle_hospital, "Leder", Standing.VOTING, chairs=True)
        db.add(seat)
        await db.flush()
        north = (await db.scalars(select(Body).where(Body.key == "nordrad"))).one()
        siri = (await db.scalars(select(Person).where(Person.email == SIRI))).one()
        north_secretariat = await db.get_one(Secretariat, north.secretariat_id)
        db.add_all(
            [
                builders.term(seat, mona),
                builders.staff(middle, mona, Post.LEADER),
                builders.staff(north_secretariat, siri, Post.LEADER),
            ]
        )
        bodies = {"north": north.id, "leaders": leaders.id}
    await scene.ok(RAGNHILD, "process.create", like="shipped-tka")
    party = await scene.one(OutsideParty, name="Helsedirektoratet")
    given = {"name": party.name, "org_kind": "directorate", "email": DIRECTORATE, "contact": "Helene Direktorat"}
    await scene.ok(RAGNHILD, "outside_party.edit", party_id=party.id, **given)
    await scene.on_agenda()
    made = Change(scene, bodies)
    case = {
        "case_id": (await scene.one(Case)).id,
        "process_id": (await scene.one(Process)).id,
        "words": "Ny simulering.",
    }
    made.about = {"case_process_id": (await scene.ok(RAGNHILD, "case_process.start", **case)).id}
    return made


async def test_a_national_activity_goes_through_three_secretariats_to_the_end(scene: Scene, change: Change) -> None:
    first = (await scene.one(Case)).id
    await change.note(RAGNHILD, "confirmation", words="Nasjonal")
    await change.move(RAGNHILD, CONTACT, receiver="RegUt Nord", words="Dere er fagkontakt.")
    assert SIRI in await change.told("stage_reached_by")
    assert "Endring av læringsaktivitet" in await scene.words(SIRI, "process.list")
    assert (await scene.ok(SIRI, "case_process.show", **change.about)).stays[-1].words == "Dere er fagkontakt."
    await change.note(SIRI, "papers", words="Vurdering fra fagkontakten")
    await change.move(SIRI, COUNCIL, receiver="Rådet i nord")
    assert (await scene.refused(SIRI, "case_process.move", **change.about, to="stage-5")).key == "stage_lacks"
    in_north = await change.treat(RAGNHILD, first, SIRI, "north", date(2027, 4, 14))
    assert (await scene.ok(SIRI, "case_process.show", **change.about)).needs[0].is_met
    await change.move(SIRI, LEADERS)
    shown = await scene.ok(MONA, "case_process.show", **change.about)
    assert (shown.holder, shown.secretariat) == ("RegUt-ledermøtet", "RegUt Midt")
    assert (await scene.refused(SIRI, "case_process.move", **change.about, to="stage-6")).status == 404
    await change.treat(SIRI, in_north, MONA, "leaders", date(2027, 5, 12))
    await change.move(MONA, LINES)
    await change.note(MONA, "papers", words="Konsekvensutredning", links="https://midt.example/k")
    refused = await scene.refused(MONA, "case_process.move", **change.about, to=f"stage-{HDIR}")
    assert "bekreftelse" in refused.words
    await change.note(MONA, "confirmation", words="Forelagt linjene i alle fire regioner")
    await change.move(MONA, HDIR)
    assert DIRECTORATE in await change.told("stage_reached_by")
    await change.note(DIRECTORATE, "confirmation", words="Vi ber komiteen vurdere.")
    assert MONA in await change.told("stage_noted")
    await change.move(MONA, COMMITTEE)
    await change.note(MONA, "answer", words="Komiteen slutter seg til.", on_behalf_of="Komiteens leder")
    ended = await change.move(MONA, "end")
    assert (ended.state, {each.state for each in ended.path}) == (CaseProcessState.DONE, {StageState.DONE})
    assert RAGNHILD in await change.told("case_process_ended")
    held = [(each.stage, each.holder) for each in (await scene.ok(RAGNHILD, "case_process.show", **change.about)).stays]
    assert held == [
        ("Lokal eller nasjonal?", "RegUt Sør"),
        ("RegUt som er fagkontakt", "RegUt Nord"),
        ("Rådet i fagkontaktens region", "Rådet i nord"),
        ("RegUt-ledermøtet", "RegUt-ledermøtet"),
        ("Konsekvenser forelagt linjene i HF og RHF", "RegUt-ledermøtet"),
        ("Helsedirektoratet", "Helsedirektoratet"),
        ("Spesialitetskomiteen", "Spesialitetskomiteen"),
    ]
    assert (await scene.ok(RAGNHILD, "process.list", done=True)).ended[0].process == ACTIVITY


async def test_a_local_activity_stays_within_the_region(scene: Scene, change: Change) -> None:
    await change.note(RAGNHILD, "confirmation", words="Lokal")
    shown = await change.move(RAGNHILD, 2)
    assert (shown.holder, [each.name for each in shown.path]) == (
        "Samordningsrådet",
        ["Lokal eller nasjonal?", "Behandling i regionen"],
    )
    ended = await change.move(RAGNHILD, "end", reason="Avklart på e-post")
    assert ended.state is CaseProcessState.DONE


async def with_the_leaders(scene: Scene, change: Change) -> None:
    await change.move(RAGNHILD, LEADERS, reason="Haster")
    planned = {"body_id": change.bodies["leaders"], "from_on": "2027-03-01"}
    north = await scene.one(Secretariat, key="regut-north")
    await scene.ok(MONA, "coordination.plan", **planned, secretariat_id=north.id)


async def test_when_coordination_moves_the_tasks_move_on_the_day_and_history_stays(
    scene: Scene, change: Change
) -> None:
    await with_the_leaders(scene, change)
    await change.note(MONA, "papers", words="Notat fra Midt")
    scene.at(2027, 2, 28, 23, 50)
    await change.tick()
    assert [each.number for each in (await scene.ok(MONA, "process.list")).own] == ["1/27"]
    assert (await scene.ok(SIRI, "process.list")).own == ()
    assert (await scene.refused(SIRI, "case_process.show", **change.about)).status == 404
    scene.at(2027, 3, 1, 9)
    await change.tick()
    assert (await scene.ok(MONA, "process.list")).own == ()
    assert [each.number for each in (await scene.ok(SIRI, "process.list")).own] == ["1/27"]
    assert (await scene.refused(MONA, "case_process.move", **change.about, to="stage-6", reason="x")).status == 404
    # A member of the council that has it still, which no agenda has told of it.
    assert (await scene.refused(MONA, "case_process.show", **change.about)).status == 404
    # It waits for whoever it has come to from that day on, and not only once it is late.
    for page in ("worklist.show", "dashboard.show"):
        assert "1/27" in await scene.words(SIRI, page)
        assert "1/27" not in await scene.words(MONA, page)
    scene.at(2027, 4, 3, 9)  # the day after the sixty days
    await change.tick()
    assert await change.told("stage_overdue") == [SIRI]
    assert "RegUt-ledermøtet" in await scene.words(SIRI, "worklist.show")
    assert "1/27" not in await scene.words(MONA, "worklist.show")
    shown = await scene.ok(SIRI, "case_process.show", **change.about)
    assert shown.secretariat == "RegUt Nord"
    assert shown.stays[-1].notes[0].by_name == "Mona Midt"
    await change.move(SIRI, LINES, reason="Drøftet i møtet")


async def test_what_is_with_somebody_outside_is_the_new_secretariats_to_follow_up(scene: Scene, change: Change) -> None:
    await with_the_leaders(scene, change)
    await change.move(MONA, HDIR, reason="Haster")
    scene.at(2027, 3, 1, 9)
    await change.tick()
    await change.note(DIRECTORATE, "confirmation", words="Ja")
    assert await change.told("stage_noted") == [SIRI]
    scene.at(2027, 4, 5, 9)
    await change.tick()
    assert await change.told("stage_overdue") == [DIRECTORATE]
    assert await change.told("stage_silent") == [SIRI]
    shown = await change.move(SIRI, COMMITTEE)
    assert shown.stays[-2].holder == "Helsedirektoratet"


async def test_a_case_sent_on_is_answered_to_whoever_coordinates_then(scene: Scene, change: Change) -> None:
    leaders = change.bodies["leaders"]
    await scene.ok(MONA, "year_plan.set_dates", body_id=leaders, dates="2027-02-10, 2027-05-12", place="Oslo")
    first = (await scene.one(Meeting, body_id=leaders, held_on=date(2027, 2, 10))).id
    await scene.ok(MONA, "agenda_item.add", meeting_id=first, title="Felles kurs", kind="discussion")
    case = await scene.one(Case, body_id=leaders)
    party = {"name": "TKA", "org_kind": "other", "email": "tka@midt.example"}
    party_id = (await scene.ok(MONA, "outside_party.create", **party)).parties[0].id
    await scene.ok(MONA, "referral_rule.add", of_body_id=leaders, receiver=f"party-{party_id}")
    sent = await scene.ok(MONA, "referral.send", case_id=case.id, cause="other", receiver=f"party-{party_id}")
    north = await scene.one(Secretariat, key="regut-north")
    planned = {"body_id": leaders, "secretariat_id": north.id, "from_on": "2027-03-01"}
    await scene.ok(MONA, "coordination.plan", **planned)
    scene.at(2027, 3, 1, 9)
    await change.tick()
    assert [each.id for each in (await scene.ok(SIRI, "referral.list")).waiting] == [sent.id]
    assert (await scene.ok(MONA, "referral.list")).waiting == ()
    answer = {"referral_id": sent.id, "answer_kind": "answer", "answer": "TKA er enig."}
    await scene.ok("tka@midt.example", "referral.answer", **answer)
    assert SIRI in await change.told("referral_answered")
    assert MONA not in await change.told("referral_answered")
    await change.tick()
    home = await scene.one(AgendaItem, id=(await scene.one(ReferralAnswer)).home_item_id)
    assert (await scene.one(Meeting, id=home.meeting_id)).held_on == date(2027, 5, 12)
    # Who receives what the body sends on is the body's, whoever runs it; and so may be changed by them.
    rule = await scene.one(ReferralRule, body_id=leaders)
    assert rule.secretariat_id == north.id
    form = str(await scene.form(SIRI, "referral.send", case_id=case.id))
    assert f"'value': 'party-{rule.to_party_id}'" in form
    await scene.ok(SIRI, "referral_rule.remove", referral_rule_id=rule.id)


@pytest.mark.parametrize("had", ["", "open", "closed"])
async def test_whom_a_body_writes_to_outside_is_kept_by_whoever_coordinates(
    scene: Scene, change: Change, had: str
) -> None:
    """The new secretariat changes the address in its own list, where it had the party, has closed it, or not; the
    former one closes its own, and nothing of the body's stops."""
    leaders = change.bodies["leaders"]
    party = {"name": "TKA", "org_kind": "other", "email": "tka@midt.example"}
    party_id = (await scene.ok(MONA, "outside_party.create", **party)).parties[0].id
    if had:
        known_id = (await scene.ok(SIRI, "outside_party.create", **party)).parties[0].id
    if had == "closed":
        await scene.ok(SIRI, "outside_party.close", party_id=known_id)
    await scene.ok(MONA, "referral_rule.add", of_body_id=leaders, receiver=f"party-{party_id}")
    await scene.ok(MONA, "distribution_line.add", body_id=leaders, what="agenda", to_party_id=party_id)
    await scene.ok(MONA, "year_plan.set_dates", body_id=leaders, dates="2027-02-10", place="Oslo")
    meeting = (await scene.one(Meeting, body_id=leaders, held_on=date(2027, 2, 10))).id
    await scene.ok(MONA, "agenda_item.add", meeting_id=meeting, title="Felles kurs", kind="discussion")
    case = await scene.one(Case, body_id=leaders)
    await scene.ok(MONA, "referral.send", case_id=case.id, cause="other", receiver=f"party-{party_id}")
    north = await scene.one(Secretariat, key="regut-north")
    await scene.ok(MONA, "coordination.plan", body_id=leaders, secretariat_id=north.id, from_on="2027-03-01")
    scene.at(2027, 3, 1, 9)
    await change.tick()
    await scene.ok(MONA, "outside_party.close", party_id=party_id)
    (kept,) = (await scene.ok(SIRI, "outside_party.list")).parties
    assert (kept.name, kept.email, kept.waiting) == ("TKA", "tka@midt.example", 1)
    assert [each.is_closed for each in (await scene.ok(SIRI, "outside_party.list")).rules] == [False]
    new = {"party_id": kept.id, "name": "TKA", "org_kind": "other", "email": "tka@nord.example"}
    await scene.ok(SIRI, "outside_party.edit", **new)
    assert "tka@nord.example" in await change.told("referral_asked")
    (line,) = (await scene.ok(SIRI, "distribution_line.list", body_id=leaders)).lines
    assert (line.to, line.count, line.unreached) == ("TKA", 1, ())
