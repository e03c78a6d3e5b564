"""A link in a mail: for one person, one thing, one press and a time. It signs nobody in, and says why it is no good."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from browser import Forms
from builders import ASTRID, BJORN, ELI, FRODE, RAGNHILD
from lisbot.channels.mail.personal import is_for_oneself
from lisbot.commands import COMMANDS
from lisbot.council.core.context import Permission as P
from lisbot.council.enums import MailCopies
from lisbot.council.mail.action_links import token_digest
from lisbot.council.mail.bounces import Bounce, take_bounce
from lisbot.council.models import (
    Account,
    ActionLink,
    Attendance,
    ChannelChoice,
    Delivery,
    LogLine,
    Meeting,
    QuietTime,
    RollEntry,
    SignInLink,
    Term,
)
from lisbot.council.register import sign_in
from outbox.chat import Chat
from statements import transactions_of

NEW = "eli.berg@union.example"


async def sent(post, scene) -> int:
    meeting_id, _ = await scene.published()
    await post.deliver()
    return meeting_id


async def answer_of(scene, seat: str = "fjord"):
    return (await scene.one(Attendance, seat_id=await scene.seat(seat))).response


async def test_only_a_digest_is_kept_and_the_link_opens_nothing_else(post, scene, visitor):
    meeting_id = await sent(post, scene)
    link = post.link(ELI, "Coming")
    token = link.rpartition("/")[2]
    assert all(token not in str(vars(row)) for row in await scene.all(ActionLink))
    await visitor.get(link)
    assert not [each for each in visitor.links if each.startswith(("/me", "/meeting", "/form", "/do"))]
    assert [form["action"] for form in Forms(visitor.page).forms if form["action"] != "/language"] == [link]
    for path in (f"/meeting/{meeting_id}", "/me", f"/form/attendance.respond?meeting_id={meeting_id}"):
        await visitor.get(path)
        assert visitor.url.path == "/signin"
    assert await visitor.get("/link/abcdefghijklmnopqrstuvwxyz") == 404
    assert await scene.all(SignInLink) == []


def test_no_mail_opens_all_there_is_about_somebody():
    """Whoever got the mail, or had it forwarded, would read it. The card of a person has the button."""
    assert not is_for_oneself(("person.show_data", {"person_id": 1}))
    assert is_for_oneself(("consent.show", {}))


def test_no_mail_opens_what_colleagues_say_to_somebody_alone():
    """Neither by asking for it nor by pressing what shows it when it is done, as stopping does."""
    opening = [name for name, command in COMMANDS.items() if command.shows in ("local_input", "local_inputs")]
    assert {"local_input.show", "local_input.stop", "local_input.attach"} <= {*opening}
    assert [name for name in opening if is_for_oneself((name, {}))] == []


async def test_what_is_sent_along_changes_neither_the_thing_nor_the_answer(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ASTRID, "Kjem")
    await visitor.get(link)
    press = dict(Forms(visitor.page).forms[-1]["fields"])["_press"]
    assert await visitor.ask("POST", link, data={"response": "absent", "reason": "x", "meeting_id": "2"}) == 200
    assert await answer_of(scene) is None  # without the page's own token nothing is done
    other = {"_press": press, "response": "absent", "reason": "x", "meeting_id": "2"}
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert await visitor.ask("POST", link, data=other, headers=elsewhere) == 403
    assert await answer_of(scene) is None
    assert await visitor.ask("POST", link, data=other) == 200
    assert await answer_of(scene) == "comes"


async def test_a_form_comes_with_its_reason_and_its_deputy(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ASTRID, "Forfall")
    await visitor.get(link)
    assert "Frode Vara" in visitor.page and await visitor.press("Send svar") in (200, 422)
    assert await answer_of(scene) is None and "Grunn til forfall" in visitor.page  # a reason is asked for
    await visitor.send(link, {"reason": "Vakt", "deputy_id": "4"})
    line = await scene.one(Attendance, seat_id=await scene.seat("fjord"))
    assert (line.response, line.reason, line.deputy_id) == ("absent", "Vakt", 4)


async def test_a_link_that_is_no_good_says_why_and_sends_a_new_one_to_its_own_person(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ELI, "Coming")
    scene.clock.at += timedelta(days=31)
    assert await visitor.get(link) == 410
    assert "too old" in visitor.page and '<html lang="en">' in visitor.page
    before = len(await scene.all(Delivery))
    await visitor.press("Send me a new link")
    assert "on its way" in visitor.page and len(await scene.all(Delivery)) == before + 1
    await visitor.ask("POST", f"{link}/new")  # again at once: the first is enough
    assert len(await scene.all(Delivery)) == before + 1
    await post.deliver()
    await visitor.get(post.link(ELI, "Coming"))
    await visitor.press("Coming")
    assert await answer_of(scene, "union") == "comes"


async def test_rights_are_asked_when_the_button_is_pressed(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ELI, "Coming")
    await visitor.get(link)
    async with scene.runtime.db.write() as db:
        await db.execute(delete(Term).where(Term.person_id == await scene.person(ELI)))
    await visitor.press("Coming")
    assert visitor.status in (403, 404) and await answer_of(scene, "union") is None
    assert (await scene.all(ActionLink, used_at=None))[0].used_at is None


async def test_a_link_is_used_up_with_what_it_does_or_not_at_all(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ELI, "Coming")
    await visitor.get(link)
    press = dict(Forms(visitor.page).forms[-1]["fields"])["_press"]
    with transactions_of(scene.runtime.db) as committed:
        pressed = [visitor.ask("POST", link, data={"_press": press}) for _ in range(2)]
        assert sorted(await asyncio.gather(*pressed)) == [200, 410]  # pressed twice at once
    writing = [each for each in committed if "UPDATE action_link" in each]
    assert len(writing) == 1 and "UPDATE attendance" in writing[0]


async def test_a_message_is_sent_anew_for_each_thing_it_is_about(post, scene, visitor):
    await sent(post, scene)
    links = [post.link(ELI, "Coming")]
    june = (await scene.all(Meeting))[-1].id
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=june, title="Eventuelt", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    await post.deliver()
    links.append(post.link(ELI, "Coming"))
    scene.clock.at += timedelta(days=31)
    before = len(await scene.all(Delivery))
    for link in links:
        assert await visitor.get(link) == 410
        await visitor.press("Send me a new link")
    assert {row.subject for row in (await scene.all(Delivery))[before:]} == {"meeting:1", f"meeting:{june}"}


async def test_links_die_with_the_address_they_were_sent_to(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ELI, "Coming")
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Union Berg", email=ELI)
    assert await visitor.get(link) == 200
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Union Berg", email=NEW)
    assert await visitor.get(link) == 410 and "Send me a new link" not in visitor.page


async def test_links_die_with_an_address_that_a_report_has_changed(post, scene, visitor):
    meeting_id, frode = await sent(post, scene), await scene.person(FRODE)
    absent = {"response": "absent", "reason": "Vakt", "deputy_id": frode}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **absent)
    await post.deliver()
    link = post.link(FRODE, "Jeg kommer")
    assert await visitor.get(link) == 200
    about = {"seat_id": await scene.seat("fjord"), "name": "Frode Vara", "email": NEW, "from_on": "2027-05-15"}
    await scene.ok(RAGNHILD, "seat_change.report", **about, anchored_by="Direktøren", anchored=True)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert frode == await scene.person(NEW)
    assert await visitor.get(link) == 410 and "Frode" not in visitor.page
    await post.deliver()
    scene.clock.at += timedelta(minutes=11)
    await visitor.press("Send meg en ny lenke")
    await post.deliver()
    assert {address for to, _ in post.postman.letters for address in to} == {NEW}, "whoever asks for it"


async def test_what_is_sent_again_to_a_corrected_address_has_links_that_are_good(post, scene, visitor):
    meeting_id = await sent(post, scene)
    old, eli = post.link(ELI, "Coming"), await scene.person(ELI)
    notice = (await scene.all(Delivery, person_id=eli, kind="notice"))[0]
    async with scene.runtime.db.write() as db:
        await take_bounce(db, (), Bounce(True, "5.1.1", ELI, None), (f"meeting:{meeting_id}", eli))
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Union", email=NEW)
    await post.deliver()
    scene.clock.at += timedelta(days=3)
    await scene.ok(RAGNHILD, "delivery.resend", delivery_id=notice.id)
    await post.deliver()
    link = post.link(NEW, "Coming")
    assert await visitor.get(old) == 410
    assert await visitor.get(link) == 200
    assert "METHOD:REQUEST" in post.calendar(NEW)
    await visitor.press("Coming")
    assert await answer_of(scene, "union") == "comes"


async def test_somebody_signed_in_answers_for_nobody_else(post, scene, visitor):
    """A forwarded mail: whoever is signed in as another is told whose the link is, and nothing is done."""
    await sent(post, scene)
    link = post.link(ELI, "Coming")
    async with scene.runtime.db.write() as db:
        new = await sign_in.create_link(db, "paal@rhf.example", scene.runtime.now())
    await visitor.get(f"/signin/link?token={new.token}")
    await visitor.press("Logg inn")
    assert await visitor.get(link) == 403 and "Eli Union" in visitor.page
    assert await answer_of(scene, "union") is None


async def test_the_secretariats_work_is_not_done_from_a_mail(post, scene):
    meeting_id = await sent(post, scene)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Vakt")
    await post.deliver()
    said = post.text(RAGNHILD)
    assert "Flytt møtet" not in said and f"/meeting/{meeting_id}" in said
    kept = {COMMANDS[row.command].needs for row in await scene.all(ActionLink)}
    assert kept <= {P.READ_AGENDA, P.VIEW, P.RESPOND, P.VOTE, P.PROPOSE, P.COMMENT}


async def test_one_press_in_the_mail_program_turns_off_what_can_be(post, scene, visitor):
    await sent(post, scene)
    header = post.postman.to(BJORN.replace("ås", "xn--s-1fa"))["List-Unsubscribe"]
    path = "/" + header.strip("<>").partition("://")[2].partition("/")[2]
    assert await visitor.get(path) == 200 and "innkallinger" in visitor.page
    assert await scene.all(ChannelChoice) == []
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert await visitor.ask("POST", path, data=one_click) == 200
    assert len(await scene.all(ChannelChoice)) == 3
    assert await visitor.ask("POST", path[:-1] + "0", data=one_click) == 404
    bjorn = await scene.person(BJORN)
    post.postman.letters.clear()
    await scene.ok(RAGNHILD, "person.edit", person_id=bjorn, name="Bjørn Åsen", email=BJORN)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="Sykdom")
    await post.outbox.drain()
    theirs = [str(letter["Subject"]) for to, letter in post.postman.letters if to == [BJORN.replace("ås", "xn--s-1fa")]]
    assert len(theirs) == 1 and "avlyst" in theirs[0]  # of the register nothing, of the meeting what is asked of him


async def test_one_press_in_a_copy_of_what_chat_told_stops_the_copies(post, scene, visitor):
    eli = await scene.person(ELI)
    post.outbox.senders["teams"] = Chat()
    async with scene.runtime.db.write() as db:
        db.add(QuietTime(person_id=eli, free_days=True, digest=True, copies=MailCopies.ALL))
        account = {"platform": "teams", "tenant": "t", "service_url": "https://teams.example", "conversation_id": ELI}
        db.add(Account(person_id=eli, external_id=ELI, linked_at=scene.clock.at, **account))
    await scene.called()
    await post.deliver()
    path = "/" + post.postman.to(ELI)["List-Unsubscribe"].strip("<>").partition("://")[2].partition("/")[2]
    assert await visitor.get(path) == 200 and "kan slippe" in visitor.page
    assert "skriver til deg i chat" in visitor.page
    assert await visitor.ask("POST", path, data={"List-Unsubscribe": "One-Click"}) == 200
    assert await visitor.get(path) == 200 and "ikke lenger" in visitor.page
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=1, title="Rotasjon", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    await post.deliver()
    assert not [to for to, _ in post.postman.letters if to == [ELI]]
    assert (await scene.one(QuietTime, person_id=eli)).copies is MailCopies.NONE


async def test_no_link_keeps_how_somebody_votes(post, scene, visitor):
    """The answers of a vote share one link, whose page asks; of a secret ballot no row of a link tells which it was."""
    vote_id = await scene.asked(secret=True)
    await post.deliver()
    links = {post.link(ELI, title) for title in ("For", "Against")}
    assert len(links) == 1
    for row in await scene.all(ActionLink):
        assert not set(row.args) & COMMANDS[row.command].secret
    before = [(row.id, row.args) for row in await scene.all(ActionLink)]
    await visitor.get(links.pop())
    await visitor.send(str(visitor.url.path), {"choice": "against"})
    assert visitor.status == 200, visitor.page
    answered = [row.seat_name for row in await scene.all(RollEntry, vote_id=vote_id) if row.answered]
    assert len(answered) == 1
    assert [(row.id, row.args) for row in await scene.all(ActionLink)] == before
    for kind in (ActionLink, Delivery, LogLine):
        assert "against" not in " ".join(str(vars(row)) for row in await scene.all(kind))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_link_asks_for_the_reason_of_the_answer_that_was_chosen(post, scene, visitor):
    vote_id = await scene.asked(form="consent")
    await post.deliver()
    await visitor.get(post.link(ELI, "Disagree"))
    assert await visitor.send(str(visitor.url.path), {"choice": "disagree"}) == 422
    assert await visitor.send(str(visitor.url.path), {"reason": "Too early"}) == 200, visitor.page
    assert [row.reason for row in await scene.all(RollEntry, vote_id=vote_id) if row.answered] == ["Too early"]


async def test_a_link_from_before_links_were_of_an_address_sends_a_new_one(post, scene, visitor):
    await sent(post, scene)
    link = post.link(ELI, "Coming")
    token = "a" * 26  # signed in words that held no address
    async with scene.runtime.db.write() as db:
        found = ActionLink.digest == token_digest(link.rpartition("/")[2])
        await db.execute(update(ActionLink).where(found).values(digest=token_digest(token)))
    assert await visitor.get(f"/link/{token}") == 410 and "too old" in visitor.page
    assert "Eli" not in visitor.page
    scene.clock.at += timedelta(minutes=11)
    await visitor.press("Send me a new link")
    await post.deliver()
    assert await visitor.get(post.link(ELI, "Coming")) == 200
    await visitor.press("Coming")
    assert await answer_of(scene, "union") == "comes"
