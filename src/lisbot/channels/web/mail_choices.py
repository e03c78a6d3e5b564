"""Fewer mails at one press: from a mail's own link, or by the mail program itself (RFC 8058)."""

from aiohttp import web

from lisbot.channels.web import responses
from lisbot.channels.web.site import SITE
from lisbot.council.delivery import choices
from lisbot.council.mail.tokens import is_signed

PURPOSE = "mail-off"


async def show_choice(request: web.Request) -> web.Response:
    """Returns the page that says what can be turned off and what remains. Opening it changes nothing."""
    person_id = read_token(request)
    if person_id is None:
        return await responses.render_refusal(request, 404)
    async with request.app[SITE].runtime.db.read() as db:
        is_off = await choices.is_off(db, person_id)
    return await render(request, is_off=is_off)


async def turn_off(request: web.Request) -> web.Response:
    """Turn off what can be turned off. What is sent along says nothing: the address itself is signed."""
    person_id = read_token(request)
    if person_id is None:
        return await responses.render_refusal(request, 404)
    async with request.app[SITE].runtime.db.write() as db:
        await choices.turn_off(db, person_id)
    return await render(request, is_off=True)


def read_token(request: web.Request) -> int | None:
    runtime = request.app[SITE].runtime
    person_id, _, signature = request.match_info["token"].partition(".")
    if not person_id.isdecimal() or not is_signed((runtime.key, *runtime.former_keys), PURPOSE, person_id, signature):
        return None
    return int(person_id)


async def render(request: web.Request, *, is_off: bool) -> web.Response:
    return await responses.render_page(
        request, "mail_off.html", is_off=is_off, groups=[each.value for each in choices.CAN_BE_OFF], action=request.path
    )
