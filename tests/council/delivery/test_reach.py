"""Through what people are reached, as it is said before something is sent."""

from builders import ELI, RAGNHILD
from lisbot import commands
from lisbot.council.models import MailTrouble
from lisbot.council.register.identity import Caller


async def test_whoever_mail_does_not_reach_is_named_before_it_is_sent(scene):
    meeting_id = await scene.planned()

    async def said() -> str:
        asked = await commands.run(scene.runtime, "call.open", {"meeting_id": meeting_id}, Caller("cli", RAGNHILD))
        return " ".join(asked.view.facts)

    assert "3 på e-post" in await said()
    async with scene.runtime.db.write() as db:
        db.add(MailTrouble(email=ELI, reason="550", at=scene.runtime.now()))
    facts = await said()
    assert "2 på e-post" in facts
    assert "1 person kan ikke nås: Eli Union." in facts
