"""What in a mail is for its recipient alone: a link for each button, what their calendar is told, the address they
answer to, and the way to fewer mails."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from functools import partial
from typing import Any

from lisbot.channels.common.deeds import RUNS, Deed, deed_key, deeds_of
from lisbot.channels.mail.reply_address import parse_reply_address, reply_address
from lisbot.commands import find_command
from lisbot.council.addresses import write_domain
from lisbot.council.core.context import Permission as P
from lisbot.council.enums import Response
from lisbot.council.mail.action_links import Mailed, create_links, expires_at
from lisbot.council.mail.arrivals import meeting_of
from lisbot.council.mail.bounces import MESSAGE_ID, NUMBER_LENGTH, note
from lisbot.council.mail.tokens import sign
from lisbot.council.meetings.guest_calendars import guest_of, read_guest_news, record_guest_told
from lisbot.council.meetings.invited import INVITES, CalendarNews, read_news, record_told
from lisbot.messaging import Message
from lisbot.render.calendar_file import Event, meeting_uid
from lisbot.render.invitation import Invitation, Method, Participation, render_invitation
from lisbot.routes import address
from lisbot.runtime import Runtime
from lisbot.texts import text

log = logging.getLogger(__name__)

ANSWERS = {
    None: Participation.UNANSWERED,
    Response.COMES: Participation.ACCEPTED,
    Response.DIGITAL: Participation.ACCEPTED,
    Response.ABSENT: Participation.DECLINED,
}
# What a mail's link may do, to whoever has the mail.
FOR_ONESELF = frozenset({P.PERSONAL, P.READ_AGENDA, P.VISIT, P.VIEW, P.RESPOND, P.VOTE, P.PROPOSE, P.COMMENT})
# All there is about somebody, and what is said to them alone, is no mail's to open: neither a command nor what another
# shows when it is done.
HOME = frozenset({"worklist.show", "menu.show"})  # where one begins, signed in
LETTERS = frozenset({"consultation.show"})  # whose reply to whoever asked is whole, and opens nothing
SIGNED_IN_ONLY = frozenset({"person.show_data"})
SHOWN_SIGNED_IN_ONLY = frozenset({"local_input", "local_inputs"})


@dataclass(frozen=True)
class Enclosed:
    """What one person's mail holds beside what it says to all. `links`: the address for each button, by what it does.
    `calendar`: a calendar object and its method. `own_url`: a link to what the mail shows, for whoever signs in
    nowhere."""

    message_id: str = ""
    thread_id: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    calendar: tuple[Method, str] | None = None
    news: CalendarNews | None = None
    organizer: str = ""
    uid: str = ""
    off_url: str = ""
    settings_url: str = ""
    reply_to: str = ""
    own_url: str = ""


class Enclosures:
    """Makes what is enclosed in each person's mail. `sender`: from whom mail comes; `inbound`: the domain that takes in
    answers, "" where none does."""

    def __init__(self, runtime: Runtime, sender: str, inbound: str = "") -> None:
        self.runtime, self.inbound = runtime, inbound
        self.sender_name, self.sender = parseaddr(sender)
        self.domain = self.sender.rpartition("@")[2]

    async def enclose(self, to: str, message: Message) -> Enclosed:
        """Returns what is enclosed for one person, written down where it must be. The same tried again is the same."""
        recipient = message.recipient
        if recipient is None:
            return Enclosed()
        key, at, base_url = self.runtime.key, self.runtime.now(), self.runtime.base_url
        kept = {deed_key(deed): without_secrets(deed) for deed in deeds_of(message.card) if is_for_oneself(deed)}
        own = (message.command, dict(message.args or {}))
        if message.is_outside and is_for_oneself(own) and message.command not in HOME | LETTERS:
            kept[deed_key(own)] = own
        deeds = {deed_key(deed): deed for deed in kept.values()}
        meeting_id = meeting_of(recipient.subject)
        news = None
        async with self.runtime.db.write() as db:
            tokens = await create_links(
                db,
                key,
                Mailed(recipient.delivery_id, recipient.person_id, to),
                list(deeds.values()),
                at,
                expires_at(at, message.due_at),
            )
            is_theirs = partial(self.is_organizer_for, to)
            if (guest_id := guest_of(recipient.subject)) is not None:
                news = await read_guest_news(db, guest_id, recipient.person_id, to, at, is_organizer=is_theirs)
            elif meeting_id is not None:
                may_invite = message.command == INVITES
                news = await read_news(
                    db, meeting_id, recipient.person_id, to, at, may_invite=may_invite, is_organizer=is_theirs
                )
        reply_to = ""
        if self.inbound:
            reply_to = reply_address(key, recipient.subject, recipient.person_id, to, self.inbound)
        # A calendar takes in changes from nobody but whose invitation it was.
        organizer = (news.organizer if news else "") or reply_to or self.sender
        uid = news.uid or self.new_uid(news) if news else ""
        number = sign(key, MESSAGE_ID, str(recipient.delivery_id), NUMBER_LENGTH)
        about = recipient.subject or f"person:{recipient.person_id}"
        thread = sign(key, "thread", about, NUMBER_LENGTH)
        urls = {name: f"{base_url}/link/{token}" for name, token in zip(deeds, tokens, strict=True)}
        off = f"{recipient.person_id}.{sign(key, 'mail-off', str(recipient.person_id))}"
        return Enclosed(
            message_id=f"<delivery-{recipient.delivery_id}.{number}@{self.domain}>",
            thread_id=f"<{about.replace(':', '-')}.{thread}@{self.domain}>",
            links={name: urls[deed_key(deed)] for name, deed in kept.items()},
            own_url=urls.get(deed_key(own), "") if message.is_outside and deed_key(own) in kept else "",
            calendar=self.calendar(to, message, news, organizer, uid) if news else None,
            news=news,
            organizer=organizer,
            uid=uid,
            settings_url="" if message.is_outside else f"{base_url}{address('quiet_time.show', {})}",
            off_url=f"{base_url}/mail/off/{off}",
            reply_to=reply_to,
        )

    def meeting_page(self, meeting_id: int) -> str:
        return f"{self.runtime.base_url}{address('meeting.show', {'meeting_id': meeting_id})}"

    def new_uid(self, news: CalendarNews) -> str:
        """Returns the id of an event that a calendar has not been told yet: a guest's is their own."""
        uid = meeting_uid(news.meeting_id, self.meeting_page(news.meeting_id))
        return uid if news.guest_id is None else uid.replace("meeting-", f"guest-{news.guest_id}-", 1)

    def is_organizer_for(self, to: str, organizer: str) -> bool:
        """Returns whether an invitation that came from this address is known at the one that mail goes to now."""
        tag, keys = parse_reply_address(organizer), (self.runtime.key, *self.runtime.former_keys)
        return tag is None or tag.is_signed_for(keys, to) or tag.is_signed_as_before(keys)

    def calendar(self, to: str, message: Message, news: CalendarNews, organizer: str, uid: str) -> tuple[Method, str]:
        is_guest = news.guest_id is not None
        page = "" if is_guest else self.meeting_page(news.meeting_id)  # a guest answers in the mail, and opens no page
        method = Method.CANCEL if news.is_withdrawn else Method.REQUEST
        invitation = Invitation(
            method=method,
            uid=uid,
            event=Event(
                meeting_id=news.meeting_id,
                title=news.body,
                starts=news.starts_at,
                ends=news.ends_at,
                place=news.place,
                link=news.link,
                is_cancelled=news.is_withdrawn,
            ),
            sequence=news.sequence,
            zone=news.zone,
            organizer=organizer,
            organizer_name=self.sender_name or news.body,
            attendee=write_domain(to),
            attendee_name=news.person,
            answer=ANSWERS[news.response],
            words="" if news.is_withdrawn else self.invitation_words(message.lang, news, page),
            asks=bool(self.inbound) and not is_guest,
            alarm_minutes=news.alarm_minutes,
        )
        return method, render_invitation(invitation, self.runtime.now(), page)

    def invitation_words(self, lang: str, news: CalendarNews, page: str) -> str:
        """Returns what stands in the calendar: how to join, where to answer, and whether answering here counts."""
        counts = text(lang, "mail.calendar.counts" if self.inbound else "mail.calendar.does_not_count")
        link = [text(lang, "mail.calendar.join", link=news.link)] if news.link else []
        if news.guest_id is not None:
            return "\n".join([*link, text(lang, "mail.calendar.as_guest")])
        deputy = [text(lang, "mail.calendar.as_deputy")] if news.is_deputy else []
        return "\n".join([*deputy, *link, text(lang, "mail.calendar.page", page=page), counts])

    async def note_refusal(self, to: str, reason: str) -> None:
        """Write down that an address is refused for good."""
        await note(self.runtime.db, to, reason, self.runtime.now())

    async def record(self, to: str, enclosed: Enclosed) -> None:
        """Write down that an address works, and what a calendar was told, once the mail is on its way.

        A failure is logged: the mail is sent, and sending it again would put nothing right.
        """
        try:
            await note(self.runtime.db, to, "", self.runtime.now())
            if enclosed.news is not None:
                news = replace(enclosed.news, uid=enclosed.uid)
                record = record_told if news.guest_id is None else record_guest_told
                async with self.runtime.db.write() as db:
                    await record(db, news, enclosed.organizer, self.runtime.now())
        except Exception:
            log.exception("what was told by mail is not written down")


