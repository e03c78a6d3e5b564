"""What a visitor to the demo finds: one meeting behind them with approved minutes, and one mid-cycle.

Everything is done by the commands people use, on the days they would have done it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from lisbot.cards import facts
from lisbot.commands import House, ask, run
from lisbot.council import rules
from lisbot.council.cast import has_begun
from lisbot.council.people import Caller

REGUT, CLERK = "ragnhild.soltunet@example.no", "even.tarnbyhaug@example.no"
AHUS, AHUS_DEPUTY = "astrid.myrholtet@example.no", "nils.romeriksmo@example.no"
OUS, TELEMARK = "bard.steinsrudli@example.no", "tone.heddalsmyr@example.no"
INNLANDET, YLF = "oddbjorn.ronningsaeter@example.no", "ida.kalvoysletta@example.no"
SORLANDET, VIKEN = "oystein.torridalen@example.no", "marte.drammerasen@example.no"
REGUT_HMN = "helge.strindasletta@example.org"

PLACE, LINK = "Sundtkvartalet, møterom 3", "https://video.example.no/samordning"


@dataclass
class Play:
    """A house whose clock stands where the play is, and its actors."""

    house: House
    at: datetime

    async def do(self, email: str, name: str, **given: Any) -> dict[str, Any]:
        """Have somebody do something, as they would have that day. Raises RuntimeError when it is refused."""
        then = replace(self.house, now=lambda: self.at)
        reply = await run(then, name, given, Caller("cli", email), facts)
        if reply.status != 200:
            raise RuntimeError(f"the demo's play: {name}: {reply.words}")
        shown: dict[str, Any] = reply.shown
        return shown

    def move(self, day: date, hour: int = 9) -> None:
        self.at = rules.moment(day, time(hour), self.house.tz)


def working_day(day: date) -> date:
    """This day, or the first after it that is neither in a weekend nor a public holiday."""
    while day.weekday() >= 5 or rules.holiday(day):
        day += timedelta(days=1)
    return day


async def set_scene(house: House) -> None:
    """Play the councils' last months. Does nothing where there are meetings already."""
    async with house.db.read() as db:
        if await has_begun(db):
            return
    now = house.now()
    today = now.astimezone(house.tz).date()
    past, coming = working_day(today - timedelta(days=33)), working_day(today + timedelta(days=26))
    later = [working_day(coming + timedelta(days=91)), working_day(coming + timedelta(days=182))]
    play = Play(house, now)
    bodies = (await play.do(REGUT, "overview.show"))["sections"][0]["table"]["rows"]
    body_id = int(bodies[0]["href"].rsplit("/", 1)[1])
    play.move(past - timedelta(days=70))
    meetings = await plan(play, body_id, [past, coming, *later])
    await hold_meeting(play, meetings[0], past)
    await begin_cycle(play, meetings[1], coming, today, now)
    hmn = (await play.do(REGUT_HMN, "overview.show"))["sections"][0]["table"]["rows"]
    await play.do(
        REGUT_HMN,
        "year.plan",
        body_id=int(hmn[0]["href"].rsplit("/", 1)[1]),
        dates=str(working_day(today + timedelta(days=40))),
        starts="12:00",
        ends="14:00",
        place="Øya helsehus",
        confirm=True,
    )


async def plan(play: Play, body_id: int, days: list[date]) -> list[int]:
    """The meetings' ids, in the order of their days."""
    for year in sorted({day.year for day in days}):
        dates = ", ".join(str(day) for day in days if day.year == year)
        given = {"starts": "10:00", "ends": "15:00", "place": PLACE, "link": LINK, "confirm": True}
        await play.do(REGUT, "year.plan", body_id=body_id, dates=dates, **given)
    found: list[int] = []
    for year in sorted({day.year for day in days}):
        shown = await play.do(REGUT, "year.show", body_id=body_id, year=year)
        found += [int(row["href"].rsplit("/", 1)[1]) for row in shown["sections"][0]["rows"]]
    return found


async def propose(play: Play, email: str, meeting_id: int, **given: Any) -> int:
    shown = await play.do(email, "proposal.make", meeting_id=meeting_id, **given)
    return int(shown["href"].rsplit("=", 1)[1])


