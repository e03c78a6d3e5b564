"""Telling a secretariat, and others, of what is due."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Body
from lisbot.council.register.secretariats import staff_of


async def tell_secretariat(
    act: Act,
    body: Body,
    kind: str,
    command: str,
    *,
    also: Collection[int] = (),
    before: datetime | None = None,
    **facts: Any,
) -> None:
    """Tell those who work at a body's secretariat, and others where they are named, with the card that a command
    shows. `args` of the command are among the facts; `before`: when it is of no use any more."""
    args = facts.pop("args")
    await notify(
        act,
        kind,
        people={*also} | await staff_of(act, body.secretariat_id),
        command=command,
        args=args,
        body_id=body.id,
        useful_until=before,
        body=body.name,
        **facts,
    )
