"""The processes that come with lisbot, as data: shipped.toml."""

import tomllib
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.periods import not_closed
from lisbot.council.enums import OrgKind, StageHolder
from lisbot.council.models import Body, OutsideParty, ProcessStage, ProcessVersion, Secretariat
from lisbot.council.processes.holders import Holder
from lisbot.texts import text

SHIPPED: dict[str, Any] = tomllib.loads(files(__package__).joinpath("shipped.toml").read_text("utf-8"))


async def add_shipped_stages(act: Act, secretariat: Secretariat, version: ProcessVersion, key: str) -> None:
    """Give a process the stages of one that comes with lisbot, worded in the member's language."""
    rows = SHIPPED[key]["stages"]
    numbers = {row["key"]: number for number, row in enumerate(rows, start=1)}
    for number, row in enumerate(rows, start=1):
        stage = ProcessStage(
            number=number,
            position=number,
            name=text(act.by.lang, f"shipped.{key}.{row['key']}"),
            holder=StageHolder(row["holder"]),
            needs=row["needs"],
            days=row["days"],
            leads_to=[numbers[each] for each in row["leads_to"]],
        )
        if stage.holder is StageHolder.NAMED:
            named = await find_named(act, secretariat, row["names"], OrgKind(row["kind"]))
            stage.body_id, stage.party_id = (None, named.party.id) if named.party else (named.of.id, None)
        version.stages.append(stage)


async def find_named(act: Act, secretariat: Secretariat, names: list[str], kind: OrgKind) -> Holder:
    """Returns the body in lisbot of one of these names, or else whom the secretariat writes to, who is brought in where
    nobody is."""
    bodies = await act.db.scalars(
        select(Body).where(Body.name.in_(names), not_closed(Body, act.today)).order_by(Body.id).limit(1)
    )
    if (body := bodies.first()) is not None:
        return Holder(body)
    parties = await act.db.scalars(
        select(OutsideParty)
        .where(
            OutsideParty.secretariat_id == secretariat.id,
            OutsideParty.name.in_(names),
            not_closed(OutsideParty, act.today),
        )
        .order_by(OutsideParty.id)
        .limit(1)
    )
    if (party := parties.first()) is not None:
        return Holder(party)
    party = OutsideParty(secretariat_id=secretariat.id, name=names[0], kind=kind, lang=act.by.lang)
    act.db.add(party)
    await act.db.flush()
    act.ask_first("party_comes_in", receiver=party.name)
    return Holder(party)
