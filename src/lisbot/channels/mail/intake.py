"""Taking in mail: an answer is given for whom the address it came to was made for; everything else waits for the
secretariat. Nothing that arrives is lost, and nothing is done twice.

The sender's own address proves nothing. What proves whose answer it is, is the signature in the address it was sent
to, which only that person was given.
"""

import asyncio
import hashlib
import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.channels.mail.answers import Meaning, Meant, understand_answer
from lisbot.channels.mail.reading import CalendarAnswer, ReadMail, read_mail
from lisbot.channels.mail.reply_address import Tag, parse_reply_address
from lisbot.commands import Reply, run
from lisbot.commands.reply import ALREADY_DONE
from lisbot.council.core.context import Act, Permission
from lisbot.council.enums import DeputyResponse, InboundKind, Response
from lisbot.council.mail import arrivals
from lisbot.council.mail.arrivals import ANSWERED, MEETING, Arrived, Outcome, meeting_of
from lisbot.council.mail.bounces import take_bounce
from lisbot.council.mail.questions import Asked, find_question
from lisbot.council.register.identity import CLOCK, Caller
from lisbot.runtime import Runtime
from lisbot.texts import text

log = logging.getLogger(__name__)

DEPUTY_ANSWERS = {
    Meaning.COMES: DeputyResponse.COMES,
    Meaning.DIGITAL: DeputyResponse.DIGITAL,
    Meaning.ABSENT: DeputyResponse.DECLINED,
}
ANSWERS = {Meaning.COMES: Response.COMES, Meaning.DIGITAL: Response.DIGITAL, Meaning.ABSENT: Response.ABSENT}
ANSWERS_TO = {meaning: Asked.ITEMS if meaning is Meaning.DECLINES else Asked.ATTENDANCE for meaning in Meaning}
TRIES = 5  # after which a message that fails each time is kept for people to read
MOST_FAILED = 1_000  # messages of which it is known how often they have failed
MAX_UNCLEAR = 200  # characters of an answer that was meant as one, and not as a letter


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody has answered about a meeting. `how`: by "words", or in their "calendar"."""

    person_id: int
    meeting_id: int
    meant: Meant
    how: str


class Unanswered(Exception):
    """Nothing can be done now, and it may go better later: whoever brings the mail is to bring it again."""


class Intake:
    """Takes in one message at a time, for one recipient."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.keys = (runtime.key, *runtime.former_keys)
        self.failed: Counter[str] = Counter()  # how often each message has, by its digest

    async def take_in(self, recipient: str, content: bytes, envelope_sender: str | None = None) -> None:
        """Take in a message; one that fails each time it is brought, without looking at what it asks for. Raises what
        it fails with before that, and nothing of it is written down."""
        to = recipient.lower().encode(errors="surrogateescape")
        digest = hashlib.sha256(to + b"\0" + content).hexdigest()
        try:
            await self.take_in_once(digest, recipient, content, envelope_sender)
        except Exception:
            if len(self.failed) >= MOST_FAILED:
                self.failed.clear()
            self.failed[digest] += 1
            if self.failed[digest] < TRIES:
                raise
            log.exception("a message has failed %d times", self.failed[digest])
            await self.keep_unread(digest, content, envelope_sender)
        self.failed.pop(digest, None)

    async def keep_unread(self, digest: str, content: bytes, envelope_sender: str | None) -> None:
        """Keep a message for people to read, with what it says where that can be kept. Raises what it fails with."""
        bare = Arrived(digest, "", "", "", InboundKind.WORDS, None, None)
        try:
            mail = await asyncio.to_thread(read_mail, content, envelope_sender)
            said = replace(bare, sender=mail.sender, subject=mail.subject, words=mail.words, kind=mail.kind)
            async with self.runtime.db.write() as db:
                await self.write_down(db, said, Outcome("unknown"))
        except Exception:
            async with self.runtime.db.write() as db:
                await self.write_down(db, bare, Outcome("unreadable"))

    async def take_in_once(self, digest: str, recipient: str, content: bytes, envelope_sender: str | None) -> None:
        async with self.runtime.db.read() as db:
            if await arrivals.is_known(db, digest):
                return
            tag = await self.read_tag(db, recipient)
        mail = await asyncio.to_thread(read_mail, content, envelope_sender)
        person_id, subject = (tag.person_id, tag.subject) if tag else (None, None)
        attendee = mail.calendar.attendee if mail.calendar else ""
        arrived = Arrived(digest, mail.sender, mail.subject, mail.words, mail.kind, person_id, subject, attendee)
        judged = await self.judge(mail, tag)
        outcome = await self.answer(judged, arrived) if isinstance(judged, Answer) else judged
        if outcome is not None:
            async with self.runtime.db.write() as db:
                await self.write_down(db, arrived, outcome)

    async def read_tag(self, db: AsyncSession, recipient: str) -> Tag | None:
        """Returns whose address a message has come to; None where nobody of today has it."""
        tag = parse_reply_address(recipient)
        if tag is None or not tag.is_signed_for(self.keys, await arrivals.address_of(db, tag.person_id)):
            return None
        return tag

    async def write_down(self, db: AsyncSession, arrived: Arrived, outcome: Outcome) -> None:
        act = Act(db, CLOCK, self.runtime.now(), "mail", self.runtime.tz, Permission.SELF, changes=True)
        await arrivals.write_down(act, arrived, outcome)

    async def judge(self, mail: ReadMail, tag: Tag | None) -> "Outcome | Answer":
        """Returns what a message answers, or what comes of it where it is no answer."""
        if not mail.is_readable:
            return Outcome("unreadable")
        match mail.kind:
            case InboundKind.BOUNCE:
                async with self.runtime.db.write() as db:
                    about = (tag.subject, tag.person_id) if tag else None
                    found = await take_bounce(db, self.keys, mail.bounce, about) if mail.bounce else None
                is_final = mail.bounce is not None and mail.bounce.is_final
                return Outcome("bounced" if is_final else "delayed", is_settled=found is not None, delivery_id=found)
            case InboundKind.AUTOMATIC:
                return Outcome("automatic", is_settled=mail.is_automatic_reply and tag is not None)
        meeting_id = meeting_of(tag.subject) if tag else None
        if tag is None or meeting_id is None:
            return Outcome("unknown")
        if mail.calendar is not None:
            return await self.judge_calendar(tag.person_id, meeting_id, mail.calendar)
        return await self.judge_words(tag.person_id, meeting_id, mail)

    async def judge_words(self, person_id: int, meeting_id: int, mail: ReadMail) -> "Outcome | Answer":
        """Returns what words answer, where they say one thing and answer a question that it is an answer to."""
        unclear = Outcome("unclear" if len(mail.words) < MAX_UNCLEAR else "unknown")
        meant = understand_answer(mail.words)
        if meant is None:
            return unclear
        async with self.runtime.db.read() as db:
            question = await find_question(db, self.keys, f"{MEETING}{meeting_id}", person_id, mail.answers)
            is_off = await arrivals.is_cancelled(db, meeting_id)
        if is_off:  # they are told so, whatever they answer
            return Answer(person_id, meeting_id, meant, "words")
        if question is None or question.asks is not ANSWERS_TO[meant.meaning]:
            return unclear
        if question.is_outdated:
            return Outcome("outdated", tells="mail_answer_unclear")
        return Answer(person_id, meeting_id, meant, "words")

    async def judge_calendar(self, person_id: int, meeting_id: int, given: CalendarAnswer) -> "Outcome | Answer":
        """Returns what a calendar answers: of the meeting that the address is about, as it stands now."""
        async with self.runtime.db.read() as db:
            told = await arrivals.told_sequence(db, meeting_id, person_id)
        if given.meeting_id != meeting_id:
            return Outcome("unknown")
        if told is None or given.sequence < told:
            return Outcome("outdated", tells="mail_answer_unclear")
        match given.answer:
            case "ACCEPTED":
                return Answer(person_id, meeting_id, Meant(Meaning.COMES), "calendar")
            case "DECLINED":
                return Answer(person_id, meeting_id, Meant(Meaning.ABSENT, given.comment), "calendar")
        return Outcome("tentative", is_settled=True, tells="mail_answer_unclear")

    async def answer(self, answer: "Answer", arrived: Arrived) -> Outcome | None:
        """Answer for the person whose address it is, as they might in any channel: their rights are asked now.

        Returns what came of it; None where it is written down, which is done with the answer or not at all.
        """
        meaning = answer.meant.meaning
        async with self.runtime.db.read() as db:
            is_deputy = await arrivals.answers_as_deputy(db, answer.meeting_id, answer.person_id)
            lang = await arrivals.language_of(db, answer.person_id) or self.runtime.lang
        given: dict[str, Any] = {"meeting_id": answer.meeting_id}
        if meaning is Meaning.DECLINES:
            command = "call.decline"
        elif is_deputy:
            command, given["response"] = "attendance.respond_as_deputy", DEPUTY_ANSWERS[meaning]
        else:
            command, given["response"] = "attendance.respond", ANSWERS[meaning]
            if meaning is Meaning.ABSENT:
                given["reason"] = answer.meant.reason or text(lang, f"mail.reason.{answer.how}")
        asks_for_deputy = meaning is Meaning.ABSENT and not is_deputy
        said = "mail_answer_taken" if answer.how == "words" else ""
        outcome = Outcome(ANSWERED, is_settled=True, tells="mail_declined" if asks_for_deputy else said)

        async def write_down(db: AsyncSession) -> bool:
            if await arrivals.is_known(db, arrived.digest):
                return False
            await self.write_down(db, arrived, outcome)
            return True

        caller = Caller("mail", str(answer.person_id))
        reply = await run(self.runtime, command, given, caller, receipt=write_down)
        return None if reply.is_done or reply.key == ALREADY_DONE else refused(reply)


def refused(reply: Reply) -> Outcome:
    """Returns the outcome of an answer that was not taken. Raises Unanswered where that may go better later."""
    if reply.status >= 500:
        raise Unanswered
    return Outcome("refused", tells="mail_answer_refused", why=reply.words)
