"""Taking in mail: an answer is given for whom the address it came to was made for; everything else waits for the
secretariat. Nothing that arrives is lost, and nothing is done twice.

The sender's own address proves nothing. What proves whose answer it is, is the signature in the address it was sent
to, which only that person was given.
"""

import asyncio
import hashlib
from typing import Any

from lisbot.channels.mail.answers import Meaning, Meant, understand_answer
from lisbot.channels.mail.reading import CalendarAnswer, ReadMail, read_mail
from lisbot.channels.mail.reply_address import Tag, read_reply_address
from lisbot.commands import Reply, run
from lisbot.council.core.context import Act, Permission
from lisbot.council.enums import DeputyResponse, InboundKind, Response
from lisbot.council.mail import arrivals
from lisbot.council.mail.arrivals import ANSWERED, Arrived, Outcome, meeting_of
from lisbot.council.mail.bounces import take_bounce
from lisbot.council.register.identity import CLOCK, Caller
from lisbot.runtime import Runtime
from lisbot.texts import text

DEPUTY_ANSWERS = {
    Meaning.COMES: DeputyResponse.COMES,
    Meaning.DIGITAL: DeputyResponse.DIGITAL,
    Meaning.ABSENT: DeputyResponse.DECLINED,
}
ANSWERS = {Meaning.COMES: Response.COMES, Meaning.DIGITAL: Response.DIGITAL, Meaning.ABSENT: Response.ABSENT}
MAX_UNCLEAR = 200  # characters of an answer that was meant as one, and not as a letter


class Unanswered(Exception):
    """Nothing can be done now, and it may go better later: whoever brings the mail is to bring it again."""


class Intake:
    """Takes in one message at a time, for one recipient."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.keys = (runtime.key, *runtime.former_keys)

    async def take_in(self, recipient: str, content: bytes, envelope_sender: str | None = None) -> None:
        """Take in a message. Raises Unanswered, after which nothing of it is written down."""
        digest = hashlib.sha256(recipient.lower().encode() + b"\0" + content).hexdigest()
        async with self.runtime.db.read() as db:
            if await arrivals.is_known(db, digest):
                return
        mail = await asyncio.to_thread(read_mail, content, envelope_sender)
        tag = read_reply_address(self.keys, recipient)
        outcome = await self.act_on(mail, tag)
        about = (tag.person_id, tag.subject) if tag else (None, None)
        arrived = Arrived(digest, mail.sender, mail.subject, mail.words, mail.kind, *about)
        async with self.runtime.db.write() as db:
            act = Act(db, CLOCK, self.runtime.now(), "mail", self.runtime.tz, Permission.SELF, changes=True)
            await arrivals.write_down(act, arrived, outcome)

    async def act_on(self, mail: ReadMail, tag: Tag | None) -> Outcome:
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
                return Outcome("automatic", is_settled=True)
        meeting_id = meeting_of(tag.subject) if tag else None
        if tag is None or meeting_id is None:
            return Outcome("unknown")
        if mail.calendar is not None:
            return await self.answer_of_calendar(tag, meeting_id, mail.calendar)
        meant = understand_answer(mail.words)
        if meant is None:
            return Outcome("unclear" if len(mail.words) < MAX_UNCLEAR else "unknown")
        return await self.answer(tag, meeting_id, meant, "words")

    async def answer_of_calendar(self, tag: Tag, meeting_id: int, given: CalendarAnswer) -> Outcome:
        """Answer the notice as a calendar did: of the meeting that the address is about, as it stands now."""
        async with self.runtime.db.read() as db:
            told = await arrivals.told_sequence(db, meeting_id, tag.person_id)
        if given.meeting_id != meeting_id:
            return Outcome("unknown")
        if told is None or given.sequence < told:
            return Outcome("outdated", tells="mail_answer_unclear")
        match given.answer:
            case "ACCEPTED":
                return await self.answer(tag, meeting_id, Meant(Meaning.COMES), "calendar")
            case "DECLINED":
                return await self.answer(tag, meeting_id, Meant(Meaning.ABSENT, given.comment), "calendar")
        return Outcome("tentative", is_settled=True, tells="mail_answer_unclear")

    async def answer(self, tag: Tag, meeting_id: int, meant: Meant, how: str) -> Outcome:
        """Answer for the person whose address it is, as they might in any channel: their rights are asked now."""
        caller = Caller("mail", str(tag.person_id))
        given: dict[str, Any] = {"meeting_id": meeting_id}
        async with self.runtime.db.read() as db:
            is_deputy = await arrivals.answers_as_deputy(db, meeting_id, tag.person_id)
            lang = await arrivals.language_of(db, tag.person_id) or self.runtime.lang
        if meant.meaning is Meaning.DECLINES:
            reply = await run(self.runtime, "call.decline", given, caller)
        elif is_deputy:
            given["response"] = DEPUTY_ANSWERS[meant.meaning]
            reply = await run(self.runtime, "attendance.respond_as_deputy", given, caller)
        else:
            given["response"] = ANSWERS[meant.meaning]
            if meant.meaning is Meaning.ABSENT:
                given["reason"] = meant.reason or text(lang, f"mail.reason.{how}")
            reply = await run(self.runtime, "attendance.respond", given, caller)
        if reply.is_done:
            asks_for_deputy = meant.meaning is Meaning.ABSENT and not is_deputy
            said = "mail_answer_taken" if how == "words" else ""
            return Outcome(ANSWERED, is_settled=True, tells="mail_declined" if asks_for_deputy else said)
        return refused(reply)


def refused(reply: Reply) -> Outcome:
    """Returns the outcome of an answer that was not taken. Raises Unanswered where that may go better later."""
    if reply.status >= 500:
        raise Unanswered
    return Outcome("refused", tells="mail_answer_refused", why=reply.words)
