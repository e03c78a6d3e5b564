"""Every setting, read once from the environment. A wrong one stops the start with a line that names it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lisbot.texts import LANGUAGES

Network = IPv4Network | IPv6Network

# The public cloud's, as in the Bot Framework's own configuration for sovereign clouds.
CLOUD = {
    "ToBotFromChannelOpenIdMetadataUrl": "https://login.botframework.com/v1/.well-known/openidconfiguration",
    "ToBotFromChannelTokenIssuer": "https://api.botframework.com",
    "ToChannelFromBotLoginUrl": "https://login.microsoftonline.com/{tenant}",
    "ToChannelFromBotOAuthScope": "https://api.botframework.com/.default",
}
DEMO_KEY = "the demo has no secrets, and says so"
DEMO_SENDER = "lisbot <lisbot@demo.example>"  # whose mail is kept, and never sent
# All that the demo reads: never a real database, mail server, bot registration or sign-in.
DEMO_READS = ("HOST", "PORT", "DEFAULT_LANG", "TZ_NAME", "LOG_FORMAT")


class BadSetting(Exception):
    """A setting is missing, malformed or contradicts another. The text names it."""


@dataclass(frozen=True)
class Teams:
    """The bot's registration, and the cloud it is in. `tenants`: whose people may be linked by e-mail; `targeted`:
    where what somebody asks in a channel is answered there, for them alone."""

    app_id: str
    password: str
    app_type: str
    tenant_id: str
    metadata_url: str
    issuer: str
    login_url: str
    scope: str
    tenants: frozenset[str]
    targeted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Slack:
    """Over HTTP one workspace has a bot token, several have the client's; Socket Mode has an app token."""

    signing_secret: str
    bot_token: str
    app_token: str
    client_id: str
    client_secret: str
    teams: frozenset[str]
    api_url: str


MAX_PROVIDERS = 9
DOMAIN = r"[\w-]+(?:\.[\w-]+)+"
TAKEN_IN = "lisbot"  # the folder of the mailbox to which what was taken in is moved


