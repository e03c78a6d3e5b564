"""The channels and group chats where a body is told things together."""

import difflib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, delete, or_, select, update

from lisbot.council.addresses import fold_key
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act, RoomRef
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Line, Prefill, RoomId
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Body, Delivery, Posting, Room
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.views.bodies import GoneRoom, RoomView
from lisbot.texts import format_list, sort_key, text

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
    room = await find_room(act, act.room)
    if room is not None and room.body_id not in bodies_where(act.by, P.LINK_ROOM):
        raise Conflict("room_taken")
    if room is not None and room.body_id == found.id:
        # What waits to be told there, and what was told, stays.
        room.tenant, room.team, room.service_url = act.room.tenant, act.room.team, act.room.service_url
        room.gone_at, room.gone_reason = None, ""
    else:
        await remove(act, act.room.platform, act.room.conversation_id)
        act.db.add(
            Room(
                body_id=found.id,
                platform=act.room.platform,
                tenant=act.room.tenant,
                team=act.room.team,
                conversation_id=act.room.conversation_id,
                service_url=act.room.service_url,
                linked_by_id=act.by_id,
                linked_at=act.at,
            )
        )
    act.concerns(f"body:{found.id}")
    speak_to_the_room(act, found)
    act.did(body=found.name)
    return RoomView(body_ref(act, found), True)


async def find_room(act: Act, conversation: RoomRef) -> Room | None:
    """Returns the room that a conversation is for some council; None where it is linked to none."""
    found = select(Room).where(
        Room.platform == conversation.platform, Room.conversation_id == conversation.conversation_id
    )
    room: Room | None = await act.db.scalar(found)
    return room


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
    room = await find_room(act, act.room)
    if room is None:
        raise NotFound
    body = await get_body_for(act, room.body_id)
    await remove(act, room.platform, room.conversation_id)
    act.concerns(f"body:{body.id}")
    speak_to_the_room(act, body)
    act.did(body=body.name)
    return RoomView(body_ref(act, body), False)


async def remove_room(act: Act, *, room_id: RoomId) -> RoomView:
    """Link a channel to its council no longer: in one that is gone, nobody can say so. Returns RoomView."""
    room = await act.db.get(Room, room_id)
    if room is None:
        raise NotFound
    body = await get_body_for(act, room.body_id)
    await remove(act, room.platform, room.conversation_id)
    act.concerns(f"body:{body.id}")
    return RoomView(body_ref(act, body), False)


async def gone_rooms(act: Act, body_id: int) -> tuple[GoneRoom, ...]:
    """Returns a body's channels where nothing can be posted any more."""
    rows = await act.db.scalars(
        select(Room).where(Room.body_id == body_id, Room.gone_at.is_not(None)).order_by(Room.id)
    )
    return tuple(
        GoneRoom(room.id, room.platform, room.gone_at.astimezone(act.tz).date(), (remove_action(room),))
        for room in rows
        if room.gone_at is not None
    )


def remove_action(room: Room) -> AllowedAction:
    return AllowedAction("room.remove", {"room_id": room.id})


async def mark_gone(
    act: Act, *, platform: Line, reason: Line, conversation_id: Line = "", team: Line = "", tenant: Line = ""
) -> None:
    """Note that a channel, all of a team's, or all of a workspace's can be told nothing more, and tell the
    secretariat once."""
    rooms = list(await act.db.scalars(select(Room).where(*told_by(platform, conversation_id, team, tenant))))
    await note_gone(act, [room for room in rooms if room.gone_at is None], reason)


async def revive(act: Act, *, platform: Line, conversation_id: Line = "", team: Line = "", tenant: Line = "") -> None:
    """Note that a channel that was gone, or all of a team's, can be told things again."""
    where = told_by(platform, conversation_id, team, tenant)
    await act.db.execute(update(Room).where(*where).values(gone_at=None, gone_reason=""))


def told_by(platform: str, conversation_id: str, team: str, tenant: str) -> list[ColumnElement[bool]]:
    """Returns the conditions for the rooms that a platform tells of: one by its conversation, or all of a team or a
    workspace."""
    conditions = [Room.platform == platform]
    if tenant:
        conditions.append(Room.tenant == tenant)
    if conversation_id or team:
        # Where a team began is its first channel, which has the team's own id.
        of_team = or_(Room.team == team, Room.conversation_id == team) if team else Room.conversation_id == ""
        conditions.append(or_(Room.conversation_id == conversation_id, of_team) if conversation_id else of_team)
    elif not tenant:
        conditions.append(Room.id.is_(None))  # of nothing in particular
    return conditions


async def note_gone(act: Act, rooms: Sequence[Room], reason: str) -> None:
    """Mark rooms as gone and tell their secretariats. What waits for them is not attempted; their cards are edited no
    more."""
    for room in rooms:
        room.gone_at, room.gone_reason = act.at, reason
        await act.db.execute(delete(Posting).where(Posting.room_id == room.id))
        body = await act.db.get_one(Body, room.body_id)
        await notify(
            act,
            "room_gone",
            people=await staff_of(act, body.secretariat_id),
            command="body.show",
            args={"body_id": body.id},
            body_id=body.id,
            body=body.name,
            platform=text(body.lang, f"platform.{room.platform}"),
        )
    await act.db.flush()


def speak_to_the_room(act: Act, body: Body) -> None:
    """Have the reply worded in the council's language: all in the channel read it, not only whoever asked."""
    act.by = replace(act.by, lang=body.lang)


async def remove(act: Act, platform: str, conversation_id: str) -> None:
    """Remove a room, what waits to be told there, and the cards posted there."""
    rooms = select(Room.id).where(Room.platform == platform, Room.conversation_id == conversation_id)
    for model in (Posting, Delivery):
        await act.db.execute(delete(model).where(model.room_id.in_(rooms.scalar_subquery())))
    await act.db.execute(delete(Room).where(Room.platform == platform, Room.conversation_id == conversation_id))
