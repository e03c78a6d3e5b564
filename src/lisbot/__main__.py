"""`lisbot`, and `python -m lisbot`."""

import sys

from lisbot.cli import main

if __name__ == "__main__":
    sys.exit(main())
