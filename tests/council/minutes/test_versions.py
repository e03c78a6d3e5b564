"""Approved minutes stay what they are: while they are corrected, and after the corrected ones are approved."""

from sqlalchemy import delete

from builders import ASTRID, ELI, HILDE, KARI, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.enums import MinutesState
from lisbot.council.models import AgendaItem, Delivery, MinutesVersion
from lisbot.council.register.identity import Caller

FIRST, SECOND = "Rådet tilrår.", "Rådet tilrår noe annet."


async def reopened(scene, reason="Skrivefeil"):
    """The ids of a meeting whose minutes are being corrected, and of its item, whose text is changed in the draft."""
    meeting_id, item_id = await scene.approved()
    scene.at(2027, 3, 12, 9)
    await scene.ok(KARI, "minutes.reopen", meeting_id=meeting_id, reason=reason)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words=SECOND)
    return meeting_id, item_id


async def test_what_was_approved_stays_readable_while_it_is_corrected(scene):
    meeting_id, _ = await reopened(scene)
    scene.at(2027, 4, 12, 9)  # a month later still
    for who in (ASTRID, ELI):
        shown = await scene.words(who, "minutes.show", meeting_id=meeting_id)
        assert FIRST in shown and SECOND not in shown
        assert "Skrivefeil" in shown
    eli = await scene.ok(ELI, "minutes.show", meeting_id=meeting_id)
    assert (eli.state, eli.version, eli.is_corrected) == (MinutesState.APPROVED, 1, True)
    assert "under retting" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id, version=1)
    assert (await scene.ok(ELI, "minutes.show")).meeting.id == meeting_id  # the newest there are
    assert "Skrivefeil" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)  # on the draft, too


async def test_the_register_and_the_case_say_what_is_approved_and_not_the_draft(scene):
    meeting_id, item_id = await reopened(scene)
    case_id = (await scene.one(AgendaItem, id=item_id)).case_id
    for who in (ASTRID, ELI):
        for name, given in (("outcome.search", {}), ("case.show", {"case_id": case_id})):
            shown = await scene.words(who, name, **given)
            assert FIRST in shown and SECOND not in shown, (who, name)
        assert len((await scene.ok(who, "outcome.search", text="tilrår", kind="advice", year=2027)).found) == 1
        assert (await scene.ok(who, "outcome.search", text="annet")).found == ()
        assert (await scene.ok(who, "outcome.search", kind="noted")).found == ()
    assert (await scene.ok(SIRI, "outcome.search")).found == ()
    draft = await scene.words(RAGNHILD, "outcome.search")  # the secretariat finds what it writes, marked
    assert SECOND in draft and "under retting" in draft
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    assert SECOND not in await scene.words(ASTRID, "outcome.search")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    for name, given in (("outcome.search", {}), ("case.show", {"case_id": case_id})):
        shown = await scene.words(ASTRID, name, **given)
        assert SECOND in shown and FIRST not in shown, name


async def test_both_versions_are_kept_with_who_when_and_why(scene):
    meeting_id, _ = await reopened(scene)
    scene.at(2027, 3, 14, 9)
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    out = await scene.ok(ELI, "minutes.show", meeting_id=meeting_id)
    assert (out.state, out.version) == (MinutesState.COMMENTS, None)  # the corrected draft, which they may comment on
    assert [line.number for line in out.versions] == [1]  # and what was approved, within reach
    assert FIRST in await scene.words(ELI, "minutes.show", meeting_id=meeting_id, version=1)
    await scene.ok(KARI, "minutes.approve", meeting_id=meeting_id)
    view = await scene.ok(ELI, "minutes.show", meeting_id=meeting_id)
    assert [(v.number, v.approved_by, v.reopened_by, v.reason) for v in view.versions] == [
        (2, "Kari Sekretær", "", None),
        (1, "Ragnhild Regut", "Kari Sekretær", "Skrivefeil"),
    ]
    assert (view.version, view.is_corrected) == (2, False)
    old = await scene.words(ASTRID, "minutes.show", meeting_id=meeting_id, version=1)
    assert FIRST in old and SECOND not in old
    assert (await scene.refused(ELI, "minutes.show", meeting_id=meeting_id, version=3)).key == "no_such_version"
    assert (await scene.refused(SIRI, "minutes.show", meeting_id=meeting_id, version=1)).status == 404
    assert (await scene.refused(HILDE, "minutes.show", meeting_id=meeting_id, version=1)).status == 403


