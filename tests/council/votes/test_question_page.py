"""What the page of a question shows: its answers first, the chosen one marked, how many of how many, who said what."""

from builders import ASTRID, BJORN, ELI, HILDE, RAGNHILD, seat, term
from lisbot.council.enums import Standing
from lisbot.council.models import Body, Organisation, Person


def bars(sheet):
    return [(bar.title, bar.value) for part in sheet.sections for bar in part.bars]


async def test_the_chosen_answer_is_marked_and_of_a_secret_one_none(scene):
    for secret in (False, True):
        vote = await scene.question(body_id=scene.body_id, question=f"Hemmelig: {secret}?", secret=secret)
        sheet = await scene.sheet(BJORN, "vote.show", vote_id=vote)
        assert [each.is_chosen for each in sheet.answers] == [False, False, False]
        await scene.ok(BJORN, "vote.cast", vote_id=vote, choice="against")
        for command, given in (("vote.show", {}), ("vote.cast", {"choice": "against"})):
            sheet = await scene.sheet(BJORN, command, vote_id=vote, **given)
            assert [each.title for each in sheet.answers if each.is_chosen] == ([] if secret else ["Mot"])
        titles = [each["title"] for each in (await scene.card(BJORN, "vote.show", vote_id=vote))["body"][4]["actions"]]
        assert titles == ["For", "Mot" if secret else "✓ Mot", "Avholdende"]
        await scene.ok(BJORN, "vote.retract", vote_id=vote)
        assert not any(each.is_chosen for each in (await scene.sheet(BJORN, "vote.show", vote_id=vote)).answers)


async def test_of_more_answers_than_a_card_shows_none_is_before_another(scene):
    options = [f"Sted {number}" for number in range(1, 9)]
    vote = await scene.question(body_id=scene.body_id, form="single", options=options)
    assert len((await scene.sheet(BJORN, "vote.show", vote_id=vote)).answers) == 9
    (asks,) = (await scene.card(BJORN, "vote.show", vote_id=vote))["body"][4]["actions"]
    assert (asks["title"], asks["verb"], asks["data"]) == (
        "Svar",
        "ask",
        {"command": "vote.cast", "args": {"vote_id": vote}},
    )
    form = await scene.form(BJORN, "vote.cast", vote_id=vote)
    assert [each["title"] for each in form["fields"][0]["choices"]] == [*options, "Avholdende"]


async def test_the_result_is_of_all_who_could_answer_and_says_who_closed_it(scene):
    vote = await scene.question(body_id=scene.body_id)
    await scene.ok(BJORN, "vote.cast", vote_id=vote, choice="for")
    assert bars(await scene.sheet(RAGNHILD, "vote.show", vote_id=vote)) == []
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote)
    view = await scene.ok(BJORN, "vote.show", vote_id=vote)
    shown = bars(await scene.sheet(BJORN, "vote.show", vote_id=vote))
    left = view.entitled - 1
    of = f"av {view.entitled}"
    assert shown == [
        ("For", f"1 {of}"),
        ("Mot", f"0 {of}"),
        ("Avholdende", f"0 {of}"),
        ("Har ikke svart", f"{left} {of}"),
    ]
    assert view.closed_by == "Ragnhild Regut"
    sheet = await scene.sheet(BJORN, "vote.show", vote_id=vote)
    assert next(fact.value for fact in sheet.facts if fact.title == "Avsluttet").endswith("Ragnhild Regut")
    assert f"For: 1 {of}" in await scene.words(BJORN, "vote.show", vote_id=vote)


async def test_who_said_what_stands_by_organisation(scene):
    """The seats of one organisation stand together, whatever commas are in its name."""
    async with scene.runtime.db.write() as db:
        body, fjord = await db.get_one(Body, scene.body_id), await db.get_one(Organisation, 1)
        fjord.name = "Fjord, Det medisinske fakultet"
        second = seat(body, fjord, "Dekan", Standing.VOTING)
        second.key, second.position = "samrad-fjord-2", 9
        person = Person(key="nora", name="Nora Nes", email="nora@fjord.example", lang="nb")
        db.add_all([second, person])
        await db.flush()
        db.add(term(second, person))
    vote = await scene.question(body_id=scene.body_id)
    for who, choice in ((ASTRID, "for"), (BJORN, "for"), (ELI, "against"), ("nora@fjord.example", "abstain")):
        await scene.ok(who, "vote.cast", vote_id=vote, choice=choice)
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote)
    view = await scene.ok(BJORN, "vote.show", vote_id=vote)
    assert view.organisations[second.id] == "Fjord, Det medisinske fakultet"
    sheet = await scene.sheet(BJORN, "vote.show", vote_id=vote)
    rows = next(part.rows for part in sheet.sections if part.heading == "Svarene")
    assert [(row.title.rpartition(": ")[2], row.note) for row in rows] == [
        ("For", "Astrid Fjord"),
        ("Avholdende", "Nora Nes"),
        ("For", "Bjørn Ås"),
        ("Mot", "Eli Union"),
    ]


async def test_of_a_secret_question_nobodys_answer_is_listed(scene):
    vote = await scene.question(body_id=scene.body_id, secret=True)
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "vote.cast", vote_id=vote, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote)
    view = await scene.ok(RAGNHILD, "vote.show", vote_id=vote)
    assert view.ballots == () and view.counts["for"] == 3
    assert not any(
        part.heading == "Svarene" for part in (await scene.sheet(RAGNHILD, "vote.show", vote_id=vote)).sections
    )


async def test_the_items_background_and_papers_stand_beside_it_as_they_were_last_told(scene):
    meeting, item = await scene.published()
    given = {"item_id": item, "title": "Felles rotasjon", "kind": "advice"}
    told = {"background": "Slik er det i dag.", "wording": "Rådet tilrår.", "links": "https://papirer.example/1"}
    await scene.ok(RAGNHILD, "agenda_item.edit", **given, **told)
    vote = await scene.question(item_id=item)
    assert (await scene.ok(RAGNHILD, "vote.show", vote_id=vote)).background == "Slik er det i dag."
    assert (await scene.ok(BJORN, "vote.show", vote_id=vote)).background == ""  # not told yet
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting)
    view = await scene.ok(BJORN, "vote.show", vote_id=vote)
    assert (view.background, view.wording, view.links) == (*list(told.values())[:2], (told["links"],))
    (aside,) = [part for part in (await scene.sheet(BJORN, "vote.show", vote_id=vote)).sections if part.is_aside]
    assert told["links"] in aside.lines[-1]
    assert (await scene(HILDE, "vote.show", vote_id=vote)).status == 403


async def test_the_next_question_follows_once_this_one_is_answered(scene):
    first, second = [await scene.question(body_id=scene.body_id, question=each) for each in ("Én?", "To?")]
    assert (await scene.ok(BJORN, "vote.show", vote_id=first)).following is None
    await scene.ok(BJORN, "vote.cast", vote_id=first, choice="for")
    view = await scene.ok(BJORN, "vote.show", vote_id=first)
    assert view.following.id == second
    await scene.ok(BJORN, "vote.cast", vote_id=second, choice="for")
    assert (await scene.ok(BJORN, "vote.show", vote_id=first)).following is None
    assert (await scene.ok(RAGNHILD, "vote.show", vote_id=first)).following is None


async def test_its_letterhead_names_the_councils_region(scene):
    vote = await scene.question(body_id=scene.body_id)
    head = (await scene.sheet(RAGNHILD, "vote.show", vote_id=vote)).letterhead
    assert (head.sender, head.body) == ("Helse Sør", "Samordningsrådet")
