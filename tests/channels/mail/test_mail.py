"""What people get by mail: readable as text, safe as HTML, marked as a machine's, and sent to nobody else."""

import asyncio
from dataclasses import replace
from email import message_from_bytes, policy
from random import Random

import pytest
from aiosmtpd.controller import Controller

from channels.mail.conftest import mail_settings
from lisbot.channels.mail.letter import compose_letter
from lisbot.channels.mail.sender import MailSender
from lisbot.messaging import Address, GoneError, Message, PermanentError, TransientError
from lisbot.settings import read

CARD = {
    "type": "AdaptiveCard",
    "body": [
        {"type": "TextBlock", "text": "Sak 12/26: <b>Rotasjon</b> på «A & B»"},
        {"type": "FactSet", "facts": [{"title": "Frist", "value": "3. mars"}]},
    ],
}
MESSAGE = Message("Du er bedt om å svare: Møte\r\nBcc: spion@example.no", CARD, "nn")


def mail(port: int) -> MailSender:
    return MailSender(mail_settings(port))


def to(address: str) -> Address:
    return Address("mail", "", "", address)


async def test_a_card_is_sent_as_text_and_as_html_with_the_way_to_the_pages(port, postman):
    message_id = await mail(port).send(to("kari@example.no"), MESSAGE)
    [(recipients, letter)] = postman.letters
    assert recipients == ["kari@example.no"]
    assert letter["Message-ID"] == message_id
    text = letter.get_body(("plain",)).get_content()
    assert "Sak 12/26: <b>Rotasjon</b> på «A & B»" in text
    assert "Frist: 3. mars" in text
    assert "https://lisbot.example.no/" in text
    page = letter.get_body(("html",)).get_content()
    assert "&lt;b&gt;Rotasjon&lt;/b&gt; på «A &amp; B»" in page
    assert '<html lang="nn">' in page
    assert letter["Content-Language"] == "nn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"]


async def test_the_way_leads_to_the_page_of_the_thing_where_it_has_one(port, postman):
    page_url = "https://lisbot.example.no/show/vote.show?vote_id=7&a=b"
    await mail(port).send(to("kari@example.no"), replace(MESSAGE, page_url=page_url))
    [(_, letter)] = postman.letters
    assert page_url in letter.get_body(("plain",)).get_content()
    page = letter.get_body(("html",)).get_content()
    assert 'href="https://lisbot.example.no/show/vote.show?vote_id=7&amp;a=b"' in page


async def test_nothing_typed_becomes_a_header_or_a_recipient(port, postman):
    await mail(port).send(to("kari@example.no"), MESSAGE)
    [(recipients, letter)] = postman.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Du er bedt om å svare: Møte Bcc: spion@example.no"
    for forged in (
        "a@example.no, b@example.no",
        "a@example.no\r\nBcc: b@example.no",
        "A <a@example.no>",
        "nobody",
    ):
        with pytest.raises(PermanentError, match="address_malformed"):
            await mail(port).send(to(forged), MESSAGE)
    assert len(postman.letters) == 1
    assert recipients == ["kari@example.no"]


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("Innkalling til Rådet onsdag 10. mars 2027 kl. 10.00.", "Innkalling til Rådet onsdag 10. mars 2027 kl. 10.00"),
        ("Rådet møtes 10. mars 2027. Fristen er nær. Svar nå.", "Rådet møtes 10. mars 2027"),
        ("«Vakter. Ny ordning» er tatt inn. Saken er 1/27.", "«Vakter. Ny ordning» er tatt inn"),
        ("Du er ikke lenger inhabil i «Hvor møtes vi?». Svar nå.", "Du er ikke lenger inhabil i «Hvor møtes vi?»"),
        ("Du er vara nr. 1 for K. Nes i Rådet.", "Du er vara nr. 1 for K. Nes i Rådet"),
        ("Kommer du?", "Kommer du?"),
    ],
)
async def test_the_subject_is_the_first_sentence(port, postman, words, subject):
    await mail(port).send(to("kari@example.no"), replace(MESSAGE, words=words))
    [(_, letter)] = postman.letters
    assert letter["Subject"] == subject
    assert words in letter.get_body(("plain",)).get_content().replace("\n", " ")


async def test_a_sign_in_link_is_sent_as_plain_text(port, postman):
    await mail(port).send_text("kari@example.no", "Logg inn", "https://lisbot.example.no/signin/link?token=abc")
    [(_, letter)] = postman.letters
    assert letter.get_content_type() == "text/plain"
    assert "token=abc" in letter.get_content()


