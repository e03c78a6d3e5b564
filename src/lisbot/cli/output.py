"""A reply on the terminal: in words, or as JSON for a program."""

import json
import sys
from dataclasses import replace
from typing import Any

from lisbot.commands import NEEDS_CONFIRMING, Reply
from lisbot.commands.data import reply_to_data
from lisbot.texts import text

EXIT_CODES = {200: 0, 500: 3}  # by status; any other is 1, refused


def print_reply(reply: Reply, *, as_json: bool) -> None:
    """Print what a command answers: in words whole, a refusal's on stderr; as JSON always on stdout."""
    if as_json:
        print_json(reply_to_data(reply) | {"words": words_of(reply)})
    elif reply.is_done:
        print(words_of(reply))
    else:
        print(words_of(reply), file=sys.stderr)


def words_of(reply: Reply) -> str:
    """Returns a reply in the reader's words: all that is shown, or why it is refused."""
    if reply.key == NEEDS_CONFIRMING:
        return f"{reply.words}\n{text(reply.lang, 'cli.confirm')}"
    if not reply.is_done:
        return reply.words
    from lisbot.cards import draw_card
    from lisbot.render.words import words

    assert reply.viewer
    # Words have no buttons, and whether one asks for a form is asked of the command's own module.
    viewer = replace(reply.viewer, asks=lambda _command, _arguments: False)
    shown = words(draw_card(reply.shows, reply.view, viewer))
    return "\n".join(line for line in (reply.done, *reply.told, shown) if line)


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def exit_code(reply: Reply) -> int:
    """Returns 0 for what was done, 1 for a refusal and for a log that is not whole, 3 for a bug."""
    is_broken = reply.is_done and reply.shows == "log_check" and not reply.view.is_whole
    return 1 if is_broken else EXIT_CODES.get(reply.status, 1)
