"""Forms: asked for, filled in, refused and filled in again; and what the pages do not let through."""

import io

import pytest

from browser import become
from builders import BJORN, RAGNHILD
from lisbot.council.enums import ItemKind
from lisbot.council.models import AgendaItem, Meeting, Person, Proposal
from stages import MARCH

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form sends is the same on both

DO = "/do/proposal.submit"
LONG = "å" * 100_000
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def meeting(scene) -> str:
    """The page of a meeting whose call is open."""
    return f"/meeting/{await scene.called()}"


@pytest.fixture
async def form(meeting) -> str:
    """The form for a proposal to that meeting, asked for on its page."""
    return f"/form/proposal.submit?meeting_id={meeting.rsplit('/')[-1]}&_next={meeting}"


async def test_the_form_is_asked_for_by_a_button_and_sent_by_another(scene, meeting, bjorn):
    await bjorn.get(meeting)
    await bjorn.press("Foreslå sak")
    assert bjorn.url.path == "/form/proposal.submit"
    await bjorn.send(DO, {"title": "Rotasjon", "background": "Lang vei.", "kind": "advice", "duration_minutes": "20"})
    assert (bjorn.status, bjorn.url.path) == (200, meeting)
    assert 'role="status">Forslaget er sendt inn.' in bjorn.page
    proposal = await scene.one(Proposal)
    author = await scene.one(Person, id=proposal.by_id)
    assert (proposal.title, proposal.background, proposal.kind, proposal.duration_minutes, author.email) == (
        "Rotasjon",
        "Lang vei.",
        ItemKind.ADVICE,
        20,
        BJORN,
    )
    await bjorn.get(meeting)
    assert "Forslaget er sendt inn." not in bjorn.page


async def test_a_button_that_asks_nothing_is_pressed_where_it_stands(meeting, bjorn):
    await bjorn.get("/me")
    await bjorn.press("Ingen saker fra oss", about="Meld inn saker")
    assert (bjorn.status, bjorn.url.path) == (200, "/me")
    assert 'role="status"' in bjorn.page
    assert "Ingen saker fra oss" not in [button.words for button in bjorn.buttons]


async def test_what_begins_something_with_a_page_of_its_own_leads_there(scene, ragnhild):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 10, 10)
    await ragnhild.get(f"/meeting/{meeting_id}")
    await ragnhild.press("Åpne avstemning", about="Felles rotasjon")
    await ragnhild.send("/do/vote.open", {"question": "Tilrår rådet dette?"})
    assert (ragnhild.status, ragnhild.url.path_qs) == (200, "/show/vote.show?vote_id=1")
    assert "<h1>Tilrår rådet dette?</h1>" in ragnhild.page
    scene.at(2027, 3, 11, 9)
    await ragnhild.get(f"/meeting/{meeting_id}")
    await ragnhild.press("Begynn på referatet")
    assert (ragnhild.status, ragnhild.url.path) == (200, f"/meeting/{meeting_id}/minutes")


async def test_a_consultation_that_is_registered_is_there_at_once(scene, ragnhild):
    await ragnhild.get("/show/consultation.list")
    await ragnhild.press("Registrer høring")
    given = {"title": "Kurskomité for hud", "answer_by": "2027-06-01", "body_ids": str(scene.body_id)}
    await ragnhild.send("/do/consultation.register", given)
    assert (ragnhild.status, ragnhild.url.path) == (200, "/show/consultation.show")
    assert "Kurskomité for hud" in ragnhild.page and "Høring 1/" in ragnhild.page


async def test_a_box_left_empty_is_sent_as_no(scene, ragnhild):
    await scene.on_agenda(confidential=True)
    assert (await scene.one(AgendaItem, title="Felles rotasjon")).confidential
    await ragnhild.get("/meeting/1")
    await ragnhild.press("Endre", about="Felles rotasjon")
    assert ragnhild.fields("/do/agenda_item.edit")["confidential"] == "true"
    await ragnhild.send("/do/agenda_item.edit", {"confidential": None})
    assert (ragnhild.status, ragnhild.url.path) == (200, "/meeting/1")
    assert not (await scene.one(AgendaItem, title="Felles rotasjon")).confidential


