"""Forms: asked for, filled in, refused and filled in again; and what the pages do not let through."""

import io

import pytest

from browser import become
from sample_site import WRITTEN

FORM = "/form/note.write?_next=/meeting/3"
DO = "/do/note.write"
LONG = "å" * 100_000


async def test_a_sent_form_is_done_and_leads_back_to_where_it_was_asked_for(astrid):
    await astrid.get(FORM)
    await astrid.send(DO, {"title": "Rotasjon", "text": "Lang vei.", "kind": "advice", "on": "2026-03-17"})
    assert (astrid.status, astrid.url.path) == (200, "/meeting/3")
    assert 'role="status">Utført: Foreslå sak.' in astrid.page
    assert [(w["title"], w["text"], str(w["on"]), w["urgent"]) for w in WRITTEN] == [
        ("Rotasjon", "Lang vei.", "2026-03-17", True)
    ]
    await astrid.get("/meeting/3")
    assert "Utført" not in astrid.page


async def test_a_box_left_empty_is_sent_as_no(astrid):
    await astrid.get(FORM)
    await astrid.send(DO, {"title": "Rotasjon", "kind": "advice", "urgent": None})
    assert [w["urgent"] for w in WRITTEN] == [False]


async def test_a_refused_form_comes_back_with_everything_that_was_typed(astrid):
    await astrid.get(FORM)
    typed = {
        "title": "",
        "text": 'Sitat "her" & <b>der</b>\n\nto avsnitt',
        "kind": "discussion",
        "on": "31.02.2026",
        "minutes": "en halvtime",
    }
    assert await astrid.send(DO, typed) == 422
    assert WRITTEN == []
    fields = astrid.fields(DO)
    assert fields["text"] == typed["text"]
    assert (fields["kind"], fields["on"]) == ("discussion", "31.02.2026")
    assert fields["minutes"] == "en halvtime"
    assert fields["_next"] == "/meeting/3"
    assert "er ikke en dato som finnes" in astrid.page
    assert 'aria-invalid="true"' in astrid.page and 'role="alert"' in astrid.page
    await astrid.send(DO, {"title": "Rotasjon", "on": "17.03.2026", "minutes": "30"})
    assert (astrid.url.path, WRITTEN[0]["text"]) == ("/meeting/3", typed["text"])


async def test_what_a_command_itself_refuses_comes_back_filled_in_too(astrid):
    await astrid.get(FORM)
    assert await astrid.send(DO, {"title": "closed", "kind": "advice"}) == 422
    assert astrid.fields(DO)["title"] == "closed"


async def test_a_hundred_thousand_characters_are_refused_and_not_lost(astrid):
    await astrid.get(FORM)
    assert await astrid.send(DO, {"title": "Langt", "text": LONG, "kind": "advice"}) == 422
    assert astrid.fields(DO)["text"] == LONG


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
async def test_whatever_is_typed_is_shown_as_text(astrid, nasty):
    await astrid.get(FORM)
    assert await astrid.send(DO, {"title": nasty, "text": nasty, "on": "x"}) == 422
    assert (
        "<script>" not in astrid.page
        and "<at>" not in astrid.page
        and "onfocus=" not in astrid.page.replace("&#34; autofocus onfocus=", "")
    )
    fields = astrid.fields(DO)
    assert (fields["title"], fields["text"]) == (nasty, nasty)


@pytest.mark.parametrize("unseen", ["\u202eabc", "a\x00b", "a\x07b", "\u2066x"])
async def test_characters_nobody_sees_are_refused_by_name(astrid, unseen):
    await astrid.get(FORM)
    assert await astrid.send(DO, {"title": unseen, "kind": "advice"}) == 422
    assert "usynlig tegn" in astrid.page


async def test_a_deed_cannot_be_done_by_following_a_link(astrid):
    assert await astrid.get(f"{DO}?title=x&kind=advice") == 405
    assert astrid.headers["Allow"] == "POST"
    assert await astrid.get("/show/note.write?title=x&kind=advice") == 405
    assert "kan ikke åpnes som en side" in astrid.page
    assert WRITTEN == []


async def test_a_form_without_this_visitors_token_does_nothing(astrid):
    for token in ("", "0" * 64):
        data = {"_csrf": token, "title": "x", "kind": "advice"}
        assert await astrid.ask("POST", DO, data=data) == 403
    assert WRITTEN == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_a_form_from_another_site_does_nothing_even_with_the_token(astrid, headers):
    await astrid.get(FORM)
    assert await astrid.send(DO, {"title": "x", "kind": "advice"}, headers=headers) == 403
    assert WRITTEN == []


