"""The register in two times

What was known of terms and when, consent and its texts, composition rules, who runs a body from when, templates,
several addresses of a person, people who turned out to be one, what a spreadsheet brought in.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
ADDS_ONLY = True  # a lisbot of the version before works with these tables

WATCHED = "seat_id, person_id, rank, from_on, to_on, changed_at"
SQLITE_KEEP = """
CREATE TRIGGER term_keep_former AFTER UPDATE OF seat_id, person_id, rank, from_on, to_on, changed_at ON term
WHEN (old.seat_id, old.person_id, old.rank, old.from_on) IS NOT (new.seat_id, new.person_id, new.rank, new.from_on)
  OR old.to_on IS NOT new.to_on OR old.changed_at IS NOT new.changed_at
BEGIN
INSERT INTO former_term (term_id, seat_id, person_id, rank, from_on, to_on, known_from, known_to)
VALUES (
  old.id, old.seat_id, old.person_id, old.rank, old.from_on, old.to_on, coalesce(old.changed_at, old.recorded_at),
  CASE WHEN new.changed_at IS NOT old.changed_at THEN new.changed_at ELSE strftime('%Y-%m-%d %H:%M:%f000', 'now') END
); END
"""
SQLITE_OVERLAP = """
CREATE TRIGGER term_{of}_overlap BEFORE {event} ON term
WHEN EXISTS (
  SELECT 1 FROM term t WHERE t.seat_id = new.seat_id AND t.rank = new.rank AND t.id IS NOT new.id
  AND (t.to_on IS NULL OR t.to_on >= new.from_on) AND (new.to_on IS NULL OR new.to_on >= t.from_on)
)
BEGIN SELECT RAISE(ABORT, 'ex_term_overlap'); END
"""
SQLITE = (
    SQLITE_KEEP,
    SQLITE_OVERLAP.format(of="insert", event="INSERT"),
    SQLITE_OVERLAP.format(of="update", event="UPDATE OF seat_id, rank, from_on, to_on"),
)
POSTGRES = (
    """
ALTER TABLE term ADD CONSTRAINT ex_term_overlap EXCLUDE USING gist (
  int4range(seat_id, seat_id, '[]') WITH =, int4range(rank, rank, '[]') WITH =, daterange(from_on, to_on, '[]') WITH &&
)
""",
    """
CREATE FUNCTION keep_former_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.seat_id, OLD.person_id, OLD.rank, OLD.from_on, OLD.to_on, OLD.changed_at)
    IS DISTINCT FROM (NEW.seat_id, NEW.person_id, NEW.rank, NEW.from_on, NEW.to_on, NEW.changed_at) THEN
    INSERT INTO former_term (term_id, seat_id, person_id, rank, from_on, to_on, known_from, known_to)
    VALUES (
      OLD.id, OLD.seat_id, OLD.person_id, OLD.rank, OLD.from_on, OLD.to_on, coalesce(OLD.changed_at, OLD.recorded_at),
      CASE WHEN NEW.changed_at IS DISTINCT FROM OLD.changed_at THEN NEW.changed_at
        ELSE clock_timestamp() AT TIME ZONE 'UTC' END
    );
  END IF;
  RETURN NULL;
END $$
""",
    f"CREATE TRIGGER term_keep_former AFTER UPDATE OF {WATCHED} ON term"
    " FOR EACH ROW EXECUTE FUNCTION keep_former_term()",
)


SQLITE_WRITE = """
INSERT INTO item_text (item_id, words)
SELECT i.id, coalesce(c.number || printf('/%02d', c.year % 100) || char(10), '')
    || i.title || char(10) || i.outcome_text || char(10) || i.sides || char(10) || i.discussed
    || coalesce((SELECT char(10) || group_concat(f.what, char(10)) FROM follow_up f WHERE f.item_id = i.id), '')
