"""A card as accessible HTML: the same shape and words, with headings, labels and lists a screen reader knows.

Pure: where a button leads is asked of `lead`, and everything a card says is plain text that is escaped here.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from lisbot.texts import text

Node = Mapping[str, Any]
COLOURS = {"attention", "warning", "good", "accent", "emphasis"}
NOTHING = Markup("")
ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]»])")
BUTTONS = {"positive": "primary", "destructive": "danger"}
TEXT_TYPES = {"Email": "email", "Url": "url", "Tel": "tel"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button leads: a page to open, or a form to send (`post`, or `get` for a search)."""

    url: str
    method: str = "link"
    data: Mapping[str, Any] = field(default_factory=dict)


Lead = Callable[[Node], Place | None]


def html(
    card: Node, *, lead: Lead, hidden: Mapping[str, str] | None = None, level: int = 1, prefix: str = "c"
) -> Markup:
    """The card. Its first heading is h`level`; `hidden` travels with every form that is posted."""
    lang = str(card.get("lang", "nb"))
    drawing = Drawing(lang, lead, hidden or {}, level, prefix)
    actions = list(card.get("actions", ()))
    body = drawing.all(card.get("body", ()))
    if drawing.form is not None or any(map(takes_inputs, actions)):
        buttons = drawing.row([a for a in actions if takes_inputs(a)], inside=True)
        inner = drawing.enclose(Markup("{}{}").format(body, buttons), drawing.form)
    else:
        inner = body
    rest = drawing.row([a for a in actions if not takes_inputs(a)])
    loose = Markup("").join(drawing.loose)
    return Markup('<article class="card" lang="{}">{}{}{}</article>').format(lang, inner, rest, loose)


def buttons(
    actions: Sequence[Node],
    *,
    lang: str,
    lead: Lead,
    hidden: Mapping[str, str] | None = None,
    about: str = "",
) -> Markup:
    """A row of buttons, each a link or a form of its own. `about` is the id of what they are about."""
    return Drawing(lang, lead, hidden or {}, 1, "b", about).row(actions)


def takes_inputs(action: Node) -> bool:
    return (
        action.get("type") in ("Action.Execute", "Action.Submit") and action.get("associatedInputs") != "none"
    )


def safe_url(url: object) -> str:
    """An address that may be followed from a page; nothing for any other, such as javascript:."""
    given = str(url)
    if any(ord(char) <= 32 for char in given) or "\\" in given:
        return ""
    try:
        parts = urlsplit(given)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and parts.netloc:
        return given
    if parts.scheme == "mailto" or (not parts.scheme and not parts.netloc and given.startswith("/")):
        return given
    return ""


def prose(words: object) -> Markup:
    """Text with the web addresses in it made into links."""
    parts: list[Markup] = []
    for part in ADDRESS.split(str(words)):
        if ADDRESS.fullmatch(part) and safe_url(part):
            parts.append(Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(part))
        else:
            parts.append(escape(part))
    return NOTHING.join(parts)


def attributes(given: Mapping[str, object]) -> Markup:
    """Attributes as they stand in a tag. True stands by its name alone; False and None are left out."""
    parts = [
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in given.items()
        if value is not None and value is not False
    ]
    return Markup("").join(parts)


def is_open(choice_set: Node) -> bool:
    """Whether all its choices are laid out. Where none may be chosen they are not: a radio button that is
    pressed cannot be let go."""
    is_laid_out = choice_set.get("style") == "expanded" and choice_set.get("isRequired")
    return bool(choice_set.get("isMultiSelect") or is_laid_out)


