"""How people are known on the platforms, and where they are reached there."""

from sqlalchemy import update

from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotAllowed
from lisbot.council.models import Account
from lisbot.council.register.views import AccountView

OWN_ADDRESSES = ("web", "cli", "outbox")  # these are no chat platform, and know no conversations


async def update_address(act: Act, *, service_url: str, conversation_id: str) -> AccountView:
    """Remember where the member is reached on the platform they write from, and which language it speaks:
    always the newest.

    Raises NotAllowed where the caller does not come from a chat platform, which alone knows its conversations.
    """
    if act.via in OWN_ADDRESSES:
        raise NotAllowed
    await act.db.execute(
        update(Account)
        .where(Account.person_id == act.by.id, Account.platform == act.via)
        .values(
            service_url=service_url,
            conversation_id=conversation_id,
            lang=None if act.by.has_chosen_lang else act.by.lang,
        )
    )
    return AccountView(act.via)
