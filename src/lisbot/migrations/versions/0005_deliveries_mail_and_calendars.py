"""Deliveries, mail and calendars

Each try to send something, what is left of the platforms' limits, how people wish to be told, reminders; links in
mails, mail that arrives, addresses it does not reach; what calendars were told, and feeds.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
ADDS_ONLY = True  # a lisbot of the version before works with these tables


def upgrade() -> None:
    op.create_table(
        "schema_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest", sa.String(length=20), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_schema_version_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_version")),
    )
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_form_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("digest", name=op.f("uq_kept_form_digest")),
    )
    op.create_index("ix_kept_form_person_id", "kept_form", ["person_id"])
    op.create_index("ix_kept_form_made_at", "kept_form", ["made_at"])
    op.create_table(
        "mail_trouble",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_mail_trouble")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "call",
                "notice",
                "meeting",
                "vote",
                "comments",
                "follow_up",
                "agenda_due",
                "notice_due",
                "minutes_due",
                "term_start",
                "term_end",
                name="reminderkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("subject", "what", "step", name=op.f("uq_reminder_subject_what_step")),
    )
    op.create_table(
        "send_budget",
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_send_budget")),
    )
    op.create_table(
        "channel_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "call",
                "notice",
                "vote",
                "minutes",
                "follow_up",
                "register",
                "daily",
                name="notificationgroup",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_channel_choice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_choice")),
        sa.UniqueConstraint("person_id", "what", name=op.f("uq_channel_choice_person_id_what")),
    )
    op.create_table(
        "quiet_time",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("free_days", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("alarm_minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quiet_time_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_quiet_time")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("person_id IS NOT NULL OR body_id IS NOT NULL", name=op.f("ck_calendar_feed_whose")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_calendar_feed_body_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    op.create_index("ix_calendar_feed_person_id", "calendar_feed", ["person_id"])

    op.create_table(
        "reminder_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "call",
                "notice",
                "meeting",
                "vote",
                "comments",
                "follow_up",
                "agenda_due",
                "notice_due",
                "minutes_due",
                "term_start",
                "term_end",
                name="reminderkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "first",
                "second",
                "unheard",
                name="reminderstage",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.CheckConstraint("days IS NULL OR days >= 0", name=op.f("ck_reminder_step_days")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_reminder_step_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_step")),
        sa.UniqueConstraint("body_id", "what", "stage", name=op.f("uq_reminder_step_body_id_what_stage")),
    )
    op.create_table(
        "calendar_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("organizer", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_calendar_entry_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_calendar_entry_meeting_id_person_id")),
    )
    op.create_index("ix_calendar_entry_person_id", "calendar_entry", ["person_id"])

    op.create_table(
        "action_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("args", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_action_link_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_action_link_digest")),
    )
    op.create_index("ix_action_link_delivery_id", "action_link", ["delivery_id"])
    op.create_index("ix_action_link_person_id", "action_link", ["person_id"])

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "sent",
                "later",
                "failed",
                "gone",
                name="attemptoutcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("delivery_id", "number", name=op.f("uq_attempt_delivery_id_number")),
    )
    op.create_table(
        "inbound_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "calendar",
                "words",
                "bounce",
                "automatic",
                name="inboundkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("handled_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_inbound_mail_body_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_inbound_mail_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbound_mail_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("digest", name=op.f("uq_inbound_mail_digest")),
    )
    op.create_index("ix_inbound_mail_handled_at", "inbound_mail", ["handled_at"])

    op.add_column("account", sa.Column("lost_at", sa.DateTime(), nullable=True))
    op.add_column("account", sa.Column("lost_reason", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("seen_at", sa.DateTime(), nullable=True))

    op.add_column("delivery", sa.Column("message_id", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("can_wait", sa.Boolean(), server_default=sa.text("false"), nullable=False))

    op.create_index(
        "ix_delivery_lost",
        "delivery",
        ["made_at", "body_id"],
        sqlite_where=sa.text("state IN ('failed', 'unreachable')"),
        postgresql_where=sa.text("state IN ('failed', 'unreachable')"),
    )

    op.add_column("meeting", sa.Column("calendar_sequence", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("meeting", sa.Column("calendar_digest", sa.Text(), nullable=True))
    op.add_column("meeting", sa.Column("call_text", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("body", sa.Column("standing_items", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))

    op.create_index(
        "ix_follow_up_due",
        "follow_up",
        ["due_on"],
        sqlite_where=sa.text("done_on IS NULL"),
        postgresql_where=sa.text("done_on IS NULL"),
    )
    op.create_index(
        "ix_meeting_open_call",
        "meeting",
        ["call_closes_on"],
        sqlite_where=sa.text("call_opened_at IS NOT NULL AND call_closed_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("call_opened_at IS NOT NULL AND call_closed_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_index("ix_term_from_on", "term", ["from_on"])
    op.create_index("ix_term_to_on", "term", ["to_on"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0005: restore the backup made before it")
