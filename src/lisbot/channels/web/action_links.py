"""Links from mails: each opens one card as a page, for the one person it was made for, and does one thing at one press.

Opening a link changes nothing: a mail scanner opens every one. It signs nobody in, and leads to nothing else. What its
person may do is asked again when the button is pressed.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot import cards
from lisbot.cards import Card
from lisbot.channels.common.deeds import SUBMIT, asks_first, find_button
from lisbot.channels.common.drawing import draw_reply
from lisbot.channels.web import request_limit, responses
from lisbot.channels.web.site import FORM, SESSION, SITE
from lisbot.channels.web.visitors import VISITOR, Visitor
from lisbot.commands import Command, Reply, ask, find_command, run
from lisbot.commands.command import BASIS, CONFIRM
from lisbot.commands.reply import ALREADY_DONE
from lisbot.commands.run import asks
from lisbot.council.mail import action_links
from lisbot.council.mail.action_links import LinkState, OpenedLink
from lisbot.council.mail.tokens import is_signed, sign
from lisbot.council.register.identity import Caller
from lisbot.render.html import FindTarget, Target, render_card
from lisbot.texts import LANGUAGES, text

PRESS = "_press"  # the field with which a press proves to come from the link's own page
PURPOSE = "link-press"
MAX_TOKEN = 100


async def show_link(request: web.Request) -> web.Response:
    """Returns the link's card as a page, with its one button; or why the link is no good, and the way to a new one."""
    opened = await admit_link(request)
    if isinstance(opened, web.Response):
        return opened
    link, command = opened
    if command.changes:
        return await show_question(request, link, command)
    return await show_reply(request, link, await run_for(request, link, link.command, link.args))


async def press_link(request: web.Request) -> web.Response:
    """Do what the link is for, once."""
    opened = await admit_link(request)
    if isinstance(opened, web.Response):
        return opened
    link, command = opened
    runtime, form = request.app[SITE].runtime, request[FORM]
    keys = (runtime.key, *runtime.former_keys)
    if not command.changes or not is_signed(keys, PURPOSE, str(link.id), str(form.get(PRESS, ""))):
        return await show_link(request)
    asked = (*command.inputs, *command.required, CONFIRM, BASIS)
    typed = {name: value for name, value in form.items() if name in asked or "." in name}

    async def use(db: AsyncSession) -> bool:
        return await action_links.use_link(db, link.id, runtime.now())

    # Used up with what it is pressed for, or not at all.
    reply = await run(runtime, command.name, {**typed, **link.args}, caller_of(link), receipt=use)
    if reply.key == ALREADY_DONE:
        return await show_closed(request, link, LinkState.USED)
    if reply.is_done:
        words = [reply.done, *reply.told]
        return await show_reply(request, link, reply, "\n".join(words))
    if not reply.view:
        return await show_reply(request, link, reply)
    shown = await read_shown(request, link)
    return await show_link_form(request, link, command, reply, shown)


async def send_new_link(request: web.Request) -> web.Response:
    """Send the message once more, to the person the link was made for: whoever asks learns nothing."""
    site = request.app[SITE]
    link = await find_link(request)
    if link is None:
        return await responses.render_refusal(request, 404)
    speak(request, link)
    if not site.limit_per_client.allows(request_limit.client_address(request, site.settings.proxies)):
        raise web.HTTPTooManyRequests
    async with site.runtime.db.write() as db:
        is_on_its_way = await action_links.renew(db, link, site.runtime.now())
    words = text(lang_of(request), "web.link.on_its_way" if is_on_its_way else "web.link.not_renewed")
    return await responses.render_page(request, "link.html", said=words)


async def admit_link(request: web.Request) -> tuple[OpenedLink, Command] | web.Response:
    """Returns a link that is good, and its command; or the page that says why it is not."""
    link = await find_link(request)
    command = find_command(link.command) if link else None
    if link is None or command is None or command.is_internal:
        return await responses.render_refusal(request, 404)
    signed_in = request[SESSION].person_id
    speak(request, link)
    if signed_in is not None and signed_in != link.person_id:
        words = text(lang_of(request), "web.link.somebody_elses", name=link.name)
        return await responses.render_page(request, "link.html", status=403, said=words)
    if link.state is not LinkState.GOOD:
        return await show_closed(request, link, link.state)
    return link, command


async def find_link(request: web.Request) -> OpenedLink | None:
    runtime = request.app[SITE].runtime
    keys = (runtime.key, *runtime.former_keys)
    async with runtime.db.read() as db:
        return await action_links.find_link(db, keys, request.match_info["token"][:MAX_TOKEN], runtime.now())


def speak(request: web.Request, link: OpenedLink) -> None:
    """Have the page in the language of the link's person. It signs nobody in: no way leads from it to other pages."""
    chosen = request[SESSION].lang
    lang = chosen if chosen in LANGUAGES else link.lang
    request[VISITOR] = Visitor(lang or request.app[SITE].settings.lang)


