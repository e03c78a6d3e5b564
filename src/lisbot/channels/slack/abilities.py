"""Which of Slack's newer blocks a workspace takes: tried, and where they are refused sent without, and remembered."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic

from cachetools import TTLCache

from lisbot.channels.slack.messages import SlackMessage
from lisbot.messaging import PermanentError, SendError

REMEMBERED = 86_400.0  # seconds
MAX_WORKSPACES = 1000
TABLE, ALERT = "data_table", "alert"
# docs.slack.dev, "Errors" of chat.postMessage and views.open: of blocks that are not as Slack wants them.
REFUSED = ("invalid_blocks", "invalid_arguments", "msg_blocks_too_long")


class Abilities:
    """What the workspaces take, as far as it has been tried."""

    def __init__(self) -> None:
        self.takes: TTLCache[tuple[str, str], bool] = TTLCache(MAX_WORKSPACES, REMEMBERED, monotonic)

    def has_shown(self, workspace: str, kind: str) -> bool:
        """Returns whether a workspace has taken this kind of block."""
        return bool(self.takes.get((workspace, kind)))

    def fit(self, workspace: str, message: SlackMessage) -> SlackMessage:
        """Returns a message without what the workspace has refused."""
        return replace(
            message,
            tabled=message.tabled if self.takes.get((workspace, TABLE), True) else None,
            alerts=message.alerts and self.takes.get((workspace, ALERT), True),
        )

    async def send(
        self, workspace: str, message: SlackMessage, send: Callable[[SlackMessage], Awaitable[None]]
    ) -> None:
        """Send a message with its newer blocks; once more without, where they are refused. Raises SendError."""
        fitted = self.fit(workspace, message)
        kinds = [kind for kind, used in ((TABLE, fitted.tabled), (ALERT, fitted.alerts)) if used]
        try:
            await send(fitted)
        except PermanentError as error:
            if not kinds or not is_refused_block(error):
                raise
            await send(message.plain)
            for kind in kinds:
                self.takes[workspace, kind] = False
        else:
            for kind in kinds:
                self.takes[workspace, kind] = True


def is_refused_block(error: SendError) -> bool:
    """Returns whether Slack did not take a message for what is in it."""
    return any(name in error.reason for name in REFUSED)
