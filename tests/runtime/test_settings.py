"""A wrong setting stops the start with a line that names it."""

import pytest

from lisbot.settings import BadSetting, Slack, read

KEY = {"SECRET_KEY": "k" * 32}
OIDC = {"OIDC_ISSUER": "https://id.example.no", "OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "s3cret"}
OIDC2 = {"OIDC2_ISSUER": "https://id2.example.no", "OIDC2_CLIENT_ID": "id", "OIDC2_CLIENT_SECRET": "s3cret"}
TEAMS = {"MicrosoftAppId": "id", "MicrosoftAppPassword": "secret"}
# The three ways into Slack: one workspace over HTTP, those that install it over HTTP, and Socket Mode.
ONE = {"SLACK_SIGNING_SECRET": "5ign", "SLACK_BOT_TOKEN": "xoxb-b0t"}
SEVERAL = {"SLACK_SIGNING_SECRET": "5ign", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c11ent"}
SOCKET = {"SLACK_APP_TOKEN": "xapp-4pp", "SLACK_BOT_TOKEN": "xoxb-b0t"}


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        (KEY | {"PORT": "http"}, "PORT"),
        (KEY | {"PORT": "70000"}, "PORT"),
        (KEY | {"METRICS_PORT": "-1"}, "METRICS_PORT"),
        (KEY | {"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        (KEY | {"DATABASE_URL": "postgresql://x"}, "DATABASE_URL"),
        (KEY | {"BASE_URL": "lisbot.example.no"}, "BASE_URL"),
        (KEY | {"BASE_URL": "http://lisbot.example.no"}, "BASE_URL must be an https address"),
        (KEY | {"BASE_URL": "http://10.0.0.8:3978"}, "BASE_URL must be an https address"),
        (KEY | {"BASE_URL": "http://127.0.0.1.example.no"}, "BASE_URL must be an https address"),
        (KEY | {"BASE_URL": "https://:443"}, "BASE_URL"),
        (KEY | {"BASE_URL": "https://[lisbot"}, "BASE_URL"),
        (KEY | {"TRUSTED_PROXIES": "10.0.0.1, proxy"}, "TRUSTED_PROXIES"),
        (KEY | {"TZ_NAME": "Europe/Ås"}, "TZ_NAME"),
        (KEY | {"TZ_NAME": "../../etc/passwd"}, "TZ_NAME"),
        (KEY | {"DEFAULT_LANG": "sv"}, "DEFAULT_LANG"),
        (KEY | {"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        (KEY | {"MicrosoftAppId": "id"}, "MicrosoftAppPassword"),
        (KEY | {"MicrosoftAppPassword": "secret"}, "MicrosoftAppId"),
        (KEY | TEAMS | {"MicrosoftAppType": "UserAssignedMSI"}, "MicrosoftAppType"),
        (KEY | TEAMS | {"MicrosoftAppType": "SingleTenant"}, "MicrosoftAppTenantId"),
        (KEY | {"OIDC_ISSUER": "https://id.example.no"}, "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET"),
        (KEY | OIDC | {"OIDC_ISSUER": "https://login.example.no/organizations/v2.0"}, "OIDC_TENANTS"),
        (KEY | OIDC | {"OIDC_ISSUER": "https://login.example.no/common/v2.0"}, "OIDC_TENANTS"),
        (KEY | OIDC | {"OIDC_TENANTS": "1111"}, "OIDC_TENANTS"),
        (KEY | OIDC | {"OIDC_EMPLOYERS": "983974678"}, "OIDC_EMPLOYERS"),
        (KEY | OIDC | {"OIDC_EMPLOYERS": "983974678=anne@stolav.no"}, "OIDC_EMPLOYERS"),
        (KEY | OIDC | {"OIDC_DOMAINS": "anne@stolav.no"}, "OIDC_DOMAINS"),
        (KEY | OIDC | OIDC2, "OIDC_DOMAINS"),
        (KEY | OIDC | OIDC2 | {"OIDC_DOMAINS": "stolav.no"}, "OIDC2_DOMAINS"),
        (KEY | {"SMTP_URL": "smtp://localhost"}, "MAIL_FROM"),
        (KEY | {"MAIL_FROM": "lisbot@example.no"}, "SMTP_URL"),
        (KEY | {"SMTP_URL": "http://localhost", "MAIL_FROM": "lisbot@example.no"}, "SMTP_URL"),
        (KEY | {"SLACK_SIGNING_SECRET": "5ign"}, "^SLACK_BOT_TOKEN missing"),
        (KEY | {"SLACK_BOT_TOKEN": "xoxb-b0t"}, "^SLACK_SIGNING_SECRET missing"),
        (KEY | {"SLACK_APP_TOKEN": "xapp-4pp"}, "^SLACK_BOT_TOKEN missing"),
        (KEY | {"SLACK_TEAMS": "T1"}, "^SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN missing"),
        (KEY | {"SLACK_API_URL": "https://slack-gov.com/api/"}, "^SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN"),
        (KEY | {"SLACK_SIGNING_SECRET": "5ign", "SLACK_CLIENT_ID": "1.2"}, "^SLACK_CLIENT_SECRET missing"),
        (KEY | {"SLACK_SIGNING_SECRET": "5ign", "SLACK_CLIENT_SECRET": "c11ent"}, "^SLACK_CLIENT_ID missing"),
        (KEY | {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x"}, "^SLACK_SIGNING_SECRET missing"),
        (KEY | SEVERAL | {"SLACK_BOT_TOKEN": "xoxb-b0t"}, "SLACK_CLIENT_ID is for several workspaces"),
        (KEY | SEVERAL | {"SLACK_APP_TOKEN": "xapp-4pp"}, "SLACK_CLIENT_ID is for several workspaces"),
        (KEY | SOCKET | {"SLACK_CLIENT_SECRET": "x"}, "SLACK_CLIENT_ID is for several workspaces"),
        (KEY | ONE | {"SLACK_BOT_TOKEN": "xoxp-b0t"}, "SLACK_BOT_TOKEN must start with xoxb-"),
        (KEY | SOCKET | {"SLACK_APP_TOKEN": "xoxb-4pp"}, "SLACK_APP_TOKEN must start with xapp-"),
        (KEY | ONE | {"SLACK_API_URL": "http://slack.com/api/"}, "SLACK_API_URL must be an https address"),
        (KEY | ONE | {"SLACK_API_URL": "slack.com/api"}, "SLACK_API_URL must be an https address"),
        (KEY | ONE | {"SLACK_API_URL": "http://127.0.0.1.example.no/"}, "SLACK_API_URL must be an https"),
        (KEY | ONE | {"SLACK_API_URL": "ftp://127.0.0.1/api/"}, "SLACK_API_URL must be an https address"),
        (KEY | ONE | {"SLACK_API_URL": "https://[slack.com/api/"}, "SLACK_API_URL must be an https address"),
        (KEY | ONE | {"SLACK_TEAMS": "T1, hospital"}, "SLACK_TEAMS must be team ids"),
    ],
)
def test_a_wrong_setting_is_named(env, named):
    with pytest.raises(BadSetting, match=named) as error:
        read(env)
    assert "\n" not in str(error.value)


def test_a_secret_never_stands_in_the_line_that_refuses_it():
    with pytest.raises(BadSetting) as error:
        read({"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"SLACK_CLIENT_ID": "1.2"},
        {"SLACK_BOT_TOKEN": "xoxp-hunter2"},
        {"SLACK_APP_TOKEN": "hunter2"},
        {"SLACK_API_URL": "http://slack.com/api/"},
    ],
)
def test_no_secret_of_slacks_stands_in_a_line_that_refuses(wrong):
    with pytest.raises(BadSetting) as error:
        read(KEY | SOCKET | {"SLACK_SIGNING_SECRET": "5ign"} | wrong)
    assert not any(secret in str(error.value) for secret in ("hunter2", "b0t", "4pp", "5ign", "c11ent"))


@pytest.mark.parametrize(
    ("env", "kept"),
    [
        (ONE, ("5ign", "xoxb-b0t", "", "", "")),
        (SEVERAL, ("5ign", "", "", "1.2", "c11ent")),
        (SOCKET, ("", "xoxb-b0t", "xapp-4pp", "", "")),
        # Whoever goes over to Socket Mode need not take the signing secret away.
        (SOCKET | ONE, ("5ign", "xoxb-b0t", "xapp-4pp", "", "")),
    ],
)
def test_there_are_three_ways_into_slack(env, kept):
    found = read(KEY | env | {"SLACK_TEAMS": "T0HSO, T0HMN"}).slack
    assert found == Slack(*kept, teams=frozenset({"T0HSO", "T0HMN"}), api_url="https://slack.com/api/")


@pytest.mark.parametrize("given", ["https://slack-gov.com/api", "https://slack-gov.com/api/", "http://127.0.0.1:9/api"])
def test_slack_is_called_over_https_or_on_this_machine(given):
    assert read(KEY | ONE | {"SLACK_API_URL": given}).slack.api_url == given.rstrip("/") + "/"


def test_nobody_in_slack_is_linked_unless_their_workspace_is_named():
    assert read(KEY | ONE).slack.teams == frozenset()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "lisbot.example.no"])
def test_the_demo_listens_to_this_machine_only(host):
    with pytest.raises(BadSetting, match="HOST"):
        read({"HOST": host}, demo=True)


def test_the_demo_needs_no_settings():
    settings = read({}, demo=True)
    assert (settings.host, settings.port, settings.lang) == ("127.0.0.1", 3978, "nb")


@pytest.mark.parametrize("base", ["http://localhost:3978", "http://[::1]:3978", "https://lisbot.example.no"])
def test_pages_are_reached_over_https_or_on_this_machine(base):
    assert read(KEY | {"BASE_URL": base}).base_url == base


def test_the_demo_on_a_machine_that_is_set_up_for_real_touches_nothing_real():
    real = {
        "DATABASE_URL": "postgresql+asyncpg://lisbot@db/lisbot",
        "BASE_URL": "https://lisbot.example.no",
        "SECRET_KEY": "the real one, which signs real sessions",
        "SMTP_URL": "smtp://mail.example.no",
        "MAIL_FROM": "lisbot@example.no",
        "OIDC_ISSUER": "https://id.example.no",
        "OIDC_CLIENT_ID": "id",
        "OIDC_CLIENT_SECRET": "secret",
        "METRICS_PORT": "9100",
        "TRUSTED_PROXIES": "10.0.0.1",
        **TEAMS,
        **SOCKET,
        "SLACK_TEAMS": "T0HSO",
    }
    own = {"PORT": "4000", "DEFAULT_LANG": "nn", "HOST": "localhost"}
    assert read(real | own, demo=True) == read(own, demo=True)
    assert read(real, demo=True).database_url == "sqlite+aiosqlite:///var/demo.db"


def test_a_channel_with_none_of_its_settings_is_off():
    settings = read(KEY)
    assert (settings.teams, settings.slack, settings.oidc, settings.smtp_url) == (None, None, None, None)
