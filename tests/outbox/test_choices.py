"""Through what people are told: as they chose, else where they were seen last, else by mail."""

from dataclasses import replace

import pytest

from lisbot.channels.slack.messages import from_outbox, message_bodies
from lisbot.channels.teams.sender import compose_activity
from lisbot.council.delivery import groups
from lisbot.council.delivery.choices import GROUP_OF
from lisbot.council.delivery.groups import group_of
from lisbot.council.enums import NotificationGroup
from lisbot.council.models import Account, ChannelChoice
from lisbot.outbox import Outbox
from lisbot.texts import catalogue
from outbox.chat import Chat

G = NotificationGroup


def test_every_kind_of_message_is_about_something_one_may_choose_for():
    assert {kind: group_of(kind) for kind in catalogue("nb")["notification"] if group_of(kind) is None} == {}
    assert [group_of(kind) for kind in ("vote_reminder", "notice_due", "notice", "comment_answered")] == [
        G.VOTE,
        G.DAILY,
        G.NOTICE,
        G.MINUTES,
    ]


@pytest.fixture
def choose(runtime, cast, monkeypatch):
    monkeypatch.setitem(groups.BEGINNINGS, "sign", G.VOTE)

    async def choice(person_id: int, channel: str, what: G = G.VOTE) -> None:
        async with runtime.db.write() as db:
            db.add(ChannelChoice(person_id=person_id, what=what, channel=channel))

    return choice


async def test_who_chose_mail_is_told_by_mail_and_that_is_no_falling_back(
    cast, tell, outbox, chat, letters, rows, choose
):
    await choose(cast.astrid, "mail")
    await choose(cast.bjarne, "mail", G.MINUTES)
    await tell("Hei", cast.astrid, cast.bjarne)
    await outbox.drain()
    assert [to for to, _ in letters.sent] == ["astrid@example.no"]
    assert [to for to, _ in chat.sent] == ["bjarne"], "what is chosen of one kind holds for no other"
    assert [(row.state, row.channel) for row in await rows()] == [("sent", "mail"), ("sent", "teams")]


async def test_who_is_in_two_chats_is_told_where_they_chose(runtime, cast, tell, chat, letters, clock, choose):
    slack = Chat(platform="slack")
    async with runtime.db.write() as db:
        about = {"platform": "slack", "tenant": "T1", "external_id": "U1", "service_url": "T1", "conversation_id": "D1"}
        db.add(Account(person_id=cast.astrid, linked_at=clock.at, **about))
    await choose(cast.astrid, "teams")
    await tell("Hei", cast.astrid)
    await Outbox(runtime, {"teams": chat, "slack": slack, "mail": letters}).drain()
    assert ([to for to, _ in chat.sent], slack.sent) == (["astrid"], [])


async def test_who_turned_mail_off_gets_none_and_is_not_counted_as_lost(
    cast, tell, outbox, letters, rows, choose, monkeypatch
):
    await choose(cast.cecilie, "off")
    monkeypatch.setitem(GROUP_OF, "sign", G.VOTE)
    await tell("Hei", cast.cecilie)
    await outbox.drain()
    assert letters.sent == []
    assert [(row.state, row.reason) for row in await rows()] == [("failed", "turned_off")]


async def test_whoever_is_told_in_chat_is_shown_where_they_see_why_and_a_room_is_not(cast, tell, outbox, chat, runtime):
    await tell("Hei", cast.astrid)
    await tell("Hei alle")
    await outbox.drain()
    told = dict(chat.sent)
    url = f"{runtime.base_url}/show/quiet_time.show"
    assert {to: message.why_url for to, message in told.items()} == {"astrid": url, "kanalen": ""}
    for words, message in (("Kvifor får eg dette?", told["astrid"]), ("", told["kanalen"])):
        nn = replace(message, lang="nn")
        for body in (compose_activity(nn), message_bodies(from_outbox(nn), most=3000)[0]):
            assert (url in str(body), "Kvifor" in str(body)) == (bool(words), bool(words))
