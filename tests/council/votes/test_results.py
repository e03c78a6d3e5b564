"""What a count means: majorities as Norwegians mean them, ties, and which option won, wherever the verdict is told."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import update

import builders
from builders import ASTRID, BJORN, ELI, FRODE, RAGNHILD
from lisbot.council.enums import Majority, Quorum, Standing, TieRule, Verdict
from lisbot.council.models import Body, Organisation, Person, RollEntry, Seat, Term, Vote
from stages import Scene

PLACES = ("Oslo", "Bergen", "Tromsø")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def council(runtime, clock, *, seats=3, **rules):
    """A council of so many voting seats. The first three are Astrid's, Bjørn's, who chairs, and Eli's."""
    scene = Scene(runtime, clock, await builders.council(runtime.db, **rules))
    voters = [ASTRID, BJORN, ELI]
    async with runtime.db.write() as db:
        body, fjord = await db.get_one(Body, scene.body_id), await db.get_one(Organisation, 1)
        for n in range(3, seats):
            email = f"person{n}@fjord.example"
            seat = builders.seat(body, fjord, "Representant", Standing.VOTING)
            seat.key, seat.position = f"samrad-more-{n}", 10 + n
            person = Person(key=f"person{n}", name=f"Person {n}", email=email, lang="nb")
            db.add_all([seat, person])
            await db.flush()
            db.add(builders.term(seat, person))
            voters.append(email)
    return scene, voters


async def result(scene, voters, answers, **question):
    """What comes of it, by the answers in the order of the voters. None: no answer."""
    vote_id = await scene.question(**({"body_id": scene.body_id} | question))
    for who, choice in zip(voters, answers, strict=False):
        if choice:
            await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice)
    return await scene.done(RAGNHILD, "vote.close", vote_id=vote_id)


def spread(**numbers):
    return list(Counter(numbers).elements())


@pytest.mark.parametrize(
    ("majority", "counts", "verdict", "winner"),
    [
        (Majority.SIMPLE, (6, 5, 4), Verdict.PASSED, "Oslo"),
        (Majority.SIMPLE, (5, 5, 4), Verdict.TIE, None),
        (Majority.SIMPLE, (2, 3, 0), Verdict.PASSED, "Bergen"),
        (Majority.MORE_THAN_HALF, (6, 5, 4), Verdict.FAILED, None),
        (Majority.MORE_THAN_HALF, (4, 4, 2), Verdict.FAILED, None),
        (Majority.MORE_THAN_HALF, (3, 3, 0), Verdict.TIE, None),
        (Majority.MORE_THAN_HALF, (4, 2, 1), Verdict.PASSED, "Oslo"),
        (Majority.MORE_THAN_HALF, (2, 1, 1), Verdict.FAILED, None),
        (Majority.TWO_THIRDS, (4, 1, 1), Verdict.PASSED, "Oslo"),
        (Majority.TWO_THIRDS, (2, 2, 0), Verdict.FAILED, None),
        (Majority.ABSOLUTE, (4, 1, 0), Verdict.PASSED, "Oslo"),
        (Majority.UNANIMOUS, (4, 1, 0), Verdict.FAILED, None),
        (Majority.UNANIMOUS, (0, 4, 0), Verdict.PASSED, "Bergen"),
        (Majority.SIMPLE, (0, 0, 0), Verdict.FAILED, None),
        (None, (6, 5, 4), Verdict.NO_RULE, None),
    ],
)
async def test_which_of_three_places_won(runtime, clock, majority, counts, verdict, winner):
    scene, voters = await council(runtime, clock, seats=max(3, sum(counts)), majority=majority)
    answers = spread(**dict(zip(PLACES, counts, strict=True)))
    done = await result(scene, voters, answers, form="single", options="\n".join(PLACES))
    assert (done.view.verdict, done.view.winner) == (verdict, winner)
    said = str(done.sheet)
    if winner:
        assert f"«{winner}» fikk flertall" in done.sheet.state
        assert done.sheet.status == "good"
    if verdict is Verdict.TIE:
        assert "Stemmelikhet mellom Oslo og Bergen" in said and done.view.tied == ("Oslo", "Bergen")
    if verdict is Verdict.FAILED:
        assert "Ingen av svarene fikk flertall" in said


