"""A guest has mail and nothing else: their own invitation for the hours of their item, and a link."""

from builders import ASTRID, RAGNHILD
from channels.mail.test_invitations import event_of
from distribution_scene import second_body
from lisbot.council.models import Guest

NORA = "nora@sykehuspartner.example"


async def test_a_guest_is_invited_answers_by_a_link_and_is_taken_out_again(post, scene, visitor):
    meeting_id, item_id = await scene.published()
    await scene.ok(RAGNHILD, "agenda.schedule", meeting_id=meeting_id, **{f"items.{item_id}.duration_minutes": "30"})
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    given = {"name": "Nora Partner", "email": NORA, "item_id": item_id}
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    await post.deliver()
    guest = await scene.one(Guest)
    method, event = event_of(post.calendar(NORA))
    assert (method, event["SEQUENCE"], event["SUMMARY"]) == ("REQUEST", 0, "Samordningsrådet: Felles rotasjon")
    hours = event["DTSTART"].dt.isoformat(), event["DTEND"].dt.isoformat()
    assert hours == ("2027-03-10T09:00:00+01:00", "2027-03-10T09:30:00+01:00")
    assert event["UID"] == f"guest-{guest.id}-{meeting_id}@lisbot"  # another than the meeting's
    assert await visitor.get(post.link(NORA, "Kommer")) == 200
    assert "Nora Partner" in visitor.page and "Felles rotasjon" in visitor.page
    await visitor.press("Kommer")
    assert visitor.status == 200, visitor.page
    assert (await scene.one(Guest)).response == "comes"
    for path in ("/me", f"/show/meeting.show?meeting_id={meeting_id}"):
        assert await visitor.get(path) == 200 and visitor.url.path == "/signin"
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10", starts="10:00")
    await post.deliver()
    method, event = event_of(post.calendar(NORA))
    assert (method, event["SEQUENCE"], event["DTSTART"].dt.hour) == ("REQUEST", 1, 10)
    await scene.ok(RAGNHILD, "guest_invitation.withdraw", guest_id=guest.id, reason="Saken er utsatt.")
    await post.deliver()
    assert "Saken er utsatt." in post.text(NORA)
    method, event = event_of(post.calendar(NORA))
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 2, "CANCELLED")


async def test_a_summary_comes_by_mail_to_the_other_body_and_is_read_by_its_link(post, scene, visitor):
    forum = await second_body(scene)
    await scene.ok(
        RAGNHILD, "distribution_line.add", body_id=scene.body_id, what="summary", email=NORA, name="Nora Partner"
    )
    await scene.ok(RAGNHILD, "distribution_line.add", body_id=scene.body_id, what="summary", to_body_id=forum)
    meeting_id, _ = await scene.minuted()
    await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text="Rådet drøftet rotasjon.")
    await scene.ok(RAGNHILD, "summary.send", meeting_id=meeting_id)
    await post.deliver()
    for email in (NORA, "siri@nord.example", ASTRID):  # the last of the body itself
        assert "Rådet drøftet rotasjon." in post.text(email)
        assert post.calendar(email) is None


async def test_a_guest_reads_their_item_by_a_link_and_is_told_of_no_sign_in_and_no_seat(post, scene, visitor):
    meeting_id, item_id = await scene.published()
    given = {"name": "Nora Partner", "email": NORA, "item_id": item_id}
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    await post.deliver()
    letter = post.text(NORA)
    for untrue in ("krever innlogging", "plass i et råd", "/show/"):
        assert untrue not in letter
    assert "fordi et råd har invitert deg" in letter
    assert await visitor.get(post.link(NORA, "uten å logge inn")) == 200
    assert "Felles rotasjon" in visitor.page
    assert "Dette er til Nora Partner." in visitor.page and "Du svarer som" not in visitor.page
    (page,) = [part.get_content() for part in post.postman.to(NORA).walk() if part.get_content_type() == "text/html"]
    assert "krever innlogging" not in page
    assert "uten å logge inn" in page
    assert "krev innlogging" in post.text(ASTRID)  # who has a seat
    assert "utan å logge inn" not in post.text(ASTRID)
