"""Who may do what. The whole of it.

Two questions, asked in this order: does a role the member holds grant the permission (require_permission),
and does it in one of the bodies this thing belongs to (gate, which every get_…_for asks; these are the only
way to a row). What a member may not know of is not found.

What of a thing somebody may read is also decided here (Sight), so that no view holds more than that.
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import TypeVar

from sqlalchemy import Select

from lisbot.council.core.context import NO_BODY, Act, Hold, Member, Permission, Role
from lisbot.council.core.errors import NotAllowed, NotFound

P = Permission
Row = TypeVar("Row")
_READER = {P.SELF, P.PERSONAL, P.READ_AGENDA, P.READ_ROSTER}
_VISITOR = _READER | {P.VISIT}
_OBSERVER = _READER | {P.VIEW, P.RESPOND}
_PARTICIPANT = _OBSERVER | {P.PROPOSE, P.COMMENT, P.ASK_COLLEAGUES, P.REPORT_CHANGE}
_REPRESENTATIVE = _PARTICIPANT | {P.VOTE}

GRANTS: dict[Role, set[Permission]] = {
    Role.READER: _READER,
    Role.VISITOR: _VISITOR,
    Role.TRUSTED_VISITOR: _VISITOR | {P.READ_CONFIDENTIAL},
    Role.OBSERVER: _OBSERVER,
    Role.PARTICIPANT: _PARTICIPANT,
    Role.DEPUTY: _OBSERVER | {P.COMMENT, P.ASK_COLLEAGUES, P.VOTE},
    Role.REPRESENTATIVE: _REPRESENTATIVE,
    Role.CHAIR: {P.CONDUCT_VOTES},
    Role.SECRETARY: _OBSERVER
    | {P.CONDUCT_VOTES, P.PLAN, P.CALL, P.TRIAGE, P.ARRANGE, P.RECORD, P.KEEP_REGISTER, P.REPORT_CHANGE}
    | {P.LINK_ROOM, P.OVERSEE, P.COMMENT, P.PROPOSE},
    Role.STAFF: {P.SELF, P.OVERSEE, P.KEEP_REGISTER},
    Role.ROOM: {P.VIEW, P.READ_AGENDA},
    Role.CLOCK: {P.CALL, P.CONDUCT_VOTES, P.LINK_ROOM, P.REMIND},
    Role.OPERATOR: {P.KEEP_REGISTER},
    Role.PUBLIC: {P.READ_ROSTER, P.GIVE_INPUT},
}


def may(member: Member, permission: Permission, body_id: int | None = None) -> bool:
    """Returns whether a role they hold, in this body or in any, grants the permission. What is personal, and
    what anybody may read, is every person's: somebody asked for consent need hold nothing."""
    if permission is P.PERSONAL or (permission is P.READ_ROSTER and member.id is not None):
        return member.id is not None
    return any(
        permission in GRANTS[hold.role] and (body_id is None or hold.body_id in (body_id, 0)) for hold in member.holds
    )


def bodies_where(member: Member, permission: Permission) -> set[int]:
    """Returns the ids of the bodies in which a role they hold grants the permission."""
    return {hold.body_id for hold in member.holds if permission in GRANTS[hold.role]} - {NO_BODY}


def secretariats_of(member: Member) -> set[int]:
    """Returns the ids of the secretariats where they work today."""
    return {hold.secretariat_id for hold in member.holds if hold.secretariat_id is not None}


def seats_of(member: Member, body_id: int, *roles: Role) -> list[Hold]:
    """Returns the seats they hold in a body today, in these roles."""
    return [h for h in member.holds if h.body_id == body_id and h.seat_id is not None and h.role in roles]


def has_role(member: Member, body_id: int, *roles: Role) -> bool:
    return any(hold.role in roles and hold.body_id == body_id for hold in member.holds)


def require_permission(member: Member, permission: Permission) -> None:
    """Raises NotAllowed unless a role they hold in any body grants the permission."""
    if not may(member, permission):
        raise NotAllowed


def gate(act: Act, *body_ids: int) -> None:
    """Let the act on to a thing that belongs to these bodies, if it may in any of them.

    Raises NotFound where the member has no part in any of them, NotAllowed where the part is too small.
    """
    own = [b for b in body_ids if any(hold.body_id in (b, 0) for hold in act.by.holds)]
    if not own:
        raise NotFound
    allowed = [b for b in own if may(act.by, act.needs, b)]
    if not allowed:
        raise NotAllowed
    act.trace.bodies.update(allowed)


def lock(act: Act, of: type) -> dict[str, object] | None:
    """Returns how a row is locked: the row itself and not what is joined to it, when the act changes something."""
    return {"of": of} if act.changes else None


def locked(act: Act, query: Select[Row], of: type) -> Select[Row]:
    """Returns the query, with the row itself locked when the act changes something."""
    return query.with_for_update(of=of) if act.changes else query


class Sight(Enum):
    """How much of a confidential or unpublished thing somebody sees.

    DRAFT    the secretariat: also what is not published yet
    MEMBER   those with a part in the body, and visitors who are trusted with it: what is published, confidential items
             too
    OUTSIDE  readers of the agenda, other visitors, and the body's channel, whose members the register does not know:
             of a confidential item only that it is there, and no background papers
    """

    DRAFT = auto()
    MEMBER = auto()
    OUTSIDE = auto()


def sight(member: Member, body_id: int) -> Sight:
    """Returns how much of a body's agenda, minutes and questions this member sees."""
    if may(member, P.ARRANGE, body_id):
        return Sight.DRAFT
    is_trusted = may(member, P.VIEW, body_id) or may(member, P.READ_CONFIDENTIAL, body_id)
    if member.is_room or not is_trusted:
        return Sight.OUTSIDE
    return Sight.MEMBER


def bodies_seen_whole(member: Member, bodies: Iterable[int]) -> set[int]:
    """Returns those of the bodies whose confidential items this member sees."""
    return {body_id for body_id in bodies if sight(member, body_id) is not Sight.OUTSIDE}
