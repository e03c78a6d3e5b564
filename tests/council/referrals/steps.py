"""What tests of cases sent on do on their way."""

from typing import Any

from builders import RAGNHILD
from council.referrals.test_referrals import DIRECTORS, disagreed, joined
from lisbot.council.models import (
    AgendaItem,
    Meeting,
    Referral,
    ReferralAnswer,
)
from stages import JUNE, Scene


async def answers(scene: Scene, referral_id: int, words: str, who: str = DIRECTORS, **more: Any) -> None:
    given = {"referral_id": referral_id, "answer_kind": "answer", "answer": words} | more
    await scene.ok(who, "referral.answer", **given)


async def reporting_items(scene: Scene) -> list[AgendaItem]:
    ids = {each.home_item_id for each in await scene.all(ReferralAnswer)} - {None}
    return [each for each in await scene.all(AgendaItem) if each.id in ids]


async def june(scene: Scene) -> int:
    return (await scene.one(Meeting, held_on=JUNE)).id


async def put_on_june(scene: Scene) -> int:
    """The id of the case's item on the agenda for June."""
    case_id = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=await june(scene), case_id=case_id)
    return (await scene.one(AgendaItem, meeting_id=await june(scene), case_id=case_id)).id


async def edit(scene: Scene, item_id: int, **changed: Any) -> None:
    item = await scene.one(AgendaItem, id=item_id)
    given = {"title": item.title, "kind": item.kind, "background": item.background} | changed
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **given)


def offered(view: Any) -> set[str]:
    return {each.command for each in view.actions}


async def sent_inside(scene: Scene, **more: Any) -> tuple[int, int, int]:
    """The ids of a case sent to the other region's council, and of that council and its meeting."""
    item_id = await disagreed(scene)
    body_id, meeting_id = await joined(scene)
    given = {"cause": "bottleneck", "receiver": f"body-{body_id}"} | more
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, **given)
    return (await scene.one(Referral)).id, body_id, meeting_id
