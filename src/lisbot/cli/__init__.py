"""The command line: one sub-command per command, and the few that keep the machine."""

import asyncio
import logging
import os
import secrets
import sys
from collections.abc import Sequence

from lisbot.cli.helping import overview
from lisbot.cli.parsers import LOCAL, Parser, WrongUsage, local_parser
from lisbot.settings import BadSetting
from lisbot.texts import LANGUAGES, text

log = logging.getLogger(__name__)

DONE, REFUSED, WRONG_USAGE, UNEXPECTED = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say. 0 done, 1 refused, 2 wrong usage, 3 unexpected."""
    given = list(sys.argv[1:] if argv is None else argv)
    lang = language(given)
    try:
        return run(given, lang)
    except WrongUsage as error:
        print(f"lisbot: {error}", file=sys.stderr)
        return WRONG_USAGE
    except BadSetting as error:
        print(f"lisbot: {error}", file=sys.stderr)
        return WRONG_USAGE
    except BrokenPipeError:
        # Whoever read our output has read enough; nothing more is to be written to it when we leave.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
    except Exception:
        ref = secrets.token_hex(3)
        log.exception("%s failed, ref %s", given[0], ref)
        print(text(lang, "error.unexpected", ref=ref), file=sys.stderr)
        return UNEXPECTED


def language(given: list[str]) -> str:
    """The language to speak: --lang, else DEFAULT_LANG. Takes --lang out of what was given."""
    lang = os.environ.get("DEFAULT_LANG") or "nb"
    for at, word in enumerate(given):
        if word == "--lang" or word.startswith("--lang="):
            size = 1 if "=" in word else 2
            value = word.partition("=")[2] if "=" in word else "".join(given[at + 1 : at + 2])
            if value in LANGUAGES:
                lang = value
                del given[at : at + size]
            break
    return lang if lang in LANGUAGES else "nb"


def run(given: list[str], lang: str) -> int:
    if not given or given[0] in ("-h", "--help", "help"):
        print(overview(lang))
        return DONE if given else WRONG_USAGE
    if given[0] == "--version":
        from importlib.metadata import version

        print(f"lisbot {version('lisbot')}")
        return DONE
    name, rest = given[0], given[1:]
    if name.startswith("-"):
        raise WrongUsage(text(lang, "cli.unknown_option", given=name))
    if name in LOCAL:
        parser = local_parser(name, lang)
        args = parser.read(rest)
        if args is None:
            return helped(parser)
        from lisbot.cli import keeping

        return keeping.DEEDS[name](args, lang)
    from lisbot.cli import doing

    return asyncio.run(doing.do(name, rest, lang))


def helped(parser: Parser) -> int:
    print(parser.format_help())
    return DONE