@dataclass(frozen=True)
class Oidc:
    """An OpenID provider that signs people in to the pages.

    name        what its button says; "": the common words
    acr_values  the authentication context classes that are asked for and accepted, the one liked best first; none: any
    tenants     the tenants whose people may come, where the provider speaks for many: Entra ID's «organizations»
    domains     of whose addresses the provider's word is taken, its own and those of the employers; none: of any
    employers   the domains of addresses by the number of the organisation that vouches for them, which Ansattporten is
                asked for
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str = ""
    acr_values: tuple[str, ...] = ()
    tenants: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    employers: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """All settings. A channel that is off is None."""

    database_url: str
    base_url: str
    host: str
    port: int
    secret_key: str
    tz: ZoneInfo
    lang: str
    teams: Teams | None
    slack: Slack | None
    oidc: Oidc | None
    further_oidc: tuple[Oidc, ...]
    smtp_url: str | None
    mail_from: str | None
    metrics_port: int | None
    log_format: str
    former_secret_keys: tuple[bytes, ...] = field(repr=False, default=())  # the newest first
    proxies: tuple[Network, ...] = ()
    security_contact: str | None = None
    embedded_in: tuple[str, ...] = ()  # the sites in whose pages the public roster may be shown
    demo: bool = False
    reuse_port: bool = False  # whether several processes listen on one port
    inbound_domain: str = ""  # the domain to which answers by mail are sent; "": nowhere
    lmtp_port: int | None = None  # where they are taken in
    imap_url: str | None = field(repr=False, default=None)  # or the mailbox that they arrive in
    traces: bool = False  # whether OpenTelemetry's own settings say where traces go

    @property
    def secure(self) -> bool:
        """Returns whether people reach the pages over https, so that cookies must be Secure."""
        return self.base_url.startswith("https://")

    @property
    def database_file(self) -> Path:
        """Returns where SQLite keeps the database."""
        return Path(self.database_url.partition(":///")[2])

    @property
    def platforms(self) -> frozenset[str]:
        """Returns the channels that are on and reach people: "teams", "slack", "mail"."""
        on = {"teams": self.teams or self.demo, "slack": self.slack, "mail": self.smtp_url or self.demo}
        return frozenset(name for name, is_on in on.items() if is_on)


def read(env: Mapping[str, str] | None = None, *, demo: bool = False) -> Settings:
    """Returns the settings, from the environment. Raises BadSetting.

    `demo`: as `lisbot demo` has them, which reads no secrets and no addresses of anybody's.
    """
    env = os.environ if env is None else env
    if demo:
        env = {name: env[name] for name in DEMO_READS if name in env}
    host = env.get("HOST", "127.0.0.1")
    port = read_port(env, "PORT", "3978")
    if demo and not is_loopback(host):
        raise BadSetting("HOST: the demo lets anyone be anyone and listens on a loopback address only")
    return Settings(
        database_url=read_database_url(
            env, "sqlite+aiosqlite:///var/demo.db" if demo else "sqlite+aiosqlite:///var/lisbot.db"
        ),
        base_url=read_base_url(env, f"http://127.0.0.1:{port}"),
        host=host,
        port=port,
        secret_key=DEMO_KEY if demo else read_secret_key(env),
        tz=read_zone(env),
        lang=read_choice(env, "DEFAULT_LANG", LANGUAGES, "nb"),
        teams=read_teams(env),
        slack=read_slack(env),
        oidc=read_oidc(env),
        further_oidc=read_further_oidc(env),
        smtp_url=read_smtp_url(env),
        mail_from=DEMO_SENDER if demo else env.get("MAIL_FROM") or None,
        metrics_port=read_port(env, "METRICS_PORT", "0") or None,
        former_secret_keys=read_former_secret_keys(env),
        log_format=read_choice(env, "LOG_FORMAT", ("console", "json"), "console"),
        proxies=read_proxies(env),
        security_contact=read_security_contact(env),
        embedded_in=read_embedded_in(env),
        demo=demo,
        reuse_port=read_choice(env, "REUSE_PORT", ("0", "1"), "0") == "1",
        inbound_domain=read_inbound_domain(env),
        lmtp_port=read_port(env, "LMTP_PORT", "0") or None,
        imap_url=read_imap_url(env),
        traces=any(env.get(f"OTEL_EXPORTER_OTLP_{name}ENDPOINT") for name in ("", "TRACES_")),
    )


def is_loopback(host: str) -> bool:
    return host in ("127.0.0.1", "::1", "localhost")


def read_proxies(env: Mapping[str, str]) -> tuple[Network, ...]:
    """Returns the addresses whose word about where a request came from is taken."""
    given = (env.get("TRUSTED_PROXIES") or "").replace(",", " ").split()
    try:
        return tuple(ip_network(each) for each in given)
    except ValueError as error:
        raise BadSetting(f"TRUSTED_PROXIES must be addresses or networks: {error}") from error


def read_port(env: Mapping[str, str], name: str, default: str) -> int:
    given = env.get(name) or default
    if not given.isdecimal() or int(given) > 65535:
        raise BadSetting(f"{name} must be a port number, not {given!r}")
    return int(given)


def read_choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    given = env.get(name) or default
    if given not in allowed:
        raise BadSetting(f"{name} must be one of {', '.join(allowed)}, not {given!r}")
    return given


def read_database_url(env: Mapping[str, str], default: str) -> str:
    given = env.get("DATABASE_URL") or default
    if not given.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
        raise BadSetting("DATABASE_URL must start with sqlite+aiosqlite:// or postgresql+asyncpg://")
    return given


def split_address(given: str) -> SplitResult:
    """Returns an address in its parts; all of them empty where it is none."""
    try:
        return urlsplit(given)
    except ValueError:
        return urlsplit("")


def read_base_url(env: Mapping[str, str], default: str) -> str:
    given = (env.get("BASE_URL") or default).rstrip("/")
    parts = split_address(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"BASE_URL must be an http or https address, not {given!r}")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadSetting("BASE_URL must be an https address: over http, sign-in could be listened to")
    return given


def read_secret_key(env: Mapping[str, str]) -> str:
    given = env.get("SECRET_KEY") or ""
    if not given:
        raise BadSetting("SECRET_KEY is missing: set it to at least 32 random bytes")
    if len(given.encode()) < 32:
        raise BadSetting("SECRET_KEY is too short: it must be at least 32 bytes")
    return given


def read_former_secret_keys(env: Mapping[str, str]) -> tuple[bytes, ...]:
    return tuple(key.encode() for part in env.get("FORMER_SECRET_KEYS", "").split(",") if (key := part.strip()))


def read_security_contact(env: Mapping[str, str]) -> str | None:
    """Returns whom a weakness is reported to, as an address that security.txt may hold (RFC 9116, 2.5.3)."""
    given = env.get("SECURITY_CONTACT") or None
    if given is not None and not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://\S+|tel:[+\d-]+)", given):
        raise BadSetting(f"SECURITY_CONTACT must begin with mailto:, https:// or tel:, and is {given!r}")
    return given


def read_embedded_in(env: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the sites in whose pages the public roster may be shown, as sources of a frame-ancestors directive."""
    given = (env.get("ROSTER_EMBEDDED_IN") or "").replace(",", " ").split()
    for site in given:
        parts = urlsplit(site)
        if parts.scheme != "https" or not re.fullmatch(r"[\w.*-]+(:\d+)?", parts.netloc) or parts.path not in ("", "/"):
            raise BadSetting(f"ROSTER_EMBEDDED_IN names sites such as https://www.example.no, and has {site!r}")
    return tuple(site.rstrip("/") for site in given)


