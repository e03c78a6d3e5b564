"""What is seen of lisbot while the story goes on, whatever platform it is seen on."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select

from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Room
from lisbot.db import Database


@dataclass
class Witness:
    """Notes how each message came, and looks up whether what is told by itself is committed."""

    database: Database
    breaches: list[str] = field(default_factory=list)
    committed: list[bool] = field(default_factory=list)  # whether its row was there, of each that came by itself
    came_as: dict[int, str] = field(default_factory=dict)  # what each message said when it came, by its identity

    async def see(self, conversation: str, message: Any, words: str, *, by_itself: bool) -> None:
        self.came_as[id(message)] = words
        if by_itself:
            self.committed.append(await self.is_committed(conversation))

    async def is_committed(self, conversation: str) -> bool:
        """Whether another connection to the database sees the row this is sent from, and it is claimed."""
        query = (
            select(func.count())
            .select_from(Delivery)
            .outerjoin(Account, Account.person_id == Delivery.person_id)
            .outerjoin(Room, Room.id == Delivery.room_id)
            .where(
                or_(Account.conversation_id == conversation, Room.conversation_id == conversation),
                Delivery.state == DeliveryState.WAITING,
                Delivery.lease_until.is_not(None),
            )
        )
        async with self.database.read() as db:
            return bool(await db.scalar(query))
