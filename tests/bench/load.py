"""The load: requests over a number of connections, in a process of its own, each answer looked at.

`python -m bench.load PLAN` reads the plan (JSON: ports, connections, seconds, requests, and what every answer
says) and prints how it went as JSON. Requests are made beforehand, so that what is measured is the server.
"""

import asyncio
import json
import sys
from itertools import cycle
from pathlib import Path
from time import perf_counter


class Connection(asyncio.Protocol):
    """One kept-open connection: sends the next request when the answer to the last one is whole."""

    def __init__(self, requests, wanted: bytes, times: list[float], done: asyncio.Future) -> None:
        self.requests, self.answer, self.times, self.done = requests, wanted, times, done
        self.buffer, self.wanted = b"", 0

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.finish()
            return
        self.started = perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.wanted:
            head, found, _ = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            self.wanted = len(head) + 4 + int(length.split(b":")[1])
        if len(self.buffer) < self.wanted:
            return
        self.times.append(perf_counter() - self.started)
        answer, self.buffer, self.wanted = self.buffer, b"", 0
        if not answer.startswith(b"HTTP/1.1 200") or self.answer not in answer:
            self.finish(RuntimeError(f"no such answer: {answer.decode(errors='replace')[:500]}"))
            return
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        self.finish(ConnectionError("the server closed the connection"))

    def finish(self, error: Exception | None = None) -> None:
        if not self.done.done():
            if error:
                self.done.set_exception(error)
            else:
                self.done.set_result(None)
        self.transport.close()


async def press(
    ports: list[int], requests: list[bytes], wanted: bytes, connections: int, seconds: float
) -> tuple[float, list[float]]:
    """Send all requests, or as many as there is time for, the connections shared out over the ports. Seconds in all,
    and of each."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    until = perf_counter() + seconds
    waiting = (request for request in requests if perf_counter() < until)
    ends = [loop.create_future() for _ in range(connections)]
    started = perf_counter()
    for done, port in zip(ends, cycle(ports), strict=False):
        await loop.create_connection(lambda done=done: Connection(waiting, wanted, times, done), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return perf_counter() - started, times


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text())
    requests = [each.encode() for each in plan["requests"]]
    wanted, connections, seconds = plan["wanted"].encode(), plan["connections"], plan["seconds"]
    took, times = asyncio.run(press(plan["ports"], requests, wanted, connections, seconds))
    print(json.dumps({"took": took, "times": times}))


if __name__ == "__main__":
    main()
