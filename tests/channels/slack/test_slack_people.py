"""Who somebody is in Slack: whom its roster may link, and what a stranger is recorded."""

import json
from dataclasses import replace
from functools import partial
from time import monotonic

import pytest

import builders
from channels.slack.helpers import ASTRID, COUNCIL, ELSEWHERE, SIRI, STRANGER, list_reply, settle
from dumps import rows, written
from fakes import slack_methods
from fakes.slack_ui import shown
from lisbot import commands
from lisbot.council.models import Account
from lisbot.texts import LANGUAGES, text

LOCALES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-US"}


async def accounts(runtime):
    return [(a.platform, a.tenant, a.external_id, a.conversation_id) for a in await rows(runtime.db, Account)]


async def everything(slack, fake, person, where=None):
    """All that somebody can do in Slack without having been shown a button."""
    await slack.say(person, "hjelp")
    await slack.slash(person, "saker")
    if person.team == next(iter(fake.workspaces)):
        await slack.home(person)
    if where:
        await slack.say(person, "saker", where)
    await settle(slack)


def words_to(fake, person):
    return [shown(message) for message in fake.messages_to(person)]


# Linked once, by the roster of an allowed team


async def test_the_first_time_a_person_is_linked_by_the_rosters_address(real, runtime, fake):
    await real.say(replace(ASTRID, email=ASTRID.email.upper()), "hjelp")
    await settle(real)
    assert await accounts(runtime) == [("slack", ASTRID.team, ASTRID.id, fake.direct(ASTRID).id)]


async def test_whoever_is_linked_stays_so_whatever_the_roster_says_later(real, runtime, fake):
    await real.say(ASTRID, "hjelp")
    await settle(real)
    await real.say(replace(ASTRID, email=builders.BJORN), "hjelp")
    await real.home(ASTRID)
    await settle(real)
    assert len(await accounts(runtime)) == 1
    assert "Astrid" in shown(fake.homes[ASTRID.id])


async def test_who_pressed_is_what_slack_says_and_never_what_the_button_says(recorded, run, fake):
    run.replies["menu.show"] = list_reply("Rad")
    await recorded.say(ASTRID, "hjelp")
    await settle(recorded)
    on = fake.messages_to(ASTRID)[0]
    forge(on, "proposal.show", {"external_id": "U1", "user": {"id": "U1"}, "team": {"id": "T1"}})
    await recorded.press(ASTRID, on, "Vis Rad")
    _, _, caller = run.asked[-1]
    assert (caller.platform, caller.tenant, caller.external_id) == ("slack", ASTRID.team, ASTRID.id)
    assert caller.email is None


# Strangers: an answer in their language, no data, and nothing kept


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_stranger_is_answered_politely_in_slacks_language_and_sees_nothing(real, runtime, fake, lang):
    stranger = replace(STRANGER, locale=LOCALES[lang])
    room = fake.channel("radet", stranger)
    await everything(real, fake, stranger, room)
    said = [*words_to(fake, stranger), shown(fake.homes[stranger.id])]
    assert len(said) == 4
    assert set(said) == {text(lang, "error.stranger")}
    assert await accounts(runtime) == []


NOT_OWN = {
    "guest of channels": {"is_restricted": True},
    "guest of one channel": {"is_restricted": True, "is_ultra_restricted": True},
    "unconfirmed address": {"is_email_confirmed": False},
    "left": {"deleted": True},
    "bot": {"is_bot": True},
    "without an address": {"email": ""},
}


@pytest.mark.parametrize("how", NOT_OWN.values(), ids=NOT_OWN)
async def test_somebody_with_a_members_address_who_is_none_of_the_teams_own_is_a_stranger(real, runtime, fake, how):
    guest = replace(ASTRID, **how)
    before = await written(runtime.db)
    await real.slash(guest, "saker")
    await settle(real)
    assert set(words_to(fake, guest)) == {text("nn", "error.stranger")}
    assert await accounts(runtime) == []
    assert await written(runtime.db) == before


async def test_somebody_of_another_organisation_in_a_shared_channel_is_a_stranger(real, runtime, fake):
    fake.workspace(ELSEWHERE, "Andre")
    outsider = replace(ASTRID, id="U0UTE", team=ELSEWHERE)
    room = fake.channel("delt", ASTRID, outsider)
    await real.say(outsider, "saker", room)
    await settle(real)
    assert words_to(fake, outsider) == [text("nn", "error.stranger")]
    assert await accounts(runtime) == []


