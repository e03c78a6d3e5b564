"""Progress on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int], None]]:
    """A bar where stderr is a terminal, and nothing elsewhere.

    Yields what is called once for each step, with the number of steps there are.
    """
    if not sys.stderr.isatty():
        yield lambda _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda total: progress.update(task, total=total, advance=1)
