"""What a visitor to the demo finds: one meeting behind them with approved minutes, and one mid-cycle; and in another
region a case that has travelled.

Everything is done by the commands people use, on the days they would have done it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from lisbot.commands.command import CONFIRM
from lisbot.council.models import Meeting
from lisbot.demo.steps import Scene, accept, propose, working_day
from lisbot.demo.travelled import REGUT_HMN, let_case_travel
from lisbot.runtime import Runtime

REGUT, CLERK = "ragnhild.soltunet@example.no", "even.tarnbyhaug@example.no"
AHUS, AHUS_DEPUTY = "astrid.myrholtet@example.no", "nils.romeriksmo@example.no"
OUS, TELEMARK = "bard.steinsrudli@example.no", "tone.heddalsmyr@example.no"
INNLANDET, YLF = "oddbjorn.ronningsaeter@example.no", "ida.kalvoysletta@example.no"
SORLANDET, VIKEN = "oystein.torridalen@example.no", "marte.drammerasen@example.no"

# Who asks the councils through RegUt.
DIRECTORATE = {
    "name": "Helsedirektoratet",
    "org_kind": "directorate",
    "email": "helsedirektoratet@example.org",
    "contact": "Saksbehandler for spesialistutdanning",
}
PLACE, LINK = "Sundtkvartalet, møterom 3", "https://video.example.no/samordning"


async def set_scene(runtime: Runtime) -> None:
    """Have the councils live through their last months. Does nothing where there are meetings already."""
    async with runtime.db.read() as db:
        if await db.scalar(select(Meeting.id).limit(1)) is not None:
            return
    now = runtime.now()
    today = now.astimezone(runtime.tz).date()
    past, coming = working_day(today - timedelta(days=33)), working_day(today + timedelta(days=26))
    later = [working_day(coming + timedelta(days=91)), working_day(coming + timedelta(days=182))]
    scene = Scene(runtime, now)
    body_id = (await scene.do(REGUT, "dashboard.show")).bodies[0].body.id
    scene.move(past - timedelta(days=70))
    held, next_one, *_ = await plan_meetings(scene, body_id, [past, coming, *later])
    await hold_meeting(scene, held, past)
    await begin_cycle(scene, next_one, coming, today, now)
    for leader in (REGUT, REGUT_HMN):
        await scene.do(leader, "outside_party.create", **DIRECTORATE)
    council = (await scene.do(REGUT_HMN, "dashboard.show")).bodies[0].body.id
    given = {"starts": "12:00", "ends": "14:00", "place": "Øya helsehus", CONFIRM: True}
    day = str(working_day(today + timedelta(days=40)))
    await scene.do(REGUT_HMN, "year_plan.set_dates", body_id=council, dates=day, **given)
    await let_case_travel(scene, council, today)


async def plan_meetings(scene: Scene, body_id: int, days: list[date]) -> list[int]:
    """Returns the meetings' ids, in the order of their days."""
    found: list[int] = []
    for year in sorted({day.year for day in days}):
        dates = ", ".join(str(day) for day in days if day.year == year)
        given = {"starts": "10:00", "ends": "15:00", "place": PLACE, "link": LINK, CONFIRM: True}
        await scene.do(REGUT, "year_plan.set_dates", body_id=body_id, dates=dates, **given)
        plan = await scene.do(REGUT, "year_plan.show", body_id=body_id, year=year)
        found += [line.meeting.id for line in plan.meetings]
    return found


