"""What became of several things that were done at once: kept as forms that came back are, so that its page has an
address, and going back to it does nothing again."""

from aiohttp import web

from lisbot import cards
from lisbot.channels.web import responses
from lisbot.channels.web.kept_forms import FilledForm
from lisbot.channels.web.site import SESSION, SITE
from lisbot.channels.web.visitors import get_caller, is_signed_in
from lisbot.commands import Command, Reply, find_command
from lisbot.commands.batch import retell, told_lines


async def keep_lines(request: web.Request, command: Command, reply: Reply) -> str:
    """Keep what became of each. Returns the address of its page."""
    kept = FilledForm(request[SESSION].person_id, command.name, told_lines(reply.view), None)
    return f"/done/{command.name}/{await request.app[SITE].kept_forms.keep(kept)}"


async def show_lines(request: web.Request) -> web.Response:
    """Returns what became of each, to whoever did it; to others, and later, the way home."""
    if not await is_signed_in(request):
        return responses.ask_to_sign_in(request)
    site, command = request.app[SITE], find_command(request.match_info["command"])
    if command is None or not command.each:
        return responses.redirect("/me")
    kept = await site.kept_forms.find(request.match_info["token"], request[SESSION].person_id, command.name)
    reply = await retell(site.runtime, command, kept.given, get_caller(request)) if kept else None
    if reply is None or not reply.is_done or reply.viewer is None:
        return responses.redirect("/me")
    sheet = cards.draw_sheet(reply.shows, reply.view, reply.viewer)
    return await responses.render_page(request, "sheet.html", sheet=sheet, style=f"plain page-{reply.shows}", form=None)