def read_zone(env: Mapping[str, str]) -> ZoneInfo:
    given = env.get("TZ_NAME") or "Europe/Oslo"
    try:
        return ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(f"TZ_NAME is no time zone: {given!r}") from error


def require_all_or_none(env: Mapping[str, str], names: tuple[str, ...]) -> bool:
    """Returns whether these are set. Raises BadSetting where some of them are and others are not."""
    missing = [name for name in names if not env.get(name)]
    if missing and len(missing) < len(names):
        raise BadSetting(f"{', '.join(missing)} missing: {', '.join(names)} are set together or not at all")
    return not missing


def read_teams(env: Mapping[str, str]) -> Teams | None:
    if not require_all_or_none(env, ("MicrosoftAppId", "MicrosoftAppPassword")):
        return None
    app_type = read_choice(env, "MicrosoftAppType", ("MultiTenant", "SingleTenant"), "MultiTenant")
    tenant = env.get("MicrosoftAppTenantId") or ""
    if app_type == "SingleTenant" and not tenant:
        raise BadSetting("MicrosoftAppTenantId is missing: MicrosoftAppType=SingleTenant needs it")
    login = env.get("ToChannelFromBotLoginUrl") or CLOUD["ToChannelFromBotLoginUrl"]
    return Teams(
        app_id=env["MicrosoftAppId"],
        password=env["MicrosoftAppPassword"],
        app_type=app_type,
        tenant_id=tenant,
        metadata_url=env.get("ToBotFromChannelOpenIdMetadataUrl") or CLOUD["ToBotFromChannelOpenIdMetadataUrl"],
        issuer=env.get("ToBotFromChannelTokenIssuer") or CLOUD["ToBotFromChannelTokenIssuer"],
        login_url=login.replace("{tenant}", tenant if app_type == "SingleTenant" else "botframework.com"),
        scope=env.get("ToChannelFromBotOAuthScope") or CLOUD["ToChannelFromBotOAuthScope"],
        tenants=frozenset((env.get("TEAMS_TENANTS") or "").replace(",", " ").split()),
        targeted=frozenset((env.get("TEAMS_TARGETED") or "").replace(",", " ").split()),
    )


SLACK = (
    "SLACK_SIGNING_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_TEAMS",
    "SLACK_API_URL",
)
PREFIXES = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}


