"""What is said where something was not done: a refusal, a database in trouble, a bug. Worded here and nowhere else."""

import logging
import secrets

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from lisbot.cards.form import label
from lisbot.commands.asking import say_details
from lisbot.commands.reply import Reply
from lisbot.commands.table import find_command
from lisbot.council.core.errors import NeedsConfirming, Refusal, WrongInput
from lisbot.db import CommitInDoubt
from lisbot.texts import text

log = logging.getLogger(__name__)


def is_transient(error: DBAPIError) -> bool:
    """Returns whether it may be tried again: after a deadlock, a serialisation failure, or a connection that was cut
    before the commit."""
    return (
        error.connection_invalidated
        or getattr(error.orig, "sqlstate", None) in ("40001", "40P01")
        or "database is locked" in str(error.orig)
    )


def refused(refusal: Refusal, name: str, lang: str) -> Reply:
    """Returns a refusal in the person's language, and for each wrong field what is wrong with it."""
    command = find_command(name)
    own_name = command.name if command else name
    fields: dict[str, str] = {}
    if isinstance(refusal, WrongInput):
        as_asked = list(command.parameters) if command else []
        at_fault = sorted(refusal.fields, key=lambda at: as_asked.index(at) if at in as_asked else len(as_asked))
        fields = {at: text(lang, f"input.{refusal.fields[at][0]}", **refusal.fields[at][1]) for at in at_fault}
        wrong = " ".join(f"{label(lang, own_name, at)}: {words}" for at, words in fields.items())
        words = text(lang, "error.invalid", fields=wrong)
        return Reply(refusal.status, words, fields=fields, lang=lang, key=refusal.key, command=own_name)
    named = {"name": text(lang, f"command.{own_name}.name")} if isinstance(refusal, NeedsConfirming) else {}
    if refusal.field:
        named["label"] = label(lang, own_name, refusal.field)
    words = text(lang, f"error.{refusal.key}", **{**named, **refusal.values})
    if refusal.details:
        words = "\n".join([words, *say_details(refusal.details, lang)])
    if refusal.field:
        fields = {refusal.field: words}
    return Reply(refusal.status, words, fields=fields, lang=lang, key=refusal.key, command=own_name)


def failed(name: str, lang: str, error: Exception) -> Reply:
    """Returns what is said where something else than the request was at fault: a database that is away, or has no room
    left, and people may try again; or a bug."""
    if (key := trouble_of(error)) is None:
        return unexpected(name, lang)
    log.error("%s was not done: %s (%s)", name, key, type(error).__name__)
    return Reply(503, text(lang, f"error.{key}"), lang=lang, key=key)


def trouble_of(error: Exception) -> str | None:
    """Returns what is the matter with the database, as a key of what is said; None where nothing is."""
    if isinstance(error, CommitInDoubt):
        return "commit_in_doubt"
    orig = getattr(error, "orig", None)
    if "disk is full" in str(orig) or getattr(orig, "sqlstate", None) == "53100":
        return "disk_full"
    # Without a statement: nobody answered, or no connection was to be had.
    is_cut = isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None)
    state = getattr(orig or error, "sqlstate", None) or ""
    if is_cut or state.startswith(("08", "57P")) or isinstance(error, OSError | PoolTimeout):
        return "database_away"
    return None


def unexpected(name: str, lang: str) -> Reply:
    """Returns what is said of a bug, with a reference that is in the process's log."""
    ref = secrets.token_hex(3)
    log.exception("%s failed, ref %s", name, ref)
    return Reply(500, text(lang, "error.unexpected", ref=ref), lang=lang)