@pytest.mark.parametrize(
    ("answers", "tie_rule", "more", "verdict", "said"),
    [
        ("for for against against", None, {}, Verdict.TIE, "Rådet har ingen regel for det"),
        ("for for against against", TieRule.FAILS, {}, Verdict.FAILED, "forslaget faller"),
        ("against for for against", TieRule.CHAIR, {}, Verdict.PASSED, "leders stemme teller dobbelt"),
        ("for against for against", TieRule.CHAIR, {}, Verdict.FAILED, "leders stemme teller dobbelt"),
        ("for abstain against abstain", TieRule.CHAIR, {}, Verdict.TIE, "Leder har ikke stemt"),
        ("for - against -", TieRule.CHAIR, {}, Verdict.TIE, "Leder har ikke stemt"),
        ("for for against against", TieRule.CHAIR, {"secret": True}, Verdict.TIE, "stemmene er hemmelige"),
        ("for for for against", TieRule.CHAIR, {}, Verdict.PASSED, "Forslaget fikk tilslutning"),
        ("agree remarks disagree disagree", None, {"form": "consent"}, Verdict.TIE, "Rådet har ingen regel"),
        ("Oslo Bergen Oslo Bergen", TieRule.CHAIR, {"form": "single"}, Verdict.PASSED, "«Bergen» fikk flertall"),
        ("Oslo Tromsø Oslo Bergen Bergen", TieRule.CHAIR, {"form": "single"}, Verdict.TIE, "Leder har ikke stemt"),
        ("Oslo Bergen", TieRule.FAILS, {"form": "single"}, Verdict.FAILED, "Ingen av svarene fikk flertall"),
    ],
)
async def test_a_tie_is_a_tie_unless_a_rule_is_set(runtime, clock, answers, tie_rule, more, verdict, said):
    choices = [None if each == "-" else each for each in answers.split()]
    scene, voters = await council(
        runtime, clock, seats=max(4, len(choices)), majority=Majority.SIMPLE, tie_rule=tie_rule
    )
    if more.get("form") == "single":
        more = more | {"options": "\n".join(PLACES)}
    if more.get("form") == "consent":
        vote_id = await scene.question(body_id=scene.body_id, **more)
        for who, choice in zip(voters, choices, strict=True):
            await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice, reason="Fordi")
        done = await scene.done(RAGNHILD, "vote.close", vote_id=vote_id)
    else:
        done = await result(scene, voters, choices, **more)
    assert done.view.verdict is verdict
    (section,) = [each for each in done.sheet.sections if each.heading == "Resultat"]
    assert said in " ".join(section.lines)
    assert (await scene.one(Vote)).result["tie_rule"] == tie_rule


@pytest.mark.parametrize("majority", [Majority.TWO_THIRDS, Majority.ABSOLUTE, Majority.UNANIMOUS])
async def test_a_tie_that_falls_short_anyway_falls(runtime, clock, majority):
    scene, voters = await council(runtime, clock, seats=4, majority=majority, tie_rule=TieRule.CHAIR)
    done = await result(scene, voters, ["for", "for", "against", "against"])
    assert (done.view.verdict, done.view.tied) == (Verdict.FAILED, ())


@pytest.mark.parametrize("is_held", [True, False])
async def test_the_deputy_of_a_chair_that_nobody_holds_decides_no_tie(runtime, clock, is_held):
    scene, _ = await council(runtime, clock, seats=4, majority=Majority.SIMPLE, tie_rule=TieRule.CHAIR)
    async with runtime.db.write() as db:
        frode = (await scene.one(Person, email=FRODE)).id
        seat_id = await scene.seat("aas")
        db.add(builders.term(await db.get_one(Seat, seat_id), await db.get_one(Person, frode), rank=1))
        if not is_held:
            await db.execute(
                update(Term).where(Term.seat_id == seat_id, Term.rank == 0).values(to_on=date(2026, 1, 31))
            )
    chair = BJORN if is_held else FRODE
    done = await result(scene, [chair, ASTRID], ["for", "against"])
    assert done.view.verdict is (Verdict.PASSED if is_held else Verdict.TIE)
    assert [entry.is_chair for entry in await scene.all(RollEntry) if entry.seat_id == seat_id] == [is_held]


async def test_a_recused_chair_and_one_whose_seat_chairs_no_more_decide_no_tie(runtime, clock):
    scene, _ = await council(runtime, clock, seats=4, majority=Majority.SIMPLE, tie_rule=TieRule.CHAIR)
    vote_id = await scene.question(body_id=scene.body_id)
    async with runtime.db.write() as db:
        for entry in await scene.all(Seat, chairs=True):
            (await db.get_one(Seat, entry.id)).chairs = False
        (await db.get_one(Body, scene.body_id)).tie_rule = TieRule.FAILS
    assert [e.holder for e in await scene.all(RollEntry) if e.is_chair] == ["Bjørn Ås"], "frozen as the question opened"
    await scene.ok(RAGNHILD, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat("aas"), reason="Part")
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)).verdict is Verdict.TIE


