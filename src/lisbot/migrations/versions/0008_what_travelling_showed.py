"""What travelling showed

What cases that travel turned out to need: by which minutes an organisation is asked, when a sender was told that
nobody has answered, what a guest answered before, whether they were there and what they may read. And an index
for who sits where on a day.
"""

from collections.abc import Sequence

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
    if is_sqlite:
        op.execute("CREATE UNIQUE INDEX uq_person_email ON person (lower(email))")
    terms()


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


def terms() -> None:
    """Who sits where on a day, without reading who sat there before it."""
    op.create_index("ix_term_seat_id_last", "term", ["seat_id", sa.text("coalesce(to_on, '9999-12-31')")], unique=False)


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0008: restore the backup made before it")