def is_date(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def is_time(value: str) -> bool:
    try:
        time.fromisoformat(value)
    except ValueError:
        return False
    return True


class Drawing:
    """One card being drawn: which heading comes next, which ids are taken, which forms are still due."""

    def __init__(
        self, lang: str, lead: Lead, hidden: Mapping[str, str], level: int, prefix: str, about: str = ""
    ) -> None:
        self.lang, self.lead, self.hidden, self.level, self.prefix = lang, lead, hidden, level, prefix
        self.about = about
        self.headed = False
        self.count = 0
        self.form: Place | None = None  # where the form of the card's inputs is sent
        self.loose: list[Markup] = []  # forms of buttons that stand inside that form but are not of it

    def id(self) -> str:
        self.count += 1
        return f"{self.prefix}-{self.count}"

    def t(self, key: str) -> str:
        return text(self.lang, f"web.{key}")

    def all(self, nodes: Sequence[Node]) -> Markup:
        return Markup("").join(self.draw(node) for node in nodes)

    def draw(self, node: Node) -> Markup:
        if node.get("isVisible") is False:
            return NOTHING
        match node.get("type"):
            case "TextBlock":
                return self.text_block(node)
            case "RichTextBlock":
                runs = (
                    run if isinstance(run, str) else run.get("text", "") for run in node.get("inlines", ())
                )
                return Markup("<p>{}</p>").format("".join(runs))
            case "FactSet":
                return facts(node.get("facts", ()))
            case "Container":
                return self.container(node)
            case "ColumnSet":
                columns = (
                    Markup("<div>{}</div>").format(self.all(c.get("items", ()))) for c in node["columns"]
                )
                return Markup('<div class="columns">{}</div>').format(Markup("").join(columns))
            case "Table":
                return self.table(node)
            case "Image":
                return image(node)
            case "ImageSet":
                return Markup("").join(image(part) for part in node.get("images", ()))
            case "ActionSet":
                return self.row(
                    node.get("actions", ()), inside=any(map(takes_inputs, node.get("actions", ())))
                )
            case str(kind) if kind.startswith("Input."):
                return self.input(node)
        fallback = node.get("fallback")
        return self.draw(fallback) if isinstance(fallback, Mapping) else NOTHING

    def text_block(self, node: Node, **more: object) -> Markup:
        words = node.get("text", "")
        if not words:
            return NOTHING
        if node.get("style") == "heading":
            level = self.level + (1 if self.headed else 0)
            self.headed = True
            return Markup("<h{0}>{1}</h{0}>").format(min(level, 6), words)
        kinds = [
            *(["subtle"] if node.get("isSubtle") else []),
            *(["strong"] if node.get("weight") == "Bolder" else []),
            *(["small"] if node.get("size") == "Small" else []),
            *([colour] if (colour := str(node.get("color", "")).lower()) in COLOURS else []),
        ]
        return Markup("<p{}>{}</p>").format(
            attributes({"class": " ".join(kinds) or None, **more}), prose(words)
        )

    def container(self, node: Node) -> Markup:
        items = node.get("items", ())
        if sum(str(item.get("type", "")).startswith("Input.") for item in items) == 1:
            return self.field(items)
        style = str(node.get("style", "")).lower()
        if style == "attention":
            # What was wrong is what the reader must meet first when the form comes back.
            tag = {"class": "box attention", "role": "alert", "tabindex": "-1", "autofocus": True}
        else:
            tag = {"class": f"box {style}" if style in COLOURS else "group"}
        return Markup("<div{}>{}</div>").format(attributes(tag), self.all(items))

    def field(self, items: Sequence[Node]) -> Markup:
        """One input with its hint before it and its problem after it, tied to it for those who listen."""
        hints: list[tuple[str, Node]] = []
        problems: list[tuple[str, Node]] = []
        asked: Node = {}
        for item in items:
            if str(item.get("type", "")).startswith("Input."):
                asked = item
            elif item.get("type") == "TextBlock" and item.get("text"):
                wrong = str(item.get("color", "")).lower() == "attention"
                (problems if wrong else hints).append((self.id(), item))
        before = Markup("").join(self.text_block(item, id=at) for at, item in hints)
        after = Markup("").join(
            Markup('<p class="problem" id="{}">{}</p>').format(at, item["text"]) for at, item in problems
        )
        return self.input(asked, before, after, [at for at, _ in (*hints, *problems)], wrong=bool(problems))

    def input(
        self,
        node: Node,
        before: Markup = NOTHING,
        after: Markup = NOTHING,
        told: Sequence[str] = (),
        *,
        wrong: bool = False,
    ) -> Markup:
        required = bool(node.get("isRequired"))
        tied: dict[str, object] = {
            "aria-describedby": " ".join(told) or None,
            "aria-invalid": "true" if wrong else None,
        }
        missing = NOTHING
        if required and not wrong and node.get("errorMessage"):
            at = self.id()
            missing = Markup('<p class="missing" id="{}">{}</p>').format(at, node["errorMessage"])
            tied["aria-errormessage"] = at
        label = node.get("label") or node.get("title") or node.get("placeholder") or node["id"]
        optional = (
            NOTHING
            if required or node["type"] == "Input.Toggle"
            else Markup(' <span class="optional">{}</span>').format(self.t("form.optional"))
        )
        caption = Markup("{}{}").format(label, optional)
        kind = "field wrong" if wrong else "field"
        if node["type"] == "Input.ChoiceSet" and is_open(node):
            # A group is described as a whole, and its being wrong is said of the group.
            group = {name: value for name, value in tied.items() if name == "aria-describedby"}
            return Markup('<fieldset class="{}"{}><legend>{}</legend>{}{}{}</fieldset>').format(
                kind, attributes(group), caption, before, Markup("").join(self.boxes(node)), after
            )
        at = self.id()
        if node["type"] == "Input.Toggle":
            return Markup('<div class="{}">{}{}{}</div>').format(
                kind, before, self.toggle(node, at, tied), after
            )
        control = self.control(node, {"id": at, "name": node["id"], "required": required, **tied})
        return Markup('<div class="{}"><label for="{}">{}</label>{}{}{}{}</div>').format(
            kind, at, caption, before, control, missing, after
        )

    def control(self, node: Node, tag: dict[str, object]) -> Markup:
        """The input itself. What was typed stays, also where the browser's own picker could not show it."""
        value = "" if node.get("value") is None else str(node["value"])
        match node["type"]:
            case "Input.ChoiceSet":
                return self.select(node, tag, value)
            case "Input.Text" if node.get("isMultiline"):
                rows = min(16, max(4, value.count("\n") + 2, len(value) // 70 + 1))
                # A browser drops the first line break after the tag.
                return Markup("<textarea{}>\n{}</textarea>").format(attributes({**tag, "rows": rows}), value)
            case "Input.Number":
                value = value or str(node.get("placeholder") or "")
                tag |= {"type": "text", "inputmode": "numeric", "class": "short"}
            case "Input.Date":
                tag |= {"type": "date" if not value or is_date(value) else "text", "class": "short"}
            case "Input.Time":
                tag |= {"type": "time" if not value or is_time(value) else "text", "class": "short"}
            case _:
                tag |= {"type": TEXT_TYPES.get(str(node.get("style")), "text")}
        return Markup("<input{}>").format(attributes({**tag, "value": value}))

    def select(self, node: Node, tag: dict[str, object], value: str) -> Markup:
        nothing = self.t("form.choose") if node.get("isRequired") else text(self.lang, "card.form.none")
        blank = Markup('<option value="">{}</option>').format(nothing)
        options = [
            Markup("<option{}>{}</option>").format(
                attributes({"value": c["value"], "selected": str(c["value"]) == value}), c["title"]
            )
            for c in node.get("choices", ())
        ]
        return Markup("<select{}>{}{}</select>").format(attributes(tag), blank, Markup("").join(options))

    def boxes(self, node: Node) -> Iterator[Markup]:
        many = bool(node.get("isMultiSelect"))
        value = str(node.get("value") or "")
        chosen = set(value.split(",")) if many else {value}
        for choice in node.get("choices", ()):
            tag = {
                "type": "checkbox" if many else "radio",
                "name": node["id"],
                "value": choice["value"],
                "checked": str(choice["value"]) in chosen,
                "required": bool(node.get("isRequired")) and not many,
            }
            yield Markup('<label class="choice"><input{}> <span>{}</span></label>').format(
                attributes(tag), choice["title"]
            )

    def toggle(self, node: Node, at: str, tied: Mapping[str, object]) -> Markup:
        """A box to tick. An empty box sends nothing, so what it then means is sent beside it."""
        on, off = str(node.get("valueOn", "true")), str(node.get("valueOff", "false"))
        tag = {
            "type": "checkbox",
            "id": at,
            "name": node["id"],
            "value": on,
            "checked": node.get("value") == on,
        }
        beside = Markup('<input type="hidden" name="_off" value="{}={}">').format(node["id"], off)
        return Markup('{}<label class="choice"><input{}> <span>{}</span></label>').format(
            beside, attributes({**tag, **tied}), node.get("title") or node.get("label") or node["id"]
        )

    def table(self, node: Node) -> Markup:
        rows = [
            [self.all(cell.get("items", ())) for cell in row.get("cells", ())] for row in node.get("rows", ())
        ]
        head = (
            rows.pop(0) if rows and node.get("firstRowAsHeader", node.get("firstRowAsHeaders", True)) else []
        )
        top = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in head)
        body = Markup("").join(
            Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
            for row in rows
        )
        return Markup("<table>{}<tbody>{}</tbody></table>").format(
            Markup("<thead><tr>{}</tr></thead>").format(top) if head else "", body
        )

    def row(self, actions: Sequence[Node], *, inside: bool = False) -> Markup:
        drawn = Markup("").join(self.button(action, inside=inside) for action in actions)
        return Markup('<div class="buttons">{}</div>').format(drawn) if drawn else drawn

    def button(self, action: Node, *, inside: bool) -> Markup:
        title = action.get("title", "")
        style = BUTTONS.get(str(action.get("style")), "")
        look = {"class": f"button {style}".strip(), "aria-describedby": self.about or None}
        if action.get("type") == "Action.OpenUrl":
            place = Place(safe_url(action.get("url", ""))) if safe_url(action.get("url", "")) else None
        else:
            place = self.lead(action)
        if place is None:
            return NOTHING
        if place.method == "link":
            return Markup("<a{}>{}</a>").format(attributes({"href": place.url, **look}), title)
        if place.method == "post":
            # What the button carries travels with the button, so that several may share one form.
            look |= {
                "type": "submit",
                "name": "_data",
                "value": json.dumps(dict(place.data), ensure_ascii=False),
            }
        if not inside:
            return self.enclose(Markup("<button{}>{}</button>").format(attributes(look), title), place)
        if not takes_inputs(action):
            at = self.id()
            self.loose.append(self.enclose(NOTHING, place, at))
            return Markup("<button{}>{}</button>").format(attributes({**look, "form": at}), title)
        self.form = self.form or place
        if place.url != self.form.url:
            look["formaction"] = place.url
        return Markup("<button{}>{}</button>").format(attributes(look), title)

    def enclose(self, inner: Markup, place: Place | None, at: str | None = None) -> Markup:
        """A form around what is to be sent. It is checked by lisbot, in the reader's language."""
        if place is None:
            return inner
        carried = self.hidden if place.method == "post" else place.data
        kept = Markup("").join(
            Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
            for name, value in carried.items()
        )
        tag = {"method": place.method, "action": place.url, "id": at, "novalidate": True}
        return Markup("<form{}>{}{}</form>").format(attributes(tag), kept, inner)


def facts(rows: Sequence[Node]) -> Markup:
    """Facts as a list of terms and what they say."""
    pairs = (Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(r["title"], prose(r["value"])) for r in rows)
    return Markup('<dl class="facts">{}</dl>').format(Markup("").join(pairs)) if rows else NOTHING


def image(node: Node) -> Markup:
    """A picture of our own. One from elsewhere would learn who reads it, so its words are shown instead."""
    url, words = str(node.get("url", "")), node.get("altText", "")
    if url.startswith("data:image/") or (url.startswith("/") and safe_url(url) and not url.startswith("//")):
        return Markup('<img src="{}" alt="{}">').format(url, words)
    return Markup("<p>{}</p>").format(escape(words)) if words else NOTHING
