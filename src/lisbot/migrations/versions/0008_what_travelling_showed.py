"""What travelling showed

What cases that travel turned out to need: by which minutes an organisation is asked, and when a sender was told that
nobody has answered.
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
    follow_ups()
    referrals()


def follow_ups() -> None:
    """By which version of the minutes an organisation is asked."""
    with op.batch_alter_table("follow_up") as batch_op:
        batch_op.add_column(sa.Column("asked_in", sa.Integer(), nullable=True))


def referrals() -> None:
    """When whoever sent a case on was told that nobody has answered."""
    with op.batch_alter_table("referral") as batch_op:
        batch_op.add_column(sa.Column("silent_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0008: restore the backup made before it")