async def test_a_version_says_all_that_was_said_when_it_was_approved(scene):
    meeting_id, item_id = await scene.minuted()
    await scene.ok(RAGNHILD, "minutes.record_seat", meeting_id=meeting_id, seat_id=1, name="Gro Gjest", arrived="10:30")
    await scene.ok(RAGNHILD, "guest.add", meeting_id=meeting_id, item_id=item_id, name="Ola Taler", affiliation="UiO")
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, organisation_id=1, what="Ta opp")
    vote_id = await scene.question(item_id=item_id)
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    approved = await scene.ok(ELI, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil")
    await scene.ok(RAGNHILD, "minutes.record_seat", meeting_id=meeting_id, seat_id=1, name="Per Annen", arrived="11:00")
    await scene.ok(RAGNHILD, "guest.add", meeting_id=meeting_id, item_id=item_id, name="Ida Ny", affiliation="UiB")
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, organisation_id=1, what="Noe annet")
    await scene.ok(RAGNHILD, "minutes.write", item_id=item_id, discussed="Noe annet.")
    again = await scene.ok(ELI, "minutes.show", meeting_id=meeting_id)
    same = ("meeting", "state", "state_since", "present", "absent", "missing_count", "guests", "items", "version")
    assert [getattr(again, name) for name in same] == [getattr(approved, name) for name in same]


async def test_minutes_approved_before_versions_were_kept_have_one_when_they_are_reopened(scene):
    meeting_id, item_id = await scene.approved()
    async with scene.runtime.db.write() as db:
        await db.execute(delete(MinutesVersion))  # as the migration leaves them
    assert FIRST in await scene.words(ELI, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil")
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words=SECOND)
    assert FIRST in await scene.words(ELI, "minutes.show", meeting_id=meeting_id)


async def test_a_confidential_item_is_withheld_in_old_versions_too(scene, room):
    meeting_id, item_id = await scene.published()
    given = {"title": "Lønnssaken", "kind": "advice", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words=FIRST)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil")
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **given | {"confidential": False})
    outside = Caller("room", str(room))
    for extra in ({}, {"version": 1}):
        reply = await run(scene.runtime, "minutes.show", {"meeting_id": meeting_id, **extra}, outside)
        assert reply.status == 200
        assert [item.title for item in reply.view.items if item.confidential] == [""]
        assert FIRST not in str(reply.view) and "Lønnssaken" not in str(reply.view)
    found = await run(scene.runtime, "outcome.search", {}, outside)
    assert found.view.found == ()
    assert "Lønnssaken" in await scene.words(ASTRID, "minutes.show", meeting_id=meeting_id)


async def test_who_is_told_of_a_reopening_can_open_what_they_are_told_of(scene):
    meeting_id, _ = await reopened(scene)
    told = await scene.all(Delivery, kind="minutes_reopened")
    assert {row.command for row in told} == {"minutes.show"}
    assert (await scene(ASTRID, "minutes.show", meeting_id=meeting_id)).status == 200


async def test_it_is_said_in_every_language(scene):
    meeting_id, _ = await reopened(scene)
    for lang, marked in (("nb", "under retting"), ("nn", "under retting"), ("en", "being corrected")):
        await scene.ok(ELI, "person.choose_language", language=lang)
        assert marked in await scene.words(ELI, "minutes.show", meeting_id=meeting_id)


async def test_an_item_added_after_the_notice_stays_known_while_the_minutes_are_corrected(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Hastesak", kind="advice")
    item = await scene.one(AgendaItem, title="Hastesak")
    scene.at(2027, 3, 11, 9)
    assert (await scene(ASTRID, "case.show", case_id=item.case_id)).status == 404
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    for each in await scene.all(AgendaItem):
        if each.case_id:
            await scene.ok(RAGNHILD, "outcome.record", item_id=each.id, outcome="advice", words=FIRST)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert FIRST in await scene.words(ASTRID, "case.show", case_id=item.case_id)
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Skrivefeil")
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item.id, title="Under omskriving", kind="advice")
    shown = await scene.words(ASTRID, "case.show", case_id=item.case_id)
    assert FIRST in shown and "Hastesak" in shown and "Under omskriving" not in shown
    # What is put on while they are corrected is not known until they are approved again.
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Glemt sak", kind="advice")
    forgotten = await scene.one(AgendaItem, title="Glemt sak")
    assert (await scene(ASTRID, "case.show", case_id=forgotten.case_id)).status == 404
