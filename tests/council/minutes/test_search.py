"""Free-text search of what came of the cases: by the index what is found plainly, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.orm import joinedload, selectinload

from builders import ASTRID, BJORN, RAGNHILD, SIRI
from lisbot.council.minutes.search import has_words, searched_text
from lisbot.council.minutes.search_index import matches
from lisbot.council.models import AgendaItem, Case, FollowUp, ItemText, Meeting, Organisation
from lisbot.db import is_postgres

SIGNS = "\"'*%_()/:^+-{}.,§½"
WORDS = st.one_of(
    st.text("aenrtøåæÆØÅé1237", min_size=1, max_size=5),
    st.text("aeå1" + SIGNS, min_size=1, max_size=5),
    st.sampled_from(
        ["3/27", "13/27", "3/2", "NEAR(", "OR", "og", "turnusene", "turnus", "<b>", "og/eller", "1e5", "0x"]
    ),
)
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
ITEMS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("title", "outcome_text", "sides", "discussed", "what"), TEXTS)),
    min_size=1,
    max_size=3,
)


async def three_items(scene) -> list[int]:
    """The ids of three items, each with a follow-up; one of them has a case."""
    _, first = await scene.minuted()
    items = await scene.all(AgendaItem)
    ids = [first, *(item.id for item in items if item.id != first)][:3]
    async with scene.runtime.db.write() as db:
        organisation_id = (await scene.one(Organisation, key="fjord")).id
        for item_id in ids:
            what = FollowUp(item_id=item_id, organisation_id=organisation_id, organisation_name="", what="")
            db.add(what)
        meeting_id = (await db.get_one(AgendaItem, first)).meeting_id
        while len(ids) < 3:
            item = AgendaItem(meeting_id=meeting_id, position=len(ids) + 50, title="", kind="advice", followups=[])
            db.add(item)
            await db.flush()
            ids.append(item.id)
    return ids


@pytest.fixture
async def ids(scene) -> list[int]:
    return await three_items(scene)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), texts=ITEMS)
async def test_the_index_finds_what_is_found_plainly(scene, ids, data, texts):
    """PostgreSQL may find more, by the stems of words: never less."""
    words = sorted({word for each in texts for value in each.values() for word in value.split()})
    parts = [word[at : at + 3] for word in words for at in range(len(word) - 2)]
    asked = st.lists(st.one_of(WORDS, st.sampled_from([*words, *parts, "3/27"])), min_size=1, max_size=3)
    queries = data.draw(st.lists(asked.map(" ".join), min_size=1, max_size=8))
    async with scene.runtime.db.sessions() as db:  # rolled back at its end
        await db.execute(update(Case).values(number=3))
        for item_id, values in zip(ids, texts, strict=False):
            what = values["what"]
            await db.execute(update(FollowUp).where(FollowUp.item_id == item_id).values(what=what))
            columns = {name: value for name, value in values.items() if name != "what"}
            await db.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(columns))
        every = select(AgendaItem).options(joinedload(AgendaItem.case), selectinload(AgendaItem.followups))
        searched = {item.id: searched_text(item) for item in await db.scalars(every)}
        for query in queries:
            plainly = {item_id for item_id, words in searched.items() if has_words(words, query)}
            found = set(await db.scalars(select(AgendaItem.id).where(matches(db, query))))
            assert plainly <= found, (query, searched)
            assert is_postgres(db) or found <= plainly, (query, searched)


@pytest.fixture
def hits(scene):
    """How many outcomes somebody finds."""

    async def count(text: str, who: str = ASTRID) -> int:
        return len((await scene.ok(who, "outcome.search", text=text)).found)

    return count


async def test_words_their_parts_and_the_cases_number_are_found(scene, hits):
    await scene.on_agenda("Økt grunnbemanning på Ås")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    item_id = (await scene.one(AgendaItem, title="Økt grunnbemanning på Ås")).id
    words = 'Rådet tilrår "felles vaktplan" i 100 % av turnusene.'
    await scene.ok(
        RAGNHILD, "outcome.record", item_id=item_id, outcome="disagreement", words=words, sides="Fjord: for kostbart."
    )
    await scene.ok(RAGNHILD, "minutes.write", item_id=item_id, discussed="Utgiftene veid mot nytten.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=1)

    for found in (
        *("økt", "ØKT", "bemanning", "ås", "Ås", "på ÅS", "1/27", "1/27 økt", "rådet TILRÅR", "vaktplan", '"felles'),
        *("100", "%", '"', "100 %", "kostbart", "kost", "utgift", "av i på", "nytten."),
    ):
        assert await hits(found) == 1, found
    for missed in ("økning", "å", "11/27", "1/28", "rotasjon", "100%5", "*", "_", "økt vaktleder", "fel*", "0/00"):
        assert await hits(missed) == 0, missed
    assert await hits("") == await hits("  ") == 1


@pytest.mark.parametrize(
    "typed",
    [
        *('"', '""', "*", "felles*", "NEAR(", "NEAR(felles rotasjon, 5)", "felles OR turnus", "NOT felles", "^felles"),
        *(
            "title:felles",
            "-felles",
            "a AND b",
            "(",
            "{a b}: c",
            "%",
            "_",
            "'",
            "';--",
            "\\",
            "&",
            "|",
            "!felles",
            "<->",
        ),
        *(":*", "a & b", "<b>", "felles:*", "¤", "🙂", "a" * 200, "1/27/28", "/", "9" * 6 + "/27"),
    ],
)
async def test_what_is_typed_is_no_querys_syntax(scene, hits, typed):
    await scene.approved()
    await hits(typed)
    (item,) = [each for each in await scene.all(AgendaItem) if each.case_id]
    async with scene.runtime.db.write() as db:
        await db.execute(update(AgendaItem).where(AgendaItem.id == item.id).values(sides=f"Sagt: {typed} sagt"))
    assert await hits(typed) == 1


async def test_on_postgresql_a_word_is_found_by_its_norwegian_stem(scene, hits):
    await scene.approved()
    async with scene.runtime.db.write() as db:
        await db.execute(update(AgendaItem).values(discussed="Turnusene ble drøftet i rådene."))
        expected = 1 if is_postgres(db) else 0
    assert await hits("turnuser") == await hits("rådet turnusenes") == expected
    assert await hits("turnus") == 1


async def test_what_is_changed_is_found_as_it_is_now(scene, hits):
    meeting_id, item_id = await scene.approved()
    assert await hits("tilrår") == 1
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil")
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="noted", words="Tatt til orientering.")
    assert (await hits("tilrår", RAGNHILD), await hits("orientering", RAGNHILD)) == (0, 1)


async def test_a_follow_up_is_found_until_it_is_removed(scene, hits):
    _, item_id = await scene.minuted()
    fjord = (await scene.one(Organisation, key="fjord")).id
    given = {"item_id": item_id, "organisation_id": fjord, "what": "Lyse ut stillingen"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **given)
    assert (await hits("stilling", RAGNHILD), await hits("tilrår", RAGNHILD)) == (1, 1)
    async with scene.runtime.db.write() as db:
        await db.execute(update(FollowUp).values(what="Varsle fylket"))
    assert (await hits("stilling", RAGNHILD), await hits("fylke", RAGNHILD)) == (0, 1)
    async with scene.runtime.db.write() as db:
        await db.delete((await db.scalars(select(FollowUp))).one())
    assert (await hits("fylke", RAGNHILD), await hits("tilrår", RAGNHILD)) == (0, 1)


async def test_a_case_is_found_by_the_number_it_is_given(scene, hits):
    _, item_id = await scene.approved()
    async with scene.runtime.db.write() as db:
        case = (await db.scalars(select(Case))).one()
        await db.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(case_id=None))
    assert await hits("1/27") == 0
    async with scene.runtime.db.write() as db:
        await db.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(case_id=case.id))
    assert await hits("1/27") == 1
    async with scene.runtime.db.write() as db:
        await db.execute(update(Case).values(year=2005, number=12))
    assert (await hits("1/27"), await hits("12/05"), await hits("2/05")) == (0, 1, 0)


async def test_an_item_that_is_gone_is_found_no_more(scene):
    await scene.on_agenda()
    before = len(await scene.all(ItemText))
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item.id)
    assert len(await scene.all(ItemText)) == before - 1
    async with scene.runtime.db.read() as db:
        assert list(await db.scalars(select(AgendaItem.id).where(matches(db, "rotasjon")))) == []


async def test_nobody_finds_what_they_may_not_read(scene, room, hits):
    """A draft is the secretariat's; a confidential item is for those with a part in the body; the rest is no one's
    outside it."""
    meeting_id, item_id = await scene.minuted()
    async with scene.runtime.db.write() as db:
        await db.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(sides="Fortrolig opplysning"))
    words = ("fortrolig", "opplys", "1/27", "felles", "%", "")
    assert [await hits(each, ASTRID) for each in words] == [0] * 6
    assert await hits("fortrolig", RAGNHILD) == 1
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    async with scene.runtime.db.write() as db:
        await db.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(confidential=True))
    assert [await hits("fortrolig", who) for who in (RAGNHILD, ASTRID, BJORN)] == [1, 1, 1]
    assert [await hits(each, SIRI) for each in words] == [0] * 6
    in_room = await found_in_room(scene, room, "fortrolig")
    assert in_room == 0
    async with scene.runtime.db.write() as db:
        await db.execute(update(AgendaItem).where(AgendaItem.id == item_id).values(confidential=False))
    assert await found_in_room(scene, room, "fortrolig") == 1


async def found_in_room(scene, room: int, text: str) -> int:
    """How many outcomes are found in the council's channel."""
    from lisbot.commands import run
    from lisbot.council.register.identity import Caller

    reply = await run(scene.runtime, "outcome.search", {"text": text}, Caller("room", str(room)))
    assert reply.status == 200, reply.words
    return len(reply.view.found)


