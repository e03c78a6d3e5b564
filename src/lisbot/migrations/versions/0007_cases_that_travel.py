"""Cases that travel

Referrals and their answers, what each organisation did, consultations and statements, change processes, who may come
from outside and who gets what.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
ADDS_ONLY = True  # a lisbot of the version before works with these tables


def upgrade() -> None:
    referrals()
    follow_ups()
    consultations()
    processes()
    distribution()


def referrals() -> None:
    """Outside parties, who receives what, and cases sent on."""
    op.create_table(
        "outside_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "hospital",
                "rhf",
                "union",
                "directorate",
                "secretariat",
                "other",
                name="orgkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outside_party_person_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_outside_party_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_party")),
        sa.UniqueConstraint("secretariat_id", "name", name=op.f("uq_outside_party_secretariat_id_name")),
    )
    op.create_index("ix_outside_party_person_id", "outside_party", ["person_id"], unique=False)
    op.create_table(
        "referral_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "no_agreement",
                "bottleneck",
                "outside_mandate",
                "other",
                name="referralreason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("to_body_id", sa.Integer(), nullable=True),
        sa.Column("to_party_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(to_body_id IS NULL) <> (to_party_id IS NULL)", name=op.f("ck_referral_rule_one_receiver")),
        sa.CheckConstraint("rank > 0", name=op.f("ck_referral_rule_rank")),
        sa.CheckConstraint("to_body_id IS NULL OR to_body_id <> body_id", name=op.f("ck_referral_rule_not_itself")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_referral_rule_body_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_referral_rule_secretariat_id")),
        sa.ForeignKeyConstraint(["to_body_id"], ["body.id"], name=op.f("fk_referral_rule_to_body_id")),
        sa.ForeignKeyConstraint(["to_party_id"], ["outside_party.id"], name=op.f("fk_referral_rule_to_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_rule")),
    )
    op.create_index("ix_referral_rule_secretariat_id", "referral_rule", ["secretariat_id"], unique=False)
    op.create_table(
        "case_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "related",
                "split_from",
                "merged_into",
                name="caselinkkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_case_link_not_itself")),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_case_link_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["council_case.id"], name=op.f("fk_case_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint("case_id", "other_id", "kind", name=op.f("uq_case_link_case_id_other_id_kind")),
    )
    op.create_index("ix_case_link_other_id", "case_link", ["other_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("from_body_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "no_agreement",
                "bottleneck",
                "outside_mandate",
                "other",
                name="referralreason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("to_body_id", sa.Integer(), nullable=True),
        sa.Column("to_party_id", sa.Integer(), nullable=True),
        sa.Column("receiver_name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sent", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "received",
                "answered",
                "refused",
                "sent_on",
                "withdrawn",
                name="referralstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_by_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("to_case_id", sa.Integer(), nullable=True),
        sa.Column("to_item_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(to_body_id IS NULL) <> (to_party_id IS NULL)", name=op.f("ck_referral_one_receiver")),
        sa.CheckConstraint("to_body_id IS NULL OR to_body_id <> from_body_id", name=op.f("ck_referral_not_itself")),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_referral_case_id")),
        sa.ForeignKeyConstraint(["from_body_id"], ["body.id"], name=op.f("fk_referral_from_body_id")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("fk_referral_item_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["previous_id"], ["referral.id"], name=op.f("fk_referral_previous_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["person.id"], name=op.f("fk_referral_sent_by_id")),
        sa.ForeignKeyConstraint(["to_body_id"], ["body.id"], name=op.f("fk_referral_to_body_id")),
        sa.ForeignKeyConstraint(["to_case_id"], ["council_case.id"], name=op.f("fk_referral_to_case_id")),
        sa.ForeignKeyConstraint(
            ["to_item_id"], ["agenda_item.id"], name=op.f("fk_referral_to_item_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["to_party_id"], ["outside_party.id"], name=op.f("fk_referral_to_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_referral_previous_id")),
        sa.UniqueConstraint("to_case_id", name=op.f("uq_referral_to_case_id")),
    )
    op.create_index("ix_referral_case_id", "referral", ["case_id"], unique=False)
    op.create_index("ix_referral_from_body_id", "referral", ["from_body_id"], unique=False)
    op.create_index("ix_referral_state", "referral", ["state"], unique=False)
    op.create_index("ix_referral_to_body_id", "referral", ["to_body_id"], unique=False)
    op.create_index("ix_referral_to_party_id", "referral", ["to_party_id"], unique=False)
    op.create_table(
        "referral_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "answer",
                "refuse",
                "send_on",
                name="referralanswerkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_on_to", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("home_at", sa.DateTime(), nullable=True),
        sa.Column("home_item_id", sa.Integer(), nullable=True),
        sa.Column("has_own_item", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["home_item_id"], ["agenda_item.id"], name=op.f("fk_referral_answer_home_item_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_referral_answer_by_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_answer_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_answer")),
        sa.UniqueConstraint("referral_id", "number", name=op.f("uq_referral_answer_referral_id_number")),
    )
    away = sa.text("home_at IS NULL")
    op.create_index(
        "ix_referral_answer_away", "referral_answer", ["referral_id"], sqlite_where=away, postgresql_where=away
    )
    add_story()


def add_story() -> None:
    """SQLite makes the table anew, and with it go the triggers that read it."""
    bind, triggers = op.get_bind(), []
    if bind.dialect.name == "sqlite":
        asked = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%council_case%' ORDER BY rowid"
        )
        triggers = list(bind.exec_driver_sql(asked))
    for name, _ in triggers:
        op.execute(f"DROP TRIGGER {name}")
    with op.batch_alter_table("council_case") as batch_op:
        batch_op.add_column(sa.Column("story_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_council_case_story_id", ["story_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_council_case_story_id"), "council_case", ["story_id"], ["id"])
    for _, sql in triggers:
        bind.exec_driver_sql(sql)


def follow_ups() -> None:
    """What each organisation did with a case."""
    op.add_column("follow_up", sa.Column("asked_at", sa.DateTime(), nullable=True))
    # In SQLite a table that is made anew would lose its triggers.
    answers = "'open', 'raised', 'will_be', 'waits', 'introduced', 'not_relevant', 'done'"
    op.execute(
        "ALTER TABLE follow_up ADD COLUMN answer VARCHAR(20)"
        f" CONSTRAINT ck_follow_up_followupstate CHECK (answer IN ({answers}))"
    )
    op.add_column("follow_up", sa.Column("words", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("follow_up", sa.Column("answer_on", sa.Date(), nullable=True))
    op.add_column("follow_up", sa.Column("answered_at", sa.DateTime(), nullable=True))
    op.add_column("follow_up", sa.Column("answered_by", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("agenda_item", sa.Column("is_carried_through", sa.Boolean(), nullable=True))


def consultations() -> None:
    """What authorities and secretariats ask of bodies, and what these state."""


def processes() -> None:
    """Stages that a secretariat names, and where its cases are in them."""


def distribution() -> None:
    """Who gets what of a body, guests, and the right to meet."""
    op.create_table(
        "meeting_summary",
        sa.Column("meeting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("sent_text", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("sent_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_summary_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_summary")),
    )
    op.create_table(
        "distribution_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "notice",
                "agenda",
                "summary",
                "minutes",
                "outcome",
                "referral",
                name="distributed",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("to_body_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(to_body_id IS NOT NULL AND organisation_id IS NULL AND person_id IS NULL)"
            " OR (to_body_id IS NULL AND organisation_id IS NOT NULL AND person_id IS NULL)"
            " OR (to_body_id IS NULL AND organisation_id IS NULL AND person_id IS NOT NULL)",
            name=op.f("ck_distribution_line_one_receiver"),
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_distribution_line_order")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_distribution_line_body_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_distribution_line_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_distribution_line_person_id")),
        sa.ForeignKeyConstraint(["to_body_id"], ["body.id"], name=op.f("fk_distribution_line_to_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution_line")),
    )
    op.create_index("ix_distribution_line_body_id", "distribution_line", ["body_id"], unique=False)
    op.create_index("ix_distribution_line_person_id", "distribution_line", ["person_id"], unique=False)
    op.create_table(
        "dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "notice",
                "agenda",
                "summary",
                "minutes",
                "outcome",
                "referral",
                name="distributed",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_dispatch_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dispatch_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("meeting_id", "what", "person_id", name=op.f("uq_dispatch_meeting_id_what_person_id")),
    )
    op.create_index("ix_dispatch_person_id", "dispatch", ["person_id"], unique=False)
    op.create_table(
        "meeting_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("of_body_id", sa.Integer(), nullable=False),
        sa.Column("sees_confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("body_id <> of_body_id", name=op.f("ck_meeting_right_not_itself")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_meeting_right_order")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_meeting_right_body_id")),
        sa.ForeignKeyConstraint(["of_body_id"], ["body.id"], name=op.f("fk_meeting_right_of_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_right")),
    )
    op.create_index("ix_meeting_right_body_id", "meeting_right", ["body_id"], unique=False)
    op.create_index("ix_meeting_right_of_body_id", "meeting_right", ["of_body_id"], unique=False)
    with op.batch_alter_table("guest") as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("right_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("invited_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("response", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("responded_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("calendar_sequence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("calendar_digest", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("calendar_organizer", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("calendar_uid", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("calendar_cancelled_at", sa.DateTime(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_guest_response"), "response IN ('comes', 'digital', 'absent')")
        batch_op.create_foreign_key(batch_op.f("fk_guest_person_id"), "person", ["person_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_guest_right_of_id"), "body", ["right_of_id"], ["id"])
    op.create_index("ix_guest_person_id", "guest", ["person_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0007: restore the backup made before it")
