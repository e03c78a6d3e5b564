"""A meeting's later life

Meetings of several days, several on one day, minutes in versions, guests, who sat there, answers that were given for
another day, questions withdrawn, tie rules, rooms that are gone, what a delivery is about, answers
to proposals taken back, breaks.
"""

import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

from lisbot.council.addresses import fold_address

log = logging.getLogger(__name__)

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RESPONSES = ("comes", "digital", "absent")
TIE_RULES = ("chair", "fails")
MAJORITIES = ("simple", "more_than_half", "two_thirds", "four_fifths", "absolute", "unanimous")

Filled = tuple[sa.Column[Any], str]  # a new column, and in SQL what the rows there are get


def nullable(name: str, kind: sa.types.TypeEngine[Any]) -> Filled:
    return sa.Column(name, kind, nullable=True), "NULL"


def empty(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> Filled:
    return sa.Column(name, kind or sa.Text(), nullable=False), "''"


def columns() -> dict[str, list[Filled]]:
    """Returns the new columns of each table."""
    return {
        "meeting": [
            (sa.Column("ends_on", sa.Date(), nullable=False), "held_on"),
            nullable("entered_at", sa.DateTime()),
            (
                sa.Column("minutes_version", sa.Integer(), nullable=False),
                "CASE WHEN minutes_state = 'approved' THEN 1 ELSE 0 END",
            ),
        ],
        "attendance": [
            nullable("former_response", sa.String(20)),
            nullable("former_on", sa.Date()),
            empty("noted_by"),
            nullable("sat_id", sa.Integer()),
            empty("sat_name"),
            nullable("arrived", sa.Time()),
            nullable("left", sa.Time()),
        ],
        "agenda_item": [nullable("break_minutes", sa.Integer())],
        "proposal": [
            (sa.Column("sent_for_id", sa.Integer(), nullable=False), "meeting_id"),
            nullable("before", sa.JSON(none_as_null=True)),
            nullable("as_item", sa.JSON(none_as_null=True)),
        ],
        "follow_up": [nullable("done_on", sa.Date()), empty("done_by")],
        "minutes_comment": [nullable("item_id", sa.Integer()), empty("answer"), empty("answered_by")],
        "body": [nullable("tie_rule", sa.String(20)), nullable("secret_minimum", sa.Integer())],
        "person": [nullable("pack_name", sa.Text()), nullable("pack_email", sa.Text())],
        "account": [nullable("unlinked_at", sa.DateTime())],
        "room": [nullable("gone_at", sa.DateTime()), empty("gone_reason"), empty("team")],
        "seat_change": [nullable("person_id", sa.Integer())],
        "vote": [
            nullable("tie_rule", sa.String(20)),
            nullable("secret_minimum", sa.Integer()),
            nullable("withdrawn_reason", sa.Text()),
        ],
        "roll_entry": [
            (
                sa.Column("recused_reason", sa.Text(), nullable=False),
                "CASE WHEN recused THEN coalesce(reason, '') ELSE '' END",
            ),
            (sa.Column("is_chair", sa.Boolean(), nullable=False), "false"),
        ],
        "delivery": [nullable("subject", sa.String(60)), empty("audience", sa.String(20))],
    }


def one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


# Conditions that are new, or say something else than before, by the constraint's name.
CHECKS: dict[str, dict[str, str]] = {
    "meeting": {"ck_meeting_times": "ends_on > held_on OR (ends_on = held_on AND ends > starts)"},
    "attendance": {"ck_attendance_former_response": one_of("former_response", RESPONSES)},
    "agenda_item": {"ck_agenda_item_break_minutes": "break_minutes IS NULL OR break_minutes BETWEEN 1 AND 480"},
    "body": {
        "ck_body_majority": one_of("majority", MAJORITIES),
        "ck_body_tierule": one_of("tie_rule", TIE_RULES),
        "ck_body_secret_minimum": "secret_minimum IS NULL OR secret_minimum > 1",
    },
    "vote": {
        "ck_vote_majority": one_of("majority", MAJORITIES),
        "ck_vote_tierule": one_of("tie_rule", TIE_RULES),
    },
}
REFERENCES = {
    "attendance": ("sat_id", "person"),
    "minutes_comment": ("item_id", "agenda_item"),
    "proposal": ("sent_for_id", "meeting"),
    "seat_change": ("person_id", "person"),
}


def upgrade() -> None:
    op.drop_index("uq_meeting_body_day", table_name="meeting")
    if op.get_bind().dialect.name == "sqlite":
        # Triggers name other tables, and a table that a trigger misses cannot be renamed.
        triggers = made("trigger")
        for name in triggers:
            op.execute(f"DROP TRIGGER {name}")
        for table, added in columns().items():
            make_anew(table, added)
        for trigger in triggers.values():
            op.get_bind().exec_driver_sql(trigger)
    else:
        for table, added in columns().items():
            extend(table, added)
    make_tables()
    index()
    clean_addresses()


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0004: restore the backup made before it")


def clean_addresses() -> None:
    """Bring each person's address to the form in which it is compared. Of two people whose addresses then are one, the
    one that had it so already keeps it: the other is in the register without one, and the process's log says who."""
    connection = op.get_bind()
    people = [tuple(row) for row in connection.execute(sa.text("SELECT id, email FROM person WHERE email IS NOT NULL"))]
    taken = {email.lower() for _, email in people}
    for person_id, email in people:
        folded: str | None = fold_address(email)
        if folded == email:
            continue
        if folded != email.lower() and folded in taken:
            folded = None
            log.warning(
                "person %d is kept without an address: somebody else has it, and it was another only to a "
                "computer. The secretariat corrects it (person.edit)",
                person_id,
            )
        taken.add(folded or "")
        connection.execute(
            sa.text("UPDATE person SET email = :email WHERE id = :id"), {"email": folded or None, "id": person_id}
        )


def extend(table: str, added: list[Filled]) -> None:
    """Add the columns and constraints, on PostgreSQL."""
    for column, value in added:
        is_nullable, column.nullable = column.nullable, True
        op.add_column(table, column)
        if not is_nullable:
            op.execute(f"UPDATE {table} SET {quoted(column)} = {value}")  # noqa: S608
            op.alter_column(table, column.name, nullable=False)
    for name, condition in CHECKS.get(table, {}).items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        op.create_check_constraint(op.f(name), table, condition)
    if table in REFERENCES:
        column_name, other = REFERENCES[table]
        op.create_foreign_key(op.f(f"fk_{table}_{column_name}"), table, other, [column_name], ["id"])


def make_anew(table: str, added: list[Filled]) -> None:
    """Make a table anew with the columns and constraints, on SQLite, which can change neither."""
    connection = op.get_bind()
    indexes = made("index", table)
    kept = [column["name"] for column in sa.inspect(connection).get_columns(table)]
    definition = made("table", table)[table].split("(", 1)[1].rstrip().removesuffix(")")
    lines = [part.strip() for part in split_parts(definition)]
    changed = CHECKS.get(table, {})
    lines = [line for line in lines if not any(line.startswith(f"CONSTRAINT {name} ") for name in changed)]
    lines = [str(CreateColumn(column).compile(dialect=connection.dialect)) for column, _ in added] + lines
    lines += [f"CONSTRAINT {name} CHECK ({condition})" for name, condition in changed.items()]
    if table in REFERENCES:
        column_name, other = REFERENCES[table]
        lines.append(f"CONSTRAINT fk_{table}_{column_name} FOREIGN KEY({column_name}) REFERENCES {other} (id)")
    op.execute(f"CREATE TABLE _new_{table} ({', '.join(lines)})")
    names = ", ".join(f'"{name}"' for name in kept)
    new_names = ", ".join(quoted(column) for column, _ in added)
    values = ", ".join(value for _, value in added)
    op.execute(f"INSERT INTO _new_{table} ({new_names}, {names}) SELECT {values}, {names} FROM {table}")  # noqa: S608
    op.drop_table(table)
    op.rename_table(f"_new_{table}", table)
    for statement in indexes.values():
        connection.exec_driver_sql(statement)


def made(kind: str, table: str | None = None) -> dict[str, str]:
    """Returns the statements that SQLite's triggers, indexes or tables were made with, by their names."""
    asked = "SELECT name, sql FROM sqlite_master WHERE type = :kind AND sql IS NOT NULL"
    asked += " AND tbl_name = :table" if table else ""
    given = {"kind": kind} | ({"table": table} if table else {})
    return {row.name: row.sql for row in op.get_bind().execute(sa.text(asked), given)}


def quoted(column: sa.Column[Any]) -> str:
    return f'"{column.name}"'


def split_parts(definition: str) -> list[str]:
    """Returns the columns and constraints of a table: what stands between the commas outside all brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(definition):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(definition[start:at])
            start = at + 1
    return [*parts, definition[start:]]


def make_tables() -> None:
    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("affiliation", sa.Text(), nullable=False),
        sa.Column("arrived", sa.Time(), nullable=True),
        sa.Column("left", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_guest_item_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_guest_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
    )
    op.create_index("ix_guest_meeting_id", "guest", ["meeting_id"])
    op.create_table(
        "minutes_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(), nullable=True),
        sa.Column("reopened_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(reopened_at IS NULL) = (reason IS NULL)", name=op.f("ck_minutes_version_reopened")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_version_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_version")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_minutes_version_meeting_id_number")),
    )


def index() -> None:
    open_only = sa.text("cancelled_at IS NULL")
    op.create_index("ix_meeting_ends_on", "meeting", ["ends_on"])
    op.create_index(
        "uq_meeting_body_start",
        "meeting",
        ["body_id", "held_on", "starts"],
        unique=True,
        sqlite_where=open_only,
        postgresql_where=open_only,
    )
    op.create_index("ix_delivery_subject", "delivery", ["subject"])