@pytest.mark.parametrize("typed", ["rotasjon", "på", "3/27", "felles rotasjon"])
async def test_a_search_reads_an_index(scene, typed):
    """PostgreSQL would rather read a small table as a whole, and is told not to."""
    async with scene.runtime.db.sessions() as db:
        query = select(AgendaItem.id).where(matches(db, typed))
        drawn = query.compile(db.bind, compile_kwargs={"literal_binds": True})
        if is_postgres(db):
            await db.execute(text("SET LOCAL enable_seqscan = off"))
            # How large the files are that other tests left empty decides the plan, too.
            await db.execute(text("TRUNCATE agenda_item CASCADE"))
            explain = "EXPLAIN"
        else:
            explain = "EXPLAIN QUERY PLAN"
        connection = await db.connection()
        rows = (await connection.exec_driver_sql(f"{explain} {drawn}")).all()
        plan = "\n".join(str(row[-1]) for row in rows)
    if is_postgres(db):
        assert "ix_item_text_" in plan and "Seq Scan on item_text" not in plan, plan
    else:
        assert "VIRTUAL TABLE INDEX" in plan and "SCAN item_text " not in plan, plan
        assert "SCAN agenda_item" not in plan, plan


async def test_the_meetings_of_ten_years_are_no_reason_to_find_less(scene, hits):
    """What is found is cut at a hundred, and said so."""
    meeting_id, item_id = await scene.approved()
    async with scene.runtime.db.write() as db:
        item = await db.get_one(AgendaItem, item_id)
        body_id = (await db.get_one(Meeting, meeting_id)).body_id
        for number in range(2, 104):
            case = Case(body_id=body_id, year=2027, number=number, title="T", opened_at=scene.runtime.now())
            db.add(case)
            await db.flush()
            db.add(
                AgendaItem(
                    meeting_id=meeting_id,
                    position=100 + number,
                    case_id=case.id,
                    title="Turnus",
                    kind=item.kind,
                    outcome=item.outcome,
                    followups=[],
                )
            )
    view = await scene.ok(ASTRID, "outcome.search", text="turnus")
    assert (len(view.found), view.has_more) == (100, True)
    assert await hits("turnus 103/27") == 1
