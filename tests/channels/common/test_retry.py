"""Trying again what a platform turned away."""

import pytest

from lisbot.channels.common import retry
from lisbot.channels.common.retry import parse_retry_after, with_retries
from lisbot.messaging import GoneError, PermanentError, TransientError


@pytest.fixture
def slept(monkeypatch):
    """The seconds that were waited; nobody waits for them here."""
    seconds = []

    async def sleep(wait):
        seconds.append(wait)

    monkeypatch.setattr("asyncio.sleep", sleep)
    return seconds


class Platform:
    """Answers with these errors, one after another, and then with "sent"."""

    def __init__(self, *errors):
        self.errors, self.calls = list(errors), 0

    async def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "sent"


async def test_the_platform_says_how_long_to_wait(slept):
    platform = Platform(TransientError("busy", retry_after=7), TransientError("busy", retry_after=0))
    assert await with_retries(platform) == "sent"
    assert (slept, platform.calls) == ([7.0, 0.0], 3)


async def test_a_platform_that_says_nothing_is_given_twice_as_long_each_time(slept):
    platform = Platform(*[TransientError("down")] * 4)
    assert await with_retries(platform, attempts=5, first_wait=0.5, max_wait=3.0) == "sent"
    assert slept == [0.5, 1.0, 2.0, 3.0]


async def test_what_is_called_may_be_a_plain_function_that_returns_an_awaitable(slept):
    platform = Platform(TransientError("busy", retry_after=1))
    assert await with_retries(lambda: platform()) == "sent"
    assert platform.calls == 2


async def test_the_last_error_is_raised_after_the_last_attempt(slept):
    platform = Platform(*[TransientError(f"down {n}") for n in range(5)])
    with pytest.raises(TransientError, match="down 2"):
        await with_retries(platform, attempts=3)
    assert len(slept) == 2


@pytest.mark.parametrize("error", [PermanentError("no"), GoneError("gone"), RuntimeError("a bug")], ids=repr)
async def test_nothing_else_is_tried_again(slept, error):
    platform = Platform(error)
    with pytest.raises(type(error)):
        await with_retries(platform)
    assert (slept, platform.calls) == ([], 1)


async def test_whoever_is_asked_to_wait_too_long_gives_up_at_once(slept):
    platform = Platform(TransientError("busy", retry_after=61))
    with pytest.raises(TransientError) as raised:
        await with_retries(platform, max_wait=60)
    assert raised.value.retry_after == 61
    assert slept == []


async def test_the_caller_says_which_errors_are_worth_it(slept):
    platform = Platform(TransientError("PreconditionFailed"), TransientError("timeout"))
    with pytest.raises(TransientError, match="timeout"):
        await with_retries(platform, may_retry=lambda error: error.reason == "PreconditionFailed")
    assert platform.calls == 2


async def test_a_retry_is_logged_with_its_reason(slept, caplog):
    caplog.set_level("INFO", retry.__name__)
    await with_retries(Platform(TransientError("Throttled", retry_after=2)))
    assert caplog.messages == ["trying again in 2.0 s after Throttled"]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None), ("", None), (None, None), ("nan", None), ("inf", None)],
)
def test_retry_after_is_read(header, seconds):
    assert parse_retry_after(header) == seconds
