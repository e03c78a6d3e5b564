"""How far a council's whole year is, from the plan to the last approved minutes, counted as a browser counts it: pages
loaded (L), those that a form leads to among them, and forms sent (F)."""

import re
from datetime import date, timedelta

import pytest

from browser import Visitor, become
from builders import ASTRID, BJORN, ELI
from journeys import require_told
from lisbot.council.enums import MinutesState
from lisbot.council.models import AgendaItem, Meeting, Proposal
from stages import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form sends is the same on both

DAYS = (date(2027, 3, 10), date(2027, 6, 9), date(2027, 9, 8), date(2027, 12, 1))
OWN_ITEMS = 4  # beside the four of five proposals that become items
# Before, one meeting took 54 L, 36 L and 18 F of them for the minutes of its 8 items (a newcomer's count of 2026). Each
# other form was one by one: the call, 5 proposals, 4 items, 9 moves up, the notice.
LOADS_BEFORE, FORMS_BEFORE = len(DAYS) * 54, len(DAYS) * (1 + 5 + OWN_ITEMS + 9 + 1 + 18)


class CountingVisitor(Visitor):
    """A visitor whose pages and forms are counted."""

    loads = forms = 0

    async def ask(self, method: str, path: str, **more: object) -> int:
        self.forms += method == "POST"
        self.loads += method == "GET" or self.follows
        return await super().ask(method, path, **more)

    follows = 1  # what a form is answered by is a page it leads to


async def choose(visitor: Visitor, href: str) -> None:
    """Follow the first link on the page that leads there."""
    found = [link for link in visitor.links if re.fullmatch(href, link)]
    assert found, (href, visitor.url.path, visitor.links)
    await visitor.get(found[0])


async def call_and_triage(scene: Scene, visitor: Visitor, meeting_id: int) -> None:
    await visitor.get("/me")
    await choose(visitor, f"/form/call.open\\?meeting_id={meeting_id}&.*")
    await visitor.send("/do/call.open")
    for number, who in enumerate((ASTRID, BJORN, ELI, ASTRID, BJORN), start=1):
        given = {"title": f"Forslag {number} til {meeting_id}", "kind": "advice", "wording": f"Rådet tilrår {number}."}
        await scene.ok(who, "proposal.submit", meeting_id=meeting_id, **given)
    ids = [p.id for p in await scene.all(Proposal, meeting_id=meeting_id)]
    await visitor.get("/me")
    await choose(visitor, r"/show/proposal.triage\?.*")
    await choose(visitor, r"/form/proposal.triage_all\?.*")
    answers = {f"proposals.{key}.answer": "accept" for key in ids[:4]}
    answers |= {f"proposals.{ids[4]}.answer": "merge", f"proposals.{ids[4]}.into": f"proposal:{ids[0]}"}
    await visitor.send("/do/proposal.triage_all", answers)
    await visitor.send("/do/proposal.triage_all")


async def arrange_and_send(scene: Scene, visitor: Visitor, meeting_id: int) -> None:
    await visitor.get(f"/meeting/{meeting_id}")
    if any(re.match(r"/form/agenda.copy\?", link) for link in visitor.links):
        await choose(visitor, r"/form/agenda.copy\?.*")
        own = re.findall(r'value="(\d+)"> <span>Orientering', visitor.page)
        await visitor.send("/do/agenda.copy", {"item_id": ",".join(own)})
    else:
        for number in range(OWN_ITEMS):
            await choose(visitor, r"/form/agenda_item.add\?.*")
            await visitor.send("/do/agenda_item.add", {"title": f"Orientering {number}", "kind": "information"})
    await choose(visitor, r"/form/agenda.schedule\?.*")
    items = await scene.all(AgendaItem, meeting_id=meeting_id)
    last = max(items, key=lambda item: item.position if item.case_id else 0)
    await visitor.send(
        "/do/agenda.schedule",
        {f"items.{last.id}.place": "1", f"items.{last.id}.duration_minutes": "15"},
        press=-1,
    )
    await choose(visitor, r"/form/notice.send\?.*")
    await visitor.send("/do/notice.send")


async def minute(scene: Scene, visitor: Visitor, meeting_id: int) -> None:
    await visitor.get("/me")
    await visitor.press("Begynn på referatet")
    await choose(visitor, r"/form/minutes.record_presence\?.*")
    await visitor.send("/do/minutes.record_presence")
    await choose(visitor, r"/form/minutes.write_items\?.*")
    await visitor.send("/do/minutes.write_items", {"rest_as_recommended": "true"}, press=-1)
    await choose(visitor, r"/form/minutes.approve\?.*")
    await visitor.send("/do/minutes.approve")


async def test_a_whole_year_takes_at_most_half_of_what_it_took(scene: Scene, demo, ragnhild: Visitor) -> None:
    async with CountingVisitor(demo) as visitor:
        visitor.client.cookie_jar.update_cookies({c.key: c.value for c in ragnhild.client.cookie_jar})
        await visitor.get("/me")
        visitor.loads = visitor.forms = 0
        await visitor.get(f"/year?body_id={scene.body_id}&year=2027")
        await choose(visitor, r"/form/year_plan.set_dates\?.*")
        await visitor.send("/do/year_plan.set_dates", {"dates": ", ".join(day.isoformat() for day in DAYS)})
        for day in DAYS:
            meeting_id = (await scene.one(Meeting, held_on=day)).id
            scene.at(*(day - timedelta(days=35)).timetuple()[:3], 9)
            await call_and_triage(scene, visitor, meeting_id)
            await arrange_and_send(scene, visitor, meeting_id)
            scene.at(*(day + timedelta(days=1)).timetuple()[:3], 9)
            await minute(scene, visitor, meeting_id)
        states = [(m.minutes_state, m.published_at is not None) for m in await scene.all(Meeting)]
        assert states == [(MinutesState.APPROVED, True)] * len(DAYS)
        cases = [item for item in await scene.all(AgendaItem) if item.case_id is not None]
        assert len(cases) == 8 * len(DAYS) and all(item.outcome for item in cases)
        require_told(f"a year of {len(DAYS)} meetings", visitor.loads, visitor.forms)
        assert visitor.loads <= LOADS_BEFORE / 2
        assert visitor.forms <= FORMS_BEFORE / 2


async def test_the_last_minutes_and_an_answer_are_one_press_from_ones_own_page(scene: Scene, demo) -> None:
    meeting_id, _ = await scene.approved()
    await scene.question(body_id=scene.body_id)
    async with CountingVisitor(demo) as visitor:
        await become(visitor, "Eli")
        await visitor.get("/me")
        visitor.loads = visitor.forms = 0
        await choose(visitor, f"/meeting/{meeting_id}/minutes")
        assert "Felles rotasjon" in visitor.page
        require_told("the last minutes", visitor.loads, visitor.forms)
        await visitor.get("/me")
        visitor.loads = visitor.forms = 0
        await visitor.press("For")
        assert [vote.choices for vote in (await scene.ok(ELI, "worklist.show")).voted] == [("for",)]
        require_told("an answer to a question", visitor.loads, visitor.forms)
