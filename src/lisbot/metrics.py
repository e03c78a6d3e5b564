"""What lisbot counts about itself, for Prometheus: never who, never what was said."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest


class Metrics:
    """The counters of one running lisbot. Times are in seconds, memory in bytes. Gauges are set when they are read."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lisbot_requests", "HTTP requests answered", ["method", "status"], registry=self.registry
        )
        self.commands = Counter("lisbot_commands", "Commands run", ["command", "status"], registry=self.registry)
        self.seconds = Histogram(
            "lisbot_command_seconds", "How long a command took", ["command", "channel"], registry=self.registry
        )
        self.deliveries = Counter(
            "lisbot_deliveries", "Messages that left the outbox", ["state"], registry=self.registry
        )
        self.attempts = Counter(
            "lisbot_attempts", "Tries to send a message", ["channel", "outcome"], registry=self.registry
        )
        self.send_seconds = Histogram(
            "lisbot_send_seconds", "How long a platform took to answer", ["channel"], registry=self.registry
        )
        self.delay = Histogram(
            "lisbot_delivery_delay_seconds",
            "From when a message was due until it was sent",
            registry=self.registry,
            buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400),
        )
        self.postponed = Counter(
            "lisbot_limit_postponed",
            "Messages put back until a platform's limit has room",
            ["platform"],
            registry=self.registry,
        )
        self.paused = Counter(
            "lisbot_limit_pauses", "Pauses that a platform asked for", ["platform"], registry=self.registry
        )
        self.edits = Counter("lisbot_edits", "Posted cards edited", ["result"], registry=self.registry)
        self.waiting = Gauge("lisbot_outbox_waiting", "Messages that are due and not sent yet", registry=self.registry)
        self.oldest = Gauge(
            "lisbot_outbox_oldest_seconds",
            "For how long the message that has waited longest should have been sent",
            registry=self.registry,
        )
        self.lost = Gauge(
            "lisbot_outbox_lost", "Messages of the last day that did not reach whom they should", registry=self.registry
        )
        self.log_line = Gauge("lisbot_log_newest_line", "Number of the newest linked log line", registry=self.registry)
        self.log_linked = Gauge(
            "lisbot_log_linked_timestamp_seconds", "When the newest log line was linked", registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def page(self) -> bytes:
        """Returns everything counted, as Prometheus reads it."""
        return generate_latest(self.registry)