@pytest.mark.parametrize(("answer", "error"), [("450 later", TransientError), ("550 no such person", PermanentError)])
async def test_a_refused_recipient_is_tried_again_only_if_that_may_help(port, postman, answer, error):
    postman.recipient = answer
    with pytest.raises(error, match=f"recipient_refused_{answer[:3]}"):
        await mail(port).send(to("kari@example.no"), MESSAGE)


@pytest.mark.parametrize(("answer", "error"), [("451 busy", TransientError), ("554 spam", PermanentError)])
async def test_a_refused_message_is_tried_again_only_if_that_may_help(port, postman, answer, error):
    postman.data = answer
    with pytest.raises(error, match=f"mail_refused_{answer[:3]}"):
        await mail(port).send(to("kari@example.no"), MESSAGE)


async def test_a_server_that_is_away_is_tried_again(unused_tcp_port):
    with pytest.raises(TransientError, match="mail_server_unreachable"):
        await mail(unused_tcp_port).send(to("kari@example.no"), MESSAGE)


async def test_with_mail_off_nothing_is_sent_and_it_says_so():
    off = MailSender(read({"SECRET_KEY": "k" * 32}))
    assert not off.is_on
    with pytest.raises(PermanentError, match="mail_off"):
        await off.send_text("kari@example.no", "Logg inn", "lenke")


async def test_mail_that_is_sent_cannot_be_edited(port, postman):
    with pytest.raises(GoneError, match="mail_cannot_be_edited"):
        await mail(port).edit(to("kari@example.no"), "<1@example.no>", MESSAGE)
    assert postman.letters == []


async def test_words_without_a_card_are_sent_with_the_way_to_the_pages(port, postman):
    await mail(port).send(to("kari@example.no"), Message("Møtet er avlyst.", {}, "nb"))
    [(_, letter)] = postman.letters
    assert letter.get_body(("plain",)).get_content().split() == ["Møtet", "er", "avlyst.", "https://lisbot.example.no/"]
    assert "<p></p>" not in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("kept", "sent_to"),
    [
        ("bjorn@ås.example", "bjorn@xn--s-1fa.example"),
        ("bjorn@post.ås.example", "bjorn@post.xn--s-1fa.example"),
        ("bjorn@xn--s-1fa.example", "bjorn@xn--s-1fa.example"),
    ],
)
async def test_a_domain_in_letters_is_sent_as_every_mail_server_takes_it(port, postman, kept, sent_to):
    await mail(port).send(to(kept), MESSAGE)
    ((recipients, letter),) = postman.letters
    assert (recipients, letter["To"]) == ([sent_to], sent_to)


async def test_an_address_that_the_server_cannot_take_is_not_tried_again(postman, unused_tcp_port):
    controller = Controller(postman, hostname="127.0.0.1", port=unused_tcp_port, enable_SMTPUTF8=False)
    await asyncio.to_thread(controller.start)
    try:
        with pytest.raises(PermanentError, match="address_malformed"):
            await mail(unused_tcp_port).send(to("bjørn@example.no"), MESSAGE)
        await mail(unused_tcp_port).send(to("bjorn@ås.example"), MESSAGE)
    finally:
        await asyncio.to_thread(controller.stop)
    assert [recipients for recipients, _ in postman.letters] == [["bjorn@xn--s-1fa.example"]]


def test_every_subject_is_read_as_it_was_written():
    """Folded over lines that are no longer than they may be (RFC 2047, 2; RFC 5322, 2.1.1), with all its spaces."""
    words = [
        "én",
        "møte",
        "i",
        "høring",
        "«Godkjenning",
        "av",
        "Ås",
        "sykehus»",
        "=?utf-8?q?a?=",
        "innen",
        "fredag",
        "18.",
        "desember",
        "på",
        "Rådet",
        "–",
        "27/123-4",
    ]
    for seed in range(400):
        chance = Random(seed)
        subject = " ".join(chance.choice(words) for _ in range(chance.randint(1, 13)))
        sent = compose_letter("lisbot <lisbot@example.no>", "kari@example.no", subject, "Hei").as_bytes()
        assert max(map(len, sent.splitlines())) <= 78
        read = message_from_bytes(sent, policy=policy.default)["Subject"]
        assert (seed, str(read)) == (seed, subject)