HERE = {"Sec-Fetch-Site": "same-origin"}


async def test_a_form_from_before_one_signed_in_anew_comes_back_filled_in(astrid):
    await astrid.get(FORM)
    written = astrid.page
    astrid.client.cookie_jar.clear()
    await become(astrid, "Astrid Lund")
    astrid.page = written
    typed = {"title": "Rotasjon", "text": "Lang vei.\n\n<b>Veldig</b> lang.", "kind": "advice"}
    assert await astrid.send(DO, typed, headers=HERE) == 403
    assert WRITTEN == []
    assert "Ingenting er sendt ennå" in astrid.page
    fields = astrid.fields(DO)
    assert (fields["title"], fields["text"], fields["kind"]) == ("Rotasjon", typed["text"], "advice")
    await astrid.send(DO, headers=HERE)
    assert (astrid.url.path, WRITTEN[0]["text"]) == ("/meeting/3", typed["text"])


async def test_what_was_typed_outlives_the_visit_it_was_typed_in(astrid):
    await astrid.get(FORM)
    astrid.client.cookie_jar.clear()  # twelve hours later
    typed = {"title": "Rotasjon", "text": "Lang vei.\n\n<b>Veldig</b> lang.", "kind": "advice"}
    assert await astrid.send(DO, typed, headers=HERE) == 403
    assert WRITTEN == []
    assert "Du er logget ut" in astrid.page
    assert "Lang vei.\n\n&lt;b&gt;Veldig&lt;/b&gt; lang.</textarea>" in astrid.page
    kept = astrid.page
    await become(astrid, "Astrid Lund")  # in another window
    astrid.page = kept
    assert await astrid.send(DO, headers=HERE) == 403
    assert astrid.fields(DO)["text"] == typed["text"]
    await astrid.send(DO, headers=HERE)
    assert (astrid.url.path, WRITTEN[0]["title"]) == ("/meeting/3", "Rotasjon")


async def test_what_another_site_sends_is_not_shown_as_ones_own(astrid):
    await astrid.get(FORM)
    astrid.client.cookie_jar.clear()
    for headers in ({"Origin": "https://elsewhere.example"}, {}):
        assert await astrid.ask("POST", DO, data={"title": "lokkemat"}, headers=headers) == 403
        assert "lokkemat" not in astrid.page


@pytest.mark.parametrize(
    "sent", [b"title=a%ed%a0%80b", b"title=x&on=%ed%b0%80", b"_data=%7B%22on%22:%22%5Cud800%22%7D"]
)
async def test_half_a_character_is_refused_and_the_form_kept(astrid, sent):
    await astrid.get(FORM)
    token = astrid.fields(DO)["_csrf"].encode()
    body = sent + b"&_csrf=" + token + b"&kind=advice&text=Lang+vei"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert await astrid.ask("POST", DO, data=body, headers=headers) == 422
    assert astrid.fields(DO)["text"] == "Lang vei"
    assert WRITTEN == []


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
async def test_nobody_is_sent_away_from_these_pages(astrid, to):
    await astrid.get(FORM)
    await astrid.send(DO, {"title": "x", "kind": "advice", "_next": to})
    assert (astrid.url.host, astrid.url.path) == ("127.0.0.1", "/me")


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
async def test_a_body_that_is_no_form_of_ours_gets_a_page_that_says_so(astrid, body, kind, status):
    assert await astrid.ask("POST", DO, data=io.BytesIO(body), headers={"Content-Type": kind}) == status
    assert "Det gikk ikke" in astrid.page and "Kari" not in astrid.page


async def test_an_unknown_command_and_a_wrong_argument_are_refused_in_words(astrid):
    assert await astrid.get("/form/no.such") == 404
    assert "Den kommandoen finnes ikke." in astrid.page
    assert await astrid.get("/meeting/abc") == 422
    await astrid.get(FORM)
    assert await astrid.send(DO, {"title": "x", "kind": "advice", "hacked": "1"}) == 422


async def test_nobody_gets_in_without_signing_in(visitor):
    for path in ("/me", "/meeting/3", FORM, "/show/log.verify"):
        await visitor.get(path)
        assert visitor.url.path == "/"
    await visitor.get("/")
    token = visitor.fields("/demo/forward")["_csrf"]
    data = {"_csrf": token, "title": "x", "kind": "advice"}
    await visitor.ask("POST", DO, data=data)
    assert (visitor.url.path, WRITTEN) == ("/", [])
