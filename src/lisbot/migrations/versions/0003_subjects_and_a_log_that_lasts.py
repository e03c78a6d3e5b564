"""Subjects: standard words, and a log that can last

Columns, tables and constraints take the names they have in the code today, and commands theirs. The log gets
explicit, versioned fields, and its arguments a table of their own; lines from before keep their hash, and are
linked anew by the first linker that has the key.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

START = "0" * 64
BATCH = 5_000  # log lines at a time
# The commands' names that are new, by their old ones: what waits to be sent and what is posted names them.
COMMANDS = {
    "me.page": "worklist.show",
    "overview.show": "dashboard.show",
    "year.show": "year_plan.show",
    "proposal.list": "proposal.triage",
    "answer.forecast": "attendance.forecast",
    "seat.show": "seat_change.show",
}
# Tables that are made anew on SQLite, which cannot rename a constraint: by their new name, the old one and the
# columns that were called something else, or are new with a value of SQL.
RENAMED: dict[str, tuple[str, dict[str, str]]] = {
    "call_decline": ("call_answer", {}),
    "meeting": ("meeting", {"minutes_state": "minutes"}),
    "proposal": ("proposal", {"duration_minutes": "minutes"}),
    "agenda_item": ("agenda_item", {"duration_minutes": "minutes"}),
    "attendance": (
        "attendance",
        {"response": "answer", "responded_at": "answered_at", "deputy_response": "deputy_answer"},
    ),
    "seat_change": ("seat_change", {}),
    "minutes_comment": ("remark", {}),
    "delivery": ("delivery", {"command": "shows", "body_id": "NULL", "drawn_for_role": "false"}),
    "posting": ("posting", {"command": "shows"}),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        make_anew()
    else:
        rename()
    rename_commands()
    index_what_is_open()
    index_texts()
    move_log()


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0003: restore the backup made before it")


def rename_commands() -> None:
    for table in ("delivery", "posting"):
        for old, new in COMMANDS.items():
            op.execute(
                sa.text(f"UPDATE {table} SET command = :new WHERE command = :old").bindparams(  # noqa: S608
                    new=new, old=old
                )
            )


def index_what_is_open() -> None:
    """Index what the overviews ask for: few rows among all there ever were."""
    for name, table, column, where in (
        ("ix_meeting_held_on", "meeting", "held_on", None),
        ("ix_seat_change_seat_id", "seat_change", "seat_id", None),
        ("ix_proposal_waiting", "proposal", "meeting_id", "state IN ('sent', 'postponed')"),
        ("ix_attendance_unanswered", "attendance", "seat_id", "response IS NULL"),
        ("ix_attendance_deputy_id", "attendance", "deputy_id", "deputy_id IS NOT NULL"),
    ):
        condition = sa.text(where) if where else None
        op.create_index(name, table, [column], unique=False, sqlite_where=condition, postgresql_where=condition)


# PostgreSQL


def rename() -> None:
    op.rename_table("call_answer", "call_decline")
    op.rename_table("remark", "minutes_comment")
    for table, (old_table, columns) in RENAMED.items():
        for new, old in columns.items():
            if old not in ("NULL", "false"):
                op.alter_column(table, old, new_column_name=new)
        if table != old_table:
            rename_constraints(table, old_table)
    for table, old, new in (
        ("proposal", "ck_proposal_minutes", "ck_proposal_duration_minutes"),
        ("agenda_item", "ck_agenda_item_minutes", "ck_agenda_item_duration_minutes"),
        ("attendance", "ck_attendance_answer", "ck_attendance_response"),
        ("attendance", "ck_attendance_deputyanswer", "ck_attendance_deputyresponse"),
        ("seat_change", "ck_seat_change_changestate", "ck_seat_change_seatchangestate"),
    ):
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")
    op.add_column("delivery", sa.Column("body_id", sa.Integer(), nullable=True))
    op.add_column("delivery", sa.Column("drawn_for_role", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("delivery", "drawn_for_role", server_default=None)
    op.create_foreign_key(op.f("fk_delivery_body_id"), "delivery", "body", ["body_id"], ["id"])
    for index in ("ix_delivery_due", "ix_delivery_person_id"):
        op.drop_index(index, "delivery")
    index_deliveries()


def rename_constraints(table: str, old_table: str) -> None:
    """Give everything that carries the old table's name the new one's."""
    bind = op.get_bind()
    names = bind.execute(
        sa.text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:t AS regclass)"), {"t": table}
    ).scalars()
    for name in names.all():
        if old_table in name:
            op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {name.replace(old_table, table)}")
    indexes = bind.execute(sa.text("SELECT indexname FROM pg_indexes WHERE tablename = :t"), {"t": table})
    for name in indexes.scalars().all():
        if old_table in name:
            op.execute(f"ALTER INDEX {name} RENAME TO {name.replace(old_table, table)}")
    op.execute(f"ALTER SEQUENCE {old_table}_id_seq RENAME TO {table}_id_seq")


def index_deliveries() -> None:
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_delivery_waiting_person",
        "delivery",
        ["person_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_delivery_waiting_room",
        "delivery",
        ["room_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


# SQLite


def make_anew() -> None:
    for table, (old_table, renamed) in RENAMED.items():
        parts = DEFINITIONS[table]()
        columns = [part.name for part in parts if isinstance(part, sa.Column)]
        op.create_table(f"_new_{table}", *parts)
        op.execute(
            f"INSERT INTO _new_{table} ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(renamed.get(name, name) for name in columns)} FROM {old_table}"
        )
        op.drop_table(old_table)
        op.rename_table(f"_new_{table}", table)
    index_deliveries()
    op.create_index("ix_meeting_body_id_held_on", "meeting", ["body_id", "held_on"], unique=False)
    op.create_index(
        "uq_meeting_body_day",
        "meeting",
        ["body_id", "held_on"],
        unique=True,
        sqlite_where=sa.text("cancelled_at IS NULL"),
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_index("ix_proposal_by_id", "proposal", ["by_id"], unique=False)
    op.create_index("ix_proposal_meeting_id", "proposal", ["meeting_id"], unique=False)
    op.create_index("ix_minutes_comment_meeting_id", "minutes_comment", ["meeting_id"], unique=False)
    op.create_index(
        "ix_posting_stale",
        "posting",
        ["stale_at"],
        unique=False,
        sqlite_where=sa.text("stale_at IS NOT NULL"),
        postgresql_where=sa.text("stale_at IS NOT NULL"),
    )
    op.create_index("ix_posting_subject", "posting", ["subject"], unique=False)


def call_decline() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_call_decline_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_call_decline_meeting_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_call_decline_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_decline")),
        sa.UniqueConstraint("meeting_id", "seat_id", name=op.f("uq_call_decline_meeting_id_seat_id")),
    ]


def meeting() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("call_opens_on", sa.Date(), nullable=True),
        sa.Column("call_closes_on", sa.Date(), nullable=True),
        sa.Column("call_opened_at", sa.DateTime(), nullable=True),
        sa.Column("call_closed_at", sa.DateTime(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("minutes_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("published", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column(
            "minutes_state",
            sa.Enum(
                "none",
                "draft",
                "comments",
                "approved",
                name=op.f("ck_meeting_minutesstate"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("minutes_at", sa.DateTime(), nullable=True),
        sa.Column("comments_until", sa.Date(), nullable=True),
        sa.CheckConstraint("call_opens_on IS NULL OR call_closes_on >= call_opens_on", name=op.f("ck_meeting_call")),
        sa.CheckConstraint("ends > starts", name=op.f("ck_meeting_times")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_meeting_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    ]


def proposal() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "information",
                "discussion",
                "advice",
                name=op.f("ck_proposal_itemkind"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "returned",
                "postponed",
                "accepted",
                "merged",
                "rejected",
                "withdrawn",
                name=op.f("ck_proposal_proposalstate"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state <> 'accepted' OR case_id IS NOT NULL", name=op.f("ck_proposal_accepted_has_case")),
        sa.CheckConstraint(
            "state NOT IN ('returned', 'rejected') OR reason IS NOT NULL", name=op.f("ck_proposal_reason")
        ),
        sa.CheckConstraint(
            "duration_minutes IS NULL OR duration_minutes BETWEEN 1 AND 480",
            name=op.f("ck_proposal_duration_minutes"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_proposal_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_proposal_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_proposal_meeting_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_proposal_organisation_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_proposal_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    ]


def agenda_item() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "last_minutes",
                "any_other",
                name=op.f("ck_agenda_item_standingitem"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "information",
                "discussion",
                "advice",
                name=op.f("ck_agenda_item_itemkind"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("discussed", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "noted",
                "input",
                "advice",
                "process",
                "disagreement",
                "postponed",
                "decision",
                name=op.f("ck_agenda_item_outcomekind"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("outcome_text", sa.Text(), nullable=False),
        sa.Column(
            "agreement",
            sa.Enum(
                "agreement",
                "partly",
                "none",
                name=op.f("ck_agenda_item_agreement"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("sides", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'disagreement' OR agreement IS NULL OR agreement <> 'agreement'",
            name=op.f("ck_agenda_item_sides"),
        ),
        sa.CheckConstraint(
            "duration_minutes IS NULL OR duration_minutes BETWEEN 1 AND 480",
            name=op.f("ck_agenda_item_duration_minutes"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_agenda_item_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("meeting_id", "case_id", name=op.f("uq_agenda_item_meeting_id_case_id")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_agenda_item_meeting_id_position")),
        sa.UniqueConstraint("meeting_id", "standing", name=op.f("uq_agenda_item_meeting_id_standing")),
    ]


def attendance() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "response",
            sa.Enum(
                "comes",
                "digital",
                "absent",
                name=op.f("ck_attendance_response"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("responded_at", sa.DateTime(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column(
            "deputy_response",
            sa.Enum(
                "asked",
                "comes",
                "digital",
                "declined",
                name=op.f("ck_attendance_deputyresponse"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deputy_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.CheckConstraint("(deputy_id IS NULL) = (deputy_response IS NULL)", name=op.f("ck_attendance_deputy")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_attendance_deputy_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_attendance_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("meeting_id", "seat_id", name=op.f("uq_attendance_meeting_id_seat_id")),
    ]


def seat_change() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("anchored_by", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "approved",
                "returned",
                name=op.f("ck_seat_change_seatchangestate"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_seat_change_reported_by_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_change_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_change")),
    ]


def minutes_comment() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_minutes_comment_by_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_comment_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_comment")),
    ]


def delivery() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("args", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("drawn_for_role", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                "fell_back",
                "unreachable",
                name=op.f("ck_delivery_deliverystate"),
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name=op.f("ck_delivery_reason")),
        sa.CheckConstraint("(person_id IS NULL) <> (room_id IS NULL)", name=op.f("ck_delivery_one_recipient")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_delivery_body_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_delivery_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    ]


def posting() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("args", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("service_url", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("stale_at", sa.DateTime(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_posting_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_posting_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint(
            "platform",
            "conversation_id",
            "message_id",
            name=op.f("uq_posting_platform_conversation_id_message_id"),
        ),
    ]


DEFINITIONS: dict[str, Callable[[], list[Any]]] = {
    "call_decline": call_decline,
    "meeting": meeting,
    "proposal": proposal,
    "agenda_item": agenda_item,
    "attendance": attendance,
    "seat_change": seat_change,
    "minutes_comment": minutes_comment,
    "delivery": delivery,
    "posting": posting,
}


# What is searched. lisbot.council.models.search says what each of these is for.


def index_texts() -> None:
    """Make the index of what is searched, and put into it what there is."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        require_full_text()
    op.create_table(
        "item_text",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_item_text_item_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_text")),
    )
    for statement in SQLITE if is_sqlite else POSTGRES:
        op.get_bind().exec_driver_sql(statement.strip())
    op.execute("UPDATE agenda_item SET title = title")
    if not is_sqlite:
        for statement in POSTGRES_INDEX:
            op.execute(statement)