async def test_a_refused_form_comes_back_with_everything_that_was_typed(scene, meeting, form, bjorn):
    await bjorn.get(form)
    typed = {
        "title": "",
        "background": 'Sitat "her" & <b>der</b>\n\nto avsnitt',
        "kind": "discussion",
        "duration_minutes": "en halvtime",
    }
    assert await bjorn.send(DO, typed) == 422
    assert await scene.all(Proposal) == []
    fields = bjorn.fields(DO)
    assert fields["background"] == typed["background"]
    assert (fields["kind"], fields["duration_minutes"]) == ("discussion", "en halvtime")
    assert fields["_next"] == meeting
    assert 'aria-invalid="true"' in bjorn.page and 'role="alert"' in bjorn.page
    await bjorn.send(DO, {"title": "Rotasjon", "duration_minutes": "30"})
    assert (bjorn.url.path, (await scene.one(Proposal)).background) == (meeting, typed["background"])


async def test_a_date_that_does_not_exist_is_still_there_to_be_put_right(scene, meeting, ragnhild):
    await ragnhild.get(meeting)
    await ragnhild.press("Flytt møtet")
    assert await ragnhild.send("/do/meeting.move", {"day": "31.02.2027"}) == 422
    assert ragnhild.fields("/do/meeting.move")["day"] == "31.02.2027"
    assert "er ikke en dato som finnes" in ragnhild.page
    assert (await scene.one(Meeting, id=1)).held_on == MARCH


async def test_what_a_command_itself_refuses_comes_back_filled_in_too(scene, form, bjorn):
    await bjorn.get(form)
    typed = {"title": "Rotasjon", "kind": "advice", "wording": "Rådet gjør vedtak om rotasjon."}
    assert await bjorn.send(DO, typed) == 422
    assert bjorn.fields(DO)["wording"] == typed["wording"]
    assert await scene.all(Proposal) == []


async def test_a_refusal_without_a_form_leads_back_to_where_the_button_stood(scene, ragnhild):
    await scene.minuted()
    await ragnhild.get("/meeting/1/minutes")
    await ragnhild.press("Godkjenn referatet")
    page = ragnhild.page
    await ragnhild.press("Godkjenn referatet")
    assert (ragnhild.status, ragnhild.url.path) == (200, "/meeting/1/minutes")
    ragnhild.page = page  # in another window
    assert await ragnhild.press("Godkjenn referatet") == 409
    assert "Det går ikke nå" in ragnhild.page
    await ragnhild.press("Tilbake")
    assert ragnhild.url.path == "/meeting/1/minutes"


async def test_a_hundred_thousand_characters_are_refused_and_not_lost(form, bjorn):
    await bjorn.get(form)
    assert await bjorn.send(DO, {"title": "Langt", "background": LONG, "kind": "advice"}) == 422
    assert bjorn.fields(DO)["background"] == LONG


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "</textarea><script>alert(1)</script>",
        '" autofocus onfocus="alert(1)',
        "<at>everyone</at>",
        "**fet** [lenke](javascript:alert(1))",
        "{{ 7 * 7 }}",
        "👩‍⚕️ møte",
    ],
)
async def test_whatever_is_typed_is_shown_as_text(meeting, form, bjorn, nasty):
    await bjorn.get(form)
    assert await bjorn.send(DO, {"title": nasty, "background": nasty, "kind": "x"}) == 422
    assert_harmless(bjorn.page)
    fields = bjorn.fields(DO)
    assert (fields["title"], fields["background"]) == (nasty, nasty)
    await bjorn.send(DO, {"kind": "advice"})
    for path in ("/me", "/show/call.show?meeting_id=1", "/show/proposal.show?proposal_id=1"):
        assert await bjorn.get(path) == 200
        assert_harmless(bjorn.page)
        assert nasty in [button.words for button in bjorn.buttons] or f"<h1>{nasty}" in unescaped(bjorn.page)


def assert_harmless(page: str) -> None:
    assert "<script" not in page and "<at>" not in page
    assert "onfocus=" not in page.replace("&#34; autofocus onfocus=", "")


