"""The command line: one sub-command per command, and the few that maintain the machine.

arguments     parsers in the reader's language
overview      what sub-commands there are, read off the texts
command       a command of the table: its arguments, its run
runtime       the database and the clock it is run with
output        a reply in words or as JSON
maintenance   serving, migrating, loading packs, writing files for others
pack_plan     what loading a pack changes, in words and as data
progress      how far that has come
"""

import logging
import os
import secrets
import sys
from collections.abc import Sequence

from lisbot.cli.arguments import Parser, WrongUsage
from lisbot.cli.overview import MAINTENANCE, get_command_name, overview
from lisbot.settings import BadSetting
from lisbot.texts import LANGUAGES, text

log = logging.getLogger(__name__)

DONE, REFUSED, WRONG_USAGE, UNEXPECTED, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say. Returns 0 done, 1 refused, 2 wrong usage, 3 unexpected."""
    given = list(sys.argv[1:] if argv is None else argv)
    lang = take_language(given)
    try:
        code = run_sub_command(given, lang)
        sys.stdout.flush()
        return code
    except (WrongUsage, BadSetting) as error:
        print(f"lisbot: {error}", file=sys.stderr)
        return WRONG_USAGE
    except BrokenPipeError:
        # Whoever read our output has read enough; nothing more is to be written to it when we leave.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        ref = secrets.token_hex(3)
        log.exception("%s failed, ref %s", given[0], ref)
        print(text(lang, "error.unexpected", ref=ref), file=sys.stderr)
        return UNEXPECTED


def take_language(given: list[str]) -> str:
    """Returns the language to speak: --lang, else DEFAULT_LANG. Takes --lang out of what was given."""
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


def run_sub_command(given: list[str], lang: str) -> int:
    """Run one sub-command. Returns its exit code. Raises WrongUsage and BadSetting."""
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
    if name in MAINTENANCE:
        from lisbot.cli import maintenance

        return maintenance.run_maintenance(name, rest, lang)
    today = get_command_name(name, lang)
    from lisbot.cli import command

    return command.run_command(today, rest, lang, called=name)


def print_help(parser: Parser) -> int:
    print(parser.format_help())
    return DONE
