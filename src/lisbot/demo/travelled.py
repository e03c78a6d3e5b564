"""A case that has travelled: raised in a council for one specialty, which did not agree; sent on to a meeting of
directors outside lisbot; answered; home on the next agenda; and carried through at six of eight hospitals.

Source: Helse Midt-Norge, mandate of the regional councils: «Hvis det ikke oppnås faglig enighet […] vil RegUt fremlegge
saken for det regionale fagdirektørmøtet eller HR-direktørmøtet».
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.minutes.views import CarryThroughView
from lisbot.council.models import Case, Person, Referral
from lisbot.demo.personas import Persona, TravelledCase
from lisbot.demo.steps import Scene, accept, propose, working_day

REGUT_HMN, ADVISER = "helge.strindasletta@example.org", "unni.stjordalsmo@example.org"
ST_OLAV, HMR = "sigrun.vika@example.org", "magnhild.romsdalseid@example.org"
ORKDAL, ALESUND = "brit.meldalslia@example.org", "torstein.orskogvag@example.org"
KRISTIANSUND, NAMSOS = "karianne.nordlandsvag@example.org", "trond.namdalsmyr@example.org"
VOLDA, UNION = "oddlaug.austefjordli@example.org", "amina.lademolia@example.org"
DIRECTORS, DIRECTORS_MEETING = "fagdirektormotet@example.org", "Fagdirektørmøtet i Midt-Norge"
UNION_NAME = "Yngre legers forening"

HELD = timedelta(days=61)  # before today, as the days below
SENT, ANSWERED, ASKED = timedelta(days=48), timedelta(days=26), timedelta(days=21)

SIDES = """St. Olavs hospital: Tolv måneder trengs for at læringsmålene i avansert endoskopi skal bli nådd.
Helse Møre og Romsdal: Seks måneder er nok når resten læres ved eget sykehus. Lengre fravær gir hull i vaktplanen."""

# What each hospital said that it has done, how many days ago. Volda has not said anything, and in Helse Nord-Trøndelag
# the seat is vacant.
CARRIED: tuple[tuple[str, str, str, int], ...] = (
    (ST_OLAV, "introduced", "Planen for mottak av LIS er lagt om til ni måneder.", 14),
    (NAMSOS, "introduced", "Avtalen om rotasjon er endret.", 13),
    (ORKDAL, "not_relevant", "Vi har ingen LIS i fordøyelsessykdommer nå.", 12),
    (HMR, "raised", "Tatt opp med klinikksjefen.", 9),
    (ALESUND, "will_be", "Gjelder fra neste utlysning.", 6),
    (KRISTIANSUND, "waits", "Venter på ny vaktplan.", 3),
)

# Whose eyes it is worth seeing with.
PARTS = {REGUT_HMN: "secretary", HMR: "proposer", VOLDA: "silent"}


async def find_travelled(db: AsyncSession, everybody: Sequence[Persona]) -> TravelledCase | None:
    """Returns the case with those of its people who still play a part; None where no case was sent on."""
    found = (
        await db.execute(
            select(Case.id, Case.title).join(Referral, Referral.case_id == Case.id).order_by(Referral.id).limit(1)
        )
    ).first()
    if found is None:
        return None
    rows = await db.execute(select(Person.id, Person.email).where(Person.email.in_(PARTS)))
    parts = {person_id: PARTS[email] for person_id, email in rows if email}
    people = [replace(each, part=parts[each.person_id]) for each in everybody if each.person_id in parts]
    return TravelledCase(found.id, found.title, tuple(people))


async def let_case_travel(scene: Scene, body_id: int, today: date) -> None:
    """Play the case from its proposal to what the hospitals have done."""
    held = working_day(today - HELD)
    item_id = await disagree(scene, body_id, held)
    scene.move(working_day(today - SENT))
    referral = await scene.do(
        REGUT_HMN,
        "referral.send",
        item_id=item_id,
        cause="no_agreement",
        receiver=DIRECTORS_MEETING,
        background="Rådet har drøftet saken og er delt.",
        wording="RegUt ber møtet ta stilling til hvor lang rotasjonen skal være.",
        sides=SIDES,
        document=f"{held.year % 100}/00417-3",
        answer_by=str(today - timedelta(days=15)),
    )
    scene.move(working_day(today - ANSWERED), 14)
    await scene.do(
        DIRECTORS,
        "referral.answer",
        referral_id=referral.id,
        answer_kind="answer",
        answer="Møtet går inn for ni måneder. Tre av dem kan tas to dager i uken. Ordningen prøves i to år.",
    )
    await scene.run_as_clock("referral.bring_home", referral_id=referral.id)
    await carry_through(scene, body_id, item_id, today, held.year)


async def disagree(scene: Scene, body_id: int, held: date) -> int:
    """Hold the meeting that does not agree, and approve its minutes. Returns the case's agenda item's id."""
    scene.move(held - timedelta(days=60))
    given: dict[str, Any] = {"starts": "12:00", "ends": "14:00", "place": "Øya helsehus"}
    await scene.do(REGUT_HMN, "year_plan.set_dates", body_id=body_id, dates=str(held), **given)
    plan = await scene.do(REGUT_HMN, "year_plan.show", body_id=body_id, year=held.year)
    meeting_id = next(line.meeting.id for line in plan.meetings if line.meeting.held_on == held)
    scene.move(held - timedelta(days=42))
    await scene.do(REGUT_HMN, "call.open", meeting_id=meeting_id)
    scene.move(held - timedelta(days=30))
    proposal = await propose(
        scene,
        HMR,
        meeting_id,
        title="Lengden på rotasjonen til St. Olavs hospital",
        kind="advice",
        background="LIS fra de andre sykehusene er seks måneder ved St. Olavs hospital. Er det nok?",
        wording="Rådet tilrår hvor lang rotasjonen bør være.",
        duration_minutes=40,
    )
    await scene.do(ST_OLAV, "call.decline", meeting_id=meeting_id)
    scene.move(held - timedelta(days=20))
    await scene.do(REGUT_HMN, "call.close", meeting_id=meeting_id)
    item_id = await accept(scene, REGUT_HMN, meeting_id, proposal)
    scene.move(held - timedelta(days=14))
    await scene.do(REGUT_HMN, "notice.send", meeting_id=meeting_id)
    scene.move(held - timedelta(days=8))
    for email in (ST_OLAV, HMR, ALESUND, NAMSOS):
        await scene.do(email, "attendance.respond", meeting_id=meeting_id, response="comes")
    for email in (ORKDAL, KRISTIANSUND, VOLDA, UNION):
        await scene.do(email, "attendance.respond", meeting_id=meeting_id, response="digital")
    scene.move(held + timedelta(days=1))
    await scene.do(ADVISER, "minutes.start", meeting_id=meeting_id)
    discussed = "Rådet drøftet tid, læringsmål og vaktplaner. Det ble ikke enighet om hvor lang rotasjonen bør være."
    await scene.do(ADVISER, "minutes.write", item_id=item_id, discussed=discussed)
    await scene.do(
        ADVISER,
        "outcome.record",
        item_id=item_id,
        outcome="disagreement",
        words="Rådet er ikke enig om hvor lang rotasjonen bør være. Saken løftes.",
        agreement="none",
        sides=SIDES,
    )
    scene.move(held + timedelta(days=7))
    await scene.do(REGUT_HMN, "minutes.approve", meeting_id=meeting_id)
    return item_id


async def carry_through(scene: Scene, body_id: int, item_id: int, today: date, year: int) -> None:
    """Ask every hospital what it has done, and have six of the eight answer."""
    scene.move(working_day(today - ASKED))
    named = await scene.named_choices(REGUT_HMN, "carry_through.choose", "organisation_id", item_id=item_id)
    hospitals = [number for number, name in named if name != UNION_NAME]
    await scene.do(REGUT_HMN, "carry_through.choose", item_id=item_id, organisation_id=hospitals)
    for email, answer, words, days in CARRIED:
        scene.move(today - timedelta(days=days), 15)
        later = {"day": str(today + timedelta(days=60))} if answer == "will_be" else {}
        given = {"answer": answer, "words": words, **later}
        matrix = await scene.do(email, "carry_through.show", body_id=body_id, year=year)
        await scene.do(email, "follow_up.answer", **own_question(matrix), **given)


def own_question(matrix: CarryThroughView) -> dict[str, Any]:
    """Returns what the button of the one question that somebody may answer says: their own hospital's."""
    answers = [each for case in matrix.cases for found in case.answers for each in found]
    return dict(next(action.arguments for each in answers for action in each.actions))
