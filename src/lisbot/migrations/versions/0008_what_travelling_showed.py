"""What travelling showed

What cases that travel turned out to need: by which minutes an organisation is asked, when a sender was told that
nobody has answered, what a guest answered before, whether they were there and what they may read, and who else gets
what of a body. An index for who sits where on a day. When somebody came into the register. Change processes as data,
and the cases that go through them. What representatives ask their own colleagues.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
ADDS_ONLY = True  # a lisbot of the version before works with these tables


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:  # which makes a table anew, reads those it points at, and cannot tell this index
        op.execute("DROP INDEX uq_person_email")
    follow_ups()
    referrals()
    guests()
    consultations()
    distribution()
    if is_sqlite:
        op.execute("CREATE UNIQUE INDEX uq_person_email ON person (lower(email))")
    terms()
    answers()
    people()
    processes()
    local_inputs()


def follow_ups() -> None:
    """By which version of the minutes an organisation is asked."""
    with op.batch_alter_table("follow_up") as batch_op:
        batch_op.add_column(sa.Column("asked_in", sa.Integer(), nullable=True))


def referrals() -> None:
    """When whoever sent a case on was told that nobody has answered."""
    with op.batch_alter_table("referral") as batch_op:
        batch_op.add_column(sa.Column("silent_at", sa.DateTime(), nullable=True))


def guests() -> None:
    """What a guest answered for another day, whether they were there, and whether they read what is confidential."""
    with op.batch_alter_table("guest") as batch_op:
        batch_op.add_column(sa.Column("former_response", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("former_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("sees_confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("present", sa.Boolean(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_guest_former_response"), "former_response IN ('comes', 'digital', 'absent')"
        )
    # Who was invited to an item that is confidential was asked about then, or has seen it since.
    op.execute(
        "UPDATE guest SET sees_confidential = true WHERE invited_at IS NOT NULL"
        " AND item_id IN (SELECT id FROM agenda_item WHERE confidential)"
    )
    # Who was expected, and had not said that they would stay away, stands in the minutes that are approved by now.
    op.execute(
        "UPDATE guest SET present = true WHERE withdrawn_at IS NULL AND (response IS NULL OR response <> 'absent')"
        " AND meeting_id IN (SELECT id FROM meeting WHERE minutes_state = 'approved')"
    )


def terms() -> None:
    """Who sits where on a day, without reading who sat there before it."""
    op.create_index("ix_term_seat_id_last", "term", ["seat_id", sa.text("coalesce(to_on, '9999-12-31')")], unique=False)


def answers() -> None:
    """What an agenda item tells of is found by the item."""
    op.create_index("ix_referral_answer_home_item_id", "referral_answer", ["home_item_id"], unique=False)


def people() -> None:
    """Since when somebody has been known who never had a part in anything; of who is there already, since today."""
    op.add_column("person", sa.Column("recorded_at", sa.DateTime(), nullable=True))
    person = sa.table("person", sa.column("recorded_at", sa.DateTime()))
    op.execute(person.update().values(recorded_at=datetime.now(UTC).replace(tzinfo=None)))


def consultations() -> None:
    """What is asked of bodies, of each organisation in them, what these state, and what members say of the reply."""
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=True),
        sa.Column("questions", sa.JSON(none_as_null=True), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "asked",
                "drafted",
                "adopted",
                "sent",
                "withdrawn",
                name="consultationstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("ask_by", sa.Date(), nullable=False),
        sa.Column("statements_by", sa.Date(), nullable=False),
        sa.Column("draft_by", sa.Date(), nullable=False),
        sa.Column("comments_by", sa.Date(), nullable=False),
        sa.Column("adopt_by", sa.Date(), nullable=False),
        sa.Column("send_by", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(), nullable=True),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.Column("replied_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "ask_by <= statements_by AND statements_by <= draft_by AND draft_by <= comments_by"
            " AND comments_by <= adopt_by AND adopt_by <= send_by AND send_by <= answer_by",
            name=op.f("ck_consultation_days"),
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["organisation.id"], name=op.f("fk_consultation_applicant_id")),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_consultation_case_id")),
        sa.ForeignKeyConstraint(["party_id"], ["outside_party.id"], name=op.f("fk_consultation_party_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_consultation_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint(
            "secretariat_id", "year", "number", name=op.f("uq_consultation_secretariat_id_year_number")
        ),
    )
    op.create_index("ix_consultation_case_id", "consultation", ["case_id"], unique=False)
    op.create_index("ix_consultation_party_id", "consultation", ["party_id"], unique=False)
    op.create_index("ix_consultation_state", "consultation", ["state"], unique=False)
    op.create_table(
        "consultation_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(), nullable=True),
        sa.Column("adopted_by", sa.Text(), nullable=False),
        sa.Column(
            "adopted_way",
            sa.Enum(
                "between_meetings",
                "in_meeting",
                "by_vote",
                name="adoptionway",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("adopted_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_consultation_body_body_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_body_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_body")),
        sa.UniqueConstraint("consultation_id", "body_id", name=op.f("uq_consultation_body_consultation_id_body_id")),
    )
    op.create_index("ix_consultation_body_body_id", "consultation_body", ["body_id"], unique=False)
    op.create_table(
        "consultation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("is_recused", sa.Boolean(), nullable=False),
        sa.Column("stated_at", sa.DateTime(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_consultation_request_body_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_request_consultation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consultation_request_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_request")),
        sa.UniqueConstraint(
            "consultation_id",
            "body_id",
            "organisation_id",
            name=op.f("uq_consultation_request_consultation_id_body_id_organisation_id"),
        ),
    )
    op.create_index("ix_consultation_request_body_id", "consultation_request", ["body_id"], unique=False)
    op.create_table(
        "consultation_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("is_noted", sa.Boolean(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_consultation_statement_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["consultation_request.id"], name=op.f("fk_consultation_statement_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_statement")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_consultation_statement_request_id_number")),
    )
    op.create_index("ix_consultation_statement_by_id", "consultation_statement", ["by_id"], unique=False)
    op.create_table(
        "consultation_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_consultation_comment_by_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_consultation_comment_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_comment")),
    )
    op.create_index("ix_consultation_comment_by_id", "consultation_comment", ["by_id"], unique=False)
    op.create_index(
        "ix_consultation_comment_consultation_id", "consultation_comment", ["consultation_id"], unique=False
    )


def distribution() -> None:
    """What goes to a party outside, what is published, and when somebody was last told of what they were sent."""
    with op.batch_alter_table("distribution_line") as batch_op:
        batch_op.add_column(sa.Column("to_party_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("published_on", sa.String(length=20), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_distribution_line_to_party_id"), "outside_party", ["to_party_id"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("ck_distribution_line_one_receiver"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_distribution_line_one_receiver"),
            "CASE WHEN to_body_id IS NULL THEN 0 ELSE 1 END + CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN to_party_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN published_on IS NULL THEN 0 ELSE 1 END = 1",
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_distribution_line_publishedon"), "published_on IN ('intranet', 'web')"
        )
    op.add_column("dispatch", sa.Column("told_at", sa.DateTime(), nullable=True))


def processes() -> None:
    """Stages that a secretariat names, and where its cases are in them."""
    op.create_table(
        "process",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_process_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process")),
        sa.UniqueConstraint("secretariat_id", "name", name=op.f("uq_process_secretariat_id_name")),
    )
    op.create_table(
        "process_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"], name=op.f("fk_process_version_process_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_version")),
        sa.UniqueConstraint("process_id", "number", name=op.f("uq_process_version_process_id_number")),
    )
    op.create_table(
        "process_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "holder",
            sa.Enum(
                "case_body",
                "case_secretariat",
                "named",
                "chosen",
                name="stageholder",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("needs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("leads_to", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "(holder = 'named' AND (body_id IS NULL) <> (party_id IS NULL))"
            " OR (holder <> 'named' AND body_id IS NULL AND party_id IS NULL)",
            name=op.f("ck_process_stage_named"),
        ),
        sa.CheckConstraint("days IS NULL OR days > 0", name=op.f("ck_process_stage_days")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_process_stage_body_id")),
        sa.ForeignKeyConstraint(["party_id"], ["outside_party.id"], name=op.f("fk_process_stage_party_id")),
        sa.ForeignKeyConstraint(["version_id"], ["process_version.id"], name=op.f("fk_process_stage_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_stage")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_process_stage_version_id_number")),
    )
    op.create_table(
        "case_process",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_case_process_case_id")),
        sa.ForeignKeyConstraint(["version_id"], ["process_version.id"], name=op.f("fk_case_process_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_process")),
    )
    op.create_index("ix_case_process_case_id", "case_process", ["case_id"], unique=False)
    op.create_index("ix_case_process_version_id", "case_process", ["version_id"], unique=False)
    op.create_index(
        "uq_case_process_under_way",
        "case_process",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "stage_stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_process_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("secretariat_id", sa.Integer(), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("left_by", sa.Text(), nullable=False),
        sa.Column("left_reason", sa.Text(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(body_id IS NULL) <> (secretariat_id IS NULL)", name=op.f("ck_stage_stay_one_keeper")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_stage_stay_body_id")),
        sa.ForeignKeyConstraint(["case_process_id"], ["case_process.id"], name=op.f("fk_stage_stay_case_process_id")),
        sa.ForeignKeyConstraint(["party_id"], ["outside_party.id"], name=op.f("fk_stage_stay_party_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_stage_stay_secretariat_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["process_stage.id"], name=op.f("fk_stage_stay_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_stay")),
        sa.UniqueConstraint("case_process_id", "number", name=op.f("uq_stage_stay_case_process_id_number")),
    )
    op.create_index("ix_stage_stay_body_id", "stage_stay", ["body_id"], unique=False)
    op.create_index(
        "ix_stage_stay_now",
        "stage_stay",
        ["case_process_id"],
        unique=False,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index("ix_stage_stay_party_id", "stage_stay", ["party_id"], unique=False)
    op.create_index("ix_stage_stay_secretariat_id", "stage_stay", ["secretariat_id"], unique=False)
    op.create_table(
        "stage_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "outcome",
                "papers",
                "answer",
                "confirmation",
                name="stageneed",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stage_stay.id"], name=op.f("fk_stage_note_stay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_note")),
    )
    op.create_index("ix_stage_note_stay_id", "stage_note", ["stay_id"], unique=False)


def local_inputs() -> None:
    """Items that representatives share with their own colleagues, what comes in, and what organisations state."""
    op.create_table(
        "local_input",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("shared_at", sa.DateTime(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_local_input_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_local_input_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_local_input_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_local_input_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_input")),
    )
    op.create_index("ix_local_input_meeting_id", "local_input", ["meeting_id"], unique=False)
    op.create_index("ix_local_input_person_id_case_id", "local_input", ["person_id", "case_id"], unique=False)
    op.create_table(
        "local_input_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("local_input_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "supports",
                "opposes",
                "comments",
                name="inputstance",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["local_input_id"], ["local_input.id"], name=op.f("fk_local_input_answer_local_input_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_local_input_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_input_answer")),
    )
    op.create_index("ix_local_input_answer_local_input_id", "local_input_answer", ["local_input_id"], unique=False)
    op.create_index("ix_local_input_answer_person_id", "local_input_answer", ["person_id"], unique=False)
    op.create_table(
        "item_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_item_statement_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["council_case.id"], name=op.f("fk_item_statement_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_item_statement_meeting_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_item_statement_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_statement")),
        sa.UniqueConstraint(
            "meeting_id", "case_id", "seat_id", name=op.f("uq_item_statement_meeting_id_case_id_seat_id")
        ),
    )
    op.create_index("ix_item_statement_by_id", "item_statement", ["by_id"], unique=False)
    op.create_index("ix_item_statement_case_id", "item_statement", ["case_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0008: restore the backup made before it")