async def test_whoever_the_roster_claims_for_another_team_is_linked_by_nobodys_word(
    open_channel, runtime, fake, monkeypatch
):
    """The other organisation's administrator may give any address to any of their people."""
    show(monkeypatch, lambda user, person: user["profile"].update(email=person.email))
    await builders.council(runtime.db)
    fake.workspace(ELSEWHERE, "Andre")
    outsider = replace(ASTRID, id="U0UTE", team=ELSEWHERE)
    slack = await open_channel(
        partial(commands.run, runtime),
        partial(commands.ask, runtime),
        fake.env(SLACK_TEAMS=f"{ASTRID.team},{ELSEWHERE}"),
    )
    room = fake.channel("delt", ASTRID, outsider)
    await slack.say(outsider, "saker", room)
    await slack.joins(outsider, room)
    await settle(slack)
    assert words_to(fake, outsider) == [text("nn", "error.stranger")]
    assert await accounts(runtime) == []


@pytest.mark.parametrize("more", [{"team_id": ELSEWHERE}, {"id": "U0ANNEN"}], ids=str)
async def test_a_roster_that_speaks_of_somebody_else_links_nobody(real, runtime, fake, monkeypatch, more):
    show(monkeypatch, lambda user, person: user.update(more))
    await real.say(ASTRID, "saker")
    await settle(real)
    assert words_to(fake, ASTRID) == [text("nn", "error.stranger")]
    assert await accounts(runtime) == []


def show(monkeypatch, change):
    """A roster that says of everybody what it does, and this."""
    real_profile = slack_methods.profile

    def profile(person, home, **how):
        user = real_profile(person, home, **how)
        change(user, person)
        return user

    monkeypatch.setattr(slack_methods, "profile", profile)


async def test_a_team_that_is_not_allowed_links_nobody(open_channel, runtime, fake):
    await builders.council(runtime.db)
    slack = await open_channel(
        partial(commands.run, runtime), partial(commands.ask, runtime), fake.env(SLACK_TEAMS="T0ENANNEN")
    )
    room = fake.channel("radet", ASTRID)
    await everything(slack, fake, ASTRID, room)
    await slack.adds_bot(ASTRID, room)
    await slack.joins(ASTRID, room)
    await settle(slack)
    assert text("nn", "error.stranger") in words_to(fake, ASTRID)
    assert await accounts(runtime) == []


async def test_a_roster_that_is_not_to_be_had_leaves_a_stranger_and_is_asked_anew(real, runtime, fake):
    fake.refuse_next("users.info", "user_not_visible", times=3)
    await real.say(ASTRID, "hjelp")
    await settle(real)
    assert words_to(fake, ASTRID) == [text("nb", "error.stranger")]
    await real.say(ASTRID, "hjelp")
    await settle(real)
    assert len(await accounts(runtime)) == 1


async def test_nobody_waits_for_a_slow_roster_longer_than_slack_waits_for_them(real, runtime, fake):
    await real.slash(ASTRID, "hjelp")
    await real.channel.background.close()
    real.channel.endpoint.handler.people.roster.locales.clear()
    fake.slow_next("users.info", 4)
    started = monotonic()
    heard = await real.slash(ASTRID, "hjelp")
    assert heard.is_well and monotonic() - started < 3
    assert "Samordningsrådet" in shown(fake.messages_to(ASTRID)[-1])


async def test_somebody_is_looked_up_once_the_first_time(real, runtime, fake):
    await real.slash(ASTRID, "hjelp")
    await settle(real)
    assert len(await accounts(runtime)) == 1
    assert fake.count("users.info") == 1


async def test_a_roster_that_is_asked_too_often_is_asked_again_when_slack_says(real, runtime, fake):
    fake.limit_next("users.info", 1, times=3)
    await real.say(ASTRID, "hjelp")
    await settle(real)
    assert text("nn", "error.stranger") not in words_to(fake, ASTRID)
    assert len(await accounts(runtime)) == 1


# A member sees what is theirs, and nothing of another council


async def test_a_member_of_one_council_is_shown_nothing_of_another(real, runtime, fake, scene):
    meeting_id = await scene.called()
    await real.say(SIRI, "hjelp")
    await settle(real)
    menu = fake.messages_to(SIRI)[0]
    for verb, value in (
        ("meeting.show", {"meeting_id": meeting_id}),
        ("page", {"command": "meeting.show", "args": {"meeting_id": meeting_id}, "page": 0}),
        ("ask", {"command": "proposal.submit", "args": {"meeting_id": meeting_id}}),
    ):
        forge(menu, verb, value)
        await real.press(SIRI, menu, action_id=f"1:{verb}")
        await settle(real)
    assert words_to(fake, SIRI)[1:] == [text("nb", "error.not_found")] * 3
    assert all("Samordningsrådet" not in sight.whole for sight in fake.seen_by(SIRI))


