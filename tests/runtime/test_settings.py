"""A wrong setting stops the start with a line that names it."""

import pytest

from lisbot.settings import BadSetting, read

KEY = {"SECRET_KEY": "k" * 32}
TEAMS = {"MicrosoftAppId": "id", "MicrosoftAppPassword": "secret"}


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
        (KEY | {"SMTP_URL": "smtp://localhost"}, "MAIL_FROM"),
        (KEY | {"MAIL_FROM": "lisbot@example.no"}, "SMTP_URL"),
        (KEY | {"SMTP_URL": "http://localhost", "MAIL_FROM": "lisbot@example.no"}, "SMTP_URL"),
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
    }
    own = {"PORT": "4000", "DEFAULT_LANG": "nn", "HOST": "localhost"}
    assert read(real | own, demo=True) == read(own, demo=True)
    assert read(real, demo=True).database_url == "sqlite+aiosqlite:///var/demo.db"


def test_a_channel_with_none_of_its_settings_is_off():
    settings = read(KEY)
    assert (settings.teams, settings.oidc, settings.smtp_url) == (None, None, None)