def require_full_text() -> None:
    """Raises RuntimeError where SQLite is made without what finds words and their parts."""
    try:
        op.execute("CREATE VIRTUAL TABLE temp.full_text USING fts5(words, tokenize = 'trigram')")
        op.execute("DROP TABLE temp.full_text")
    except sa.exc.OperationalError as error:
        raise RuntimeError(
            f"SQLite {sqlite3.sqlite_version} here cannot search texts ({error.orig}). Needed is 3.34 or newer, made "
            "with FTS5 (sqlite.org/fts5.html); or set DATABASE_URL to a PostgreSQL"
        ) from None


SQLITE_WRITE = """
INSERT INTO item_text (item_id, words)
SELECT i.id, coalesce(printf('%d/%02d', c.number, c.year % 100) || char(10), '')
    || i.title || char(10) || i.outcome_text || char(10) || i.sides || char(10) || i.discussed
    || coalesce((SELECT char(10) || group_concat(f.what, char(10)) FROM follow_up f WHERE f.item_id = i.id), '')
FROM agenda_item i LEFT JOIN council_case c ON c.id = i.case_id
WHERE {where}
ON CONFLICT (item_id) DO UPDATE SET words = excluded.words
"""


def sqlite_full_text(name: str, tokenize: str) -> Iterator[str]:
    """Yields a full-text table, and the triggers that keep it as sqlite.org/fts5.html, "External Content Tables", has
    them."""
    remove = f"INSERT INTO {name} ({name}, rowid, words) VALUES ('delete', old.item_id, old.words);"  # noqa: S608
    add = f"INSERT INTO {name} (rowid, words) VALUES (new.item_id, new.words);"  # noqa: S608
    yield (
        f"CREATE VIRTUAL TABLE {name} USING fts5("
        f"words, content = 'item_text', content_rowid = 'item_id', tokenize = '{tokenize}')"
    )
    yield f"CREATE TRIGGER {name}_insert AFTER INSERT ON item_text BEGIN {add} END"
    yield f"CREATE TRIGGER {name}_delete AFTER DELETE ON item_text BEGIN {remove} END"
    yield f"CREATE TRIGGER {name}_update AFTER UPDATE ON item_text BEGIN {remove} {add} END"


