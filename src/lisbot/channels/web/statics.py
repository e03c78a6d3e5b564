"""Style sheet and icon, each under a name that changes with what is in it, so that browsers may keep it."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

KINDS = {".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Static:
    content: bytes
    kind: str
    etag: str


class Statics:
    def __init__(self) -> None:
        self.kept: dict[str, Static] = {}
        self.names: dict[str, str] = {}
        for file in files("lisbot.channels.web").joinpath("static").iterdir():
            stem, dot, ending = file.name.rpartition(".")
            content = file.read_bytes()
            etag = hashlib.sha256(content).hexdigest()[:16]
            self.names[file.name] = f"{stem}.{etag}{dot}{ending}"
            self.kept[self.names[file.name]] = Static(content, KINDS[f".{ending}"], etag)

    def url(self, name: str) -> str:
        return f"/static/{self.names[name]}"

    async def serve(self, request: web.Request) -> web.Response:
        static = self.kept.get(request.match_info["name"])
        if static is None:
            raise web.HTTPNotFound
        keep = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{static.etag}"'}
        if static.etag in (tag.value for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=keep)
        return web.Response(body=static.content, content_type=static.kind, charset="utf-8", headers=keep)
