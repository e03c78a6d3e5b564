"""Channels that lisbot can no longer write to."""

import pytest

from channels.slack.helpers import ASTRID, RAGNHILD, settle
from dumps import rows
from lisbot.council.models import Room


@pytest.mark.parametrize(
    ("gone", "back"),
    [
        ({"type": "channel_archive"}, {"type": "channel_unarchive"}),
        ({"type": "channel_deleted"}, None),
        ({"type": "channel_left"}, None),
        ({"type": "group_archive"}, {"type": "group_unarchive"}),
        ({"type": "group_deleted"}, None),
        ({"type": "group_left"}, None),
        ({"type": "member_left_channel"}, {"type": "member_joined_channel"}),
    ],
)
async def test_a_channel_that_lisbot_cannot_write_to_is_gone_until_it_is_back(real, scene, runtime, fake, gone, back):
    where, home = fake.channel("samrad", RAGNHILD, ASTRID), real.home_of(RAGNHILD)
    await real.say(RAGNHILD, "koble Samordningsrådet", where)
    await settle(real)
    await real.event(home, {"type": "member_left_channel", "channel": where.id, "user": ASTRID.id, "team": home.id})
    assert [room.gone_at for room in await rows(runtime.db, Room)] == [None]
    about = {"channel": where.id, "user": home.bot_user, "team": home.id, "channel_type": "C"}
    await real.event(home, gone | about)
    assert [room.gone_reason for room in await rows(runtime.db, Room)] == [gone["type"]]
    if back:
        await real.event(home, back | about)
        await settle(real)
        assert [room.gone_at for room in await rows(runtime.db, Room)] == [None]


async def test_the_channels_of_a_workspace_that_removed_the_app_are_gone(real, scene, runtime, fake):
    where = fake.channel("samrad", RAGNHILD, ASTRID)
    await real.say(RAGNHILD, "koble samrad", where)
    await settle(real)
    await real.event(real.home_of(RAGNHILD), {"type": "app_uninstalled"})
    assert [room.gone_reason for room in await rows(runtime.db, Room)] == ["app_uninstalled"]
