"""A card as accessible HTML: the same shape and words, with headings, labels and lists a screen reader knows.

Pure: where a button leads is asked of `find_target`, and everything a card says is plain text that is escaped here.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from lisbot.render.html_inputs import EMPTY, ROW, Inputs, Node, attributes, is_input
from lisbot.texts import text

STYLES = {"attention", "warning", "good", "accent", "emphasis"}
WEB_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]»])")
BUTTON_CLASSES = {"positive": "primary", "destructive": "danger"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a button leads. `method`: "link" for a page to open, "post" for a form to send, "get" for a search."""

    url: str
    method: str = "link"
    data: Mapping[str, Any] = field(default_factory=dict)


FindTarget = Callable[[Node], Target | None]


def render_card(
    card: Node,
    *,
    find_target: FindTarget,
    hidden: Mapping[str, str] | None = None,
    level: int = 1,
    prefix: str = "c",
    form_id: str | None = None,
    file_for: str = "",
    takes_spreadsheets: bool = False,
    ordered: Collection[str] = (),
    whole: Collection[str] = (),
    moved: str = "",
) -> Markup:
    """Returns the card as an article.

    Its first heading is h`level`. `hidden` are the fields of every form that is posted. `prefix` begins each id, and
    `form_id` is that of the form around its inputs. `file_for` names an input that a file may be chosen for instead,
    a spreadsheet among them where it `takes_spreadsheets`.
    `ordered` are the arguments whose things may be moved among each other, `moved` what was moved last, and which way.
    `whole` are those whose things are sent together only.
    An action that `find_target` finds no target for is left out.
    """
    lang = str(card.get("lang", "nb"))
    renderer = Renderer(card, lang, find_target, hidden or {}, level, prefix)
    renderer.file_for, renderer.ordered, renderer.whole, renderer.moved = file_for, ordered, whole, moved
    renderer.takes_spreadsheets = takes_spreadsheets
    actions = list(card.get("actions", ()))
    body = renderer.body(card.get("body", ()), is_page=form_id is not None)
    if renderer.form is not None or any(map(takes_inputs, actions)):
        submits = renderer.buttons([a for a in actions if takes_inputs(a)], inside_form=True)
        within = Markup("{}{}").format(body, submits)
        inner = renderer.wrap_in_form(within, renderer.form, form_id, is_default=form_id is not None)
    else:
        inner = body
    others = renderer.buttons([a for a in actions if not takes_inputs(a)])
    detached = EMPTY.join(renderer.detached_forms)
    return Markup('<article class="card" lang="{}">{}{}{}</article>').format(lang, inner, others, detached)


def takes_inputs(action: Node) -> bool:
    """Returns whether an action sends what the card's inputs hold."""
    return action.get("type") in ("Action.Execute", "Action.Submit") and action.get("associatedInputs") != "none"


def button_class(style: object) -> str:
    """Returns the class of a button of this style: "default", "positive" or "destructive"."""
    return f"button {BUTTON_CLASSES.get(str(style), '')}".strip()


def data_json(data: Mapping[str, Any]) -> str:
    """Returns what a button carries, as it stands in its value."""
    return json.dumps(dict(data), ensure_ascii=False, default=str)


def safe_url(url: object) -> str:
    """Returns an address that may be followed from a page, and nothing for any other, such as javascript:."""
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
    """Returns text with the web addresses in it made into links."""
    parts: list[Markup] = []
    for part in WEB_ADDRESS.split(str(words)):
        if WEB_ADDRESS.fullmatch(part) and safe_url(part):
            parts.append(Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(part))
        else:
            parts.append(escape(part))
    return EMPTY.join(parts)


def is_form_row(node: Node) -> bool:
    """Returns whether a container holds what a form asks of one of several things."""
    return node.get("type") == "Container" and bool(ROW.fullmatch(str(node.get("id", ""))))


def is_about(node: Node) -> bool:
    """Returns whether something on a form says what it is about: neither asks for anything nor says what was wrong."""
    return node.get("type") == "TextBlock" or node.get("style") == "emphasis"


def is_filled(node: Node) -> bool:
    """Returns whether there is something in an input, or something wrong with it."""
    return bool(is_input(node) and node.get("value")) or str(node.get("color", "")).lower() == "attention"


def walk(node: object) -> Iterator[Node]:
    """Yields everything in a card that has a type."""
    if isinstance(node, Mapping):
        if "type" in node:
            yield node
        for inner in node.values():
            yield from walk(inner)
    elif isinstance(node, (list, tuple)):
        for inner in node:
            yield from walk(inner)


