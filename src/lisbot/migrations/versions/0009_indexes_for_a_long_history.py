"""Indexes for a long history

Which items a case is on, which proposals are about it, and which answer the call of a meeting: without these every
agenda, call and overview of a secretariat's read all there ever was.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
ADDS_ONLY = True  # a lisbot of the version before works with these tables


def upgrade() -> None:
    op.create_index("ix_agenda_item_case_id", "agenda_item", ["case_id"])
    op.create_index("ix_proposal_case_id", "proposal", ["case_id"])
    op.create_index("ix_proposal_sent_for_id", "proposal", ["sent_for_id"])


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0009: restore the backup made before it")
