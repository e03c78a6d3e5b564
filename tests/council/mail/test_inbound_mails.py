"""What arrives by mail and answers nothing: a list for those whose council it is about, ticked off as it is read."""

from datetime import UTC, datetime

from builders import ASTRID, KARI, RAGNHILD, SIRI
from lisbot.council.enums import InboundKind, Post
from lisbot.council.models import Body, InboundMail, Person, Secretariat, Staff


async def arrived(scene, body_id=None, subject="Spørsmål", **more):
    async with scene.runtime.db.write() as db:
        mail = InboundMail(
            digest=subject,
            received_at=datetime(2027, 2, 1, 8, tzinfo=UTC),
            sender="noen@example.no",
            subject=subject,
            words="Når er <b>møtet</b>?",
            kind=InboundKind.WORDS,
            body_id=body_id,
            result="unknown",
            handled_by="",
            **more,
        )
        db.add(mail)
        await db.flush()
        return mail.id


async def test_what_waits_is_read_and_ticked_off_by_those_whose_council_it_is(scene):
    own, other = await arrived(scene, scene.body_id), await arrived(scene, None, "Til noen")
    view = await scene.ok(KARI, "inbound_mail.list")
    assert [each.id for each in view.messages] == [own, other]
    assert "Når er <b>møtet</b>?" in await scene.words(KARI, "inbound_mail.list")
    left = await scene.ok(RAGNHILD, "inbound_mail.handle", inbound_mail_id=own)
    assert [each.id for each in left.messages] == [other]
    assert (await scene.one(InboundMail, id=own)).handled_by == "Ragnhild Regut"
    assert (await scene.ok(KARI, "inbound_mail.handle", inbound_mail_id=own)).messages == left.messages  # pressed twice
    assert (await scene.one(InboundMail, id=own)).handled_by == "Ragnhild Regut"


async def test_nobody_else_reads_it(scene):
    own = await arrived(scene, scene.body_id)
    for name, given in (("inbound_mail.list", {}), ("inbound_mail.handle", {"inbound_mail_id": own})):
        assert (await scene.refused(ASTRID, name, **given)).status == 403
    async with scene.runtime.db.write() as db:
        north = (await scene.one(Secretariat, key="regut-north")).id
        siri = (await scene.one(Person, email=SIRI)).id
        assert (await scene.one(Body, key="nordrad")).secretariat_id == north
        recorded = datetime(2026, 1, 1, tzinfo=UTC)
        db.add(
            Staff(secretariat_id=north, person_id=siri, post=Post.CLERK, from_on=recorded.date(), recorded_at=recorded)
        )
    assert (await scene.ok(SIRI, "inbound_mail.list")).messages == ()
    assert (await scene.refused(SIRI, "inbound_mail.handle", inbound_mail_id=own)).status == 404
