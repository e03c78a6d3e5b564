"""Who is told of where a case is in its process."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Body, CaseProcess, Staff, StageStay
from lisbot.council.processes.holders import holder_now, secretariat_of
from lisbot.council.register.secretariats import staff_of


async def holders_of(act: Act, stay: StageStay) -> set[int]:
    """Returns the people who have a case at a stage: whoever reads the party's mail, or else the secretariat."""
    if stay.party is not None:
        return set() if stay.party.person_id is None else {stay.party.person_id}
    return await keepers_of(act, stay)


async def keepers_of(act: Act, stay: StageStay) -> set[int]:
    """Returns those at the secretariat whose task a case at a stage is now."""
    return await staff_of(act, secretariat_of(stay).id)


async def owners_of(act: Act, case_process: CaseProcess) -> set[int]:
    """Returns those at the secretariat of the council whose case it is."""
    query = (
        select(Staff.person_id)
        .join(Body, Body.secretariat_id == Staff.secretariat_id)
        .where(Body.id == case_process.case.body_id, in_force(Staff, act.today))
    )
    return set(await act.db.scalars(query))


async def tell(
    act: Act, case_process: CaseProcess, kind: str, people: Iterable[int], stay: StageStay | None = None, **facts: Any
) -> None:
    """Tell people of a case in a process, with what they may see of where it is."""
    if stay is not None:
        facts = {"stage": stay.stage.name, "holder": holder_now(stay, case_process.case).name} | facts
    await notify(
        act,
        kind,
        people=people,
        command="case_process.show",
        args={"case_process_id": case_process.id},
        body_id=case_process.case.body_id,
        process=case_process.version.process.name,
        number=case_process.case.label,
        title=case_process.case.title,
        **facts,
    )