async def hold_meeting(scene: Scene, meeting_id: int, day: date) -> None:
    """Play the meeting behind us: from its call to its approved minutes."""
    scene.move(day - timedelta(days=42))
    await scene.do(REGUT, "call.open", meeting_id=meeting_id)
    scene.move(day - timedelta(days=30))
    supervision = await propose(
        scene,
        AHUS,
        meeting_id,
        title="Felles opplæring av veiledere",
        kind="advice",
        background="Virksomhetene har ulike kurs for veiledere. LIS som bytter sykehus, møter ulike krav.",
        wording="Rådet tilrår et felles grunnkurs for veiledere i regionen.",
        duration_minutes=30,
    )
    rotation = await propose(
        scene,
        INNLANDET,
        meeting_id,
        title="Oversikt over ledige rotasjonsplasser",
        kind="discussion",
        background="Det er vanskelig å se hvor det er ledige plasser før avtalene inngås.",
        duration_minutes=20,
    )
    for email in (OUS, TELEMARK, VIKEN):
        await scene.do(email, "call.decline", meeting_id=meeting_id)
    scene.move(day - timedelta(days=20))
    await scene.do(CLERK, "call.close", meeting_id=meeting_id)
    supervision_item = await accept(scene, REGUT, meeting_id, supervision)
    rotation_item = await accept(scene, REGUT, meeting_id, rotation)
    scene.move(day - timedelta(days=14))
    await scene.do(REGUT, "notice.send", meeting_id=meeting_id)
    scene.move(day - timedelta(days=9))
    for email in (OUS, INNLANDET, TELEMARK, VIKEN):
        await scene.do(email, "attendance.respond", meeting_id=meeting_id, response="comes")
    for email in (YLF, SORLANDET):
        await scene.do(email, "attendance.respond", meeting_id=meeting_id, response="digital")
    absence = {"meeting_id": meeting_id, "response": "absent"}
    deputy_id, *_ = await scene.choices(AHUS, "attendance.respond", "deputy_id", **absence)
    await scene.do(AHUS, "attendance.respond", **absence, reason="Vakt den dagen", deputy_id=deputy_id)
    await scene.do(AHUS_DEPUTY, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    scene.move(day, 11)
    vote = await scene.do(
        REGUT,
        "vote.open",
        item_id=supervision_item,
        question="Slutter rådet seg til et felles grunnkurs for veiledere?",
        form="consent",
    )
    for email, choice, reason in (
        (AHUS_DEPUTY, "agree", ""),
        (OUS, "agree", ""),
        (INNLANDET, "agree", ""),
        (TELEMARK, "remarks", "Kurset må kunne tas digitalt."),
        (YLF, "agree", ""),
    ):
        await scene.do(email, "vote.cast", vote_id=vote.id, choice=choice, reason=reason)
    await scene.do(REGUT, "vote.close", vote_id=vote.id)
    await write_minutes(scene, meeting_id, day, supervision_item, rotation_item)


async def write_minutes(scene: Scene, meeting_id: int, day: date, supervision: int, rotation: int) -> None:
    """Write the minutes of both items, and bring them through comments to approval."""
    scene.move(day + timedelta(days=2))
    await scene.do(CLERK, "minutes.start", meeting_id=meeting_id)
    await scene.do(
        CLERK,
        "minutes.write",
        item_id=supervision,
        discussed="Ahus presenterte saken. Flere pekte på at LIS bør møte de samme kravene uansett sykehus.",
    )
    await scene.do(
        CLERK,
        "outcome.record",
        item_id=supervision,
        outcome="advice",
        words="Rådet tilrår et felles grunnkurs for veiledere i regionen, også som digitalt kurs.",
        agreement="agreement",
    )
    await scene.do(
        CLERK,
        "minutes.write",
        item_id=rotation,
        discussed="Rådet drøftet hvem som bør holde oversikten, og hvor ofte den må oppdateres.",
    )
    await scene.do(
        CLERK,
        "outcome.record",
        item_id=rotation,
        outcome="process",
        words="RegUt lager et forslag til felles oversikt til neste møte.",
        agreement="agreement",
    )
    scene.move(day + timedelta(days=4))
    until = str(day + timedelta(days=9))
    await scene.do(CLERK, "minutes.send", meeting_id=meeting_id, until=until)
    await scene.do(YLF, "minutes.comment", meeting_id=meeting_id, text="Fint referat. Ingen merknader fra oss.")
    scene.move(day + timedelta(days=10))
    await scene.do(REGUT, "minutes.approve", meeting_id=meeting_id)


async def begin_cycle(scene: Scene, meeting_id: int, day: date, today: date, now: datetime) -> None:
    """Play the meeting ahead: its call is open, proposals wait, and one question is out."""
    scene.move(min(day - timedelta(days=42), today - timedelta(days=1)))
    await scene.do(REGUT, "call.open", meeting_id=meeting_id)
    scene.move(today - timedelta(days=1))
    simulation = await propose(
        scene,
        OUS,
        meeting_id,
        title="Simulering i fellesdelen av utdanningen",
        kind="advice",
        background="Vi ønsker at rådet sier noe om hvilke ferdigheter som bør øves i simulering først.",
        wording="Rådet tilrår at akuttmedisinske ferdigheter prioriteres i regional simulering.",
        duration_minutes=30,
    )
    await propose(
        scene,
        SORLANDET,
        meeting_id,
        title="Vurdering av LIS underveis i rotasjon",
        kind="discussion",
        background="Hvem vurderer læringsmål som påbegynnes ett sted og fullføres et annet?",
        duration_minutes=25,
    )
    await propose(
        scene,
        YLF,
        meeting_id,
        title="Tid til fordypning",
        kind="information",
        background="Vi orienterer om en undersøkelse blant medlemmene.",
        duration_minutes=15,
    )
    await scene.do(TELEMARK, "call.decline", meeting_id=meeting_id)
    simulation_item = await accept(scene, REGUT, meeting_id, simulation)
    scene.at = now - timedelta(minutes=30)
    vote = await scene.do(
        REGUT,
        "vote.open",
        item_id=simulation_item,
        question="Bør rådet prioritere akuttmedisinske ferdigheter i simulering?",
        form="motion",
        live=True,
        closes_on=str(today + timedelta(days=7)),
        closes_at="15:00",
    )
    await scene.do(VIKEN, "vote.cast", vote_id=vote.id, choice="for")