def lang_of(request: web.Request) -> str:
    return request[VISITOR].lang


async def run_for(request: web.Request, link: OpenedLink, command: str, args: Mapping[str, Any]) -> Reply:
    return await run(request.app[SITE].runtime, command, args, caller_of(link))


def caller_of(link: OpenedLink) -> Caller:
    return Caller("mail", str(link.person_id), lang=link.lang)


async def show_closed(request: web.Request, link: OpenedLink, state: LinkState) -> web.Response:
    """Returns why a link is no good, and the way to a new one. One that is used shows what the mail showed as it is
    now, and so what was answered and by whom."""
    words = text(lang_of(request), f"web.link.{state.value}")
    renews = "" if state is LinkState.REVOKED else request.match_info["token"]
    card = await read_shown(request, link) if state is LinkState.USED and link.is_current else None
    shown = without_buttons(card) if card else None
    return await responses.render_page(request, "link.html", status=410, said=words, renews=renews, shown=shown)


async def read_shown(request: web.Request, link: OpenedLink) -> Card | None:
    """Returns the card that the mail showed, as it is now; None where it showed none, or its person may not see it."""
    if link.shown is None:
        return None
    reply = await run_for(request, link, *link.shown)
    return card_of(reply) if reply.is_done else None


async def show_reply(request: web.Request, link: OpenedLink, reply: Reply, said: str = "") -> web.Response:
    """Returns what a command shows, without buttons: each has a link of its own in the mail."""
    card = card_of(reply)
    if not reply.is_done or card is None:
        return await responses.render_page(request, "link.html", status=reply.status, said=said or reply.words)
    return await responses.render_page(request, "link.html", said=said, card=without_buttons(card), reader=link.name)


async def show_question(request: web.Request, link: OpenedLink, command: Command) -> web.Response:
    """Returns the page with the link's one button: in its form, or below the card that the mail showed."""
    button, card = None, None
    if link.shown is not None:
        reply = await run_for(request, link, *link.shown)
        card = card_of(reply)
        if not reply.is_done or card is None:
            return await show_reply(request, link, reply)
        button = find_button(card, (link.command, link.args))
    if asks_first(button) if button is not None else asks(command.name, link.args):
        asked = await ask(request.app[SITE].runtime, command.name, link.args, caller_of(link))
        return await (
            show_link_form(request, link, command, asked, card) if asked.is_done else show_reply(request, link, asked)
        )
    return await responses.render_page(
        request,
        "link.html",
        card=without_buttons(card) if card is not None else None,
        name=link.name,
        button=button["title"] if button is not None else text(lang_of(request), f"command.{command.name}.button"),
        action=request.path,
        press=press_token(request, link),
    )


async def show_link_form(
    request: web.Request, link: OpenedLink, command: Command, asked: Reply, shown: Card | None
) -> web.Response:
    """Returns the page with the form of what the link is for, below what the mail showed: nobody answers what they
    have not before them. A form that says itself what is to be read first stands above the rest. Its arguments are the
    link's, whatever is sent."""
    assert asked.viewer is not None, "a form is drawn for somebody"
    is_first = shown is None or bool(asked.view.reads)
    card = cards.draw_card(asked.shows, asked.view, asked.viewer)
    hidden = {PRESS: press_token(request, link)}
    find_target = only(command, request.path)
    form = render_card(
        card,
        find_target=find_target,
        hidden=hidden,
        form_id="asked",
        level=1 if is_first else 2,
        prefix="a",
        whole=command.repeats,  # the link is used up by the first answer
    )
    status = 200 if asked.is_done else asked.status
    other = without_buttons(shown, 2 if is_first else 1) if shown is not None else None
    above, below = (None, other) if is_first else (other, None)
    return await responses.render_page(
        request, "link.html", status=status, card=form, name=link.name, shown=above, below=below
    )


def card_of(reply: Reply) -> Card | None:
    drawing = draw_reply(reply)
    return drawing.card if drawing else None


def without_buttons(card: Card, level: int = 1) -> Markup:
    return render_card(card, find_target=lambda _action: None, level=level)


def only(command: Command, path: str) -> FindTarget:
    """Returns where the buttons of a form lead: the one that does what the link is for, and no other."""

    def find_target(action: Mapping[str, Any]) -> Target | None:
        data = action.get("data") or {}
        is_submit = action.get("type") == SUBMIT
        verb, given = (data.get("verb"), data.get("args") or {}) if is_submit else (action.get("verb"), data)
        if verb != command.name:
            return None
        kept = (*command.required, CONFIRM, BASIS)  # what was answered before it was asked for more
        return Target(path, "post", {name: given[name] for name in kept if name in given})

    return find_target


def press_token(request: web.Request, link: OpenedLink) -> str:
    return sign(request.app[SITE].runtime.key, PURPOSE, str(link.id))
