"""Reading a message that arrived: what it is, and what it says in its writer's own words.

Nothing in it is believed: it is text of a stranger's, cut to what is read, and HTML is never more than its words.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from html.parser import HTMLParser

from icalendar import Calendar

from lisbot.council.addresses import fold_address
from lisbot.council.core.characters import without_halves
from lisbot.council.enums import InboundKind
from lisbot.council.mail.bounces import Bounce
from lisbot.council.mail.questions import Signed
from lisbot.render.words import clean

MAX_PARTS = 60
MAX_WORDS = 10_000  # characters that are kept
MAX_SUBJECT, MAX_SENDER = 300, 320
MAX_TEXT = 400_000  # bytes of a part that are read
BULK = ("bulk", "junk", "list", "auto_reply")
MEETING_UID = re.compile(r"meeting-([0-9]{1,9})@[^@\s]{1,255}")
MAX_HEADER = 2_000  # characters that are decoded
MAX_LINE = 1_000  # characters of a line that are looked at for where a quotation begins
OUR_MESSAGE = re.compile(r"<delivery-([0-9]{1,12})\.([a-z2-7]{1,60})@[^<>\s]{1,255}>", re.IGNORECASE)
# Where what somebody answers to begins, as mail programs write it here. Whatever is sent is gone over once.
QUOTED = re.compile(
    r">|-{2,20} ?(original|opprinnelig|opphavleg|forwarded|videresend)|_{5}|-- ?$|"
    r"\*?(fra|frå|from|von|sendt|sent):\*? ",
    re.IGNORECASE,
)
WROTE = re.compile(r"\b(wrote|skrev|skreiv|schrieb)\b", re.IGNORECASE)
ADDRESS = re.compile(r"[<‹] ?[^<>‹›@\s]{1,64}@[^<>‹›@\s]{1,255}[>›]")
STARTS_WITH_DAY = re.compile(r"(on|den|am|kl\.?) |[^\W\d]{0,9}[.,]{0,2} ?\d{1,4}[.\-/ ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """An answer of a calendar (iTIP REPLY): to which meeting, as it stood by which number. `answer` is its PARTSTAT,
    and `attendee` the address that has answered, as it says."""

    meeting_id: int
    sequence: int
    answer: str
    comment: str
    attendee: str


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A message that arrived. `answers`: the messages of ours that it says it answers, the one it answers first.
    `is_automatic_reply`: whether it says itself that nobody wrote it."""

    kind: InboundKind
    sender: str
    subject: str
    words: str
    calendar: CalendarAnswer | None = None
    bounce: Bounce | None = None
    is_readable: bool = True
    answers: tuple[Signed, ...] = ()
    is_automatic_reply: bool = False


def read_mail(content: bytes, envelope_sender: str | None) -> ReadMail:
    """Returns what a message is and says. One that cannot be read is kept as it came, as far as it is text."""
    try:
        mail = message_from_bytes(content)
        parts = list(parts_of(mail))
        sender, subject = header(mail, "From", MAX_SENDER), header(mail, "Subject", MAX_SUBJECT)
        words = say(own_words(text_of(parts)), MAX_WORDS)
        about = (parseaddr(sender)[1] or sender, subject, words)
        if (bounce := read_bounce(mail, parts)) is not None:
            return ReadMail(InboundKind.BOUNCE, *about, bounce=bounce)
        if (calendar := read_calendar(parts)) is not None:
            return ReadMail(InboundKind.CALENDAR, *about, calendar=calendar)
        answers, says_so = answered_messages(mail), is_automatic_reply(mail)
        is_automatic = says_so or seems_automatic(mail, envelope_sender)
        kind = InboundKind.AUTOMATIC if is_automatic else InboundKind.WORDS
        return ReadMail(kind, *about, answers=answers, is_automatic_reply=says_so)
    except Exception:  # whatever somebody sends, it is kept, and read by people
        head = content[:MAX_WORDS].decode("utf-8", "replace")
        return ReadMail(InboundKind.WORDS, "", "", say(head, MAX_WORDS), is_readable=False)


