"""What a council has on the web: read by anybody, without what is confidential, as long as the council says so."""

import pytest

from browser import Visitor
from builders import RAGNHILD
from lisbot.cards import draw_card
from lisbot.commands import run
from lisbot.council.models import AgendaItem, DistributionLine
from lisbot.council.register.identity import Caller
from lisbot.render.words import words
from pages import serve_pages

ANYBODY = Caller("public", "", lang="nb")


async def publish(scene, what, **more):
    given = {"body_id": scene.body_id, "what": what, "published_on": "web", **more}
    return await scene.ok(RAGNHILD, "distribution_line.add", **given)


async def words_of(scene, **given):
    reply = await read(scene, "publication.show", **given)
    assert reply.is_done, reply.words
    return words(draw_card(reply.shows, reply.view, reply.viewer))


async def read(scene, name, **given):
    return await run(scene.runtime, name, given, ANYBODY)


@pytest.fixture
async def meeting_id(scene):
    """A meeting whose agenda is sent, with papers and a confidential item."""
    meeting_id, item_id = await scene.published()
    papers = {"background": "Bare for rådet.", "wording": "Foreslått ordlyd.", "links": "https://papir.example/1"}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title="Felles rotasjon", kind="discussion", **papers)
    secret = {"title": "Hemmelig sak", "kind": "discussion", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, **secret)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    return meeting_id


async def test_nothing_is_on_the_web_before_the_council_says_so_and_after_it_has_ended_it(scene, meeting_id):
    about = {"meeting_id": meeting_id, "what": "agenda"}
    for name, given in (("publication.list", {"body_id": scene.body_id}), ("publication.show", about)):
        assert (await read(scene, name, **given)).status == 404
    form = await scene.form(RAGNHILD, "distribution_line.add", body_id=scene.body_id, what="agenda", published_on="web")
    assert "Alle kan lese saklisten på nettet" in str(form)
    await publish(scene, "agenda")
    assert (await read(scene, "publication.show", **about)).is_done
    assert (await read(scene, "publication.show", meeting_id=meeting_id, what="summary")).status == 404
    assert (await read(scene, "publication.show", meeting_id=meeting_id, what="minutes")).status == 404
    assert (await read(scene, "agenda.show", meeting_id=meeting_id)).status in (403, 404)
    assert (await read(scene, "publication.list", body_id=2)).status == 404
    line_id = (await scene.one(DistributionLine)).id
    scene.at(2027, 2, 10, 9)
    await scene.ok(RAGNHILD, "distribution_line.end", line_id=line_id, to_on="2027-02-09")
    assert (await read(scene, "publication.show", **about)).status == 404


async def test_the_agenda_is_read_without_what_is_confidential_and_without_papers(scene, meeting_id):
    await publish(scene, "agenda")
    said = await words_of(scene, meeting_id=meeting_id, what="agenda")
    assert "Felles rotasjon" in said
    for hidden in ("Hemmelig", "Bare for rådet", "ordlyd", "papir.example", "møte.example", "Oslo"):
        assert hidden not in said, hidden
    reply = await read(scene, "publication.show", meeting_id=meeting_id, what="agenda")
    assert not any(line.is_withheld for line in reply.view.agenda)
    # A draft is nobody's.
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Utkast", kind="discussion")
    assert "Utkast" not in await words_of(scene, meeting_id=meeting_id, what="agenda")
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom hos lederen")
    said = await words_of(scene, meeting_id=meeting_id, what="agenda")
    assert "Møtet er avlyst." in said and "Sykdom" not in said


async def test_an_open_item_has_the_place_and_the_hour_on_the_web_that_it_has_in_the_meeting(scene):
    item_id = await scene.on_agenda()
    meeting_id = (await scene.one(AgendaItem, id=item_id)).meeting_id
    given = {"kind": "discussion", "duration_minutes": 30}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title="Felles rotasjon", **given)
    about = {"meeting_id": meeting_id, **given}
    await scene.ok(RAGNHILD, "agenda_item.add", **about, title="Hemmelig sak", confidential=True)
    await scene.ok(RAGNHILD, "agenda_item.add", **about, title="Simulering")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await publish(scene, "agenda")
    agenda = (await read(scene, "publication.show", meeting_id=meeting_id, what="agenda")).view.agenda
    own = (await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting_id)).items
    in_meeting = [(line.title, line.place, line.starts) for line in own if line.title != "Hemmelig sak"]
    assert [(line.title, line.place, line.starts) for line in agenda] == in_meeting
    assert [place for _, place, _ in in_meeting] != list(range(1, len(in_meeting) + 1))
    assert next(starts for title, _, starts in in_meeting if title == "Simulering") is not None


async def test_a_short_account_is_on_the_web_as_it_was_last_sent(scene, meeting_id):
    await publish(scene, "summary")
    scene.at(2027, 3, 11, 9)
    about = {"meeting_id": meeting_id, "what": "summary"}
    await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text="Rådet drøftet rotasjon.")
    assert (await read(scene, "publication.show", **about)).status == 404
    await scene.ok(RAGNHILD, "summary.send", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text="Utkast.")
    assert "Rådet drøftet rotasjon." in await words_of(scene, **about)
    assert "Utkast" not in await words_of(scene, **about)


async def test_meetings_before_the_first_day_are_not_on_the_web(scene, meeting_id):
    scene.at(2027, 3, 11, 9)
    await publish(scene, "agenda")
    assert not (await read(scene, "publication.list", body_id=scene.body_id)).view.publications
    assert (await read(scene, "publication.show", meeting_id=meeting_id, what="agenda")).status == 404


async def test_anybody_opens_it_from_the_address_that_the_council_shows(scene, meeting_id):
    await publish(scene, "agenda")
    given = {"body_id": scene.body_id, "what": "summary", "published_on": "intranet"}
    view = await scene.ok(RAGNHILD, "distribution_line.add", **given)
    shown = {line.published_on: (line.count, line.address.endswith("/published/1")) for line in view.lines}
    assert shown == {"web": (None, True), "intranet": (None, False)}
    said = await scene.words(RAGNHILD, "distribution_line.list", body_id=scene.body_id)
    assert "Publiseres på nettet\nsaklisten · " in said and "Publiseres på intranettet\nresymeet · " in said
    async with serve_pages(scene.runtime) as server, Visitor(server) as visitor:
        assert await visitor.get("/published/1?lang=nb") == 200
        assert "Set-Cookie" not in visitor.headers and visitor.headers["X-Robots-Tag"] == "noindex"
        leads = f"/published/agenda/{meeting_id}?lang=nb"
        assert f'href="{leads}"' in visitor.page
        assert await visitor.get(leads) == 200
        assert "Felles rotasjon" in visitor.page and "Hemmelig" not in visitor.page and "Ragnhild" not in visitor.page
        for path in ("/published/2", f"/published/summary/{meeting_id}", "/published/agenda/4711"):
            assert await visitor.get(path) == 404, path
        assert await visitor.get(f"/published/minutes/{meeting_id}") == 404