def sqlite_trigger(name: str, of: str, where: str) -> str:
    """Returns a trigger that writes the texts of the items of which `where` holds."""
    return f"CREATE TRIGGER {name} AFTER {of} BEGIN {SQLITE_WRITE.format(where=where).strip()}; END"


SQLITE = (
    *sqlite_full_text("item_text_words", "unicode61 remove_diacritics 0"),
    *sqlite_full_text("item_text_parts", "trigram"),
    sqlite_trigger("agenda_item_insert_text", "INSERT ON agenda_item", "i.id = new.id"),
    sqlite_trigger(
        "agenda_item_update_text",
        "UPDATE OF case_id, title, outcome_text, sides, discussed ON agenda_item",
        "i.id = new.id",
    ),
    sqlite_trigger("council_case_update_text", "UPDATE OF year, number ON council_case", "i.case_id = new.id"),
    sqlite_trigger("follow_up_insert_text", "INSERT ON follow_up", "i.id = new.item_id"),
    sqlite_trigger(
        "follow_up_update_text", "UPDATE OF item_id, what ON follow_up", "i.id IN (old.item_id, new.item_id)"
    ),
    sqlite_trigger("follow_up_delete_text", "DELETE ON follow_up", "i.id = old.item_id"),
)
PLAIN = "SELECT regexp_replace(lower(left($1, 100000)), '[^[:alnum:]]+', ' ', 'g') AS plain"
POSTGRES_INDEX = (
    """
ALTER TABLE item_text
  ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (search_words(words)) STORED,
  ADD COLUMN parts text[] GENERATED ALWAYS AS (search_parts(words)) STORED
""",
    "CREATE INDEX ix_item_text_lexemes ON item_text USING gin (lexemes) WITH (fastupdate = off)",
    "CREATE INDEX ix_item_text_parts ON item_text USING gin (parts) WITH (fastupdate = off)",
)
POSTGRES = (
    f"""
CREATE FUNCTION search_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
  SELECT to_tsvector('pg_catalog.simple', plain) || to_tsvector('pg_catalog.norwegian', plain) FROM ({PLAIN}) p
$$
""",  # noqa: S608
    f"""
CREATE FUNCTION search_query(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT phraseto_tsquery('pg_catalog.simple', plain) || phraseto_tsquery('pg_catalog.norwegian', plain)
  FROM ({PLAIN}) p
$$
""",  # noqa: S608
    """
CREATE FUNCTION search_parts(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
  SELECT array_agg(DISTINCT substr(word, start, 3))
  FROM (SELECT DISTINCT regexp_split_to_table(lower(words), '\\s+') AS word) w,
    generate_series(1, length(word) - 2) AS start
$$
""",
    # A text that two transactions change at once is read again by the second when the first has committed.
    """
CREATE FUNCTION write_item_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids int[];
BEGIN
  IF TG_TABLE_NAME = 'agenda_item' THEN ids := ARRAY[NEW.id];
  ELSIF TG_TABLE_NAME = 'council_case' THEN ids := ARRAY(SELECT id FROM agenda_item WHERE case_id = NEW.id);
  ELSIF TG_OP = 'INSERT' THEN ids := ARRAY[NEW.item_id];
  ELSIF TG_OP = 'DELETE' THEN ids := ARRAY[OLD.item_id];
  ELSE ids := ARRAY[OLD.item_id, NEW.item_id];
  END IF;
  PERFORM FROM item_text WHERE item_id = ANY (ids) FOR UPDATE;
  INSERT INTO item_text (item_id, words)
  SELECT i.id, concat_ws(E'\\n', c.number || '/' || lpad((c.year % 100)::text, 2, '0'), i.title, i.outcome_text,
    i.sides, i.discussed, (SELECT string_agg(f.what, E'\\n' ORDER BY f.id) FROM follow_up f WHERE f.item_id = i.id))
  FROM agenda_item i LEFT JOIN council_case c ON c.id = i.case_id
  WHERE i.id = ANY (ids)
  ON CONFLICT (item_id) DO UPDATE SET words = EXCLUDED.words;
  RETURN NULL;
END $$
""",
    *(
        f"CREATE TRIGGER {name} AFTER {of} FOR EACH ROW EXECUTE FUNCTION write_item_text()"
        for name, of in (
            ("agenda_item_insert_text", "INSERT ON agenda_item"),
            (
                "agenda_item_update_text",
                "UPDATE OF case_id, title, outcome_text, sides, discussed ON agenda_item",
            ),
            ("council_case_update_text", "UPDATE OF year, number ON council_case"),
            ("follow_up_insert_text", "INSERT ON follow_up"),
            ("follow_up_update_text", "UPDATE OF item_id, what ON follow_up"),
            ("follow_up_delete_text", "DELETE ON follow_up"),
        )
    ),
)


