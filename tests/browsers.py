"""Browser tests need Chromium, Node and what npm installs: skipped without them, and failed in CI."""

import os
import shutil
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "node_modules"


def missing() -> list[str]:
    """What this machine lacks for a browser test."""
    lacks = [name for name in ("chromium", "node") if shutil.which(name) is None]
    return lacks + ([] if TOOLS.is_dir() else ["node_modules (make browsers)"])


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and (lacks := missing()):
        reason = f"a browser test needs {', '.join(lacks)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
