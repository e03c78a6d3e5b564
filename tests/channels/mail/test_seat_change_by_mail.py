"""A hospital with neither Teams nor Slack changes its representative: by mails, their links and the pages alone."""

from datetime import timedelta

from builders import ASTRID, RAGNHILD
from lisbot.council.models import Consent, LineConfirmation, SeatChange, Term
from lisbot.council.register import sign_in
from lisbot.scheduler import Scheduler

NY, CHIEF = "ny@fjord.example", "sjef@fjord.example"
WORDS = {"nb": "Jeg samtykker til det som står her.", "nn": "Eg samtykker.", "en": "I consent."}


def link_in(post, email, title):
    """The address that a button leads to, in any of the letters to somebody."""
    texts = [letter.get_body(("plain",)).get_content() for to, letter in post.postman.letters if to == [email]]
    lines = [line for text in texts for line in text.splitlines() if f"{title}: http" in line]
    assert lines, (title, texts)
    return "/" + lines[-1].partition("://")[2].partition("/")[2]


async def comes_in(scene, visitor, email):
    """Sign in by the link that is mailed."""
    async with scene.runtime.db.write() as db:
        link = await sign_in.create_link(db, email, scene.clock())
    await visitor.get(f"/signin/link?token={link.token}")
    await visitor.press("Logg inn")


async def reported(scene, post, visitor):
    """The report, sent from the page's own form."""
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    await scene.ok(RAGNHILD, "roster.set", body_id=scene.body_id, is_published=True)
    about = {
        "seat_id": await scene.seat("fjord"),
        "name": "Ny Person",
        "email": NY,
        "from_on": "2027-04-01",
        "anchored_by": "Klinikksjef Dag",
        "leader_email": CHIEF,
        "anchored": True,
    }
    await scene.ok(ASTRID, "seat_change.report", **about)
    await post.deliver()


async def test_a_change_goes_from_report_to_effect_by_mail_links_alone(post, scene, visitor):
    await reported(scene, post, visitor)
    # The leader confirms at one press; opening the link, as a scanner does, says nothing.
    link = link_in(post, CHIEF, "Ja, jeg har godkjent den")
    for _ in range(3):
        assert await visitor.get(link) == 200
    assert "Ny Person" in visitor.page and (await scene.one(LineConfirmation)).answered_at is None
    await visitor.press("Ja, jeg har godkjent den")
    confirmation = await scene.one(LineConfirmation)
    assert (confirmation.is_confirmed, confirmation.via) == (True, "mail")
    assert await visitor.get(link) == 410  # once is enough
    # The newcomer reads the exact text and consents.
    link = link_in(post, NY, "Ja, jeg samtykker")
    await visitor.get(link)
    assert WORDS["nb"] in visitor.page and await scene.all(Consent) == []
    await visitor.press("Ja, jeg samtykker")
    (consent,) = await scene.all(Consent)
    assert (consent.given_via, consent.given_ref.startswith("delivery:")) == ("mail", True)
    view = await scene.ok(RAGNHILD, "seat_change.show", change_id=1)
    assert view.gaps == ()
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    # What takes it back comes in a mail of its own, and is as easy.
    await post.deliver()
    assert link_in(post, NY, "Trekk tilbake samtykket")
    scene.at(2027, 4, 1, 8, 1)
    scheduler = Scheduler(scene.runtime)
    await scheduler.run_all_due()
    await post.deliver()
    assert "Takk for innsatsen" in "".join(str(letter) for to, letter in post.postman.letters if to == [ASTRID])
    assert (await scene.one(SeatChange)).in_effect_at is not None
    assert (await scene.one(Term, person_id=await scene.person(NY))).rank == 0
    await visitor.get("/roster/1")
    assert "Ny Person" in visitor.page and "Astrid" not in visitor.page


async def test_a_consent_given_by_mail_is_withdrawn_by_mail(post, scene, visitor):
    await reported(scene, post, visitor)
    await visitor.get(link_in(post, NY, "Ja, jeg samtykker"))
    await visitor.press("Ja, jeg samtykker")
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    await post.deliver()
    scene.clock.at += timedelta(days=1)
    await visitor.get(link_in(post, NY, "Trekk tilbake samtykket"))
    await visitor.press("Trekk tilbake samtykket")
    (consent,) = await scene.all(Consent)
    assert (consent.withdrawn_via, consent.withdrawn_ref.startswith("delivery:")) == ("mail", True)


async def test_a_link_that_is_late_or_forwarded_or_denied_says_so(post, scene, visitor):
    await reported(scene, post, visitor)
    link = link_in(post, CHIEF, "Nei, ikke godkjent")
    await visitor.get(link)
    assert await visitor.press("Send svar") in (200, 422)
    assert (await scene.one(LineConfirmation)).answered_at is None  # a reason is asked for
    # Somebody else who is signed in sees whose it is, and answers nothing.
    await comes_in(scene, visitor, RAGNHILD)
    assert await visitor.get(link) == 403
    scene.clock.at += timedelta(days=31)
    await visitor.client.close()
    assert (await scene.one(LineConfirmation)).answered_at is None


async def test_a_link_of_a_change_that_is_settled_changes_nothing(post, scene, visitor):
    await reported(scene, post, visitor)
    link = link_in(post, CHIEF, "Ja, jeg har godkjent den")
    await scene.ok(RAGNHILD, "seat_change.send_back", change_id=1, reason="Feil dato")
    await visitor.get(link)
    assert "Ja, jeg har godkjent den</button>" not in visitor.page or await visitor.press(
        "Ja, jeg har godkjent den"
    ) in (409, 410)
    assert (await scene.one(LineConfirmation)).answered_at is None
