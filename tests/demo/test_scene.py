"""What a visitor to the demo finds, and whom they may be."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from browser import Visitor
from dumps import dump, rows
from lisbot import packs
from lisbot.council.enums import FollowUpState, MinutesState, ProposalState, ReferralState
from lisbot.council.models import AgendaItem, Meeting, Proposal, Referral, ReferralAnswer, RollEntry, Term, Vote
from lisbot.demo.controls import Controls
from lisbot.demo.scene import REGUT, YLF, set_scene
from lisbot.demo.steps import working_day
from lisbot.demo.travelled import DIRECTORS_MEETING, REGUT_HMN
from pages import serve_pages
from people import member


@pytest.fixture(params=[datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2027, 12, 31, 23, 30, tzinfo=UTC)], ids=str)
async def demo(request, runtime, clock):
    """The demo's councils, on a day in autumn, and on the last night of a year."""
    clock.at = request.param
    for place in packs.SHIPPED:
        assert (await packs.load(runtime, place)).faults == []
    await set_scene(runtime)
    return runtime


async def test_one_meeting_is_behind_and_one_is_being_prepared(demo):
    today = demo.now().astimezone(demo.tz).date()
    held, coming, *later = (await rows(demo.db, Meeting))[:4]
    assert held.held_on < today < coming.held_on and len(later) == 2
    assert held.minutes_state is MinutesState.APPROVED
    states = [proposal.state for proposal in await rows(demo.db, Proposal, meeting_id=coming.id)]
    assert states.count(ProposalState.SENT) == 2 and len(states) == 3
    closed, still_open = await rows(demo.db, Vote)
    assert closed.closed_at is not None and still_open.closed_at is None
    answered = [row for row in await rows(demo.db, RollEntry, vote_id=still_open.id) if row.choice]
    assert len(answered) == 1


async def test_the_secretariat_and_the_members_have_something_to_do(demo):
    work = await member(demo, REGUT)("worklist.show")
    assert [status.waiting for status in work.view.overseen] == [2]
    asked = await member(demo, YLF)("worklist.show")
    assert len(asked.view.votes) == 1
    check = await member(demo, REGUT)("log.verify")
    assert check.view.fault is None and check.view.lines + check.view.unlinked > 30


async def test_a_demo_that_was_stopped_goes_on_from_where_it_stood(demo):
    before = await dump(demo.db)
    await set_scene(demo)
    assert await dump(demo.db) == before


async def test_every_part_is_played_by_up_to_three_people_of_different_organisations(demo):
    controls = Controls(demo, forward=None, mailbox=None)
    personas = await controls.personas()
    parts = [persona.part for persona in personas]
    assert list(dict.fromkeys(parts)) == ["secretary", "representative", "deputy", "union", "reader"]
    assert max(map(parts.count, parts)) == 3
    assert len({(persona.part, persona.organisation) for persona in personas}) == len(personas)
    assert len({persona.person_id for persona in personas}) == len(personas)
    for persona in personas:
        assert await controls.may_become(persona.person_id)
    assert not await controls.may_become(0)


async def test_whoever_no_longer_plays_a_part_is_not_among_them(demo, clock):
    ended = [term for term in await rows(demo.db, Term) if term.to_on and term.to_on < clock().date()]
    holding = {term.person_id for term in await rows(demo.db, Term) if term.to_on is None}
    assert ended
    controls = Controls(demo, forward=None, mailbox=None)
    for term in ended:
        assert await controls.may_become(term.person_id) == (term.person_id in holding)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2027-03-24", "2027-03-24"),
        ("2027-03-25", "2027-03-30"),
        ("2026-12-25", "2026-12-28"),
        ("2027-05-15", "2027-05-18"),
    ],
)
def test_meetings_are_on_working_days(day, expected):
    """Easter, Christmas, and a weekend before 17 May."""
    assert str(working_day(datetime.fromisoformat(day).date())) == expected


async def test_the_front_page_leads_to_the_case_that_has_travelled_as_each_of_its_people(demo):
    async with serve_pages(demo, demo=True) as server:
        for part in ("Har sendt saken videre", "Har foreslått saken", "Har ikke sagt hva sykehuset har gjort"):
            async with Visitor(server) as visitor:
                await visitor.get("/")
                assert "Lengden på rotasjonen til St. Olavs hospital" in visitor.page
                (words,) = {each.words for each in visitor.buttons if part in each.words}
                await visitor.press(words)
                assert (visitor.status, visitor.url.path) == (200, "/show/journey.show")
                assert DIRECTORS_MEETING in visitor.page


async def test_helsedirektoratet_is_there_to_choose_for_a_consultation(demo):
    for leader in (REGUT, REGUT_HMN):
        kept = (await member(demo, leader)("outside_party.list")).view
        assert "Helsedirektoratet" in [party.name for party in kept.parties]


async def test_one_case_has_travelled_and_six_of_eight_hospitals_have_said_what_they_did(demo):
    helge = member(demo, REGUT_HMN)
    (referral,) = await rows(demo.db, Referral)
    shown = (await helge("referral.show", referral_id=referral.id)).view
    assert (shown.receiver, shown.cause, shown.state) == (DIRECTORS_MEETING, "no_agreement", ReferralState.ANSWERED)
    (answer,) = await rows(demo.db, ReferralAnswer)
    (home,) = await rows(demo.db, AgendaItem, id=answer.home_item_id)
    (coming,) = await rows(demo.db, Meeting, id=home.meeting_id)
    assert coming.held_on > demo.now().astimezone(demo.tz).date() and home.case_id == referral.case_id
    (asked,) = await rows(demo.db, AgendaItem, id=referral.item_id)
    (held,) = await rows(demo.db, Meeting, id=asked.meeting_id)
    matrix = (await helge("carry_through.show", body_id=held.body_id, year=held.held_on.year)).view
    (case,) = matrix.cases
    assert Counter(each.state for answers in case.answers for each in answers) == {
        FollowUpState.INTRODUCED: 2,
        FollowUpState.RAISED: 1,
        FollowUpState.WILL_BE: 1,
        FollowUpState.WAITS: 1,
        FollowUpState.NOT_RELEVANT: 1,
        FollowUpState.OPEN: 2,
    }
    assert {each.organisation.short_name: each.is_represented for each in matrix.silent} == {
        "HNT": False,
        "Volda": True,
    }
