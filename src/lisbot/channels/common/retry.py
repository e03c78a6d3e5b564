"""Retries of what a platform turned away for the moment."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from lisbot.messaging import TransientError

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_ANSWER = "no_answer"


async def with_retries(
    call: Callable[[], Awaitable[T]],
    *,
    attempts: int = 3,
    first_wait: float = 1.0,
    max_wait: float = 60.0,
    may_retry: Callable[[TransientError], bool] = lambda _: True,
) -> T:
    """Call, and call again after each TransientError, up to `attempts` times in all. Returns what the call returns.

    Waits as many seconds as the platform asks for, or else `first_wait` seconds, doubled with each attempt.
    Raises the last error: also where the platform asks for more than `max_wait` seconds, and where `may_retry`
    says that the error is none to try again after.
    """

    def is_retried(error: BaseException) -> bool:
        return isinstance(error, TransientError) and (error.retry_after or 0.0) <= max_wait and may_retry(error)

    def wait(state: RetryCallState) -> float:
        error = error_of(state)
        if error.retry_after is not None:
            return error.retry_after
        return min(first_wait * 2.0 ** (state.attempt_number - 1), max_wait)

    retrying = AsyncRetrying(
        retry=retry_if_exception(is_retried),
        wait=wait,
        stop=stop_after_attempt(attempts),
        before_sleep=log_retry,
        reraise=True,
    )

    async def attempt() -> T:
        return await call()  # tenacity would not await what a plain function returns

    return await retrying(attempt)


def error_of(state: RetryCallState) -> TransientError:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, TransientError)
    return error


def log_retry(state: RetryCallState) -> None:
    log.info("trying again in %.1f s after %s", state.upcoming_sleep, error_of(state).reason)


def unanswered(error: Exception) -> TransientError:
    """Returns what is raised where a platform did not answer, or not so that it can be read, whatever the connections'
    library calls that."""
    name = type(error).__name__
    log.info("a platform did not answer: %s", name)
    return TransientError(name if isinstance(error, ValueError) else NO_ANSWER)


def parse_retry_after(header: str | None) -> float | None:
    """Returns the seconds that a Retry-After header asks for; None where it is missing or no number."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
