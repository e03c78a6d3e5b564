"""What lisbot counts about itself, for Prometheus: never who, never what was said."""

from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest


class Metrics:
    """The counters of one running lisbot. Seconds are seconds; memory is bytes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lisbot_requests", "HTTP requests answered", ["method", "status"], registry=self.registry
        )
        self.commands = Counter(
            "lisbot_commands", "Commands run", ["command", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "lisbot_command_seconds", "How long a command took", ["command"], registry=self.registry
        )
        self.deliveries = Counter(
            "lisbot_deliveries", "Messages that left the outbox", ["state"], registry=self.registry
        )
        self.edits = Counter(
            "lisbot_edits", "Cards edited where they hang", ["result"], registry=self.registry
        )
        self.waiting = Gauge("lisbot_outbox_waiting", "Messages not sent yet", registry=self.registry)
        ProcessCollector(registry=self.registry)

    async def page(self, waiting: Callable[[], Awaitable[int]]) -> bytes:
        """Everything counted, as Prometheus reads it."""
        self.waiting.set(await waiting())
        return generate_latest(self.registry)
