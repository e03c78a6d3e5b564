"""Several files as one: tables as CSV, data as JSON, words as text, in a ZIP archive."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from lisbot.render.csv_file import render_csv


def render_archive(files: Mapping[str, Any], at: datetime) -> bytes:
    """Returns the archive. A file is a text, a table (its columns and rows), or data."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), render_file(content), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def render_file(content: Any) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, tuple):
        return render_csv(*content)
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
