"""What bad input gets: an accurate refusal in one's own language, nothing changed, nothing typed lost."""

import json
import logging
import unicodedata
from typing import Any

import pytest

from builders import ASTRID, BJORN, ELI, HILDE, RAGNHILD
from lisbot.commands import COMMANDS
from lisbot.council.core.characters import without_halves
from lisbot.council.models import AgendaItem, Person, Proposal
from people import form, member

RLO, NUL, ZWSP = "\u202e", "\x00", "\u200b"
HOSTILE = [
    "<script>alert(1)</script>",
    "<at>everyone</at>",
    "**feit** _kursiv_ [lenke](javascript:alert(1)) `kode` # overskrift",
    "{title} ${title} {0} %s %(x)s {{7*7}}",
    '"; DROP TABLE person; --',
    "👩🏽‍⚕️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 Ǿ e\u0301",
    "שלום العربية",
    "=SUM(A1:A9)",
]


@pytest.fixture(autouse=True)
def no_traceback(caplog):
    yield
    bad = [r for r in caplog.get_records("call") if r.exc_info or r.levelno >= logging.ERROR]
    assert not bad, bad


@pytest.fixture
async def meeting_id(scene):
    return await scene.called()


def typed(reply):
    return {f["id"]: f["value"] for f in reply.form["fields"]}


PROPOSAL = {"title": "Ein tittel", "kind": "advice", "background": "Mykje tekst som ikkje må bli borte"}


