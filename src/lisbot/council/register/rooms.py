"""The channels and group chats where a body is told things together."""

import difflib
from dataclasses import replace

from sqlalchemy import delete, select

from lisbot.council.addresses import fold_key
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Line, Prefill
from lisbot.council.models import Body, Delivery, Posting, Room
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.views import RoomView
from lisbot.texts import format_list, sort_key

MAX_NAMED = 8  # councils named to whoever typed a name that is none


async def link(act: Act, *, body: Line) -> RoomView:
    """From now on tell this council things in the channel or group chat where this was said.

    Returns RoomView. Raises Invalid outside a channel or for a council that is not the member's to link,
    Conflict where the channel belongs to another secretariat's council.
    """
    if act.room is None:
        raise Invalid("no_room")
    found = await find_body_to_link(act, body)
    await get_body_for(act, found.id)
    taken = await act.db.scalar(
        select(Room.body_id).where(Room.platform == act.room.platform, Room.conversation_id == act.room.conversation_id)
    )
    if taken is not None and taken not in bodies_where(act.by, P.LINK_ROOM):
        raise Conflict("room_taken")
    await remove(act, act.room.platform, act.room.conversation_id)
    act.db.add(
        Room(
            body_id=found.id,
            platform=act.room.platform,
            tenant=act.room.tenant,
            conversation_id=act.room.conversation_id,
            service_url=act.room.service_url,
            linked_by_id=act.by_id,
            linked_at=act.at,
        )
    )
    act.concerns(f"body:{found.id}")
    speak_to_the_room(act, found)
    return RoomView(body_ref(act, found), True)


async def link_prefill(act: Act) -> Prefill:
    collate = sort_key(act.by.lang)
    bodies = sorted(await bodies_to_link(act), key=lambda body: collate(body.name))
    return Prefill(choices={"body": [(body.key, body.name) for body in bodies]})


async def bodies_to_link(act: Act) -> list[Body]:
    return list(await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.LINK_ROOM)))))


async def find_body_to_link(act: Act, typed: str) -> Body:
    """Returns the body that is meant by a name or a key. Raises Invalid, with those that may be meant, for none that is
    the member's to link, and for several."""
    bodies, wanted = await bodies_to_link(act), fold_key(typed)
    for named in ([b for b in bodies if fold_key(b.key) == wanted], [b for b in bodies if fold_key(b.name) == wanted]):
        if len(named) == 1:
            return named[0]
        if named:
            said = format_list(act.by.lang, [f"«{body.name}» ({body.key})" for body in named[:MAX_NAMED]])
            detail = ("bodies_like_it", {"names": said})
            raise Invalid("several_bodies", field="body", details=[detail], key=typed)
    names = {fold_key(word): body for body in bodies for word in (body.key, body.name)}
    near = [names[word] for word in names if wanted and wanted in word]
    near += [names[word] for word in difflib.get_close_matches(wanted, names, n=MAX_NAMED, cutoff=0.6)]
    meant = list(dict.fromkeys(near)) or sorted(bodies, key=lambda body: body.id)
    said = format_list(act.by.lang, [f"«{body.name}»" for body in meant[:MAX_NAMED]])
    key = "bodies_like_it" if near else "bodies_to_link"
    raise Invalid("no_such_body", field="body", details=[(key, {"names": said})], key=typed)


async def unlink(act: Act) -> RoomView:
    """Stop telling the council things in this channel or group chat. Returns RoomView."""
    if act.room is None:
        raise Invalid("no_room")
    room = await act.db.scalar(
        select(Room).where(Room.platform == act.room.platform, Room.conversation_id == act.room.conversation_id)
    )
    if room is None:
        raise NotFound
    body = await get_body_for(act, room.body_id)
    await remove(act, room.platform, room.conversation_id)
    act.concerns(f"body:{body.id}")
    speak_to_the_room(act, body)
    return RoomView(body_ref(act, body), False)


def speak_to_the_room(act: Act, body: Body) -> None:
    """Have the reply worded in the council's language: all in the channel read it, not only whoever asked."""
    act.by = replace(act.by, lang=body.lang)


async def remove(act: Act, platform: str, conversation_id: str) -> None:
    """Remove a room, what waits to be told there, and the cards posted there."""
    rooms = select(Room.id).where(Room.platform == platform, Room.conversation_id == conversation_id)
    for model in (Posting, Delivery):
        await act.db.execute(delete(model).where(model.room_id.in_(rooms.scalar_subquery())))
    await act.db.execute(delete(Room).where(Room.platform == platform, Room.conversation_id == conversation_id))