def is_for_oneself(deed: Deed) -> bool:
    """Returns whether a button may be pressed without signing in: one that shows what its reader may see, or answers
    for themselves. The secretariat's work is done signed in."""
    command = find_command(deed[0])
    return (
        command is not None
        and not command.is_internal
        and command.needs in FOR_ONESELF
        and command.name not in SIGNED_IN_ONLY
        and command.shows not in SHOWN_SIGNED_IN_ONLY
    )


def without_secrets(deed: Deed) -> Deed:
    """Returns what a link keeps of what a button does: never how somebody votes. The answers of a vote share one link,
    whose page asks for the answer."""
    command = find_command(deed[0])
    secret = command.secret if command else frozenset()
    return deed[0], {name: value for name, value in deed[1].items() if name not in secret}


def with_links(node: Any, find_url: Callable[[Mapping[str, Any]], str]) -> Any:
    """Returns a card whose buttons lead somewhere, instead of running something. Nothing is filled in in a mail: inputs
    are left out, and so are buttons that lead nowhere."""
    if isinstance(node, list | tuple):
        kept = (each for each in node if not is_left_out(each, find_url))
        return [with_links(each, find_url) for each in kept]
    if not isinstance(node, Mapping):
        return node
    if node.get("type") in RUNS:
        return {
            "type": "Action.OpenUrl",
            "title": node.get("title", ""),
            "style": node.get("style", "default"),
            "url": find_url(node),
        }
    return {name: with_links(value, find_url) for name, value in node.items()}


def is_left_out(node: Any, find_url: Callable[[Mapping[str, Any]], str]) -> bool:
    if not isinstance(node, Mapping):
        return False
    kind = str(node.get("type", ""))
    return kind.startswith("Input.") or (kind in RUNS and not find_url(node))