async def test_an_unknown_command_is_answered_in_ones_own_language(scene):
    for who, words in (
        (ASTRID, "Det kan ikkje lisbot gjere. Skriv «hjelp» for å sjå kva du kan be om."),
        (BJORN, "Det kan ikke lisbot gjøre. Skriv «hjelp» for å se hva du kan be om."),
        (ELI, "lisbot cannot do that. Write ‘help’ to see what you can ask for."),
    ):
        for name in ("vote.rig", "", "__class__", "vote.cast\n"):
            reply = await scene.refused(who, name)
            assert (reply.status, reply.words) == (404, words)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"title": ""}, "title", "Fyll ut dette feltet."),
        ({"title": "   "}, "title", "Fyll ut dette feltet."),
        ({"title": ZWSP * 3}, "title", "Fyll ut dette feltet."),
        ({"title": "\u3164"}, "title", "Fyll ut dette feltet."),
        ({"title": None}, "title", ""),
        ({"title": 7}, "title", ""),
        ({"title": ["a"]}, "title", ""),
        ({"title": {"a": "b"}}, "title", ""),
        ({"title": "x" * 201}, "title", "201"),
        ({"title": "x" * 100_000}, "title", "100000"),
        ({"background": "x" * 100_000}, "background", "100000"),
        ({"title": f"a{NUL}b"}, "title", "U+0000"),
        ({"title": "a\x1b[31mb"}, "title", "U+001B"),
        ({"title": f"a{RLO}b"}, "title", "U+202E"),
        ({"background": f"a{RLO}b"}, "background", "U+202E"),
        ({"title": "\ud800"}, "title", ""),
        ({"kind": "vedtak"}, "kind", "ikkje eit av vala"),
        ({"kind": 1}, "kind", ""),
        ({"duration_minutes": "mange"}, "duration_minutes", "heilt tal"),
        ({"duration_minutes": "0"}, "duration_minutes", "1"),
        ({"duration_minutes": "481"}, "duration_minutes", "480"),
        ({"duration_minutes": 1.5}, "duration_minutes", "heilt tal"),
        ({"duration_minutes": True}, "duration_minutes", "heilt tal"),
        ({"duration_minutes": "9" * 5_000}, "duration_minutes", ""),
        ({"duration_minutes": "9" * 100_000}, "duration_minutes", ""),
        ({"confidential": "kanskje"}, "confidential", ""),
        ({"links": "javascript:alert(1)"}, "links", "https://"),
        ({"links": "https://ok.example\nftp://nei.example"}, "links", "https://"),
        ({"hemmeleg": "x"}, "hemmeleg", "høyrer ikkje heime"),
        ({"by_id": 1}, "by_id", "høyrer ikkje heime"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_wrong_arguments_are_each_told_where_they_stand(scene, meeting_id, wrong, field, words):
    reply = await scene.refused(ASTRID, "proposal.submit", **{"meeting_id": meeting_id} | PROPOSAL | wrong)
    assert (reply.status, reply.lang, set(reply.fields)) == (422, "nn", {field})
    assert words in reply.fields[field]
    assert reply.shows == "form" and reply.form["context"]["meeting_id"] == meeting_id
    kept = typed(reply)
    for name, value in PROPOSAL.items():
        if name not in wrong:
            assert kept[name] == value
    if isinstance(wrong.get(field), str) and field in ("title", "background", "links"):
        assert kept[field] == without_halves(wrong[field])


async def test_all_that_is_wrong_is_told_at_once(scene, meeting_id):
    reply = await scene.refused(ELI, "proposal.submit", meeting_id=meeting_id, kind="x", duration_minutes="y", z=1)
    assert set(reply.fields) == {"title", "kind", "duration_minutes", "z"}


@pytest.mark.parametrize("given", [0, -1, 2**31, 10**30, "x", "1; DROP TABLE", "", None, 1.5, True, [], {}, "１x"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_an_id_that_is_none_is_refused(scene, given):
    for name, field in (
        ("vote.show", "vote_id"),
        ("vote.close", "vote_id"),
        ("proposal.accept", "proposal_id"),
    ):
        assert (await scene.refused(RAGNHILD, name, **{field: given})).status in (404, 422)


@pytest.mark.parametrize(
    "day",
    [
        "2027-02-29",
        "31.04.2027",
        "2027-13-01",
        "0001-01-01",
        "9999-12-31",
        20270310,
        0,
        True,
        [],
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_date_that_does_not_exist_is_refused(scene, day):
    planned = await scene.planned()
    reply = await scene.refused(RAGNHILD, "meeting.move", meeting_id=planned, day=day, place="Et nytt sted")
    assert set(reply.fields) == {"day"}
    assert typed(reply)["place"] == "Et nytt sted"
    assert set((await scene.refused(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates=[day])).fields) == {
        "dates"
    }


@pytest.mark.parametrize("hour", ["24:00", "9:60", "ni", 9, 540, True])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_hour_that_does_not_exist_is_refused(scene, hour):
    given = {"body_id": scene.body_id, "dates": "2027-03-10", "starts": hour}
    assert set((await scene.refused(RAGNHILD, "year_plan.set_dates", **given)).fields) == {"starts"}


@pytest.mark.parametrize("text", HOSTILE)
async def test_ordinary_text_however_odd_is_kept_as_it_was_typed(scene, meeting_id, text):
    await scene.ok(
        ASTRID,
        "proposal.submit",
        meeting_id=meeting_id,
        title=text,
        kind="advice",
        background=text,
        wording=text,
    )
    assert (await scene.one(Proposal)).title == unicodedata.normalize("NFC", text)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=1)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    sheet = await scene.sheet(ELI, "meeting.show", meeting_id=meeting_id)
    assert unicodedata.normalize("NFC", text) in sheet.sections[-1].rows[0].title
    for who in (ASTRID, RAGNHILD, HILDE):
        shown = await member(scene.runtime, who)("agenda.show", meeting_id=meeting_id)
        assert shown.status == 200 and json.dumps(shown.card)


async def test_a_stale_card_says_what_has_happened_and_keeps_what_was_typed(scene):
    proposal_id = await scene.proposed()
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal_id)
    change = {"proposal_id": proposal_id, "title": "Endra", "kind": "advice", "background": "Lang tekst"}
    reply = await scene.refused(ASTRID, "proposal.edit", **change)
    assert (reply.status, reply.key) == (409, "proposal_settled")
    assert "«Felles rotasjon»" in reply.words
    assert typed(reply)["background"] == "Lang tekst"
    scene.at(2027, 3, 10, 15, 0)
    late = {"meeting_id": 1, "title": "For seint", "kind": "advice", "background": "Lang tekst"}
    reply = await scene.refused(ASTRID, "proposal.submit", **late)
    assert (reply.key, typed(reply)["background"]) == ("meeting_over", "Lang tekst")
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=2, title="Ny", kind="advice")
    gone = (await scene.one(AgendaItem, title="Ny")).id
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=gone)
    reply = await scene.refused(RAGNHILD, "agenda_item.edit", item_id=gone, title="Ny", kind="advice")
    assert (reply.status, reply.view) == (404, None)


async def test_every_form_can_be_asked_for_with_nonsense(scene):
    """No command's form fails on what a stale or forged card sends for it."""
    await scene.asked()
    values: tuple[Any, ...] = ("nonsens", 10**12, True, 1)
    if scene.runtime.db.is_sqlite:  # what is of no kind that a field takes comes to no statement: once is enough
        values += (None, [1], {"a": 1})
    for name, command in COMMANDS.items():
        for value in values:
            given = dict.fromkeys(command.parameters, value)
            for who in (RAGNHILD, ASTRID):
                assert (await form(scene.runtime, who)(name, **given)).status < 500
                assert (await scene(who, name, **given)).status < 500


async def test_two_people_cannot_have_one_address(scene):
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError):
        async with scene.runtime.db.write() as db:
            db.add(Person(key="to", name="En annen", email=ASTRID.upper()))


async def test_a_failure_is_told_with_a_reference_and_without_what_was_typed(scene, caplog):
    """The one place where a traceback belongs: a bug. What somebody typed is not in it."""
    from sqlalchemy import text as sql

    async with scene.runtime.db.write() as db:
        await db.execute(sql("ALTER TABLE proposal RENAME TO gone"))
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-03-10")
    reply = await scene(ASTRID, "proposal.submit", meeting_id=1, title="Løyndom 123", kind="advice")
    assert reply.status == 500
    record = caplog.records[-1]
    assert record.exc_info and record.getMessage().split()[-1] in reply.words
    assert "Løyndom" not in caplog.text
    caplog.clear()
