"""A case that its council does not agree about, as those live it who have a part in it: sent to a meeting of directors
that has mail and nothing else, answered by the link there, told of on the next agenda, and carried through by four
organisations, each where its people are."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lisbot import routes
from lisbot.council.models import AgendaItem, Case, FollowUp, Meeting, Organisation, OutsideParty, Proposal
from story import chapter_before
from story.cast import ROTATION, Story, oslo
from story.folk import Operator, Visitor
from story.world import World, lisbot_at_work

DIRECTORS = "direktorene@rhf.example"
HOMES = {
    **dict.fromkeys(["Kari", "Eli", "Pål"], "teams"),
    **dict.fromkeys(["Astrid", "Frode", "Siri", "Ola"], "slack"),
}


@pytest.fixture
async def world(database_url, clock, unused_tcp_port_factory, monkeypatch, capsys):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    async with lisbot_at_work(database_url, clock, ports, monkeypatch, capsys, ["teams", "slack"]) as world:
        yield world


async def one(world: World, table: Any, **where: Any) -> Any:
    async with world.witness.database.read() as db:
        return (await db.scalars(select(table).filter_by(**where))).one()


def link_in(world: World, letter: str, title: str) -> str:
    line = next(each for each in letter.splitlines() if f"{title}: http" in each)
    return line.partition(": ")[2].removeprefix(world.url)


async def opened(world: World, email: str, link: str) -> Visitor:
    """Whoever follows a link in a mail, and is signed in nowhere."""
    found = Visitor(world, email)
    world.guests.append(found)
    await found.opens(link)
    return found


async def minutes(kari: Operator, meeting_id: str, item_id: str, *outcome: str) -> None:
    await kari.runs("minutes.start", "--meeting-id", meeting_id)
    await kari.runs("outcome.record", "--item-id", item_id, *outcome)


async def test_no_agreement_is_answered_outside_comes_home_and_is_carried_through_by_four(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    s = Story(world, tmp_path, caplog, HOMES, {})
    await chapter_before.lisbot_is_installed(s)
    kari, astrid = world.operator("kari@regut.example"), world.operator("astrid@fjord.example")
    await kari.runs("year_plan.set_dates", "--body-id", "1", "--dates", "2027-03-10, 2027-06-09", "--place", "Oslo")
    ids = {day: str((await one(world, Meeting, held_on=oslo(*day).date())).id) for day in ((3, 10), (6, 9))}
    march, june = ids[3, 10], ids[6, 9]
    await world.at(oslo(2, 1))
    await astrid.runs("proposal.submit", "--meeting-id", march, "--title", ROTATION, "--kind", "advice")
    await kari.runs("proposal.accept", "--proposal-id", str((await one(world, Proposal)).id))
    await kari.runs("notice.send", "--meeting-id", march, "--confirm")

    # There is no agreement.
    await world.at(oslo(3, 11))
    item = str((await one(world, AgendaItem, title=ROTATION)).id)
    sides = "Fjord: for dyrt. Ås: for viktig til å vente."
    await minutes(kari, march, item, "--outcome", "disagreement", "--words", "Rådet er delt.", "--sides", sides)
    await kari.runs("minutes.approve", "--meeting-id", march, "--confirm")
    directors = ["--name", "Fagdirektørmøtet", "--org-kind", "rhf", "--email", DIRECTORS, "--contact", "Dagny Direktør"]
    await kari.runs("outside_party.create", *directors)
    party = f"party-{(await one(world, OutsideParty)).id}"
    sent = ["--cause", "no_agreement", "--receiver", party, "--sides", sides, "--answer-by", "2027-05-03"]
    await kari.runs("referral.send", "--item-id", item, *sent, "--confirm")
    await world.settle()

    # Whoever reads the directors' mail answers by the link in it.
    letter = await world.letter(DIRECTORS, "")
    assert "for viktig til å vente" in letter
    dagny = await opened(world, DIRECTORS, link_in(world, letter, "Svar"))
    await dagny.presses("Send svaret", Svar="Møtet ber om én felles avtale.")
    dagny.sees("Takk. Svaret er registrert.")
    await world.settle()
    s.astrid.was_told("Fagdirektørmøtet har svara på sak 1/27", "Møtet ber om én felles avtale.")

    # It is home on the next agenda, by itself.
    await world.at(oslo(4, 20))
    agenda = (await kari.runs("agenda.show", "--meeting-id", june)).words
    assert f"{ROTATION}: svar fra Fagdirektørmøtet" in agenda
    assert "«Møtet ber om én felles avtale.»" in agenda
    await kari.runs("notice.send", "--meeting-id", june, "--confirm")
    await world.settle()

    # What came of it is carried through at four, each asked where they are.
    await world.at(oslo(6, 10))
    case_id = (await one(world, Case)).id
    home = str((await one(world, AgendaItem, case_id=case_id, meeting_id=int(june))).id)
    await minutes(kari, june, home, "--outcome", "advice", "--words", "Rådet tilrår én felles avtale.")
    keys = ("fjord", "aas", "union", "rhf")
    organisations = [str((await one(world, Organisation, key=key)).id) for key in keys]
    await kari.runs("carry_through.choose", "--item-id", home, "--organisation-id", *organisations)
    await kari.runs("minutes.approve", "--meeting-id", june, "--confirm")
    await world.settle()
    s.astrid.was_told("Referatet frå Samordningsrådet er godkjent.")  # in Slack
    await s.astrid.presses("Svar")
    await s.astrid.fills_in("Lagre svaret", **{"Kva er gjort?": "innført"})
    s.eli.was_told("Referatet fra Samordningsrådet er godkjent.")  # in Teams
    await s.eli.presses("Svar")
    # Her Teams speaks English, which lisbot knows since she pressed a button.
    await s.eli.fills_in("Save the answer", **{"What has been done?": "raised in the line of management"})
    letter = await world.letter("bjorn@aas.example", "Referatet fra Samordningsrådet er godkjent")  # by mail
    bjorn = await opened(world, "bjorn@aas.example", link_in(world, letter, "Svar"))
    await bjorn.presses("Lagre svaret", **{"Hva er gjort?": "skal innføres"})
    paal = await world.visitor("paal@rhf.example")  # on the pages
    await paal.opens(routes.address("follow_up.list", {}))
    await paal.presses("Svar")
    await paal.presses("Lagre svaret", **{"Hva er gjort?": "ikke aktuelt"})

    async with world.witness.database.read() as db:
        rows = await db.execute(
            select(Organisation.key, FollowUp.answer).join(Organisation, Organisation.id == FollowUp.organisation_id)
        )
        answered = {key: answer.value for key, answer in rows}
    assert answered == {"fjord": "introduced", "union": "raised", "aas": "will_be", "rhf": "not_relevant"}
    picture = (await kari.runs("carry_through.show", "--body-id", "1", "--year", "2027")).words
    assert "4 av 4" in picture
