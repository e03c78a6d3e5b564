"""What the Bot Connector's error codes mean.

learn.microsoft.com, "Status codes from bot conversational APIs", "Send proactive messages". Codes decide, and the HTTP
status only where there is none that is known: pages disagree on the status of some.
"""

from collections.abc import Mapping

from lisbot.messaging import Refusal

R = Refusal
BY_CODE: Mapping[str, Refusal] = {
    "Bad Argument": R.FAILED,
    "BotNotRegistered": R.FAILED,
    "BotDisabledByAdmin": R.DISABLED,
    "BotNotInConversationRoster": R.NOT_INSTALLED,
    "ConversationBlockedByUser": R.BLOCKED,
    "MessageWritesBlocked": R.BLOCKED,  # blocked or uninstalled: Teams does not say which
    "ForbiddenOperationException": R.NOT_INSTALLED,
    "InvalidBotApiHost": R.FAILED,  # a tenant of another cloud, whose host is a setting
    "NotEnoughPermissions": R.FAILED,
    "ConversationNotFound": R.GONE,
    "ActivityNotFoundInConversation": R.MESSAGE_GONE,
    "PreconditionFailed": R.LATER,  # somebody else is writing in the same conversation
    "MessageSizeTooBig": R.FAILED,
    "Throttled": R.LATER,
}
SERVICE_ERROR = "ServiceError"  # whose status alone says whether it may go better
# 500 is not among them: it is not tried again, since the message may be there.
LATER_STATUSES = frozenset({412, 429, 502, 503, 504})


def read_refusal(status: int, code: str) -> Refusal:
    """Returns what an answer means: `code` is its error code, empty where it has none."""
    known = BY_CODE.get(code) if code != SERVICE_ERROR else None
    return known or (R.LATER if status in LATER_STATUSES else R.FAILED)
