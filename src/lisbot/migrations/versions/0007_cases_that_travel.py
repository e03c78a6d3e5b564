"""Cases that travel

Referrals and their answers, what each organisation did, consultations and statements, change processes, who may come
from outside and who gets what.
"""

from collections.abc import Sequence

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


def follow_ups() -> None:
    """What each organisation did with a case."""


def consultations() -> None:
    """What authorities and secretariats ask of bodies, and what these state."""


def processes() -> None:
    """Stages that a secretariat names, and where its cases are in them."""


def distribution() -> None:
    """Who gets what of a body, guests, and the right to meet."""


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0007: restore the backup made before it")
