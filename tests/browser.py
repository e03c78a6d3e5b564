"""A visitor at the pages: keeps cookies, reads links and forms off the page, and sends them as a browser would."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
from yarl import URL

VOID = {"input", "img", "link", "meta", "br", "hr"}


@dataclass
class Button:
    """A button or a link: what it says, what it is about, and where it leads."""

    words: str = ""
    about: str = ""
    href: str = ""
    form: dict[str, Any] | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page: where each goes, its fields as they stand, and its buttons. And the page's links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.buttons: list[Button] = []
        self.words_by_id: dict[str, str] = {}
        self.open_ids: list[tuple[str, str]] = []  # tag and id of the elements that are open
        self.open_button: Button | None = None
        self.text: list[str] = []
        self.area: str | None = None
        self.picking: str | None = None
        self.feed(page)
        for button in self.buttons:
            button.words = " ".join(button.words.split())
            described_by = (button.attributes.get("aria-describedby") or "").split()
            button.about = " ".join(self.words_by_id.get(each, "") for each in described_by)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        a = dict(attrs)
        if tag not in VOID:
            self.open_ids.append((tag, a.get("id", "")))
        if tag == "a" and "href" in a:
            self.open_button = Button(href=a["href"], attributes=a)
            self.buttons.append(self.open_button)
        if tag == "form":
            self.forms.append({"action": a["action"], "method": a.get("method", "get"), "fields": [], "buttons": []})
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and (a.get("type") not in ("checkbox", "radio") or "checked" in a):
            form["fields"].append((a["name"], a.get("value", "")))
        if tag == "textarea":
            self.area = a.get("name")  # one without is only to be read
            self.text = []
        if tag == "select":
            self.picking = a["name"]
        if tag == "option" and "selected" in a and self.picking:
            form["fields"].append((self.picking, a["value"]))
        if tag == "button":
            form["buttons"].append(a)
            self.open_button = Button(form=form, attributes=a)
            self.buttons.append(self.open_button)

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)
        if self.open_button:
            self.open_button.words += data
        for _, at in self.open_ids:
            if at:
                self.words_by_id[at] = self.words_by_id.get(at, "") + data

    def handle_endtag(self, tag: str) -> None:
        while self.open_ids and self.open_ids.pop()[0] != tag:
            pass
        if tag in ("a", "button"):
            self.open_button = None
        if tag == "textarea" and self.area:
            self.forms[-1]["fields"].append((self.area, "".join(self.text).removeprefix("\n")))
            self.area = None


class Visitor:
    def __init__(self, server: Any) -> None:
        self.base = f"http://127.0.0.1:{server.port}"
        self.client = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.status = 0
        self.page = ""
        self.headers: Any = {}
        self.url = URL()

    async def __aenter__(self) -> "Visitor":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.client.close()

    async def ask(self, method: str, path: str, **more: Any) -> int:
        url = URL(path if path.startswith("http") else self.base + path, encoded=True)
        async with self.client.request(method, url, **more) as answer:
            self.status, self.headers, self.url = answer.status, answer.headers, answer.url
            self.page = await answer.text()
        return self.status

    async def get(self, path: str, **more: Any) -> int:
        return await self.ask("GET", path, **more)

    @property
    def buttons(self) -> list[Button]:
        """Every button and link on this page."""
        return Forms(self.page).buttons

    @property
    def links(self) -> list[str]:
        return [button.href for button in self.buttons if button.href]

    def form(self, action: str) -> dict[str, Any]:
        found = [form for form in Forms(self.page).forms if form["action"].split("?")[0] == action]
        assert found, f"no form on {self.url.path} goes to {action}"
        return found[0]

    async def send(self, action: str, typed: dict[str, Any] | None = None, *, press: int = 0, **more: Any) -> int:
        """Fill in the form that goes to `action` on this page and press one of its buttons."""
        form = self.form(action)
        return await self.send_form(form, form["buttons"][press], typed or {}, **more)

    async def send_form(self, form: dict[str, Any], button: dict[str, Any], typed: dict[str, Any], **more: Any) -> int:
        fields = [(name, value) for name, value in form["fields"] if name not in typed]
        for name, value in typed.items():
            if value is not None:
                fields.append((name, value))
        if "name" in button and button["name"] not in typed:
            fields.append((button["name"], button.get("value", "")))
        if form["method"] == "get":
            return await self.ask("GET", str(URL(form["action"]).with_query(fields)), **more)
        return await self.ask("POST", form["action"], data=fields, **more)

    async def press(self, words: str, about: str = "") -> int:
        """Press the button, or follow the link, that says this on the page; of several, the one about this."""
        found = [each for each in self.buttons if each.words == words and about in each.about]
        said = ", ".join(f"{each.words!r} ({each.about})" for each in self.buttons)
        assert found, f"nothing says {words!r} about {about!r} on {self.url.path}: {said}"
        button = found[0]
        if button.form is None:
            return await self.get(button.href)
        return await self.send_form(button.form, button.attributes, {})

    def fields(self, action: str) -> dict[str, str]:
        return dict(self.form(action)["fields"])

    def carried(self, action: str) -> dict[str, Any]:
        """What the first button of a form carries."""
        found: dict[str, Any] = json.loads(self.form(action)["buttons"][0]["value"])
        return found


async def become(visitor: Visitor, name: str) -> None:
    """Choose somebody on the demo's front page."""
    await visitor.get("/")
    found = [button for button in visitor.buttons if button.words.startswith(name) and button.form]
    assert found, f"nobody on the front page is {name}"
    assert found[0].form
    await visitor.send_form(found[0].form, found[0].attributes, {})
    assert visitor.status == 200, visitor.page
