"""What lisbot says to Slack, and to nobody else."""

import pytest

from lisbot.channels.slack.api import is_within

API = "https://slack.com/api/"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/hooks",
        "https://slack.com.evil.example/",
        "https://evilslack.com/",
        "http://hooks.slack.com/actions/T1/1/x",
        "https://hooks.slack.com@evil.example/",
        "//hooks.slack.com/",
        "https://[",
        "",
    ],
)
def test_an_answer_goes_to_no_other_host_than_slacks(url):
    assert not is_within(url, API)


def test_an_answer_goes_to_slacks_own_hooks():
    assert is_within("https://hooks.slack.com/actions/T1/1/x", API)
    assert is_within("https://hooks.slack-gov.com/actions/T1/1/x", "https://slack-gov.com/api/")
