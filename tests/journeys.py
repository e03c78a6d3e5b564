"""What the README tells of how many pages and forms something takes is what was counted."""

from pathlib import Path

README = " ".join((Path(__file__).parents[1] / "README.md").read_text("utf-8").split())


def require_told(journey: str, loads: int, forms: int) -> None:
    """Fail unless the README says of a journey how many pages it loads (L) and how many forms it sends (F)."""
    counted = f"{journey} {loads} L, {forms} F"
    print(counted)
    assert counted in README, f"the README does not say: {counted}"