async def hold_meeting(play: Play, meeting_id: int, day: date) -> None:
    """The meeting behind us: from its call to its approved minutes."""
    play.move(day - timedelta(days=42))
    await play.do(REGUT, "call.open", meeting_id=meeting_id)
    play.move(day - timedelta(days=30))
    supervision = await propose(
        play,
        AHUS,
        meeting_id,
        title="Felles opplæring av veiledere",
        kind="advice",
        background="Virksomhetene har ulike kurs for veiledere. LIS som bytter sykehus, møter ulike krav.",
        wording="Rådet tilrår et felles grunnkurs for veiledere i regionen.",
        minutes=30,
    )
    rotation = await propose(
        play,
        INNLANDET,
        meeting_id,
        title="Oversikt over ledige rotasjonsplasser",
        kind="discussion",
        background="Det er vanskelig å se hvor det er ledige plasser før avtalene inngås.",
        minutes=20,
    )
    for email in (OUS, TELEMARK, VIKEN):
        await play.do(email, "call.nothing", meeting_id=meeting_id)
    play.move(day - timedelta(days=20))
    await play.do(CLERK, "call.close", meeting_id=meeting_id)
    for proposal_id in (supervision, rotation):
        await play.do(REGUT, "proposal.accept", proposal_id=proposal_id)
    play.move(day - timedelta(days=14))
    await play.do(REGUT, "agenda.publish", meeting_id=meeting_id)
    play.move(day - timedelta(days=9))
    for email in (OUS, INNLANDET, TELEMARK, VIKEN):
        await play.do(email, "answer.give", meeting_id=meeting_id, answer="comes")
    for email in (YLF, SORLANDET):
        await play.do(email, "answer.give", meeting_id=meeting_id, answer="digital")
    form = await deputies(play, meeting_id)
    await play.do(
        AHUS, "answer.give", meeting_id=meeting_id, answer="absent", reason="Vakt den dagen", deputy_id=form
    )
    await play.do(AHUS_DEPUTY, "answer.deputy", meeting_id=meeting_id, answer="comes")
    play.move(day, 11)
    items = await agenda_items(play, meeting_id)
    vote = await play.do(
        REGUT,
        "vote.open",
        item_id=items["Felles opplæring av veiledere"],
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
        await play.do(email, "vote.cast", vote_id=vote["vote_id"], choice=choice, reason=reason)
    await play.do(REGUT, "vote.close", vote_id=vote["vote_id"])
    await write_minutes(play, meeting_id, day, items)


async def deputies(play: Play, meeting_id: int) -> int:
    then = replace(play.house, now=lambda: play.at)
    given = {"meeting_id": meeting_id, "answer": "absent"}
    form = await ask(then, "answer.give", given, Caller("cli", AHUS), facts)
    field = next(f for f in form.shown["fields"] if f["id"] == "deputy_id")
    return int(field["choices"][0]["value"])


async def agenda_items(play: Play, meeting_id: int) -> dict[str, int]:
    """The agenda's items by their titles."""
    shown = await play.do(REGUT, "agenda.show", meeting_id=meeting_id)
    return {
        row["title"].split(" ", 1)[1]: int(row["buttons"][0]["data"]["args"]["item_id"])
        for row in shown["sections"][0]["rows"]
        if row["buttons"] and "/" in row["title"].split(" ", 1)[0]
    }


async def write_minutes(play: Play, meeting_id: int, day: date, items: dict[str, int]) -> None:
    play.move(day + timedelta(days=2))
    await play.do(CLERK, "minutes.start", meeting_id=meeting_id)
    supervision = items["Felles opplæring av veiledere"]
    rotation = items["Oversikt over ledige rotasjonsplasser"]
    await play.do(
        CLERK,
        "minutes.write",
        item_id=supervision,
        discussed="Ahus presenterte saken. Flere pekte på at LIS bør møte de samme kravene uansett sykehus.",
    )
    await play.do(
        CLERK,
        "outcome.record",
        item_id=supervision,
        outcome="advice",
        words="Rådet tilrår et felles grunnkurs for veiledere i regionen, også som digitalt kurs.",
        agreement="agreement",
    )
    await play.do(
        CLERK,
        "minutes.write",
        item_id=rotation,
        discussed="Rådet drøftet hvem som bør holde oversikten, og hvor ofte den må oppdateres.",
    )
    await play.do(
        CLERK,
        "outcome.record",
        item_id=rotation,
        outcome="process",
        words="RegUt lager et forslag til felles oversikt til neste møte.",
        agreement="agreement",
    )
    play.move(day + timedelta(days=4))
    until = str(day + timedelta(days=9))
    await play.do(CLERK, "minutes.send", meeting_id=meeting_id, until=until)
    await play.do(
        YLF, "minutes.comment", meeting_id=meeting_id, text="Fint referat. Ingen merknader fra oss."
    )
    play.move(day + timedelta(days=10))
    await play.do(REGUT, "minutes.approve", meeting_id=meeting_id)


async def begin_cycle(play: Play, meeting_id: int, day: date, today: date, now: datetime) -> None:
    """The meeting ahead: its call is open, proposals wait, and one question is out."""
    play.move(min(day - timedelta(days=42), today - timedelta(days=1)))
    await play.do(REGUT, "call.open", meeting_id=meeting_id)
    play.move(today - timedelta(days=1))
    accepted = await propose(
        play,
        OUS,
        meeting_id,
        title="Simulering i fellesdelen av utdanningen",
        kind="advice",
        background="Vi ønsker at rådet sier noe om hvilke ferdigheter som bør øves i simulering først.",
        wording="Rådet tilrår at akuttmedisinske ferdigheter prioriteres i regional simulering.",
        minutes=30,
    )
    await propose(
        play,
        SORLANDET,
        meeting_id,
        title="Vurdering av LIS underveis i rotasjon",
        kind="discussion",
        background="Hvem vurderer læringsmål som påbegynnes ett sted og fullføres et annet?",
        minutes=25,
    )
    await propose(
        play,
        YLF,
        meeting_id,
        title="Tid til fordypning",
        kind="information",
        background="Vi orienterer om en undersøkelse blant medlemmene.",
        minutes=15,
    )
    await play.do(TELEMARK, "call.nothing", meeting_id=meeting_id)
    await play.do(REGUT, "proposal.accept", proposal_id=accepted)
    play.at = now - timedelta(minutes=30)
    items = await agenda_items(play, meeting_id)
    vote = await play.do(
        REGUT,
        "vote.open",
        item_id=items["Simulering i fellesdelen av utdanningen"],
        question="Bør rådet prioritere akuttmedisinske ferdigheter i simulering?",
        form="motion",
        live=True,
        closes_on=str(today + timedelta(days=7)),
        closes_at="15:00",
    )
    await play.do(VIKEN, "vote.cast", vote_id=vote["vote_id"], choice="for")