def forge(message, verb, value):
    """What a client of somebody's own making might send in place of the message's first button."""
    for block in message.blocks:
        element = block.get("accessory") or block.get("elements", [{}])[0]
        if element.get("type") == "button":
            element["action_id"] = f"1:{verb}"
            element["value"] = value if isinstance(value, str) else json.dumps(value)
            return


JUNK = {
    "not json": ("vote.show", "{"),
    "a list": ("vote.show", "[]"),
    "nothing": ("vote.show", ""),
    "an unknown verb": ("no.such", "{}"),
    "no verb": ("", "{}"),
    "an id that is none": ("vote.show", '{"vote_id": {"$ne": 1}}'),
    "an id too large": ("vote.show", '{"vote_id": 99999999999999999999999}'),
    "a page that is none": ("page", '{"command": "worklist.show", "args": {}, "page": "2"}'),
    "a page of a deed": ("page", '{"command": "call.decline", "args": {"meeting_id": 1}, "page": 0}'),
    "a page of nothing": ("page", '{"command": 7, "args": 7, "page": -9}'),
    "a form of nothing": ("ask", "{}"),
    "a form of junk": ("ask", '{"command": ["x"], "args": 7}'),
    "where they are reached": ("account.update_address", '{"service_url": "T1", "conversation_id": "D1"}'),
    "a form for it": (
        "ask",
        '{"command": "account.update_address", "args": {"service_url": "T1", "conversation_id": "D"}}',
    ),
    "very long": ("ask", '{"command": "proposal.submit", "args": {"meeting_id": "%s"}}' % ("9" * 1900)),
    "a NUL": ("outcome.search", '{"text": "\\u0000"}'),
}


@pytest.mark.parametrize(("verb", "value"), JUNK.values(), ids=JUNK)
async def test_a_button_that_lisbot_never_drew_is_no_crash_and_changes_nothing(
    real, runtime, fake, caplog, verb, value
):
    await real.say(ASTRID, "hjelp")
    await settle(real)
    before = await written(runtime.db)
    menu = fake.messages_to(ASTRID)[0]
    forge(menu, verb, value)
    heard = await real.press(ASTRID, menu, action_id=f"1:{verb}")
    await settle(real)
    assert (heard.status, real.warnings) == (200, [])
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []
    after = await written(runtime.db)
    assert after == before
    assert (await accounts(runtime))[0][3] == fake.direct(ASTRID).id


# Who can be reached


async def test_the_people_of_a_channel_are_reached_through_it_and_strangers_left_alone(real, runtime, fake):
    room = fake.channel("radet", *COUNCIL, STRANGER, replace(SIRI, is_restricted=True), with_bot=False)
    await real.adds_bot(COUNCIL[0], room)
    await settle(real)
    assert {(a[2], a[3]) for a in await accounts(runtime)} == {(p.id, fake.direct(p).id) for p in COUNCIL}
    (greeting,) = fake.messages_in(room)
    assert shown(greeting) == text("nb", "slack.welcome_room")
    assert fake.messages_to(STRANGER) == []


async def test_hundreds_are_met_at_the_pace_slack_allows(open_channel, runtime, fake):
    """users.info and conversations.open have their tiers: whoever is refused is asked for again."""
    await builders.council(runtime.db)
    slack = await open_channel(partial(commands.run, runtime), partial(commands.ask, runtime))
    room = fake.channel("radet", *COUNCIL, with_bot=False)
    fake.limit_next("users.info", 1)
    fake.limit_next("conversations.members", 1)
    fake.limit_next("conversations.open", 1)
    await slack.adds_bot(COUNCIL[0], room)
    await settle(slack)
    assert len(await accounts(runtime)) == len(COUNCIL)


async def test_whoever_joins_later_is_met_then(real, runtime, fake):
    room = fake.channel("radet")
    await real.joins(ASTRID, room)
    await settle(real)
    assert [a[2] for a in await accounts(runtime)] == [ASTRID.id]


async def test_lisbot_hears_neither_itself_nor_other_bots(recorded, run, fake):
    home = fake.workspaces[fake.has(ASTRID).team]
    where = fake.direct(ASTRID)
    said = {"type": "message", "channel_type": "im", "channel": where.id, "text": "hjelp", "ts": "1.1"}
    for more in (
        {"user": home.bot_user, "bot_id": home.bot_id},
        {"user": ASTRID.id, "subtype": "message_changed"},
        {"user": ASTRID.id, "bot_id": "B0ANDRE"},
        {"subtype": "message_deleted"},
    ):
        assert (await recorded.event(home, said | more)).status == 200
    await settle(recorded)
    assert run.asked == []