def unescaped(page: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&amp;", "&")):
        page = page.replace(entity, character)
    return page


@pytest.mark.parametrize("unseen", ["\u202eabc", "a\x00b", "a\x07b", "\u2066x"])
async def test_characters_nobody_sees_are_refused_by_name(form, bjorn, unseen):
    await bjorn.get(form)
    assert await bjorn.send(DO, {"title": unseen, "kind": "advice"}) == 422
    assert "usynlig tegn" in bjorn.page


async def test_nothing_is_changed_by_following_a_link(scene, meeting, bjorn):
    given = "meeting_id=1&title=x&kind=advice"
    for path in (f"{DO}?{given}", f"/show/proposal.submit?{given}", f"/show/proposal.make?{given}"):
        assert await bjorn.get(path) == 405, path
        assert bjorn.headers["Allow"] == "POST"
        assert "kan ikke åpnes som en side" in bjorn.page
    assert await scene.all(Proposal) == []


async def test_a_form_without_this_sessions_token_does_nothing(scene, form, bjorn):
    for token in ("", "0" * 64):
        data = {"_csrf": token, "meeting_id": "1", "title": "x", "kind": "advice"}
        assert await bjorn.ask("POST", DO, data=data) == 403
    assert await scene.all(Proposal) == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_a_form_from_another_site_does_nothing_even_with_the_token(scene, form, bjorn, headers):
    await bjorn.get(form)
    assert await bjorn.send(DO, {"title": "x", "kind": "advice"}, headers=headers) == 403
    assert await scene.all(Proposal) == []


async def test_a_form_from_before_one_signed_in_anew_comes_back_filled_in(scene, meeting, form, bjorn):
    await bjorn.get(form)
    written = bjorn.page
    bjorn.client.cookie_jar.clear()
    await become(bjorn, "Bjørn Ås")
    bjorn.page = written
    typed = {"title": "Rotasjon", "background": "Lang vei.\n\n<b>Veldig</b> lang.", "kind": "advice"}
    assert await bjorn.send(DO, typed, headers=HERE) == 403
    assert await scene.all(Proposal) == []
    assert "Ingenting er sendt ennå" in bjorn.page
    fields = bjorn.fields(DO)
    assert (fields["title"], fields["background"], fields["kind"]) == ("Rotasjon", typed["background"], "advice")
    await bjorn.send(DO, headers=HERE)
    assert (bjorn.url.path, (await scene.one(Proposal)).background) == (meeting, typed["background"])


async def test_what_was_typed_outlives_the_session_it_was_typed_in(scene, meeting, form, bjorn):
    await bjorn.get(form)
    bjorn.client.cookie_jar.clear()  # twelve hours later
    typed = {"title": "Rotasjon", "background": "Lang vei.\n\n<b>Veldig</b> lang.", "kind": "advice"}
    assert await bjorn.send(DO, typed, headers=HERE) == 403
    assert await scene.all(Proposal) == []
    assert "Du er logget ut" in bjorn.page
    assert "Lang vei.\n\n&lt;b&gt;Veldig&lt;/b&gt; lang.</textarea>" in bjorn.page
    assert "advice</textarea>" not in bjorn.page and "false</textarea>" not in bjorn.page
    late = bjorn.page
    await become(bjorn, "Bjørn Ås")  # in another window
    bjorn.page = late
    assert await bjorn.send(DO, headers=HERE) == 403
    assert bjorn.fields(DO)["background"] == typed["background"]
    await bjorn.send(DO, headers=HERE)
    assert (bjorn.url.path, (await scene.one(Proposal)).title) == (meeting, "Rotasjon")


async def test_what_another_site_sends_is_not_shown_as_ones_own(form, bjorn):
    await bjorn.get(form)
    bjorn.client.cookie_jar.clear()
    for headers in ({"Origin": "https://elsewhere.example"}, {}):
        assert await bjorn.ask("POST", DO, data={"title": "lokkemat"}, headers=headers) == 403
        assert "lokkemat" not in bjorn.page


@pytest.mark.parametrize(
    "sent", [b"title=a%ed%a0%80b", b"title=x&wording=%ed%b0%80", b"_data=%7B%22title%22:%22%5Cud800%22%7D"]
)
async def test_half_a_character_is_refused_and_the_form_comes_back(scene, form, bjorn, sent):
    await bjorn.get(form)
    token = bjorn.fields(DO)["_csrf"].encode()
    body = sent + b"&_csrf=" + token + b"&meeting_id=1&kind=advice&background=Lang+vei"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await bjorn.ask("POST", DO, data=body, headers=headers) == 422
    assert bjorn.fields(DO)["background"] == "Lang vei"
    assert await scene.all(Proposal) == []


@pytest.mark.parametrize(
    "to",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "",
    ],
)
async def test_nobody_is_sent_away_from_these_pages(form, bjorn, to):
    await bjorn.get(form)
    await bjorn.send(DO, {"title": "x", "kind": "advice", "_next": to})
    assert (bjorn.url.host, bjorn.url.path) == ("127.0.0.1", "/me")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"a=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"_data=%7B", "application/x-www-form-urlencoded", 400),
        (b"_data=%5B1%5D", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(600)), "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * (3 * 1024 * 1024), "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
    ],
)
async def test_a_body_that_is_no_form_of_ours_gets_a_page_that_says_so(bjorn, body, kind, status):
    assert await bjorn.ask("POST", DO, data=io.BytesIO(body), headers={"Content-Type": kind}) == status
    assert "Det gikk ikke" in bjorn.page and "Ragnhild" not in bjorn.page


