"""What the Bot Connector takes: learn.microsoft.com, "Optimize your bot with rate limiting in Teams" (2026-10-08)."""

from lisbot.messaging import Address, Limit, Scope

# Messages and edits by one bot in one conversation: five at once, and then about two a second; of the hour's 1,800 the
# first 600 as fast as that, and then one in three seconds.
CONVERSATION = Limit(((1, 7), (2, 8), (30, 60)), burst=5)
CONVERSATION_HOUR = Limit(((3600, 1800),), burst=600)
# All calls of one app in one tenant.
TENANT = Limit(((1, 50),))


def scopes_of(to: Address) -> tuple[Scope, ...]:
    """Returns what a call in this conversation is counted in."""
    thread = to.conversation_id.partition(";")[0]
    return (
        Scope(f"teams:conversation:{thread}", CONVERSATION),
        Scope(f"teams:hour:{thread}", CONVERSATION_HOUR),
        Scope(f"teams:tenant:{to.tenant}", TENANT),
    )
