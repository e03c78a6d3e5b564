"""Cards of every shape to draw in Slack, and what is read on them and sent from them there."""

import re
from html import unescape
from typing import Any

from hypothesis import strategies as st

from blocklint import lint
from fakes.slack_views import standing
from lisbot.render.slack.blocks import modal, pages, read_inputs
from lisbot.render.words import clean

HOSTILE = ["<!channel>", "<@U1>", "<https://evil|text>", "&lt;!here&gt;", "*bold*", "_i_", "~s~", "`c`"]
HOSTILE += [
    ":smile:",
    "> quote",
    ">>> more",
    "<#C1>",
    "<!subteam^S1>",
    "```\nx\n```",
    "&amp;",
    "<mailto:a@b>",
]
LINK = re.compile(r"<(https?://[^|<>\s]+)>")
UNSEEN = re.compile(r"[\s*\u200b]+")
SCRAPS = st.sampled_from([*HOSTILE, "ord ", "å", "🙂", "\n", "\n\n", "&" * 40, "https://a.example/b_c", "_" * 9])
SOME = st.builds(
    lambda s, n: s * n,
    st.lists(SCRAPS | st.text(max_size=8), min_size=1, max_size=6).map("".join),
    st.sampled_from([1, 1, 1, 9, 300]),
)


def card(*body, actions=(), lang="nb") -> dict[str, Any]:
    return {"type": "AdaptiveCard", "lang": lang, "body": list(body), "actions": list(actions)}


def heading(text):
    return {"type": "TextBlock", "style": "heading", "size": "Large", "weight": "Bolder", "text": text}


def line(text, **more):
    return {"type": "TextBlock", "text": text, **more}


def row(title, *more, buttons=()):
    items = [line(title, weight="Bolder"), *map(line, more)]
    return {
        "type": "Container",
        "items": [*items, *([{"type": "ActionSet", "actions": buttons}] if buttons else [])],
    }


def section(title, *items):
    return {
        "type": "Container",
        "separator": True,
        "items": [line(title, style="heading", weight="Bolder"), *items],
    }


def facts(*pairs):
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in pairs]}


def button(title, verb="vote.cast", **data):
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": data, "associatedInputs": "none"}


def form(*fields, verb="proposal.submit", submit="Send inn", title="Foreslå sak", lang="nb"):
    send = {"type": "Action.Execute", "title": submit, "verb": verb, "data": {}}
    return card(heading(title), *fields, actions=[send], lang=lang)


def asked(kind, value="", *, hint="", problem="", **more):
    one = {"type": f"Input.{kind}", "id": "field", "label": "Felt", "value": value, **more}
    before = [line(hint, isSubtle=True, size="Small")] if hint else []
    after = [line(problem, color="Attention")] if problem else []
    return {"type": "Container", "items": [*before, one, *after]}


def chosen_among(titles, value="", **more):
    choices = [{"title": title, "value": str(at)} for at, title in enumerate(titles)]
    return asked("ChoiceSet", value, choices=choices, **({"style": "compact"} | more))


def shown(given) -> dict[str, Any]:
    """The form as a modal that Slack takes."""
    view = modal(given, callback_id="form", metadata="{}", close="Lukk")
    assert lint(view, "modal") == []
    return view


def one_page(given) -> list[dict[str, Any]]:
    (page,) = pages(given)
    assert lint(page, "message") == []
    return page


def element(given) -> dict[str, Any]:
    (block,) = [block for block in shown(given)["blocks"] if block["type"] == "input"]
    return block["element"]


def sent(view) -> dict[str, str]:
    """What comes back when somebody sends the form as it stands."""
    return read_inputs(standing(view["blocks"]))


def texts(node) -> list[str]:
    """Every text in these blocks, as it is read, from top to bottom."""
    if isinstance(node, list):
        return [text for inner in node for text in texts(inner)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        return [unescape(LINK.sub(r"\1", node["text"]))]
    return [node["text"]] if node.get("type") == "plain_text" else texts(list(node.values()))


def bare(text: str) -> str:
    """Letters alone: what is left when spaces, lines and the marks of bold are not looked at."""
    return UNSEEN.sub("", clean(text))
