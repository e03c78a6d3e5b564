"""Through what people are reached, as it is said before something is sent."""

from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot import commands
from lisbot.council.enums import NotificationGroup
from lisbot.council.models import Account, ChannelChoice, MailTrouble
from lisbot.council.register.identity import Caller


async def test_whoever_mail_does_not_reach_is_named_before_it_is_sent(scene):
    meeting_id = await scene.planned()

    async def said() -> str:
        asked = await commands.run(scene.runtime, "call.open", {"meeting_id": meeting_id}, Caller("cli", RAGNHILD))
        return " ".join(asked.view.facts)

    assert "Eli Union får beskjed på e-post" in await said()
    async with scene.runtime.db.write() as db:
        db.add(MailTrouble(email=ELI, reason="550", at=scene.runtime.now()))
    facts = await said()
    assert "Astrid Fjord og Bjørn Ås får beskjed på e-post." in facts
    assert "1 person kan ikke nås: Eli Union." in facts


async def test_it_is_said_through_what_each_chose_and_not_where_they_cannot_be_written_to(scene):
    meeting_id = await scene.planned()
    astrid, bjorn, eli = [await scene.person(who) for who in (ASTRID, BJORN, ELI)]
    async with scene.runtime.db.write() as db:
        about = {"platform": "teams", "linked_at": scene.clock(), "service_url": "https://teams.example/"}
        db.add(Account(external_id="a", person_id=astrid, conversation_id="a", **about))
        db.add(Account(external_id="b", person_id=bjorn, conversation_id="b", **about))
        db.add(Account(external_id="e", person_id=eli, conversation_id="e", **about | {"service_url": None}))
        db.add(ChannelChoice(person_id=astrid, what=NotificationGroup.CALL, channel="mail"))
        db.add(ChannelChoice(person_id=bjorn, what=NotificationGroup.MINUTES, channel="mail"))
    asked = await commands.run(scene.runtime, "call.open", {"meeting_id": meeting_id}, Caller("cli", RAGNHILD))
    facts = " ".join(asked.view.facts)
    assert "2 på e-post" in facts, "Astrid chose it of calls; what Bjørn chose it of is another thing"
    assert "1 i Teams" in facts
