"""What the Web API's error codes mean: docs.slack.dev, "Errors" of chat.postMessage, chat.update and
conversations.open."""

from collections.abc import Mapping

from lisbot.messaging import Refusal

R = Refusal
BY_CODE: Mapping[str, Refusal] = {
    "ratelimited": R.LATER,
    "rate_limited": R.LATER,
    "internal_error": R.LATER,
    "fatal_error": R.LATER,
    "service_unavailable": R.LATER,
    "request_timeout": R.LATER,
    "team_added_to_org": R.LATER,
    # The conversation, or whoever was in it.
    "channel_not_found": R.GONE,
    "is_archived": R.GONE,
    "user_disabled": R.GONE,
    "user_not_found": R.GONE,
    "not_in_channel": R.NOT_INSTALLED,
    "messages_tab_disabled": R.DISABLED,
    # The whole workspace: nobody's own doing, and put right for all of it at once.
    "not_installed": R.FAILED,
    "account_inactive": R.FAILED,
    "invalid_auth": R.FAILED,
    "not_authed": R.FAILED,
    "token_revoked": R.FAILED,
    "token_expired": R.FAILED,
    "missing_scope": R.FAILED,
    "no_permission": R.FAILED,
    "org_login_required": R.FAILED,
    "ekm_access_denied": R.FAILED,
    "restricted_action": R.FAILED,
    "msg_too_long": R.FAILED,
    "msg_blocks_too_long": R.FAILED,
    "invalid_blocks": R.FAILED,
    "no_text": R.FAILED,
    # Of an edit.
    "message_not_found": R.MESSAGE_GONE,
    "cant_update_message": R.MESSAGE_GONE,
    "edit_window_closed": R.MESSAGE_GONE,
}


def read_refusal(status: int, code: str) -> Refusal:
    """Returns what an answer means: `code` is its error code, or else the HTTP status in figures."""
    return BY_CODE.get(code) or (R.LATER if status == 429 or status >= 500 else R.FAILED)
