"""A whole meeting in Teams, by everybody, in each language: every card on the way passes the linter."""

from datetime import datetime

import pytest
from sqlalchemy import update

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD
from cardlint import lint
from fakes.teams import Person
from lisbot.commands import COMMANDS
from lisbot.council.models import Person as PersonRow
from lisbot.texts import LANGUAGES

CARD = "application/vnd.microsoft.card.adaptive"
AWKWARD = (
    "Felles **rotasjon** <at>everyone</at> {{DATE(2027-01-01T00:00:00Z)}} [x](https://evil.example) 1. 🙂"
)


class Meeting:
    """Everybody in their own chat; what they are shown is looked at before it is handed on."""

    def __init__(self, teams):
        self.teams, self.shown, self.breaches = teams, set(), []

    def look(self, name, answer):
        assert (answer["statusCode"], answer["type"]) == (200, CARD), (name, answer["value"])
        self.breaches += [f"{name}: {breach}" for breach in lint(answer["value"])]
        return answer["value"]

    async def do(self, email, name, /, **given):
        """Press a button; where the command has a form, see that first."""
        person = Person(email, email)
        command = COMMANDS[name]
        if command.asks:
            args = {key: given[key] for key in command.context if key in given}
            form = await self.teams.press(person, "ask", {"command": name, "args": args})
            self.look(f"form of {name}", form)
        self.shown.add(command.shows)
        return self.look(name, await self.teams.press(person, name, given))


@pytest.mark.parametrize(
    ("database_url", "lang"),
    [*(("sqlite", lang) for lang in LANGUAGES), pytest.param("postgres", "nb", marks=pytest.mark.postgres)],
    indirect=["database_url"],
)
async def test_a_whole_meeting_in_teams(real, house, clock, lang):
    async with house.db.write() as db:
        await db.execute(update(PersonRow).values(lang=lang))
    m = Meeting(real)
    await m.do(RAGNHILD, "year.plan", body_id=1, dates="2027-03-10, 2027-06-09", place="Gardermoen")
    await m.do(RAGNHILD, "menu.show")
    clock.at = datetime(2027, 2, 1, 9, 0, tzinfo=house.tz)
    await m.do(RAGNHILD, "call.open", meeting_id=1)
    await m.do(ASTRID, "me.page")
    await m.do(
        ASTRID,
        "proposal.make",
        meeting_id=1,
        title=AWKWARD,
        kind="advice",
        background=f"{AWKWARD}\n- a\n- b",
        wording=AWKWARD,
        minutes="20",
        links="https://example.no/a_b_c",
        confidential="false",
    )
    await m.do(BJORN, "call.nothing", meeting_id=1)
    await m.do(RAGNHILD, "call.show", meeting_id=1)
    await m.do(RAGNHILD, "proposal.list", meeting_id=1)
    await m.do(RAGNHILD, "proposal.accept", proposal_id=1)
    await m.do(RAGNHILD, "agenda.publish", meeting_id=1)
    await m.do(HILDE, "agenda.show", meeting_id=1)
    await m.do(ASTRID, "answer.give", meeting_id=1, answer="absent", reason="Vakt", deputy_id=4)
    await m.do(FRODE, "answer.deputy", meeting_id=1, answer="comes")
    await m.do(BJORN, "answer.give", meeting_id=1, answer="comes")
    await m.do(RAGNHILD, "answer.forecast", meeting_id=1)
    clock.at = datetime(2027, 3, 10, 10, 0, tzinfo=house.tz)
    await m.do(RAGNHILD, "vote.open", item_id=2, question=AWKWARD, form="motion")
    await m.do(FRODE, "vote.cast", vote_id=1, choice="for")
    await m.do(BJORN, "vote.cast", vote_id=1, choice="for")
    await m.do(ELI, "vote.cast", vote_id=1, choice="against")
    await m.do(PAAL, "vote.show", vote_id=1)
    await m.do(BJORN, "vote.close", vote_id=1)
    clock.at = datetime(2027, 3, 11, 10, 0, tzinfo=house.tz)
    await m.do(RAGNHILD, "minutes.start", meeting_id=1)
    await m.do(RAGNHILD, "minutes.attend", meeting_id=1)
    await m.do(RAGNHILD, "minutes.write", item_id=2, discussed=AWKWARD)
    await m.do(RAGNHILD, "outcome.record", item_id=2, outcome="advice", words=AWKWARD, agreement="partly")
    await m.do(
        RAGNHILD, "minutes.follow_up", item_id=2, organisation_id=1, what="Ta opp", due_on="2027-05-01"
    )
    await m.do(RAGNHILD, "minutes.send", meeting_id=1, until="2027-03-20")
    await m.do(ELI, "minutes.comment", meeting_id=1, text=AWKWARD)
    await m.do(RAGNHILD, "minutes.approve", meeting_id=1)
    await m.do(ASTRID, "outcome.search", text="rotasjon")
    await m.do(
        RAGNHILD,
        "seat.report",
        seat_id=1,
        name="Ny Person",
        email="ny@fjord.example",
        from_on="2027-04-01",
        anchored_by="Direktøren",
        anchored="true",
    )
    await m.do(RAGNHILD, "seat.approve", change_id=1)
    await m.do(RAGNHILD, "register.show", body_id=1)
    await m.do(RAGNHILD, "overview.show")
    await m.do(RAGNHILD, "year.show", body_id=1, year=2027)
    await m.do(RAGNHILD, "body.show", body_id=1)
    await m.do(RAGNHILD, "meeting.show", meeting_id=1)
    await m.do(RAGNHILD, "log.verify")
    await m.do(RAGNHILD, "me.language", language=lang)
    assert m.breaches == []
    assert {c.shows for c in COMMANDS.values()} - m.shown <= {"nothing", "room", "years"}


async def test_a_form_filled_in_wrong_comes_back_with_what_was_typed(real, house, clock):
    m = Meeting(real)
    await m.do(RAGNHILD, "year.plan", body_id=1, dates="2027-03-10")
    clock.at = datetime(2027, 2, 1, 9, 0, tzinfo=house.tz)
    await m.do(RAGNHILD, "call.open", meeting_id=1)
    typed = {"meeting_id": 1, "title": "", "kind": "advice", "background": "Bakgrunn", "minutes": "mange"}
    card = await m.do(ASTRID, "proposal.make", **typed)
    values = {
        inner["id"]: inner.get("value") for e in card["body"] for inner in e.get("items", ()) if "id" in inner
    }
    assert values["background"] == "Bakgrunn"
    assert m.breaches == []


async def test_the_secretariat_links_a_channel_by_a_word_typed_there(real, house, connector):
    from fakes.teams import TEAM

    ragnhild = Person(RAGNHILD, RAGNHILD)
    connector.rosters[TEAM] = [ragnhild.roster_entry]
    await real.say(ragnhild, "koble samrad", TEAM, mention=True)
    (sent,) = connector.sent
    assert sent.conversation == TEAM
    assert lint(sent.card) == []
    assert builders.RAGNHILD not in str(sent.card)