# The log


def move_log() -> None:
    """Move the lines to the new tables. They keep their hash; they are linked when the key is at hand."""
    op.rename_table("log_line", "log_line_v1")
    op.rename_table("log_head", "log_head_v1")
    if op.get_bind().dialect.name != "sqlite":
        for table in ("log_line", "log_head"):
            op.execute(f"ALTER TABLE {table}_v1 RENAME CONSTRAINT pk_{table} TO pk_{table}_v1")
        op.execute("ALTER TABLE log_line_v1 RENAME CONSTRAINT fk_log_line_by_id TO fk_log_line_v1_by_id")
        op.execute("ALTER TABLE log_head_v1 RENAME CONSTRAINT ck_log_head_one TO ck_log_head_v1_one")
    line = op.create_table(
        "log_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("as_role", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=True),
        sa.Column("context", sa.String(length=60), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("args_digest", sa.String(length=64), nullable=False),
        sa.Column("hash_v1", sa.String(length=64), nullable=True),
        sa.Column("txid", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(number IS NULL) = (link IS NULL)", name=op.f("ck_log_line_linked")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_log_line_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_line")),
        sa.UniqueConstraint("number", name=op.f("uq_log_line_number")),
    )
    op.create_index("ix_log_line_by_id", "log_line", ["by_id"], unique=False)
    op.create_index("ix_log_line_context", "log_line", ["context"], unique=False)
    op.create_index("ix_log_line_subject", "log_line", ["subject"], unique=False)
    op.create_index(
        "ix_log_line_unlinked",
        "log_line",
        ["id"],
        unique=False,
        sqlite_where=sa.text("number IS NULL"),
        postgresql_where=sa.text("number IS NULL"),
    )
    arguments = op.create_table(
        "log_arguments",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["log_line.id"], name=op.f("fk_log_arguments_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_log_arguments")),
    )
    head = op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=True),
        sa.Column("last_v1", sa.Integer(), nullable=False),
        sa.Column("hash_v1", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    bind = op.get_bind()
    last = 0
    while rows := bind.execute(
        sa.text(
            "SELECT id, at, by_id, by_name, as_role, via, command, args, hash FROM log_line_v1 "
            "WHERE id > :last ORDER BY id LIMIT :batch"
        ).columns(at=sa.DateTime()),
        {"last": last, "batch": BATCH},
    ).all():
        salts = [secrets.token_hex(16) for _ in rows]
        bind.execute(line.insert(), [new_line(row, salt) for row, salt in zip(rows, salts, strict=True)])
        bind.execute(
            arguments.insert(),
            [{"line_id": row.id, "salt": salt, "args": row.args} for row, salt in zip(rows, salts, strict=True)],
        )
        last = rows[-1].id
    ended = bind.execute(sa.text("SELECT last, hash FROM log_head_v1 WHERE id = 1")).one_or_none()
    if ended is not None:
        told = {"last_v1": ended.last, "hash_v1": ended.hash}
        bind.execute(head.insert(), {"id": 1, "last": 0, "link": START, "seal": "", "linked_at": None, **told})
    if last and bind.dialect.name != "sqlite":
        op.execute("SELECT setval(pg_get_serial_sequence('log_line', 'id'), (SELECT max(id) FROM log_line))")
    op.drop_table("log_line_v1")
    op.drop_table("log_head_v1")


def new_line(row: Any, salt: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "v": 1,
        "at": row.at,
        "by_id": row.by_id,
        "by_name": row.by_name,
        "as_role": row.as_role,
        "via": row.via,
        "command": row.command,
        "subject": subject_of(row.command, row.args),
        "args_digest": hashlib.sha256(f"{salt}|{row.args}".encode()).hexdigest(),
        "hash_v1": row.hash,
    }


def subject_of(command: str, args: str) -> str | None:
    """What a line is about, as far as its arguments tell: "vote:7"."""
    try:
        given = json.loads(args)
    except ValueError:
        return None
    ids = {name[:-3]: value for name, value in given.items() if name.endswith("_id") and isinstance(value, int)}
    if not ids:
        return None
    own = command.split(".")[0]
    noun = own if own in ids else next(iter(ids))
    return f"{noun}:{ids[noun]}"
