"""The menu: what lisbot can do for somebody."""

from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.meetings.upcoming import meetings_to_propose_for
from lisbot.council.overview.views import MenuView
from lisbot.council.register.bodies import list_own
from lisbot.texts import sort_key

ENTRIES = (
    "worklist.show",
    "proposal.submit",
    "dashboard.show",
    "follow_up.list",
    "outcome.search",
    "quiet_time.show",
    "calendar_feed.show",
    "person.show_data",
)


async def show(act: Act) -> MenuView:
    """See what lisbot can do for you, with a button for each. Returns MenuView."""
    collate = sort_key(act.by.lang)
    bodies = sorted(await list_own(act), key=lambda body: collate(body.name))
    places = [body.id for body in bodies] or [NO_BODY]
    entries = [name for name in ENTRIES if any(act.allows(name, place) for place in places)]
    if "proposal.submit" in entries and not await meetings_to_propose_for(act):
        entries.remove("proposal.submit")
    return MenuView(tuple(bodies), tuple(AllowedAction(name) for name in entries))
