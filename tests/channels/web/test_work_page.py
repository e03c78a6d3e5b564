"""A secretariat's own page: its work chosen among, the same done for several, and a page that tells of each."""

import pytest

from browser import Visitor, become
from lisbot.council.models import Meeting
from stages import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form sends is the same on both


async def test_work_is_chosen_and_done_for_several_and_each_is_told_of(scene: Scene, ragnhild: Visitor) -> None:
    march = await scene.planned()
    scene.at(2027, 2, 1, 9)
    await ragnhild.get("/me")
    assert ragnhild.page.count('<option value="">Alle</option>') == 2, "of what kind and of which council"
    assert "Ikke valgt" not in ragnhild.page and ragnhild.page.count('<option value=""') == 2
    assert await ragnhild.send("/me", {"what": "calls", "when": "quarter"}) == 200
    assert (ragnhild.url.path, ragnhild.fields("/me")["when"]) == ("/me", "quarter")
    assert await ragnhild.press("Åpne 2 innmeldinger") == 200
    assert ragnhild.page.count('type="checkbox"') == ragnhild.page.count("checked") == 2
    assert "Samordningsrådet, onsdag 10. mars 2027:" in ragnhild.page
    await scene.ok("ragnhild@regut.example", "call.open", meeting_id=march)  # by somebody else, meanwhile
    assert await ragnhild.send("/do/call.open_all") == 200
    assert ragnhild.url.path.startswith("/done/")
    assert "Gjort for 1 av 2" in ragnhild.page
    assert ragnhild.page.index("Ble ikke gjort") < ragnhild.page.index("onsdag 10. mars 2027")
    assert [meeting.call_opened_at is not None for meeting in await scene.all(Meeting)] == [True, True]
    await ragnhild.get(str(ragnhild.url))  # going back to it does nothing again
    assert "Gjort for 1 av 2" in ragnhild.page


async def test_pressed_twice_the_page_says_what_was_done_and_not_that_nothing_was(scene: Scene, ragnhild: Visitor):
    await scene.planned()
    scene.at(2027, 2, 1, 9)
    await ragnhild.get("/form/call.open_all?meeting_id=1,2")
    fields = ragnhild.form("/do/call.open_all")["fields"]
    for _ in range(2):
        assert await ragnhild.ask("POST", "/do/call.open_all", data=fields) == 200
        assert ragnhild.url.path.startswith("/done/") and "Gjort for 2 av 2" in ragnhild.page, ragnhild.page


async def test_what_became_of_it_is_for_whoever_did_it(scene: Scene, ragnhild: Visitor) -> None:
    await scene.planned()
    scene.at(2027, 2, 1, 9)
    await ragnhild.get("/form/call.open_all?meeting_id=1,2")
    await ragnhild.send("/do/call.open_all")
    told = str(ragnhild.url)
    await become(ragnhild, "Bjørn Ås")
    await ragnhild.get(told)
    assert ragnhild.url.path == "/me"
    assert 'class="search"' not in ragnhild.page
