"""`lisbot`, and `python -m lisbot`."""

import gc
import os
import sys
from contextlib import suppress


def main() -> None:
    """Do what the command line says, and exit.

    A command of the table is over in a moment: its memory is neither searched for what can be given back nor
    given back piece by piece at the end, which would take a quarter of its time.
    """
    gc.disable()
    from lisbot import cli
    from lisbot.cli.overview import MAINTENANCE

    if len(sys.argv) > 1 and sys.argv[1] in MAINTENANCE:
        gc.enable()
        sys.exit(cli.main())
    code = cli.main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