def toggled_ids(card: Node) -> frozenset[str]:
    """Returns the ids of what a card's buttons show and hide. A page has no scripts, and shows it all."""
    return frozenset(
        str(target["elementId"] if isinstance(target, Mapping) else target)
        for node in walk(card)
        if node["type"] == "Action.ToggleVisibility"
        for target in node.get("targetElements", ())
    )


class Renderer:
    """One card being drawn: which heading comes next, which ids are taken, which forms are still due."""

    def __init__(
        self, card: Node, lang: str, find_target: FindTarget, hidden: Mapping[str, str], level: int, prefix: str
    ) -> None:
        self.lang, self.find_target, self.hidden, self.level, self.prefix = lang, find_target, hidden, level, prefix
        self.toggled = toggled_ids(card)
        self.asks = any(map(is_input, walk(card)))
        self.has_heading = False
        self.ids = 0
        sends = [find_target(action) for action in card.get("actions", ()) if takes_inputs(action)] if self.asks else []
        is_search = any(target is not None and target.method == "get" for target in sends)
        self.inputs = Inputs(lang, self.new_id, is_search=is_search)
        self.rows = [str(node["id"]) for node in walk(card) if is_form_row(node)]
        self.is_confirming = any("confirm" in (action.get("data") or {}) for action in card.get("actions", ()))
        self.file_for = ""  # the input that a file may be chosen for
        self.takes_spreadsheets = False
        self.ordered: Collection[str] = ()
        self.whole: Collection[str] = ()
        self.moved = ""
        self.form: Target | None = None  # where the form of the card's inputs is sent
        self.detached_forms: list[Markup] = []  # of buttons that stand inside that form and send another

    def new_id(self) -> str:
        self.ids += 1
        return f"{self.prefix}-{self.ids}"

    def elements(self, nodes: Sequence[Node]) -> Markup:
        return EMPTY.join(self.element(node) for node in nodes)

    def body(self, nodes: Sequence[Node], *, is_page: bool) -> Markup:
        """Returns all that stands on a card. On a page that is a form, what it is about stands beside what it asks."""
        beside = [node for node in nodes[1:] if is_about(node)] if is_page and self.asks and not self.rows else []
        if not beside:
            return self.elements(nodes)
        rest = [node for node in nodes[1:] if node not in beside]
        about = Markup('<div class="form-about">{}</div>').format(self.elements(beside))
        return Markup("{}{}{}").format(self.elements(nodes[:1]), about, self.elements(rest))

    def element(self, node: Node) -> Markup:
        if node.get("isVisible") is False and node.get("id") not in self.toggled:
            return EMPTY
        match node.get("type"):
            case "TextBlock":
                return self.text_block(node)
            case "RichTextBlock":
                runs = (run if isinstance(run, str) else run.get("text", "") for run in node.get("inlines", ()))
                return Markup("<p>{}</p>").format("".join(runs))
            case "FactSet":
                return fact_list(node.get("facts", ()))
            case "Container":
                return self.container(node)
            case "ColumnSet":
                columns = (
                    Markup("<div{}>{}</div>").format(
                        attributes({"class": box_class(column) or None}), self.elements(column.get("items", ()))
                    )
                    for column in node.get("columns", ())
                    if column.get("isVisible") is not False or column.get("id") in self.toggled
                )
                return Markup('<div class="columns">{}</div>').format(EMPTY.join(columns))
            case "Table":
                return self.table(node)
            case "Image":
                return image(node)
            case "ImageSet":
                return EMPTY.join(image(part) for part in node.get("images", ()))
            case "ActionSet":
                actions = node.get("actions", ())
                return self.buttons(actions, inside_form=any(map(takes_inputs, actions)))
            case _ if is_input(node):
                return self.inputs.draw(node)
        fallback = node.get("fallback")
        return self.element(fallback) if isinstance(fallback, Mapping) else EMPTY

    def text_block(self, node: Node, **more: object) -> Markup:
        words = node.get("text", "")
        if not words:
            return EMPTY
        if node.get("style") == "heading":
            level = self.level + (1 if self.has_heading else 0)
            self.has_heading = True
            return Markup("<h{0}>{1}</h{0}>").format(min(level, 6), words)
        classes = [
            *(["subtle"] if node.get("isSubtle") else []),
            *(["strong"] if node.get("weight") == "Bolder" else []),
            *(["small"] if node.get("size") == "Small" else []),
            *([colour] if (colour := str(node.get("color", "")).lower()) in STYLES else []),
        ]
        return Markup("<p{}>{}</p>").format(attributes({"class": " ".join(classes) or None, **more}), prose(words))

    def container(self, node: Node) -> Markup:
        items = node.get("items", ())
        if sum(map(is_input, items)) == 1:
            return self.labelled_field(items)
        if is_form_row(node):
            return self.form_row(node)
        tag: dict[str, object] = {"class": box_class(node) or "group"}
        if self.asks and str(node.get("style", "")).lower() == "attention":
            # What was wrong is what the reader must meet first when the form comes back.
            tag |= {"role": "alert", "tabindex": "-1", "autofocus": True}
        return Markup("<div{}>{}</div>").format(attributes(tag), self.elements(items))

    def form_row(self, node: Node) -> Markup:
        """Returns what a form asks of one of several things: what is read beside its fields, then those seldom filled
        in, folded where there is nothing in them, and the way to the next."""
        at = str(node["id"])
        legend, beside, folded, fields = EMPTY, EMPTY, EMPTY, []
        for item in node.get("items", ()):
            match item.get("id"):
                case str(name) if name == f"{at}.beside":
                    beside = Markup('<div class="beside">{}</div>').format(self.elements(item["items"]))
                case str(name) if name == f"{at}.more":
                    heading, *rest = item["items"]
                    folded = Markup("<details{}><summary>{}</summary>{}</details>").format(
                        attributes({"open": any(map(is_filled, walk(rest)))}), heading["text"], self.elements(rest)
                    )
                case _ if item.get("style") == "heading":
                    legend = Markup("<legend><h{0}>{1}</h{0}></legend>").format(self.level + 1, item["text"])
                case _:
                    fields.append(self.element(item))
        # What asks first is answered as a whole.
        is_whole = self.is_confirming or at.partition(".")[0] in self.whole
        following = [] if is_whole else self.rows[self.rows.index(at) + 1 :]
        onward = EMPTY
        if following:
            onward = Markup('<button class="button" name="_stay" value="{}">{}</button>').format(
                following[0], text(self.lang, "web.form.next_row")
            )
        is_slim = all(each["type"] == "Input.Number" for each in walk(node) if is_input(each))
        name = "form-row slim" if is_slim else "form-row"
        if at.partition(".")[0] in self.ordered:
            name += " ordered"
            fields.append(self.move_buttons(at, legend.striptags()))
        return Markup('<fieldset class="{}" id="{}">{}{}<div class="asked">{}{}{}</div></fieldset>').format(
            name, at, legend, beside, EMPTY.join(fields), folded, EMPTY if is_slim else onward
        )

    def move_buttons(self, at: str, title: str) -> Markup:
        """Returns the buttons that move one of several things a place. The one that was pressed has the focus; at the
        end, the other."""
        place = self.rows.index(at)
        is_last = {"up": place == 0, "down": place == len(self.rows) - 1}
        focus = self.moved.partition(":")[2] if self.moved.startswith(f"{at}:") else ""
        if is_last.get(focus):
            focus = "down" if focus == "up" else "up"
        drawn = EMPTY.join(
            Markup("<button{}>{}</button>").format(
                attributes(
                    {
                        "class": "button move",
                        "name": "_move",
                        "value": f"{at}:{way}",
                        "aria-label": text(self.lang, f"web.form.move_{way}", title=title),
                        "disabled": is_last[way],
                        "autofocus": focus == way,
                    }
                ),
                arrow,
            )
            for way, arrow in (("up", "↑"), ("down", "↓"))
        )
        return Markup('<div class="moves">{}</div>').format(drawn)

    def labelled_field(self, items: Sequence[Node]) -> Markup:
        """Returns one input with its hint under its label and its problem after it, tied to it for those who listen."""
        hints: list[tuple[str, Node]] = []
        problems: list[tuple[str, Node]] = []
        asked: Node = {}
        for item in items:
            if is_input(item):
                asked = item
            elif item.get("type") == "TextBlock" and item.get("text"):
                is_problem = str(item.get("color", "")).lower() == "attention"
                (problems if is_problem else hints).append((self.new_id(), item))
        before = EMPTY.join(self.text_block(item, id=at) for at, item in hints)
        after = EMPTY.join(
            Markup('<p class="problem" id="{}">{}</p>').format(at, item["text"]) for at, item in problems
        )
        described_by = [at for at, _ in (*hints, *problems)]
        chosen = EMPTY
        if self.file_for and asked.get("id") == self.file_for:
            chosen = self.inputs.file(self.file_for, is_spreadsheet=self.takes_spreadsheets)
        return chosen + self.inputs.draw(asked, before, after, described_by, is_wrong=bool(problems))

    def table(self, node: Node) -> Markup:
        rows = [[self.elements(cell.get("items", ())) for cell in row.get("cells", ())] for row in node.get("rows", ())]
        head = rows.pop(0) if rows and node.get("firstRowAsHeader", node.get("firstRowAsHeaders", True)) else []
        top = EMPTY.join(Markup('<th scope="col">{}</th>').format(cell) for cell in head)
        body = EMPTY.join(
            Markup("<tr>{}</tr>").format(EMPTY.join(Markup("<td>{}</td>").format(cell) for cell in row)) for row in rows
        )
        return Markup("<table>{}<tbody>{}</tbody></table>").format(
            Markup("<thead><tr>{}</tr></thead>").format(top) if head else "", body
        )

    def buttons(self, actions: Sequence[Node], *, inside_form: bool = False) -> Markup:
        drawn = EMPTY.join(self.button(action, inside_form=inside_form) for action in actions)
        return Markup('<div class="buttons">{}</div>').format(drawn) if drawn else drawn

    def button(self, action: Node, *, inside_form: bool) -> Markup:
        if action.get("type") == "Action.ToggleVisibility":
            return EMPTY  # what it shows stands open
        title = action.get("title", "")
        tag: dict[str, object] = {"class": button_class(action.get("style"))}
        if action.get("type") == "Action.OpenUrl":
            target = Target(url) if (url := safe_url(action.get("url", ""))) else None
        else:
            target = self.find_target(action)
        if target is None:
            return EMPTY
        if target.method == "link":
            return Markup("<a{}>{}</a>").format(attributes({"href": target.url, **tag}), title)
        if target.method == "post":
            # What the button carries travels with the button, so that several may share one form.
            tag |= {"type": "submit", "name": "_data", "value": data_json(target.data)}
        if not inside_form:
            return self.wrap_in_form(Markup("<button{}>{}</button>").format(attributes(tag), title), target)
        if not takes_inputs(action):
            at = self.new_id()
            self.detached_forms.append(self.wrap_in_form(EMPTY, target, at))
            return Markup("<button{}>{}</button>").format(attributes({**tag, "form": at}), title)
        self.form = self.form or target
        if target.url != self.form.url:
            tag["formaction"] = target.url
        return Markup("<button{}>{}</button>").format(attributes(tag), title)

    def wrap_in_form(
        self, inner: Markup, target: Target | None, at: str | None = None, *, is_default: bool = False
    ) -> Markup:
        """Returns a form around what is to be sent. lisbot checks it, and words what is wrong in the reader's language:
        the browser does not. `is_default`: whether a button elsewhere on the page sends it when Enter is pressed."""
        if target is None:
            return inner
        carried = self.hidden if target.method == "post" else target.data
        if (self.rows or is_default) and target.method == "post":
            # Sent by other buttons too, which carry nothing.
            carried = {**carried, "_data": data_json(target.data)}
        fields = EMPTY.join(
            Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in carried.items()
        )
        carries = "multipart/form-data" if self.file_for and is_default else None
        tag = {"method": target.method, "action": target.url, "id": at, "novalidate": True, "enctype": carries}
        return Markup("<form{}>{}{}</form>").format(attributes(tag), fields, inner)


def box_class(node: Node) -> str:
    """Returns the class of a container, or of a column, that has a style of its own."""
    style = str(node.get("style", "")).lower()
    return f"box {style}" if style in STYLES else ""


def fact_list(rows: Sequence[Node]) -> Markup:
    """Returns facts as a list of terms and what they say."""
    pairs = (Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(r["title"], prose(r["value"])) for r in rows)
    return Markup('<dl class="facts">{}</dl>').format(EMPTY.join(pairs)) if rows else EMPTY


def image(node: Node) -> Markup:
    """Returns a picture of our own. One from elsewhere would learn who reads it, so its words are shown instead."""
    url, words = str(node.get("url", "")), node.get("altText", "")
    if url.startswith("data:image/") or (url.startswith("/") and safe_url(url) and not url.startswith("//")):
        return Markup('<img src="{}" alt="{}">').format(url, words)
    return Markup("<p>{}</p>").format(escape(words)) if words else EMPTY