def read_slack(env: Mapping[str, str]) -> Slack | None:
    """Returns Slack's settings, None where it is off.

    There are three ways in: HTTP for one workspace, HTTP for those that install lisbot, or Socket Mode.
    """
    given = {name: env.get(name) or "" for name in SLACK}
    if not any(given.values()):
        return None
    several = bool(given["SLACK_CLIENT_ID"] or given["SLACK_CLIENT_SECRET"])
    if several and (given["SLACK_BOT_TOKEN"] or given["SLACK_APP_TOKEN"]):
        raise BadSetting(
            "SLACK_CLIENT_ID is for several workspaces over HTTP: "
            "it goes with neither SLACK_BOT_TOKEN nor SLACK_APP_TOKEN"
        )
    needed = ["SLACK_APP_TOKEN" if given["SLACK_APP_TOKEN"] else "SLACK_SIGNING_SECRET"]
    needed += ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"] if several else ["SLACK_BOT_TOKEN"]
    if missing := [name for name in needed if not given[name]]:
        raise BadSetting(f"{', '.join(missing)} missing: Slack needs {', '.join(needed)}")
    for name, prefix in PREFIXES.items():
        if given[name] and not given[name].startswith(prefix):
            raise BadSetting(f"{name} must start with {prefix}")
    return Slack(
        signing_secret=given["SLACK_SIGNING_SECRET"],
        bot_token=given["SLACK_BOT_TOKEN"],
        app_token=given["SLACK_APP_TOKEN"],
        client_id=given["SLACK_CLIENT_ID"],
        client_secret=given["SLACK_CLIENT_SECRET"],
        teams=read_slack_teams(given["SLACK_TEAMS"]),
        api_url=read_slack_api(given["SLACK_API_URL"] or "https://slack.com/api/"),
    )


def read_slack_teams(given: str) -> frozenset[str]:
    teams = given.replace(",", " ").split()
    if wrong := [team for team in teams if not re.fullmatch("T[A-Z0-9]+", team)]:
        raise BadSetting(f"SLACK_TEAMS must be team ids such as T0123ABCD, not {wrong[0]!r}")
    return frozenset(teams)


def read_slack_api(given: str) -> str:
    parts = split_address(given)
    host = parts.hostname or ""
    if not host or parts.scheme not in (("http", "https") if is_loopback(host) else ("https",)):
        raise BadSetting("SLACK_API_URL must be an https address: tokens are sent there")
    return given.rstrip("/") + "/"


def read_oidc(env: Mapping[str, str]) -> Oidc | None:
    return read_provider(env, "OIDC")


def read_further_oidc(env: Mapping[str, str]) -> tuple[Oidc, ...]:
    """Returns the further providers, OIDC2_ISSUER and so on.

    Raises BadSetting for two with one issuer, and for several of which one says nothing of its domains: whoever keeps
    the accounts of one hospital would sign in as anybody at another.
    """
    first, prefixes = read_oidc(env), [f"OIDC{number}" for number in range(2, MAX_PROVIDERS + 1)]
    further = {prefix: each for prefix in prefixes if (each := read_provider(env, prefix))}
    found = list(further.values())
    issuers = [each.issuer for each in (first, *found) if each is not None]
    if found and env.get("OIDC_ISSUER") in (None, ""):
        raise BadSetting("OIDC_ISSUER is missing: it is the first provider, before OIDC2_ISSUER")
    if twice := next((issuer for issuer in issuers if issuers.count(issuer) > 1), None):
        raise BadSetting(f"{twice} is the issuer of two providers")
    if found and first is not None:
        for prefix, provider in {"OIDC": first, **further}.items():
            if not provider.domains:
                raise BadSetting(
                    f"{prefix}_DOMAINS says whose addresses the provider vouches for, where there are several"
                )
    return tuple(found)


