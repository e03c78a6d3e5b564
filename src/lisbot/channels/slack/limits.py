"""What the Web API takes: docs.slack.dev, "Rate limits"."""

from lisbot.messaging import Address, Limit, Scope

# chat.postMessage: about one a second in a channel, short bursts tolerated; and a limit of the workspace's that is
# said to be several hundred a minute.
CHANNEL = Limit(((10, 12),), burst=3)
WORKSPACE = Limit(((60, 240),), burst=20)
# chat.update is of tier 3: 50 a minute in a workspace.
UPDATES = Limit(((60, 50),), burst=15)


def scopes_of(to: Address, *, edits: bool) -> tuple[Scope, ...]:
    """Returns what a message or an edit is counted in. An address's `service_url` is the workspace."""
    if edits:
        return (Scope(f"slack:updates:{to.service_url}", UPDATES),)
    channel = Scope(f"slack:channel:{to.service_url}:{to.conversation_id}", CHANNEL)
    return channel, Scope(f"slack:workspace:{to.service_url}", WORKSPACE)
