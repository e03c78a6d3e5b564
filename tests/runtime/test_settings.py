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


def test_a_channel_with_none_of_its_settings_is_off():
    settings = read(KEY)
    assert (settings.teams, settings.oidc, settings.smtp_url) == (None, None, None)
