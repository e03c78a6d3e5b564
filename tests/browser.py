"""A visitor at the pages: keeps cookies, reads forms off the page and sends them as a browser would."""

import json
from html.parser import HTMLParser
from typing import Any

import aiohttp
from yarl import URL


class Forms(HTMLParser):
    """The forms of a page: where each goes, its fields as they stand, and its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.text: list[str] = []
        self.area: str | None = None
        self.picking: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        a = dict(attrs)
        if tag == "form":
            self.forms.append(
                {"action": a["action"], "method": a.get("method", "get"), "fields": [], "buttons": []}
            )
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

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
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

    def form(self, action: str) -> dict[str, Any]:
        return next(f for f in Forms(self.page).forms if f["action"].split("?")[0] == action)

    async def send(
        self, action: str, typed: dict[str, Any] | None = None, *, press: int = 0, **more: Any
    ) -> int:
        """Fill in the form that goes to `action` on this page and press one of its buttons."""
        form = self.form(action)
        typed = typed or {}
        fields = [(name, value) for name, value in form["fields"] if name not in typed]
        for name, value in typed.items():
            if value is not None:
                fields.append((name, value))
        button = form["buttons"][press]
        if "name" in button and button["name"] not in typed:
            fields.append((button["name"], button.get("value", "")))
        return await self.ask(form["method"].upper(), action, data=fields, **more)

    def fields(self, action: str) -> dict[str, str]:
        return dict(self.form(action)["fields"])

    def carried(self, action: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.form(action)["buttons"][0]["value"])
        return found


async def become(visitor, name):
    await visitor.get("/")
    await visitor.send("/demo/become", {"person_id": await number(visitor, name)})
    assert visitor.status == 200, visitor.page


async def number(visitor, name):
    before = visitor.page.split(f"<strong>{name}</strong>")[0]
    return before.rsplit('name="person_id" value="', 1)[1].split('"')[0]
