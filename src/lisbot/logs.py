"""The process's own log, for whoever runs it: no tokens, no cards, nothing that people typed."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from lisbot import tracing

CONSOLE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# These tell of every request, statement or tick; what matters of it lisbot says itself.
QUIET = ("aiohttp.access", "apscheduler", "sqlalchemy", "aiosqlite", "asyncio", "alembic", "mail")


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := getattr(record, "request_id", "") or tracing.current_id():
            line["request"] = request_id
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


class OneLine(logging.Formatter):
    """For people: a message is one line, whatever somebody managed to put into it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(CONTROLS)
        request_id = getattr(record, "request_id", "") or tracing.current_id()
        return super().formatMessage(record) + (f" [{request_id}]" if request_id else "")


CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def start(form: str) -> None:
    """Write the log to stderr, as `console` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else OneLine(CONSOLE))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
