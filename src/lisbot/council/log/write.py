"""Writing a line of the log, in the transaction of the command it tells of."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import BigInteger, bindparam, exists, insert, literal_column, select, update

from lisbot.council.core.access import GRANTS
from lisbot.council.core.context import Act
from lisbot.council.core.subjects import subject_of
from lisbot.council.log.chain import (
    START,
    VERSION,
    compute_link,
    compute_seal,
    derive_keys,
    digest,
    is_sealed,
    new_salt,
)
from lisbot.council.log.link import link_lines
from lisbot.council.models import LogArguments, LogHead, LogLine, table
from lisbot.db import defer_until_commit, is_postgres

# Built once: every command that changes something runs these.
LINE, ARGUMENTS, HEAD = table(LogLine), table(LogArguments), table(LogHead)
FIELDS = [c.name for c in LINE.c if c.name not in ("id", "number", "link", "hash_v1", "txid")]
FIELD_PARAMETERS = {name: bindparam(f"line_{name}", type_=LINE.c[name].type) for name in FIELDS}
CURRENT_TRANSACTION = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
NEW_LINE = insert(LINE).values(FIELD_PARAMETERS | {"txid": CURRENT_TRANSACTION}).returning(LINE.c.id).cte("new_line")
# On PostgreSQL: the line and its arguments in one statement, left for the linker.
ADD_UNLINKED = insert(ARGUMENTS).from_select(
    ["line_id", "salt", "args"],
    select(
        NEW_LINE.c.id,
        bindparam("line_salt", type_=ARGUMENTS.c.salt.type),
        bindparam("line_args", type_=ARGUMENTS.c.args.type),
    ),
)
# On SQLite, where one writes at a time: linked here and now.
READ_HEAD = select(
    HEAD.c.last, HEAD.c.link, HEAD.c.seal, exists().where(LINE.c.number.is_(None)).label("unlinked")
).where(HEAD.c.id == 1)
ADD_LINKED = insert(LINE).values(
    FIELD_PARAMETERS
    | {
        "number": bindparam("number", type_=LINE.c.number.type),
        "link": bindparam("new_link", type_=LINE.c.link.type),
    }
)
ADD_ARGUMENTS = insert(ARGUMENTS)
MOVE_HEAD = (
    update(HEAD)
    .where(HEAD.c.id == 1)
    .values(
        last=bindparam("number"),
        link=bindparam("new_link"),
        seal=bindparam("seal"),
        linked_at=bindparam("moved_at"),
    )
)


async def write(act: Act, command: str, args: Mapping[str, Any]) -> None:
    """Add the line of this command: on PostgreSQL just before the commit, on SQLite here and now."""
    told = orjson.dumps({**args, **act.trace.evidence}, default=str).decode()
    salt = new_salt()
    line = {
        "v": VERSION,
        "at": act.at,
        "by_id": act.by.id,
        "by_name": act.by.name,
        "as_role": roles_used(act),
        "via": act.via,
        "command": command,
        "subject": act.trace.subject or subject_of(command, args),
        "context": act.trace.context,
        "body_id": min(act.trace.bodies, default=None),
        "args_digest": digest(salt, told),
    }
    values = {f"line_{name}": value for name, value in line.items()}
    if is_postgres(act.db):
        defer_until_commit(act.db, ADD_UNLINKED, values | {"line_salt": salt, "line_args": told})
        return
    keys = derive_keys(act.key, act.former_keys)
    key = keys[0]
    head = (await act.db.execute(READ_HEAD)).one_or_none()
    if head is None or head.unlinked:
        await link_lines(act.db, keys, act.at)
        head = (await act.db.execute(READ_HEAD)).one()
    number = head.last + 1
    new_link = compute_link(key, head.link or START, number, line | {"hash_v1": None})
    added = await act.db.execute(ADD_LINKED, values | {"number": number, "new_link": new_link})
    line_id = added.inserted_primary_key[0]  # type: ignore[attr-defined]
    await act.db.execute(ADD_ARGUMENTS, {"line_id": line_id, "salt": salt, "args": told})
    # A head that somebody else moved is never sealed again: what they did stays to be found.
    whole = is_sealed(keys, head.last, head.link, head.seal)
    seal = compute_seal(key, number, new_link) if whole else head.seal
    await act.db.execute(MOVE_HEAD, {"number": number, "new_link": new_link, "seal": seal, "moved_at": act.at})


def roles_used(act: Act) -> str:
    """Returns the roles that let the member do this, in the bodies it was done in where it was in any."""
    return ",".join(
        sorted(
            {
                hold.role
                for hold in act.by.holds
                if act.needs in GRANTS[hold.role]
                and (not act.trace.bodies or hold.body_id in act.trace.bodies or not hold.body_id)
            }
        )
    )
