"""A year of what happens by itself, over both changes of the clock: whoever is told what and when is the same however
the clock ticks, and a stop of lisbot's, long or short, loses nothing that is still of use and repeats nothing."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest

import builders
from council.reminders.year import Year, done, steps, told, wall
from lisbot.council.models import Delivery, Meeting, Vote
from lisbot.db import Database
from lisbot.runtime import Runtime
from stages import Scene

IS_WHOLE = bool(os.environ.get("LISBOT_PROOFS"))  # make proofs; otherwise some weeks around the clock's changes
SPANS = (
    [(date(2026, 11, 30), date(2027, 12, 20))]
    if IS_WHOLE
    else [(date(2027, 3, 27), date(2027, 3, 31)), (date(2027, 10, 30), date(2027, 11, 3))]
)
SEEDS = range(20) if IS_WHOLE else range(1)
STOPS_END = date(2027, 12, 20) if IS_WHOLE else date(2027, 4, 20)


@pytest.fixture
async def new_year(sqlite_template, tmp_path, clock):
    """A council at the beginning of its year, in a database of its own: as many as are asked for."""
    opened = []

    async def new(name, like=None):
        """`like`: another council's year that this one goes on from."""
        path = tmp_path / f"{name}.db"
        if like is not None:
            with closing(sqlite3.connect(str(like.scene.runtime.db.url.database))) as db:
                db.execute("VACUUM INTO ?", (str(path),))
        else:
            shutil.copy(sqlite_template, path)
        opened.append(Database(f"sqlite+aiosqlite:///{path}"))
        runtime = Runtime(opened[-1], clock, builders.OSLO, key=b"k" * 32, base_url="http://127.0.0.1:3978")
        year = Year(Scene(runtime, clock, like.scene.body_id if like else await builders.council(runtime.db)))
        if like is None:
            await year.plan()
        return year

    yield new
    for db in opened:
        await db.close()


async def test_hour_by_hour_and_from_one_due_moment_to_the_next_are_the_same_event_by_event(new_year):
    by_moment = await new_year("moment")
    for starts, ends in SPANS:
        by_moment.ends = starts
        if by_moment.starts < starts:  # the months before, from one moment to the next
            await by_moment.when_due()
        by_hour = await new_year(f"hour{starts}", like=by_moment)
        for year in (by_hour, by_moment):
            year.starts, year.ends = starts, ends
        await by_hour.every_hour()
        await by_moment.when_due()
        assert await told(by_hour.scene) == await told(by_moment.scene)
        assert await done(by_hour.scene) == await done(by_moment.scene)
        by_moment.starts = ends
    kinds = {each.kind for each in await by_moment.scene.all(Delivery)}
    assert kinds >= {
        "call_opened",
        "call_reminder",
        "call_closed_silent",
        "agenda_due",
        "notice_due",
        "notice_reminder",
    }
    assert kinds >= {"notice_unheard", "meeting_reminder", "vote_reminder", "vote_unheard", "vote_closed"}
    assert kinds >= {"comments_reminder", "follow_up_reminder"}


async def test_random_stops_lose_nothing_that_is_of_use_and_repeat_nothing(new_year):
    whole = await new_year("whole")
    whole.ends = STOPS_END
    await whole.when_due()
    everything = await steps(whole.scene)
    for seed in SEEDS:
        year = await new_year(f"stops{seed}")
        year.ends = STOPS_END
        year.stop_now_and_then(seed)
        await year.when_due()
        scene = year.scene
        taken = await steps(scene)
        ids = {each.id: each for each in await scene.all(Meeting)}
        odd = {each for each in taken - everything if not is_of_late_deed(each)}
        assert odd == set(), seed
        for meeting in ids.values():
            if meeting.held_on > STOPS_END:
                continue
            assert meeting.call_opened_at is not None and meeting.call_closed_at is not None, seed
            assert meeting.call_closed_at >= wall(meeting.call_closes_on + timedelta(days=1), 0)
        assert all(vote.closed_at is not None and vote.closed_at >= vote.closes_at for vote in await scene.all(Vote))
        for each in await scene.all(Delivery):
            if each.kind in ("notice_reminder", "meeting_reminder") and each.subject:
                assert each.next_at < ids[int(each.subject.partition(":")[2])].starts_at, seed
            if each.kind == "call_reminder" and each.subject:
                closes_on = ids[int(each.subject.partition(":")[2])].call_closes_on
                assert each.next_at < wall(closes_on + timedelta(days=1), 0), seed
        asked = [(d.subject, d.person_id, d.kind, d.made_at) for d in await scene.all(Delivery) if "remind" in d.kind]
        assert len(asked) == len(set(asked)), seed
        days = [(subject, person, kind, at.date()) for subject, person, kind, at in asked]
        assert len(days) == len(set(days)), f"{seed}: somebody was reminded twice of the same in one day"


def is_of_late_deed(step):
    """Whether a step comes of what somebody did later than planned, because lisbot was away."""
    return step[0].startswith("vote:") or step[1] in ("comments", "follow_up", "minutes_due", "notice_due", "notice")