def parts_of(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number == MAX_PARTS:
            return
        yield part


def say(words: str, limit: int) -> str:
    """Returns a stranger's text as it may be shown: without what a terminal would obey, and not longer than this."""
    return clean(str(without_halves(words)).replace("\r\n", "\n"))[:limit].strip()


def header(mail: Message, name: str, limit: int) -> str:
    given = str(mail.get(name, ""))[:MAX_HEADER]
    with suppress(ValueError, LookupError):  # else it is shown as it stands
        given = str(make_header(decode_header(given)))
    return " ".join(say(given, limit * 2).split())[:limit]


def content_of(part: Message) -> str:
    """Returns the text of a part, in whatever encoding it says, or none that there is."""
    given = part.get_payload(decode=True)
    if not isinstance(given, bytes):
        return ""
    try:
        return given[:MAX_TEXT].decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return given[:MAX_TEXT].decode("latin-1")


def text_of(parts: Iterable[Message]) -> str:
    """Returns what a message says: its plain text, or else the words of its HTML."""
    bodies = [part for part in parts if part.get_content_disposition() != "attachment"]
    for kind, read in (("text/plain", str), ("text/html", words_of_html)):
        for part in bodies:
            if part.get_content_type() == kind and (words := read(content_of(part)).strip()):
                return words
    return ""


class Words(HTMLParser):
    """The words of HTML, without its scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.skipped += tag in ("script", "style", "head", "title")
        if tag in ("br", "p", "div", "tr", "li", "blockquote", "h1", "h2", "h3"):
            self.said.append("\n> " if tag == "blockquote" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head", "title"):
            self.skipped = max(self.skipped - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.said.append(data)


def words_of_html(page: str) -> str:
    parser = Words()
    parser.feed(page)
    return "".join(parser.said)


def own_words(text: str) -> str:
    """Returns what somebody wrote themselves, without what they answer to."""
    lines = text.replace("\r\n", "\n").split("\n")
    looked_at = [" ".join(line[:MAX_LINE].split()) for line in lines]
    for number, line in enumerate(looked_at):
        following = next(filter(None, looked_at[number + 1 : number + 2]), "")
        if QUOTED.match(line) or is_attribution(line) or is_wrapped_attribution(line, following):
            return "\n".join(lines[:number]).strip()
    return text.replace("\r\n", "\n").strip()


def is_attribution(line: str) -> bool:
    """Returns whether a line says who wrote what comes after it, and when."""
    if not WROTE.search(line):
        return False
    if ADDRESS.search(line):
        return line.endswith(":") or WROTE.search(line[-8:]) is not None
    return line.endswith(":") and STARTS_WITH_DAY.match(line) is not None


def is_wrapped_attribution(line: str, following: str) -> bool:
    """Returns whether two lines are one that says who wrote what comes after it: a program has broken it."""
    joined = f"{line} {following}"
    if not line or not following or QUOTED.match(following) or is_attribution(following):
        return False
    return ADDRESS.search(joined) is not None and is_attribution(joined)


def answered_messages(mail: Message) -> tuple[Signed, ...]:
    """Returns which messages of ours somebody's says it answers: the one it answers, and those before it."""
    answered, before = (str(mail.get(name, ""))[-MAX_HEADER:] for name in ("In-Reply-To", "References"))
    named = [*OUR_MESSAGE.findall(answered), *reversed(OUR_MESSAGE.findall(before))]
    return tuple((int(number), signature) for number, signature in named)


def is_automatic_reply(mail: Message) -> bool:
    """Returns whether a message says that a machine has answered (RFC 3834): nobody need read that."""
    return str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower() not in ("no", "")


def seems_automatic(mail: Message, envelope_sender: str | None) -> bool:
    """Returns whether a message is probably not an answer of a person's, though it does not say so."""
    precedence = str(mail.get("Precedence", "")).strip().lower()
    marked = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    return marked or precedence in BULK or envelope_sender in ("", "<>")


def read_calendar(parts: Iterable[Message]) -> CalendarAnswer | None:
    """Returns the answer of a calendar; None where there is none that we can read."""
    for part in parts:
        if part.get_content_type() != "text/calendar":
            continue
        try:
            calendar = Calendar.from_ical(content_of(part))
            if str(calendar.get("METHOD", "")).upper() != "REPLY":
                continue
            event = calendar.walk("VEVENT")[0]
            uid = MEETING_UID.fullmatch(str(event["UID"]))
            attendees = event["ATTENDEE"]
            attendee = attendees[0] if isinstance(attendees, list) else attendees
            if uid is not None:
                answer = str(attendee.params.get("PARTSTAT", "")).upper()
                comment = say(str(event.get("COMMENT", "")), 500)
                attendee_address = fold_address(str(attendee).strip()[:MAX_SENDER]).removeprefix("mailto:")
                return CalendarAnswer(int(uid[1]), int(event.get("SEQUENCE", 0)), answer, comment, attendee_address)
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
    return None


def read_bounce(mail: Message, parts: list[Message]) -> Bounce | None:
    """Returns what a report about a message of ours says; None for anything else."""
    if mail.get_content_type() != "multipart/report":
        return None
    report = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return None
    fields: dict[str, str] = {}
    for block in report.get_payload() if report.is_multipart() else []:
        assert isinstance(block, Message)
        fields |= {name.lower(): str(value) for name, value in block.items()}
    action, status = fields.get("action", "").strip().lower(), fields.get("status", "").strip()
    recipient = fields.get("final-recipient") or fields.get("original-recipient") or ""
    returned = next((str(part.get("Message-ID")) for part in parts[1:] if part.get("Message-ID")), "")
    if not returned:
        headers = [part for part in parts if part.get_content_type() == "text/rfc822-headers"]
        returned = "".join(content_of(part) for part in headers)
    found = OUR_MESSAGE.search(returned)
    return Bounce(
        is_final=action == "failed",
        status=status if re.fullmatch(r"\d\.\d{1,3}\.\d{1,3}", status) else "",
        recipient=recipient.rpartition(";")[2].strip().lower(),
        signed=(int(found[1]), found[2]) if found else None,
    )