@pytest.mark.parametrize("form", ["motion", "single", "consent"])
async def test_whoever_abstains_has_answered_and_is_on_neither_side(runtime, clock, form):
    scene, _ = await council(runtime, clock, seats=3, majority=Majority.MORE_THAN_HALF, quorum=Quorum.TWO_THIRDS)
    yes = {"motion": "for", "single": "Oslo", "consent": "agree"}[form]
    more = {"form": form} | ({"options": "Oslo\nBergen\nAvholdende"} if form == "single" else {})
    vote_id = await scene.question(body_id=scene.body_id, **more)
    asked = await scene.form(ASTRID, "vote.cast", vote_id=vote_id)
    titles = [choice["title"] for choice in asked["fields"][0]["choices"]]
    assert titles.count("Avstår") == 1
    assert any(
        a.arguments.get("choice") == "abstain" for a in (await scene.ok(ELI, "vote.show", vote_id=vote_id)).actions
    )
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="abstain")
    await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice=yes)
    done = await scene.done(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (done.view.verdict, done.view.counts["abstain"], done.view.answered) == (Verdict.PASSED, 1, 2)
    assert "Avholdende" in str(done.sheet)


async def test_a_question_from_before_there_was_abstaining_is_read_and_answered(runtime, clock):
    scene, _ = await council(runtime, clock)
    vote_id = await scene.question(body_id=scene.body_id, form="consent")
    async with runtime.db.write() as db:
        (await db.get_one(Vote, vote_id)).options = ["agree", "remarks", "disagree"]
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="abstain")
    shown = await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert shown.counts == {"agree": 0, "remarks": 0, "disagree": 0, "abstain": 1}


@pytest.mark.parametrize(("quorum", "answers"), [(Quorum.HALF, 0), (Quorum.HALF, 1), (Quorum.MORE_THAN_HALF, 2)])
async def test_the_edges_of_a_quorum(runtime, clock, quorum, answers):
    scene, voters = await council(runtime, clock, seats=4, majority=Majority.SIMPLE, quorum=quorum)
    done = await result(scene, voters, ["for"] * answers)
    assert done.view.verdict is Verdict.NO_QUORUM
    again = await result(scene, voters, ["for"] * (answers + (2 if answers == 0 else 1)), question="En gang til?")
    assert again.view.verdict is Verdict.PASSED


async def test_where_all_are_recused_nobody_is_a_quorum(runtime, clock):
    scene, _ = await council(runtime, clock, majority=Majority.SIMPLE, quorum=Quorum.HALF)
    vote_id = await scene.question(body_id=scene.body_id)
    for key in ("fjord", "aas", "union"):
        await scene.ok(RAGNHILD, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat(key))
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)).verdict is Verdict.NO_QUORUM


async def test_minutes_and_agenda_say_what_won_and_who_was_recused_and_why(runtime, clock):
    scene, _ = await council(runtime, clock, majority=Majority.SIMPLE)
    _, item_id = await scene.published()
    scene.at(2027, 3, 10, 10)
    vote_id = await scene.question(item_id=item_id, form="single", options="Oslo\nBergen")
    await scene.ok(RAGNHILD, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat("union"), reason="Søker selv")
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="Bergen")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    for who, command in ((ASTRID, "meeting.show"), (RAGNHILD, "minutes.show")):
        said = str(await scene.sheet(who, command, meeting_id=1))
        assert "Oslo: 0, Bergen: 1" in said
        assert ("«Bergen» fikk flertall" in said) or ("«Bergen» fekk fleirtal" in said)
        assert "Eli Union (Søker selv)" in said
    (vote,) = (await scene.ok(RAGNHILD, "minutes.show", meeting_id=1)).items[1].votes or (
        await scene.ok(RAGNHILD, "minutes.show", meeting_id=1)
    ).items[0].votes
    assert (vote.winner, vote.recused[0].reason) == ("Bergen", "Søker selv")


async def test_a_council_without_a_majority_rule_is_told_so_once_in_the_minutes_and_with_no_vote(runtime, clock):
    scene, voters = await council(runtime, clock)
    _, item_id = await scene.published()
    scene.at(2027, 3, 10, 10)
    await result(scene, voters, ["for"], item_id=item_id, body_id=None)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    sheet = await scene.sheet(RAGNHILD, "minutes.show", meeting_id=1)
    said = str(sheet)
    assert "For: 1" in said and said.count("Ingen flertallsregel") == 1
    (of_the_vote,) = [section for section in sheet.sections if "For: 1" in str(section)]
    assert "flertallsregel" not in str(of_the_vote).lower()


async def test_a_councils_page_says_its_tie_rule_and_how_many_a_secret_result_takes(runtime, clock):
    scene, _ = await council(runtime, clock)
    said = await scene.words(BJORN, "body.show", body_id=scene.body_id)
    assert "Regel for stemmelikhet" in said and "minst 3 (ikke satt)" in said
    async with runtime.db.write() as db:
        body = await db.get_one(Body, scene.body_id)
        body.tie_rule, body.secret_minimum, body.majority = TieRule.CHAIR, 5, Majority.MORE_THAN_HALF
    rules = {fact.title: fact.value for s in (await scene.sheet(BJORN, "body.show", body_id=scene.body_id)).sections
             for fact in s.facts}  # fmt: skip
    assert rules["Regel for stemmelikhet"] == "leders stemme teller dobbelt"
    assert rules["Svar før et hemmelig resultat vises"] == "5"
    assert rules["Flertallsregel"].startswith("alminnelig flertall")
