"""Style sheet, icon and script, each under a name that changes with what is in it, so that browsers may keep it."""

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

CONTENT_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}


@dataclass(frozen=True)
class StaticFile:
    content: bytes
    content_type: str
    etag: str
    zipped: bytes


class StaticFiles:
    def __init__(self) -> None:
        self.files: dict[str, StaticFile] = {}
        self.names: dict[str, str] = {}
        for file in files("lisbot.channels.web").joinpath("static").iterdir():
            stem, dot, ending = file.name.rpartition(".")
            content = file.read_bytes()
            etag = hashlib.sha256(content).hexdigest()[:16]
            self.names[file.name] = f"{stem}.{etag}{dot}{ending}"
            self.files[self.names[file.name]] = StaticFile(
                content, CONTENT_TYPES[f".{ending}"], etag, gzip.compress(content, mtime=0)
            )

    def url(self, name: str) -> str:
        return f"/static/{self.names[name]}"

    async def serve(self, request: web.Request) -> web.Response:
        file = self.files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{file.etag}"'}
        if file.etag in (tag.value for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        # Pages are never compressed: what one sends in would tell of what stands beside it (BREACH). This is no secret.
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=file.zipped, content_type=file.content_type, charset="utf-8", headers=headers)
        return web.Response(body=file.content, content_type=file.content_type, charset="utf-8", headers=headers)
