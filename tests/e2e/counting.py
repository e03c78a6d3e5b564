"""Counting as a browser counts it: pages loaded (L) and forms sent (F)."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Counted:
    """What a page's browser has asked for since; where a form leads to another page, that is a page loaded too."""

    page: Any
    loads: int = 0
    forms: int = 0

    def __post_init__(self) -> None:
        self.page.on("request", self.count)

    def count(self, request: Any) -> None:
        if request.is_navigation_request():
            self.loads += request.method == "GET"
            self.forms += request.method != "GET"

    def __str__(self) -> str:
        return f"{self.loads} L, {self.forms} F"


async def sign_in(page: Any, address: str) -> None:
    """Become the demo's secretary, in bokmål, on one's own page."""
    await page.goto(address)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    await page.click("button[name=lang][value=nb]")
    await page.goto(f"{address}/me")
