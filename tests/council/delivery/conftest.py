"""People who have a chat each."""

import pytest

from builders import ASTRID, BJORN, ELI, KARI, PAAL, RAGNHILD
from lisbot.council.models import Account
from lisbot.outbox import Outbox
from outbox.chat import Chat


@pytest.fixture
async def chats(scene):
    """An outbox whose people have a chat each."""
    async with scene.runtime.db.write() as db:
        for who in (ASTRID, BJORN, ELI, PAAL, RAGNHILD, KARI):
            about = {"external_id": who, "person_id": await scene.person(who), "linked_at": scene.clock()}
            db.add(Account(platform="teams", service_url="https://teams.example/", conversation_id=who, **about))
    chat = Chat()
    return chat, Outbox(scene.runtime, {"teams": chat, "mail": Chat(platform="mail")})
