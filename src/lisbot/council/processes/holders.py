"""Who holds a case at a stage, and whose task it is then: a body's, whichever secretariat runs it, or a secretariat's
own. What is outside lisbot is the task of whoever had the case before."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.periods import is_closed
from lisbot.council.enums import StageHolder
from lisbot.council.models import Body, Case, OutsideParty, ProcessStage, Secretariat, StageStay
from lisbot.texts import sort_key

FIELD = "receiver"


@dataclass(frozen=True, slots=True)
class Holder:
    """A body, a secretariat, or a party outside lisbot. `is_secretariat`: it is the secretariat of that body."""

    of: Body | Secretariat | OutsideParty
    is_secretariat: bool = False

    @property
    def key(self) -> str:
        """What it is called in a form: "body-3", "party-7", "secretariat-2"."""
        kinds = {Body: "body", Secretariat: "secretariat", OutsideParty: "party"}
        return f"{kinds[type(self.of)]}-{self.of.id}"

    @property
    def name(self) -> str:
        if self.is_secretariat and isinstance(self.of, Body):
            return self.of.secretariat.name
        return self.of.name

    def is_same(self, other: "Holder") -> bool:
        """Returns whether both are one, a body being one with the secretariat that runs it where that has its cases."""
        if self.is_secretariat and isinstance(self.of, Body) and isinstance(other.of, Secretariat):
            return self.of.secretariat_id == other.of.id
        return self.key == other.key

    @property
    def party(self) -> OutsideParty | None:
        return self.of if isinstance(self.of, OutsideParty) else None

    def is_closed(self, act: Act) -> bool:
        return not isinstance(self.of, Secretariat) and is_closed(self.of, act.today)


def holder_of(stage: ProcessStage, body: Body) -> Holder | None:
    """Returns who holds a case of a body's at a stage; None where that is chosen when it comes there."""
    match stage.holder:
        case StageHolder.CASE_BODY:
            return Holder(body)
        case StageHolder.CASE_SECRETARIAT:
            return Holder(body, is_secretariat=True)
        case StageHolder.NAMED:
            named = stage.body or stage.party
            assert named is not None
            return Holder(named)
        case _:
            return None


def holder_now(stay: StageStay, case: Case) -> Holder:
    """Returns who has a case at a stage, as they are called now: of the stage that the secretariat of the case's own
    body usually has, that secretariat, and of no other body."""
    of = stay.party or stay.body or stay.secretariat
    assert of is not None
    is_own = stay.body_id == case.body_id and stay.party is None
    return Holder(of, is_secretariat=is_own and stay.stage.holder is StageHolder.CASE_SECRETARIAT)


def secretariat_of(stay: StageStay) -> Secretariat:
    """Returns whose task a case at a stage is now: where coordination has moved, that of whoever runs the body now."""
    found = stay.body.secretariat if stay.body is not None else stay.secretariat
    assert found is not None
    return found


def put_with(stay: StageStay, holder: Holder, case: Case, before: StageStay | None) -> None:
    """Let a case be held: what is outside lisbot stays the task of whoever had it before."""
    of = holder.of
    if isinstance(of, OutsideParty):
        stay.party_id = of.id
        stay.body_id = before.body_id if before else case.body_id
        stay.secretariat_id = before.secretariat_id if before else None
    elif isinstance(of, Secretariat):
        stay.secretariat_id = of.id
    else:
        stay.body_id = of.id
    stay.holder_name = holder.name


async def read_possible(act: Act, secretariats: Iterable[int], *, with_secretariats: bool) -> list[Holder]:
    """Returns whom a case may be put with: whom the secretariats write to, every council that is open, and every
    secretariat. At most three statements."""
    collate = sort_key(act.by.lang)
    parties = await act.db.scalars(select(OutsideParty).where(OutsideParty.secretariat_id.in_(secretariats)))
    bodies = await act.db.scalars(select(Body).options(joinedload(Body.secretariat)))
    found = [Holder(each) for each in sorted(parties, key=lambda each: collate(each.name))]
    found += [Holder(each) for each in sorted(bodies, key=lambda each: collate(each.name))]
    if with_secretariats:
        others = await act.db.scalars(select(Secretariat))
        found += [Holder(each) for each in sorted(others, key=lambda each: collate(each.name))]
    return [each for each in found if not each.is_closed(act)]


def find(possible: Iterable[Holder], given: str, field: str = FIELD) -> Holder:
    """Returns who is meant, by key or by name. Raises Invalid for nobody."""
    known = list(possible)
    found = next((each for each in known if given == each.key), None)
    found = found or next((each for each in known if given.casefold() == each.name.casefold()), None)
    if found is None:
        raise Invalid("no_such_receiver", field=field)
    return found


def is_own(act: Act, stay: StageStay) -> bool:
    """Returns whether a case at a stage is the task of a secretariat where the member works."""
    return secretariat_of(stay).id in secretariats_of(act.by)
