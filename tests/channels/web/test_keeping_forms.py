"""What is kept of a form that came back: for its owner, by any process, for an hour, and no more than that."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, text

from lisbot.channels.web import kept_forms
from lisbot.channels.web.kept_forms import LIFE, MAX_OF_ONE, FilledForm, KeptForms
from lisbot.council.core.errors import ChangedMeanwhile, Conflict, Invalid, NeedsConfirming, WrongInput
from lisbot.council.enums import ProposalState
from lisbot.council.models import KeptForm, Person
from lisbot.texts import Days, Phrase

KEY = b"k" * 32
COMMAND = "proposal.submit"
REFUSALS = [
    None,
    Conflict("taken", field="day", details=[("on", {"day_on": date(2026, 11, 2)})], by=("a", Phrase("x", {"n": 1}))),
    Invalid("wrong", state=ProposalState.ACCEPTED, days=Days(date(2026, 1, 1), date(2026, 1, 2), time(9))),
    WrongInput({"title": ("missing", {}), "day": ("too_early", {"first": date(2026, 11, 2)})}),
    ChangedMeanwhile({"title": "Now", "starts": time(9)}, {"place": None}),
    NeedsConfirming([("told", {"names": ("A", "B"), "count": 2})]),
]


@pytest.fixture
async def people(database) -> list[int]:
    async with database.write() as db:
        db.add_all(Person(key=key, name=key) for key in ("bjorn", "astrid"))
    async with database.read() as db:
        return list(await db.scalars(select(Person.id).order_by(Person.id)))


async def test_another_process_shows_the_form_with_what_was_typed_and_why_it_came_back(database, people):
    one, other = KeptForms(database, KEY), KeptForms(database, KEY)
    typed = {"title": "", "rows": [{"number": "1"}], "background": "æøå"}
    for refusal in REFUSALS:
        found = await other.find(await one.keep(FilledForm(people[0], COMMAND, typed, refusal)), people[0], COMMAND)
        assert found is not None
        assert found.given == typed
        assert type(found.refusal) is type(refusal)
        if refusal is not None:
            assert vars(found.refusal) == vars(refusal)


async def test_it_opens_for_nobody_else_and_as_no_other_command(database, people):
    kept = KeptForms(database, KEY)
    token = await kept.keep(FilledForm(people[0], COMMAND, {"title": "Rotasjon"}, None))
    assert await kept.find(token, people[0], COMMAND)
    assert await kept.find(token, people[1], COMMAND) is None
    assert await kept.find(token, None, COMMAND) is None
    assert await kept.find(token, people[0], "vote.cast") is None
    assert await kept.find(token[:-1] + "!", people[0], COMMAND) is None
    assert await KeptForms(database, b"x" * 32).find(token, people[0], COMMAND) is None


async def test_the_database_holds_neither_what_was_typed_nor_what_opens_it(database, people):
    token = await KeptForms(database, KEY).keep(FilledForm(people[0], COMMAND, {"title": "Hemmelig svar"}, None))
    async with database.read() as db:
        (row,) = (await db.execute(text("SELECT * FROM kept_form"))).mappings()
    assert b"Hemmelig" not in bytes(row["sealed"])
    assert token not in str(dict(row))


async def test_after_an_hour_it_is_shown_no_more_and_the_next_one_removes_it(database, people):
    kept = KeptForms(database, KEY)
    token = await kept.keep(FilledForm(people[0], COMMAND, {}, None))
    async with database.write() as db:
        for row in await db.scalars(select(KeptForm)):
            row.made_at -= LIFE + timedelta(seconds=1)
    assert await kept.find(token, people[0], COMMAND) is None
    await kept.keep(FilledForm(people[1], COMMAND, {}, None))
    async with database.read() as db:
        assert len((await db.scalars(select(KeptForm.id))).all()) == 1


async def test_one_persons_forms_do_not_push_out_anothers(database, people, monkeypatch):
    monkeypatch.setattr(kept_forms, "MAX_OF_ONE", MAX_OF_ONE // 1000)
    kept, words = KeptForms(database, KEY), {"background": "x" * (MAX_OF_ONE // 4000)}
    bjorns = await kept.keep(FilledForm(people[0], COMMAND, words, None))
    mine = [await kept.keep(FilledForm(people[1], COMMAND, words, None)) for _ in range(8)]
    assert await kept.find(bjorns, people[0], COMMAND)
    assert [bool(await kept.find(token, people[1], COMMAND)) for token in mine] == [False] * 5 + [True] * 3