def read_provider(env: Mapping[str, str], prefix: str) -> Oidc | None:
    names = (f"{prefix}_ISSUER", f"{prefix}_CLIENT_ID", f"{prefix}_CLIENT_SECRET")
    if not require_all_or_none(env, names):
        return None
    acr_values = tuple((env.get(f"{prefix}_ACR_VALUES") or "").split())
    issuer, client_id, client_secret = (env[name] for name in names)
    name = env.get(f"{prefix}_NAME") or ""
    tenants = frozenset((env.get(f"{prefix}_TENANTS") or "").lower().split())
    if is_for_many(issuer) != bool(tenants):
        raise BadSetting(f"{prefix}_TENANTS names the tenants of an issuer that speaks for many, and of no other")
    employers = read_employers(env, f"{prefix}_EMPLOYERS")
    domains = read_domains(env, f"{prefix}_DOMAINS").union(*employers.values())
    return Oidc(issuer, client_id, client_secret, name, acr_values, tenants, domains, employers)


def is_for_many(issuer: str) -> bool:
    """Returns whether an issuer is Entra ID's for the people of many tenants."""
    return urlsplit(issuer).path.strip("/").split("/")[0] in ("common", "organizations")


def read_domains(env: Mapping[str, str], name: str) -> frozenset[str]:
    """Returns the domains of addresses that are named, parted by spaces or commas. Raises BadSetting."""
    given = (env.get(name) or "").replace(",", " ").split()
    if wrong := [each for each in given if not re.fullmatch(DOMAIN, each)]:
        raise BadSetting(f"{name} must be domains such as stolav.no, not {wrong[0]!r}")
    return frozenset(each.lower() for each in given)


def read_employers(env: Mapping[str, str], name: str) -> dict[str, frozenset[str]]:
    """Returns the domains of each employer's addresses: 983974678=stolav.no,helse-midt.no. Raises BadSetting."""
    found: dict[str, frozenset[str]] = {}
    for part in (env.get(name) or "").split():
        number, _, domains = part.partition("=")
        if not re.fullmatch(r"\d{9}", number) or not re.fullmatch(f"{DOMAIN}(,{DOMAIN})*", domains):
            raise BadSetting(f"{name} says for each employer its number and domains: 983974678=stolav.no,helse-midt.no")
        found[number] = found.get(number, frozenset()) | frozenset(domains.lower().split(","))
    return found


def read_smtp_url(env: Mapping[str, str]) -> str | None:
    if not require_all_or_none(env, ("SMTP_URL", "MAIL_FROM")):
        return None
    if split_address(env["SMTP_URL"]).scheme not in ("smtp", "smtps"):
        raise BadSetting("SMTP_URL must start with smtp:// or smtps://")
    return env["SMTP_URL"]


def read_imap_url(env: Mapping[str, str]) -> str | None:
    """Returns the mailbox in which answers arrive. Its password goes nowhere unsealed."""
    given = env.get("IMAP_URL") or None
    if given is None:
        return None
    parts = split_address(given)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or not parts.password:
        raise BadSetting("IMAP_URL must be an address such as imaps://user:password@host/INBOX")
    if re.split("[./]", unquote(parts.path).strip("/"))[-1].lower() == TAKEN_IN:
        raise BadSetting(f"IMAP_URL must name another folder than {TAKEN_IN}, which is where taken-in mail goes")
    return given


def read_inbound_domain(env: Mapping[str, str]) -> str:
    """Returns the domain whose mail server hands answers to lisbot. Nobody's answer is asked for without a way in."""
    ways = [name for name in ("LMTP_PORT", "IMAP_URL") if env.get(name)]
    if not ways and not env.get("INBOUND_MAIL_DOMAIN"):
        return ""
    if not ways or not env.get("INBOUND_MAIL_DOMAIN"):
        raise BadSetting("INBOUND_MAIL_DOMAIN and LMTP_PORT or IMAP_URL must be set together, or not at all")
    given = env["INBOUND_MAIL_DOMAIN"].strip().lower()
    if not env.get("SMTP_URL"):
        raise BadSetting("INBOUND_MAIL_DOMAIN needs SMTP_URL: answers come to mail that is sent")
    if not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z0-9-]+", given):
        raise BadSetting(f"INBOUND_MAIL_DOMAIN must be a domain such as lisbot.example.no, not {given!r}")
    return given
