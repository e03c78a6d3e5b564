"""What the Bot Connector takes: learn.microsoft.com, "Optimize your bot with rate limiting in Teams" (2026-10-08)."""

from lisbot.messaging import Address, Limit, Scope

# Messages and edits by one bot in one conversation.
CONVERSATION = Limit(((1, 7), (2, 8), (30, 60), (3600, 1800)), burst=5)
# All calls of one app in one tenant.
TENANT = Limit(((1, 50),))


def scopes_of(to: Address) -> tuple[Scope, ...]:
    """Returns what a call in this conversation is counted in."""
    thread = to.conversation_id.partition(";")[0]
    return Scope(f"teams:conversation:{thread}", CONVERSATION), Scope(f"teams:tenant:{to.tenant}", TENANT)
