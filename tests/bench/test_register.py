"""The bench of the register: its parts run, and its figures are figures. How fast anything is, is asserted nowhere."""

from pathlib import Path

from bench.register import ASKED, Size, compare
from lisbot.db import migrate

TINY = Size(bodies=2, people=20, years=2, rounds=1)


async def test_a_register_with_history_is_asked_as_much_as_one_without(tmp_path: Path):
    urls = [f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("young", "old")]
    for url in urls:
        await migrate(url)
    figures, notes = await compare(urls[0], urls[1], TINY)
    assert [figure.name.partition(",")[0].partition(" ")[0] for figure in figures] == [each.command for each in ASKED]
    assert all(figure.value > 0 for figure in figures)
    assert notes == ["2 bodies, 20 people, 80 terms and 160"]
