"""The inputs of a form as accessible HTML: each with its label, its hint and what is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from lisbot.texts import format_day, text

Node = Mapping[str, Any]
EMPTY = Markup("")
ROW = re.compile(r"\w+\.\d+")  # the id of what a form asks of one of several things
TEXTS = ".csv,.txt,text/csv,text/plain"
SPREADSHEETS = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INPUT_TYPES = {"Email": "email", "Url": "url", "Tel": "tel"}


def attributes(given: Mapping[str, object]) -> Markup:
    """Returns attributes as they stand in a tag. True stands by its name alone; False and None are left out."""
    parts = [
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in given.items()
        if value is not None and value is not False
    ]
    return EMPTY.join(parts)


def is_input(node: Node) -> bool:
    return str(node.get("type", "")).startswith("Input.")


def is_of_row(node: Node) -> bool:
    """Returns whether an input is one of several of the same: there, all may stay empty."""
    return bool(ROW.match(str(node.get("id", ""))))


def is_laid_out(choice_set: Node) -> bool:
    """Returns whether all its choices stand on the page. Where none may be chosen they are in a list instead: a
    radio button that is pressed cannot be let go."""
    is_radio_group = choice_set.get("style") == "expanded" and choice_set.get("isRequired")
    return bool(choice_set.get("isMultiSelect") or is_radio_group)


def written_date(value: str, lang: str) -> str:
    """Returns a date as it is read and may be typed; and what is none as it was typed. Its weekday is left out: whoever
    changes the day would have to change that too."""
    try:
        return format_day(lang, date.fromisoformat(value))
    except ValueError:
        return value


class Inputs:
    """Draws inputs in one language. `new_id` gives an id that is not taken yet. `is_search`: whether they choose among
    what is shown, where nothing chosen is everything."""

    def __init__(self, lang: str, new_id: Callable[[], str], *, is_search: bool = False) -> None:
        self.lang, self.new_id, self.is_search = lang, new_id, is_search

    def draw(
        self,
        node: Node,
        before: Markup = EMPTY,
        after: Markup = EMPTY,
        described_by: Sequence[str] = (),
        *,
        is_wrong: bool = False,
    ) -> Markup:
        required = bool(node.get("isRequired"))
        aria: dict[str, object] = {
            "aria-describedby": " ".join(described_by) or None,
            "aria-invalid": "true" if is_wrong else None,
        }
        missing = EMPTY
        if required and not is_wrong and node.get("errorMessage"):
            at = self.new_id()
            missing = Markup('<p class="missing" id="{}">{}</p>').format(at, node["errorMessage"])
            aria["aria-errormessage"] = at
        if node["type"] == "Input.Date":
            at = self.new_id()
            example = Markup('<p class="subtle small" id="{}">{}</p>').format(at, text(self.lang, "web.form.date_hint"))
            before = Markup("{}{}").format(before, example)
            aria["aria-describedby"] = " ".join([at, *described_by])
        label = node.get("label") or node.get("title") or node.get("placeholder") or node["id"]
        optional = (
            EMPTY
            if required or node["type"] == "Input.Toggle" or is_of_row(node)
            else Markup(' <span class="optional">{}</span>').format(text(self.lang, "web.form.optional"))
        )
        caption = Markup("{}{}").format(label, optional)
        classes = "field wrong" if is_wrong else "field"
        if node["type"] == "Input.ChoiceSet" and is_laid_out(node) and not self.is_search:
            # A group is described as a whole, and its being wrong is said of the group.
            group = {name: value for name, value in aria.items() if name == "aria-describedby"}
            return Markup('<fieldset class="{}"{}><legend>{}</legend>{}{}{}</fieldset>').format(
                classes, attributes(group), caption, before, EMPTY.join(self.choices(node)), after
            )
        at = self.new_id()
        if node["type"] == "Input.Toggle":
            return Markup('<div class="{}">{}{}{}</div>').format(classes, self.toggle(node, at, aria), before, after)
        control = self.control(node, {"id": at, "name": node["id"], "required": required, **aria})
        return Markup('<div class="{}"><label for="{}">{}</label>{}{}{}{}</div>').format(
            classes, at, caption, before, control, missing, after
        )

    def file(self, name: str, *, is_spreadsheet: bool = False) -> Markup:
        """Returns an input for the file that a field may be read from: a text, or a spreadsheet too."""
        at = self.new_id()
        accept = f"{SPREADSHEETS},{TEXTS}" if is_spreadsheet else TEXTS
        label = text(self.lang, "web.form.choose_spreadsheet" if is_spreadsheet else "web.form.choose_file")
        tag = {"type": "file", "id": at, "name": f"_file.{name}", "accept": accept}
        return Markup('<div class="field"><label for="{}">{}</label><input{}></div>').format(at, label, attributes(tag))

    def control(self, node: Node, tag: dict[str, object]) -> Markup:
        """Returns the input itself. What was typed stays."""
        value = "" if node.get("value") is None else str(node["value"])
        match node["type"]:
            case "Input.ChoiceSet":
                return self.select(node, tag, value)
            case "Input.Text" if node.get("isMultiline"):
                rows = min(16, max(2 if is_of_row(node) else 4, value.count("\n") + 2, len(value) // 70 + 1))
                # A browser drops the first line break after the tag.
                return Markup("<textarea{}>\n{}</textarea>").format(attributes({**tag, "rows": rows}), value)
            case "Input.Number":
                value = value or str(node.get("placeholder") or "")
                tag |= {"type": "text", "inputmode": "numeric", "class": "short"}
            # Typed as people write them, which the browser's own inputs would not let them.
            case "Input.Date":
                value = written_date(value, self.lang)
                tag |= {"type": "text", "class": "date"}
            case "Input.Time":
                tag |= {"type": "text", "class": "short"}
            case _:
                tag |= {"type": INPUT_TYPES.get(str(node.get("style")), "text")}
        return Markup("<input{}>").format(attributes({**tag, "value": value}))

    def select(self, node: Node, tag: dict[str, object], value: str) -> Markup:
        key = "card.form.every" if self.is_search else "card.form.none"
        none = text(self.lang, "web.form.choose" if node.get("isRequired") else key)
        blank = Markup('<option value="">{}</option>').format(none)
        if self.is_search and node.get("isRequired") and value:
            blank = EMPTY
        options = [
            Markup("<option{}>{}</option>").format(
                attributes({"value": c["value"], "selected": str(c["value"]) == value}), c["title"]
            )
            for c in node.get("choices", ())
        ]
        return Markup("<select{}>{}{}</select>").format(attributes(tag), blank, EMPTY.join(options))

    def choices(self, node: Node) -> Iterator[Markup]:
        """Yields a radio button or a check box for each choice."""
        is_multiple = bool(node.get("isMultiSelect"))
        value = str(node.get("value") or "")
        chosen = set(value.split(",")) if is_multiple else {value}
        for choice in node.get("choices", ()):
            tag = {
                "type": "checkbox" if is_multiple else "radio",
                "name": node["id"],
                "value": choice["value"],
                "checked": str(choice["value"]) in chosen,
                "required": bool(node.get("isRequired")) and not is_multiple,
            }
            yield Markup('<label class="choice"><input{}> <span>{}</span></label>').format(
                attributes(tag), choice["title"]
            )

    def toggle(self, node: Node, at: str, aria: Mapping[str, object]) -> Markup:
        """Returns a box to tick. An empty box sends nothing, so what it then means is sent beside it."""
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
            beside, attributes({**tag, **aria}), node.get("title") or node.get("label") or node["id"]
        )