FROM agenda_item i LEFT JOIN council_case c ON c.id = i.case_id
WHERE {where}
ON CONFLICT (item_id) DO UPDATE SET words = excluded.words
"""
TEXT_TRIGGERS = (
    ("agenda_item_insert_text", "INSERT ON agenda_item", "i.id = new.id"),
    (
        "agenda_item_update_text",
        "UPDATE OF case_id, title, outcome_text, sides, discussed ON agenda_item",
        "i.id = new.id",
    ),
    ("council_case_update_text", "UPDATE OF year, number ON council_case", "i.case_id = new.id"),
    ("follow_up_insert_text", "INSERT ON follow_up", "i.id = new.item_id"),
    ("follow_up_update_text", "UPDATE OF item_id, what ON follow_up", "i.id IN (old.item_id, new.item_id)"),
    ("follow_up_delete_text", "DELETE ON follow_up", "i.id = old.item_id"),
)


def upgrade() -> None:
    op.create_table(
        "body_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_body_template_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_template")),
        sa.UniqueConstraint("secretariat_id", "name", name=op.f("uq_body_template_secretariat_id_name")),
    )
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("months > 0", name=op.f("ck_retention_rule_months")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_retention_rule_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("secretariat_id", "what", name=op.f("uq_retention_rule_secretariat_id_what")),
    )
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("roster", name="consentpurpose", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("nb", sa.Text(), nullable=False),
        sa.Column("nn", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("former_until", sa.Date(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_consent_text_made_by_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_consent_text_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "secretariat_id", "purpose", "version", name=op.f("uq_consent_text_secretariat_id_purpose_version")
        ),
    )
    op.create_table(
        "former_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_name_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index("ix_former_name_person_id", "former_name", ["person_id"], unique=False)
    op.create_table(
        "person_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_address")),
    )
    op.create_index("ix_person_address_person_id", "person_address", ["person_id"], unique=False)
    op.create_index(
        "uq_person_address_email",
        "person_address",
        ["email"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_person_merge_by_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["person.id"], name=op.f("fk_person_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    op.create_index("ix_person_merge_kept_id", "person_merge", ["kept_id"], unique=False)
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("read", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("carried_out_at", sa.DateTime(), nullable=True),
        sa.Column("made", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_register_import_by_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_register_import_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )
    op.create_index("ix_register_import_secretariat_id", "register_import", ["secretariat_id"], unique=False)
    op.create_index("ix_delivery_made_at", "delivery", ["made_at"], unique=False)
    op.create_table(
        "composition_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "seats_of",
                "preferred_from",
                "credential",
                "union_per_specialty",
                "union_across",
                "most_seats",
                name="compositionkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_enforced", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_composition_rule_body_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_composition_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composition_rule")),
    )
    op.create_index("ix_composition_rule_body_id", "composition_rule", ["body_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("roster", name="consentpurpose", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "consent",
                "contract",
                "legal_obligation",
                "public_task",
                name="legalbasis",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_via", sa.String(length=20), nullable=False),
        sa.Column("given_ref", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_via", sa.String(length=20), nullable=False),
        sa.Column("withdrawn_ref", sa.Text(), nullable=False),
        sa.Column("end_told_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("basis <> 'consent' OR text_id IS NOT NULL", name=op.f("ck_consent_text")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_consent_recorded_by_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_consent_secretariat_id")),
        sa.ForeignKeyConstraint(["text_id"], ["consent_text.id"], name=op.f("fk_consent_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        "ix_consent_expires_on",
        "consent",
        ["expires_on"],
        unique=False,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"], unique=False)
    op.create_table(
        "coordination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("secretariat_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("in_effect_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_coordination_order")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_coordination_body_id")),
        sa.ForeignKeyConstraint(["secretariat_id"], ["secretariat.id"], name=op.f("fk_coordination_secretariat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordination")),
        sa.UniqueConstraint("body_id", "from_on", name=op.f("uq_coordination_body_id_from_on")),
    )
    op.create_table(
        "consent_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_request_consent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_request_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_consent_request_seat_id")),
        sa.ForeignKeyConstraint(["text_id"], ["consent_text.id"], name=op.f("fk_consent_request_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_request")),
        sa.UniqueConstraint("person_id", "text_id", name=op.f("uq_consent_request_person_id_text_id")),
    )
    op.create_index(
        "ix_consent_request_open",
        "consent_request",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "former_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("known_from", sa.DateTime(), nullable=False),
        sa.Column("known_to", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_term_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_former_term_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_term")),
    )
    op.create_index("ix_former_term_person_id", "former_term", ["person_id"], unique=False)
    op.create_index("ix_former_term_seat_id", "former_term", ["seat_id"], unique=False)
    op.create_table(
        "line_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_change_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_line_confirmation_person_id")),
        sa.ForeignKeyConstraint(
            ["seat_change_id"], ["seat_change.id"], name=op.f("fk_line_confirmation_seat_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_confirmation")),
    )
    op.create_index("ix_line_confirmation_person_id", "line_confirmation", ["person_id"], unique=False)
    op.create_index("ix_line_confirmation_seat_change_id", "line_confirmation", ["seat_change_id"], unique=False)
    with op.batch_alter_table("body") as batch_op:
        batch_op.add_column(sa.Column("mandate_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("legal_basis", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("link", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("hour_from", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("hour_to", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("is_published", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("is_indexable", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("template_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("template_version", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_body_template_id"), "body_template", ["template_id"], ["id"])

    op.add_column("calendar_entry", sa.Column("uid", sa.Text(), nullable=True))

    op.add_column("delivery", sa.Column("request_id", sa.String(length=40), nullable=True))
    op.add_column("delivery", sa.Column("useful_until", sa.DateTime(), nullable=True))

    op.add_column("guest", sa.Column("email", sa.Text(), nullable=True))

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:  # which makes the table anew, and cannot tell this index
        op.execute("DROP INDEX uq_person_email")
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("left_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_person_merged_into_id"), "person", ["merged_into_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_person_organisation_id"), "organisation", ["organisation_id"], ["id"]
        )

    with op.batch_alter_table("quiet_time") as batch_op:
        batch_op.add_column(sa.Column("copies", sa.String(20), server_default="none", nullable=False))
        batch_op.create_check_constraint(
            batch_op.f("ck_quiet_time_mailcopies"), "copies IN ('none', 'calendar', 'all')"
        )

    with op.batch_alter_table("seat") as batch_op:
        batch_op.add_column(sa.Column("specialty", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("credentials", sa.JSON(none_as_null=True), server_default=sa.text("'[]'"), nullable=False)
        )
        batch_op.add_column(sa.Column("abolished_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("vacancy_reminded_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "derived_from",
                sa.String(20),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("derived_seat_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("derived_post", sa.String(length=20), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_seat_derivedfrom"), "derived_from IN ('seat', 'coordinating_seat', 'post')"
        )
        batch_op.create_foreign_key(batch_op.f("fk_seat_derived_seat_id"), "seat", ["derived_seat_id"], ["id"])

    with op.batch_alter_table("seat_change") as batch_op:
        batch_op.add_column(sa.Column("part_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("on_behalf_of", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("credentials", sa.JSON(none_as_null=True), server_default=sa.text("'[]'"), nullable=False)
        )
        batch_op.add_column(sa.Column("in_effect_at", sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_seat_change_part_of_id"), "seat_change", ["part_of_id"], ["id"])

    op.add_column("term", sa.Column("changed_at", sa.DateTime(), nullable=True))
    if is_sqlite:
        op.execute("CREATE UNIQUE INDEX uq_person_email ON person (lower(email))")
    # A term that was ended after it was recorded was known without an end until then.
    op.execute(
        "INSERT INTO former_term (term_id, seat_id, person_id, rank, from_on, to_on, known_from, known_to)"
        " SELECT id, seat_id, person_id, rank, from_on, NULL, recorded_at, ended_at FROM term"
        " WHERE ended_at > recorded_at"
    )
    op.execute("UPDATE term SET changed_at = ended_at WHERE ended_at > recorded_at")
    for statement in SQLITE if is_sqlite else POSTGRES:
        op.execute(statement)
    if is_sqlite:  # where what has no case was found by "0/00"
        for name, of, where in TEXT_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
            write = SQLITE_WRITE.format(where=where).strip()
            op.get_bind().exec_driver_sql(f"CREATE TRIGGER {name} AFTER {of} BEGIN {write}; END")
        op.execute("UPDATE agenda_item SET title = title WHERE case_id IS NULL")


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0006: restore the backup made before it")