async def test_an_unknown_command_and_a_wrong_argument_are_refused_in_words(form, bjorn):
    for path in ("/form/no.such", "/show/no.such", "/form/account.update_address", "/show/account.update_address"):
        assert await bjorn.get(path) == 404, path
        assert "Det kan ikke lisbot gjøre." in bjorn.page
    assert await bjorn.get("/meeting/abc") == 422
    await bjorn.get(form)
    assert await bjorn.send(DO, {"title": "x", "kind": "advice", "hacked": "1"}) == 422


async def test_nobody_gets_in_without_signing_in(scene, form, visitor):
    for path in ("/me", "/meeting/1", form, "/show/log.verify", "/show/no.such"):
        await visitor.get(path)
        assert visitor.url.path == "/", path
    await visitor.get("/")
    token = visitor.fields("/demo/forward")["_csrf"]
    data = {"_csrf": token, "meeting_id": "1", "title": "x", "kind": "advice"}
    await visitor.ask("POST", DO, data=data)
    assert (visitor.url.path, await scene.all(Proposal)) == ("/", [])


async def test_an_address_with_a_former_name_leads_to_todays(scene, meeting, bjorn):
    await bjorn.get("/form/proposal.make?meeting_id=1&minutes=20&_next=/meeting/1")
    assert (bjorn.status, bjorn.url.path) == (200, "/form/proposal.submit")
    fields = bjorn.fields(DO)
    assert (fields["duration_minutes"], fields["_next"]) == ("20", "/meeting/1")
    for former, today in (
        ("/show/me.page", "/me"),
        ("/show/year.show?body_id=1&year=2027", "/year?body_id=1&year=2027"),
        ("/show/meeting.show?meeting_id=1", "/meeting/1"),
    ):
        assert await bjorn.get(former) == 200
        assert bjorn.url.path_qs == today
    await become(bjorn, "Ragnhild Regut")
    assert await bjorn.get("/show/proposal.list?meeting_id=1") == 200
    assert bjorn.url.path_qs == "/show/proposal.triage?meeting_id=1"


async def test_a_form_sent_under_a_former_name_does_what_it_says(scene, meeting, form, bjorn):
    """A page may have been open since before the name was changed."""
    await bjorn.get(form)
    sent = dict(bjorn.form(DO)["fields"]) | {"_data": '{"meeting_id": 1}', "minutes": "20", "kind": "advice"}
    sent.pop("duration_minutes")
    assert await bjorn.ask("POST", "/do/proposal.make", data=sent) == 422
    assert bjorn.fields(DO)["duration_minutes"] == "20"
    await bjorn.ask("POST", "/do/proposal.make", data=sent | {"title": "Rotasjon"})
    assert (bjorn.status, bjorn.url.path) == (200, meeting)
    assert 'role="status">Forslaget er sendt inn.' in bjorn.page
    assert (await scene.one(Proposal)).duration_minutes == 20


async def test_the_secretariats_form_is_not_for_a_member(scene, meeting, bjorn):
    assert await bjorn.get("/form/meeting.move?meeting_id=1") == 403
    assert "Du har ikke tilgang til dette." in bjorn.page
    assert (await scene(RAGNHILD, "meeting.show", meeting_id=1)).status == 200
