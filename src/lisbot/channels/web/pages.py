"""The pages that show what a command shows: one handler, and one template unless a page has its own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from markupsafe import Markup

from lisbot import cards
from lisbot.channels.web import navigation, responses
from lisbot.channels.web.site import SITE
from lisbot.channels.web.visitors import get_caller, get_visitor, is_signed_in, remember_visitor
from lisbot.commands import COMMANDS, Command, Reply, ask, find_command, run
from lisbot.commands.table import current_arguments
from lisbot.render import html
from lisbot.routes import PATHS, Page, address
from lisbot.texts import text

SEARCH, LOOK_BACK = "outcome.search", "register.look_back"  # whose forms stand on their own pages
WORK = "worklist.show"
OWN_TEMPLATES = {SEARCH: "outcomes.html", LOOK_BACK: "outcomes.html", "worklist.show": "worklist.html"}


def handler(page: Page) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Returns the handler of one page."""

    async def handle(request: web.Request) -> web.Response:
        given = {**request.query, **request.match_info}
        return await draw(request, COMMANDS[page.command], given, page.style)

    return handle


async def draw(request: web.Request, command: Command, given: Mapping[str, str], style: str) -> web.Response:
    """Returns what a command shows to whoever is signed in here, as a page of its whole sheet."""
    if not await is_signed_in(request):
        return responses.ask_to_sign_in(request)
    known = known_arguments(command, given)
    reply = await run(request.app[SITE].runtime, command.name, known, get_caller(request))
    remember_visitor(request, reply)
    if (await get_visitor(request)).member is None:
        return responses.ask_to_sign_in(request)
    form = await search_form(request, command, known) if has_search(command, reply) else None
    if reply.is_done and reply.viewer is not None:
        sheet = cards.draw_sheet(reply.shows, reply.view, reply.viewer)
    elif form is not None:
        sheet = cards.Sheet(reply.words)
    else:
        return await responses.render_refusal(request, reply.status, reply.words)
    template = OWN_TEMPLATES.get(command.name, "sheet.html")
    headers = responses.WITH_REQUESTS if sheet.changes_soon else None
    shown: dict[str, Any] = {"sheet": sheet, "style": style, "form": form, "is_chosen": bool(known)}
    return await responses.render_page(request, template, status=reply.status, headers=headers, **shown)


def known_arguments(command: Command, given: Mapping[str, str]) -> dict[str, str]:
    """Returns only what the command knows: an address may carry more, such as what a mail program adds to it."""
    return {name: value for name, value in given.items() if name in command.parameters}


def has_search(command: Command, reply: Reply) -> bool:
    """Returns whether what a command shows is chosen among by its own form: the search, the register of a day, and a
    secretariat's work."""
    return command.name in (SEARCH, LOOK_BACK) or (
        command.name == WORK and reply.is_done and reply.view.filter is not None
    )


async def search_form(request: web.Request, command: Command, given: Mapping[str, str]) -> Markup | None:
    """Returns the form of a search, filled in with what is searched for. None to those who may not search."""
    asked = await ask(request.app[SITE].runtime, command.name, given, get_caller(request))
    if asked.viewer is None:
        return None
    card = cards.draw_card(asked.shows, asked.view, asked.viewer)
    find_target = navigation.card_targets(navigation.current_page(request))
    return html.render_card(card, find_target=find_target, level=2, prefix="s")


async def show_command(request: web.Request) -> web.Response:
    """Returns what any command shows. A command that changes something is never run by looking."""
    name = request.match_info["command"]
    command = find_command(name)
    if command is None or command.is_internal:
        return await refuse_unknown(request)
    if command.changes:
        raise web.HTTPMethodNotAllowed("GET", ["POST"])
    if name != command.name or command.name in PATHS:
        given: dict[str, Any] = current_arguments(name, request.query)
        if (own_address := address(command.name, given)) != request.raw_path:
            return responses.redirect(own_address, 301)
    return await draw(request, command, request.query, f"plain page-{command.shows.replace('_', '-')}")


async def refuse_unknown(request: web.Request) -> web.Response:
    """Returns the answer to a command that there is none of, or that channels alone run."""
    if not await is_signed_in(request):
        return responses.ask_to_sign_in(request)
    words = text((await get_visitor(request)).lang, "error.unknown_command")
    return await responses.render_refusal(request, 404, words)


async def go_home(request: web.Request) -> web.Response:
    """Leads to one's own page, or to where one signs in."""
    return responses.redirect("/me" if (await get_visitor(request)).member else "/signin")
