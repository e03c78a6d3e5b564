"""`python -m tests.bench`: lisbot's speed beside a stock bot's, as ratios measured in one run."""

import asyncio
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "src")]

from bench.comparison import Size, compare  # noqa: E402
from bench.figures import show  # noqa: E402

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lisbot-bench-") as place:
        show(*asyncio.run(compare(Path(place), Size())))
