"""A chat platform as the outbox sees it."""

from collections import deque
from dataclasses import dataclass, field

from lisbot.messaging import Address, GoneError, Message, TransientError


@dataclass
class Chat:
    """A platform that remembers what was posted where, and refuses as it is told to."""

    platform: str = "teams"
    sent: list = field(default_factory=list)
    edited: list = field(default_factory=list)
    refusals: deque = field(default_factory=deque)
    refused: dict = field(default_factory=dict)

    async def send(self, to: Address, message: Message) -> str:
        self.refuse(to)
        self.sent.append((to.conversation_id, message))
        return f"m{len(self.sent)}"

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        self.refuse(to)
        self.edited.append((message_id, message))

    def refuse(self, to: Address) -> None:
        if to.conversation_id in self.refused:
            raise self.refused[to.conversation_id]
        if self.refusals:
            raise self.refusals.popleft()

    def signs(self, conversation: str | None = None) -> list[str]:
        return [m.words.split(" ")[0] for to, m in self.sent if conversation in (None, to)]


def throttled(seconds: float) -> TransientError:
    return TransientError("Throttled", retry_after=seconds)


def blocked() -> GoneError:
    return GoneError("ConversationBlockedByUser")
