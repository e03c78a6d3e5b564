"""A form that came back has an address of its own, and its language is changed with what was typed."""

import pytest

from browser import become

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TYPED = {"title": "", "background": "Lang bakgrunn", "kind": "advice"}


@pytest.fixture
async def form(scene) -> str:
    meeting_id = await scene.called()
    return f"/form/proposal.submit?meeting_id={meeting_id}&_next=/meeting/{meeting_id}"


async def test_a_refused_form_has_an_address_and_is_there_when_one_comes_back(bjorn, form):
    await bjorn.get(form)
    await bjorn.send("/do/proposal.submit", TYPED)
    refused = str(bjorn.url)
    assert (bjorn.status, bjorn.url.path) == (422, "/form/proposal.submit")
    assert "Fyll ut dette feltet" in bjorn.page and "Lang bakgrunn" in bjorn.page
    await bjorn.send("/do/proposal.submit", {**TYPED, "title": "Rotasjon"})
    assert "Forslaget er sendt inn" in bjorn.page
    await bjorn.get(refused)  # as a browser does that goes back
    assert bjorn.status == 422 and "Lang bakgrunn" in bjorn.page


async def test_nobody_else_sees_a_form_that_is_kept(bjorn, form):
    await bjorn.get(form)
    await bjorn.send("/do/proposal.submit", TYPED)
    refused = str(bjorn.url)
    await become(bjorn, "Astrid Fjord")
    await bjorn.get(refused)
    assert "Lang bakgrunn" not in bjorn.page


async def test_the_language_is_changed_with_what_was_typed(bjorn, form):
    await bjorn.get(form)
    await change_language(bjorn, "en", TYPED)
    assert (bjorn.status, bjorn.url.path) == (200, "/form/proposal.submit")
    assert 'lang="en"' in bjorn.page and "Lang bakgrunn" in bjorn.page
    await bjorn.send("/do/proposal.submit", {**TYPED, "title": " "})
    assert bjorn.status == 422 and "Fill in this field." in bjorn.page
    await change_language(bjorn, "nn", {**TYPED, "background": "Enda lengre"})
    assert (bjorn.status, bjorn.url.path) == (422, "/form/proposal.submit")
    assert "Fyll ut dette feltet." in bjorn.page and "Enda lengre" in bjorn.page
    await bjorn.send("/do/proposal.submit", {**TYPED, "title": "Rotasjon"})
    assert bjorn.url.path.startswith("/meeting/")


async def test_whoever_is_not_signed_in_has_nothing_kept(bjorn, form):
    await bjorn.get(form)
    asked = bjorn.form("/do/proposal.submit")
    state = dict(asked["fields"])["_form"]
    await bjorn.send("/signout")
    given = {"_lang": "en", "_form": state, "background": "Lang bakgrunn"}
    await bjorn.send("/language", given, allow_redirects=False)
    assert bjorn.status == 303 and "_kept" not in bjorn.headers["Location"]


async def change_language(visitor, lang, typed):
    """Press a language's button in the head of a page that is a form: it sends the form's own fields."""
    form = visitor.form("/do/proposal.submit")
    await visitor.send_form({**form, "action": "/language"}, {"name": "_lang", "value": lang}, typed)


async def test_what_was_done_is_said_with_what_it_was_done_to(scene, ragnhild):
    meeting_id = await scene.planned()
    await ragnhild.get(f"/form/meeting.move?meeting_id={meeting_id}&_next=/meeting/{meeting_id}")
    given = {"day": "12. mars 2027", "starts": "9-14", "place": "Rom 7"}
    await ragnhild.send("/do/meeting.move", {**given, "ends": "15:00", "ends_on": None})
    assert 'role="status">Møtet er endret.\nGjelder: ' in ragnhild.page
