"""Who is signed in, in a signed cookie; and the token that proves a form came from our own page."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field, fields

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer

LIFE = 12 * 3600  # seconds from sign-in
CLOCK_LEEWAY = 300  # seconds that the clocks of several machines may differ
FLOW_LIFE = 600  # seconds to come back from the OpenID provider


@dataclass
class Session:
    """One browser's session. `done` is what was just done, in words, and `told` to what and whom it tells: said once,
    on the next page."""

    person_id: int | None = None
    lang: str | None = None
    done: str = ""
    told: str = ""
    since: float = field(default_factory=lambda: time.time())
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def sign_in(self, person_id: int) -> None:
        """Sign in, as a new session: what was known of the old one opens nothing."""
        self.person_id, self.done, self.told = person_id, "", ""
        self.since, self.id = time.time(), secrets.token_urlsafe(16)

    def sign_out(self) -> None:
        self.person_id, self.done, self.told, self.id = None, "", "", secrets.token_urlsafe(16)


FIELDS = frozenset(each.name for each in fields(Session))


class SessionCookies:
    """Reads and writes the cookies. `secure` when people reach the pages over https."""

    def __init__(self, key: str, *, secure: bool) -> None:
        self.key, self.secure = key, secure
        self.name = "__Host-lisbot" if secure else "lisbot"
        self.flow_name = "__Host-lisbot-oidc" if secure else "lisbot-oidc"
        self.signer = URLSafeSerializer(key, salt="lisbot.session")
        self.flow_signer = URLSafeSerializer(key, salt="lisbot.oidc")

    def read(self, request: web.Request) -> Session:
        """Returns the session of this request: a new one where there is none, or it is too old or not ours."""
        try:
            given = self.signer.loads(request.cookies.get(self.name, ""))
            session = Session(**{name: value for name, value in given.items() if name in FIELDS})
        except (BadSignature, AttributeError):
            return Session()
        # One of the future was begun while this machine's clock was wrong: nobody knows how old it is.
        is_good = -CLOCK_LEEWAY < time.time() - session.since < LIFE
        return session if is_good else Session(lang=session.lang)

    def names_somebody(self, request: web.Request) -> bool:
        """Returns whether this browser was somebody's, be it that its session is over: what they typed meanwhile is
        not lost."""
        try:
            return self.signer.loads(request.cookies.get(self.name, "")).get("person_id") is not None
        except (BadSignature, AttributeError):
            return False

    def write(self, response: web.StreamResponse, session: Session) -> None:
        self.set(response, self.name, self.signer.dumps(vars(session)), LIFE)

    def read_flow(self, request: web.Request) -> dict[str, str] | None:
        """Returns what a sign-in with the provider was begun with, if that was in this browser and just now."""
        try:
            flow: dict[str, str] = self.flow_signer.loads(request.cookies.get(self.flow_name, ""))
        except BadSignature:
            return None
        return flow if time.time() - float(flow["at"]) < FLOW_LIFE else None

    def write_flow(self, response: web.StreamResponse, flow: dict[str, str]) -> None:
        signed = self.flow_signer.dumps({**flow, "at": str(int(time.time()))})
        self.set(response, self.flow_name, signed, FLOW_LIFE)

    def drop_flow(self, response: web.StreamResponse) -> None:
        response.del_cookie(self.flow_name, path="/", secure=self.secure or None, httponly=True, samesite="Lax")

    def set(self, response: web.StreamResponse, name: str, value: str, life: int) -> None:
        response.set_cookie(
            name, value, max_age=life, path="/", httponly=True, samesite="Lax", secure=self.secure or None
        )

    def form_token(self, session: Session) -> str:
        """Returns what every form of this session carries."""
        return hmac.new(self.key.encode(), b"lisbot.form:" + session.id.encode(), hashlib.sha256).hexdigest()

    def is_own_form(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())
