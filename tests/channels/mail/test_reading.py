"""What a mail says, whoever sent it and however it is written."""

from time import process_time

import pytest

from builders import ELI
from channels.mail.conftest import words
from lisbot.channels.mail.answers import Meaning, understand_answer
from lisbot.channels.mail.reading import read_mail
from lisbot.council.enums import InboundKind

REPORT = b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\nContent-Type: message/delivery-status\r\n\r\n"


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\r\n\r\n" + b"<@" * 100_000,
        b"Subject: x\r\n\r\n" + b"A" * 400_000,
        b"Subject: x\r\n\r\n" + b"skrev " * 60_000 + b"<",
        b"Content-Type: text/html\r\n\r\n" + b"<" * 400_000,
        b"From: " + b"=?utf-8?q?" * 60_000 + b"\r\n\r\nhei",
        REPORT + b"\r\n--a\r\nMessage-ID: " + b"<delivery-1.a@" * 60_000 + b"\r\n\r\n--a--",
    ],
)
def test_whatever_is_sent_is_read_once_over(content):
    began = process_time()
    read_mail(content, None)
    assert process_time() - began < 2  # one that goes over it again and again takes minutes, or years


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Ja!", Meaning.COMES),
        ("Hei\nJeg kommer.\nHilsen Eli", Meaning.COMES),
        ("Kjem digitalt", Meaning.DIGITAL),
        ("kommer ikke", Meaning.ABSENT),
        ("Nei, jeg har vakt", Meaning.ABSENT),
        ("Ingen saker frå oss", Meaning.DECLINES),
        ("I will be there", Meaning.COMES),
        ("Eg er der", Meaning.COMES),
        ("Nei, jeg kommer ikke, jeg har vakt", Meaning.ABSENT),
        ("Nei, eg har vakt no", Meaning.ABSENT),
        ("No, on call", Meaning.ABSENT),
        ("Nei, jeg kommer", None),
        ("Nei, jeg er der", None),
        ("Nei\nEg skal vere der", None),
        ("No, I will be there", None),
        ("No, I’ll be there.", None),
        ("No problem, I will be there", None),
        ("Nei, men jeg kommer digitalt", None),
        ("Nei, ingen saker fra oss", None),
        ("Forfall, men Frode tar det", None),
        ("Forfall: nei", None),
        ("Absent: no", None),
        ("Nei?", None),
        ("Forfall?", None),
        ("Ja?", None),
        ("Ja\nTakk, men jeg må nok likevel melde forfall til dette møtet, beklager", None),
        ("Ja\nMvh Eli\nPS: ikke før kl. 12", None),
        ("Ja\nTakk, men jeg må melde forfall", None),
        ("Ja\nTakk, men jeg kan bare til kl. 12", None),
        ("Ja\nBest at Kari tar plassen min", None),
        ("Ja\nBest if Kari takes my seat", None),
        ("Ja\nThanks but only until noon", None),
        ("Ja\nTakk Kari, men jeg går kl. 12", None),
        ("Ja\nHilsen Eli, men jeg går kl. 12", None),
        ("Ja\nRegards, but only until noon", None),
        ("Ja\nMvh Eli, som likevel ikkje kan", None),
        ("Forfall\nTakk, men jeg kan likevel komme", None),
        ("Ja\nTakk!", Meaning.COMES),
        ("Ja\nBest,\nKari", Meaning.COMES),
        ("Ja\nTakk, Kari B. Åsen", Meaning.COMES),
        ("Ja\nMed vennlig hilsen\nKari Åsen, overlege", Meaning.COMES),
        ("Ja\nBest regards, Kari Åsen, Fjord", Meaning.COMES),
        ("Ja, men bare til lunsj", None),
        ("Neida, klart jeg kommer", None),
        ("", None),
    ],
)
def test_only_what_says_one_thing_is_an_answer(said, meant):
    found = understand_answer(said)
    assert (found.meaning if found else None) is meant


@pytest.mark.parametrize(
    "attribution",
    [
        "Fra: lisbot",
        "On Mon, 1 Feb 2027 at 09:00, lisbot <lisbot@example.no> wrote:",
        "man. 1. feb. 2027 kl. 09:00 skrev lisbot <lisbot@example.no>:",
        "man. 1. feb. 2027 kl. 09:00 skrev lisbot\n<lisbot@example.no>:",
        "mån. 1. feb. 2027 kl. 09:00 skreiv lisbot <lisbot@example.no>:",
        "1. feb. 2027 kl. 09:00 skrev lisbot <lisbot@example.no>:",
        "1. feb. 2027 kl. 09:00 skrev lisbot ‹lisbot@example.no›:",
        "lisbot <lisbot@example.no> skrev:",
        "Den 1. feb. 2027 kl. 09:00 skrev lisbot:",
        "On Mon, 1 Feb 2027 at 09:00, lisbot <lisbot@example.no>\nwrote:",
        "På man. 1. feb. 2027 kl. 09:00 skrev lisbot <\nlisbot@example.no>:",
        "> lisbot <lisbot@example.no> skrev:",
        "-------- Opprinnelig melding --------",
        "-- ",
    ],
)
def test_what_is_answered_to_is_not_read_again(attribution):
    mail = read_mail(words(f"Nei\n\n{attribution}\nja", ELI).as_bytes(), None)
    assert (mail.words, mail.kind) == ("Nei", InboundKind.WORDS)


def test_what_somebody_writes_themselves_is_read():
    said = (
        "Hei\nI fjor skrev vi om dette.\n1. Ja, jeg skrev det i går kl. 9\nHun skrev: ta det opp\n"
        "Den saken skrev vi om 1. mai.\nVi skrev:\n1. Ja"
    )
    assert read_mail(words(said, ELI).as_bytes(), None).words == said
