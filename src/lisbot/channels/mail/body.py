"""What a mail says, as plain text and as HTML: when it is due, why one gets it, the whole card, and how to get fewer.

Both are made of the same card. The HTML fetches nothing from anywhere, and is read by a screen reader, on a narrow
screen and in the dark.
"""

import html
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from lisbot.channels.common.deeds import deed_key, deed_of
from lisbot.channels.mail.personal import LETTERS, Enclosed, with_links
from lisbot.messaging import Message
from lisbot.render.html import prose, render_card
from lisbot.render.invitation import Method
from lisbot.render.words import keep_spaces, words
from lisbot.texts import text

RULE = "-- "  # before what is not of the message itself (RFC 3676, 4.3)
STYLE = files(__package__).joinpath("letter.css").read_text("utf-8")
FindUrl = Callable[[Mapping[str, Any]], str]


def as_text(message: Message, enclosed: Enclosed, page_url: str) -> str:
    """Returns the mail as plain text."""
    card = with_links(message.card, finder(enclosed))
    footer = [RULE, *footer_lines(message, enclosed)] if enclosed.off_url else []
    said = (message.deadline, message.words, words(card, buttons=bool(card.get("actions"))) if card else "")
    own = page_line(message, enclosed, page_url)
    return "\n\n".join([*filter(None, [*said, own]), *(["\n".join(footer)] if footer else [])]) + "\n"


def as_page(message: Message, enclosed: Enclosed, page_url: str, subject: str) -> str:
    """Returns the mail as an HTML document."""
    card = with_links(message.card, finder(enclosed))
    due = Markup('<p class="due">{}</p>').format(message.deadline) if message.deadline else Markup("")
    why = Markup("<p>{}</p>").format(prose(keep_spaces(message.words))) if message.words else Markup("")
    drawn = render_card(card, find_target=lambda _action: None) if card else Markup("")
    link = Markup('<p><a href="{0}">{0}</a></p>').format(page_url)
    if enclosed.off_url:
        own = page_line(message, enclosed, page_url)
        link = Markup("<p>{}</p>").format(prose(own)) if own else Markup("")
    lines = [Markup("<p>{}</p>").format(prose(line)) for line in footer_lines(message, enclosed)]
    footer = Markup("<footer>{}</footer>").format(Markup("").join(lines)) if enclosed.off_url else ""
    return (
        f'<!doctype html><html lang="{html.escape(message.lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(subject)}</title><style>{STYLE}</style></head>"
        f"<body><main>{due}{why}{drawn}{link}</main>{footer}</body></html>"
    )


def page_line(message: Message, enclosed: Enclosed, page_url: str) -> str:
    """Returns where a page shows the same. Whoever is outside has a link of their own, or none."""
    if not enclosed.off_url:
        return page_url
    if message.is_outside:
        return text(message.lang, "mail.own_page", url=enclosed.own_url) if enclosed.own_url else ""
    return text(message.lang, "mail.page", url=page_url)


def finder(enclosed: Enclosed) -> FindUrl:
    def find_url(action: Mapping[str, Any]) -> str:
        deed = deed_of(action)
        return enclosed.links.get(deed_key(deed), "") if deed else ""

    return find_url


def footer_lines(message: Message, enclosed: Enclosed) -> list[str]:
    """Returns why one gets the mail, what its links are, and how to get fewer."""
    lang = message.lang
    links = [text(lang, "mail.footer.links")] if enclosed.links else []
    calendar = calendar_lines(lang, enclosed)
    has_links = enclosed.links or enclosed.own_url or not message.is_outside
    answers = "answers" if enclosed.reply_to else "no_answers" if has_links else "no_answers_nor_links"
    is_letter = message.is_outside and message.command in LETTERS  # what they asked for: there is nothing to turn off
    return [
        text(lang, "mail.footer.why_outside" if message.is_outside else "mail.footer.why"),
        *links,
        *calendar,
        text(lang, f"mail.footer.{answers}"),
        *([text(lang, "mail.footer.settings", url=enclosed.settings_url)] if enclosed.settings_url else []),
        *([] if is_letter else [text(lang, "mail.footer.off", url=enclosed.off_url)]),
    ]


def calendar_lines(lang: str, enclosed: Enclosed) -> list[str]:
    """Returns what the calendar is told, and whether an answer given there counts."""
    match enclosed.calendar:
        case None:
            return []
        case (Method.CANCEL, _):
            return [text(lang, "mail.footer.calendar_withdrawn")]
    counts = "mail.calendar.counts" if enclosed.reply_to else "mail.calendar.does_not_count"
    return [f"{text(lang, 'mail.footer.calendar')} {text(lang, counts)}"]
