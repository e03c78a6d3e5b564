"""One id for everything that one call causes, from the request to the last message that it sends: in log lines, on the
messages' rows, and as the trace's id where traces are on.

OpenTelemetry is imported only where OTEL_EXPORTER_OTLP_ENDPOINT is set; without it a span costs nothing.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

HEADER = "X-Request-ID"
REQUEST_ID = re.compile(r"[0-9a-f]{32}")  # as nginx makes them, and as traces are called
TRACEPARENT = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}")  # w3.org/TR/trace-context
NONE, NO_SPAN = "0" * 32, "0" * 16
LOW = (1 << 64) - 1


class Origin(NamedTuple):
    """What a call belongs to: its id, and the span of a proxy's that it is part of; "" where it begins with us."""

    id: str
    parent: str = ""


CURRENT: ContextVar[str] = ContextVar("request_id", default="")
IS_ROOT: ContextVar[bool] = ContextVar("is_root", default=False)  # while the span is made that a trace begins with
TRACER: list[Any] = []  # one where traces are on


def current_id() -> str:
    """Returns the id of the call that is being answered; "" outside of any."""
    return CURRENT.get()


def read_origin(headers: Mapping[str, str]) -> Origin:
    """Returns what a request says it belongs to, where a proxy says so; otherwise a new id."""
    found = TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    if found and found["trace"] != NONE and found["span"] != NO_SPAN:
        return Origin(found["trace"], found["span"])
    given = headers.get(HEADER, "").replace("-", "").lower()
    return Origin(given if REQUEST_ID.fullmatch(given) and given != NONE else secrets.token_hex(16))


@contextmanager
def request(origin: Origin | None = None) -> Iterator[str]:
    """Let all that is done here belong to one call: to this one, or to one of its own."""
    id_ = origin.id if origin and origin.id else secrets.token_hex(16)
    token = CURRENT.set(id_)
    try:
        yield id_
    finally:
        CURRENT.reset(token)


@contextmanager
def span(name: str, *, origin: Origin | None = None, **about: str | int) -> Iterator[None]:
    """A step of what a call causes, where traces are on. `origin`: the first step, which the trace begins with."""
    if not TRACER or not CURRENT.get():
        yield
        return
    from opentelemetry import trace

    here = None if origin is None and trace.get_current_span().get_span_context().is_valid else context_of(origin)
    token = IS_ROOT.set(origin is not None and not origin.parent)
    try:
        begun = TRACER[0].start_span(name, here, attributes={f"lisbot.{key}": value for key, value in about.items()})
    finally:
        IS_ROOT.reset(token)
    with trace.use_span(begun, end_on_exit=True):
        yield


def context_of(origin: Origin | None) -> Any:
    """Returns the context of a step that is no other's part in this process: none for the first of all, the proxy's
    span, or the first step of the call, which may have been another process's."""
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    if origin is not None and not origin.parent:
        return Context()
    trace_id = int(CURRENT.get(), 16)
    span_id = int(origin.parent, 16) if origin is not None else first_span_of(trace_id)
    parent = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent), Context())


def first_span_of(trace_id: int) -> int:
    """Returns the id of the span that a trace of ours begins with: later ones find it by the trace's alone."""
    return (trace_id & LOW) or 1


def turn_on(processor: "SpanProcessor | None" = None) -> "TracerProvider":
    """Make traces from now on, and send them where the OTEL_… settings say. Raises ImportError without the SDK."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class Ids(RandomIdGenerator):
        """A trace is called as its request is."""

        def generate_trace_id(self) -> int:
            return int(CURRENT.get(), 16) if CURRENT.get() else super().generate_trace_id()

        def generate_span_id(self) -> int:
            return first_span_of(int(CURRENT.get(), 16)) if IS_ROOT.get() else super().generate_span_id()

    if processor is None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        processor = BatchSpanProcessor(OTLPSpanExporter())
    # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before this name.
    provider = TracerProvider(
        resource=Resource({"service.name": "lisbot"}).merge(Resource.create()), id_generator=Ids()
    )
    provider.add_span_processor(processor)
    TRACER[:] = [provider.get_tracer("lisbot")]
    return provider


def turn_off(provider: "TracerProvider") -> None:
    """Send what is left, and make no more."""
    TRACER.clear()
    provider.shutdown()
