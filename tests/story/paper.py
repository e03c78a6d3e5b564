"""A page as a browser without scripts has it: its words, links and forms, and what pressing one sends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"meta", "link", "input", "img", "br", "hr"}
PARTS = {"li", "tr", "fieldset", "section", "form", "article", "main", "body", "div"}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tree = TreeBuilder()

    def handle_starttag(self, tag, attrs):
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.tree.end(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.tree.end(tag)

    def handle_data(self, data):
        self.tree.data(data)


@dataclass
class Sending:
    """What a browser would send: GET or POST, where, and the fields in the order they stand in."""

    method: str
    url: str
    fields: list[tuple[str, str]]


class Paper:
    """One page. Raises AssertionError for what is not there to be seen or pressed."""

    def __init__(self, url: str, status: int, source: str) -> None:
        self.url, self.status, self.source = url, status, source
        reader = Reader()
        reader.feed(source)
        self.root = reader.tree.close()
        self.parents = {child: parent for parent in self.root.iter() for child in parent}

    @property
    def words(self) -> str:
        """What stands in the page's own part, without the menus around it."""
        return words(next(self.root.iter("main")))

    @property
    def lang(self) -> str:
        return self.root.get("lang", "")

    def part(self, beside: str) -> Element:
        """The smallest part of the page that says this."""
        return min(self.parts(beside), key=lambda e: len(words(e)))

    def parts(self, beside: str) -> list[Element]:
        """Every place on the page that says this, each as small as it can be parted."""
        found = [e for e in self.root.iter() if e.tag in PARTS and beside in words(e)]
        assert found, f"«{beside}» is not on {self.url}:\n{self.words}"
        return [e for e in found if not any(e is not inner and inner in found for inner in e.iter())]

    def press(self, title: str, beside: str, typed: dict[str, object]) -> Sending:
        """Press the button or follow the link of this title, with the fields of its form filled in."""
        around: list[Element] = self.parts(beside) if beside else [next(self.root.iter("body"))]
        while around:
            for within in around:
                found = [e for e in within.iter() if e.tag in ("a", "button") and words(e) == title]
                if found:
                    return self.follow(found[0], typed)
            around = [self.parents[within] for within in around if within in self.parents]
        raise AssertionError(f"no «{title}» beside «{beside}» on {self.url}:\n{self.words}")

    def follow(self, pressed: Element, typed: dict[str, object]) -> Sending:
        if pressed.tag == "a":
            assert not typed
            return Sending("get", pressed.get("href", ""), [])
        form = self.form_of(pressed)
        for label, value in typed.items():
            self.fill(form, label, value)
        fields = list(self.sent_by(form))
        if pressed.get("name"):
            fields.append((pressed.get("name", ""), pressed.get("value", "")))
        url = pressed.get("formaction") or form.get("action", self.url)
        return Sending(form.get("method", "get"), url, fields)

    def form_of(self, pressed: Element) -> Element:
        if at := pressed.get("form"):
            return next(f for f in self.root.iter("form") if f.get("id") == at)
        within = pressed
        while within.tag != "form":
            within = self.parents[within]
        return within

    def fill(self, form: Element, label: str, value: object) -> None:
        """Fill in the field that this label names: what cannot be chosen there cannot be given."""
        for group in form.iter("fieldset"):
            if named(next(group.iter("legend"))) == label:
                wanted = [str(v) for v in value] if isinstance(value, list) else [str(value)]
                boxes = {named(choice): next(choice.iter("input")) for choice in group.iter("label")}
                assert set(wanted) <= set(boxes), f"{label}: {wanted} of {list(boxes)}"
                for title, box in boxes.items():
                    tick(box, title in wanted)
                return
        for mark in form.iter("label"):
            if named(mark) != label:
                continue
            if mark.get("class") == "choice":
                tick(next(mark.iter("input")), bool(value))
                return
            field = next(e for e in form.iter() if e.get("id") == mark.get("for"))
            if field.tag == "select":
                titles = {named(option): option.get("value", "") for option in field.iter("option")}
                assert value in titles, f"{label}: {value} of {list(titles)}"
                value = titles[str(value)]
            field.set("typed", str(value))
            return
        raise AssertionError(f"no field «{label}» in {words(form)}")

    def value_of(self, label: str) -> str:
        """What stands in the field that this label names."""
        for mark in self.root.iter("label"):
            if named(mark) == label:
                field = next(e for e in self.root.iter() if e.get("id") == mark.get("for"))
                return value_of(field)
        raise AssertionError(f"no field «{label}» on {self.url}")

    def item_of(self, beside: str) -> str:
        """The number of the item that the buttons beside these words are about."""
        hrefs = [e.get("href", "") for e in self.part(beside).iter("a")]
        return next(found[1] for href in hrefs if (found := re.search(r"item_id=(\d+)", href)))

    def sent_by(self, form: Element) -> Iterator[tuple[str, str]]:
        for field in form.iter():
            if field.tag not in ("input", "textarea", "select") or not field.get("name"):
                continue
            if field.get("type") in ("checkbox", "radio") and "checked" not in field.attrib:
                continue
            yield field.get("name", ""), value_of(field)


def value_of(field: Element) -> str:
    if "typed" in field.attrib:
        return field.get("typed", "")
    if field.tag == "textarea":
        return "".join(field.itertext()).removeprefix("\n")
    if field.tag == "select":
        chosen = [o for o in field.iter("option") if "selected" in o.attrib]
        return chosen[0].get("value", "") if chosen else ""
    return field.get("value", "")


def tick(box: Element, on: bool) -> None:
    box.attrib.pop("checked", None)
    if on:
        box.set("checked", "")


def words(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


def named(node: Element) -> str:
    """A label's own words, without the mark of what need not be filled in."""
    aside = [words(e) for e in node.iter() if e.get("class") == "optional"]
    return words(node).removesuffix(aside[0]).strip() if aside else words(node)
