"""A council's year, from its dates to its approved minutes, as the people in it live it.

Nobody here calls a function of lisbot's: they write and press in Teams and Slack, follow links and send forms
on the pages, and run `lisbot` at a terminal. What is sent to them is what the outbox really sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from story import chapter_agenda, chapter_before, chapter_later, chapter_meeting
from story.cast import Story
from story.world import World, lisbot_at_work

CHAPTERS = (
    chapter_before.lisbot_is_installed,
    chapter_before.everybody_is_answered_in_their_language,
    chapter_before.a_year_is_planned_by_hand,
    chapter_before.a_year_is_planned_from_a_file,
    chapter_before.the_call_opens_by_itself,
    chapter_before.items_are_proposed_in_chat,
    chapter_before.items_are_proposed_on_the_pages,
    chapter_before.the_call_closes_at_its_deadline,
    chapter_agenda.proposals_are_triaged,
    chapter_agenda.the_agenda_is_a_draft,
    chapter_agenda.the_notice_is_sent,
    chapter_agenda.a_change_is_told_once,
    chapter_agenda.people_answer,
    chapter_meeting.the_chair_puts_a_question,
    chapter_meeting.a_secret_question_closes_by_itself,
    chapter_meeting.everybody_counts_once,
    chapter_meeting.minutes_grow_out_of_the_agenda,
    chapter_meeting.somebody_takes_over_a_seat,
    chapter_meeting.names_are_published_with_consent,
    chapter_meeting.the_next_meeting_has_what_was_postponed,
    chapter_meeting.what_came_of_it_is_found,
    chapter_later.a_seat_changes_hands_after_the_notice,
    chapter_later.two_secretaries_write_at_once,
    chapter_later.a_mistaken_question_is_withdrawn,
    chapter_later.the_meeting_is_moved,
    chapter_later.a_meeting_is_cancelled_and_its_cases_carried,
    chapter_later.minutes_are_reopened_and_approved_again,
    chapter_meeting.nothing_went_wrong,
)


@dataclass(frozen=True)
class Telling:
    """In which platforms lisbot works, and in which of them each colleague is."""

    platforms: Sequence[str]
    homes: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)  # where somebody comes to besides


COLLEAGUES = ("Kari", "Astrid", "Frode", "Eli", "Pål", "Siri", "Ola")
TELLINGS = {
    "teams": Telling(["teams"], dict.fromkeys(COLLEAGUES, "teams")),
    "slack": Telling(["slack"], dict.fromkeys(COLLEAGUES, "slack")),
    "mixed": Telling(
        ["teams", "slack"],
        {
            **dict.fromkeys(["Kari", "Eli", "Pål"], "teams"),
            **dict.fromkeys(["Astrid", "Frode", "Siri", "Ola"], "slack"),
        },
        also={"Eli": "slack"},
    ),
}


@pytest.fixture(params=TELLINGS)
def telling(request):
    return TELLINGS[request.param]


@pytest.fixture
async def world(database_url, clock, telling, unused_tcp_port_factory, monkeypatch, capsys):
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    async with lisbot_at_work(database_url, clock, ports, monkeypatch, capsys, telling.platforms) as world:
        yield world


async def test_the_year(world: World, telling: Telling, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    story = Story(world, tmp_path, caplog, telling.homes, telling.also)
    for chapter in CHAPTERS:
        await chapter(story)
