"""Two people of the register who turned out to be one, and what becomes of each."""

from builders import ASTRID, BJORN, ELI, FRODE, KARI, PAAL, RAGNHILD, SIRI
from dumps import dump
from lisbot.commands import run
from lisbot.council.enums import ConsentRequestState, Response
from lisbot.council.models import (
    Attendance,
    Base,
    Consent,
    ConsentRequest,
    Delivery,
    Dispatch,
    DistributionLine,
    FormerTerm,
    Guest,
    LineConfirmation,
    Person,
    PersonMerge,
    Proposal,
    Term,
)
from lisbot.council.register.identity import Caller
from lisbot.council.register.merged_deeds import DEEDS, STAYS
from lisbot.council.register.merging import FOLLOWS
from lisbot.scheduler import Scheduler

OTHER = "eli.dobbel@post.example"


async def doubled(scene):
    """Eli a second time, as deputy for Bjørn's seat. Returns the ids of both."""
    seat_id = await scene.seat("aas")
    given = {"seat_id": seat_id, "name": "Eli U. Dobbel", "email": OTHER, "from_on": "2026-11-02", "rank": 1}
    await scene.ok(RAGNHILD, "term.begin", **given)
    return await scene.person(ELI), await scene.person(OTHER)


async def test_two_who_are_one_are_merged_with_a_preview_and_unmerged(scene):
    eli, other = await doubled(scene)
    given = {"person_id": eli, "other_id": other}
    asked = await run(scene.runtime, "person.merge", given, Caller("cli", RAGNHILD))
    assert "1 verv" in asked.words
    assert (await scene.one(Person, id=other)).merged_into_id is None
    view = await scene.ok(RAGNHILD, "person.merge", **given)
    assert (len(view.terms), view.addresses) == (2, (OTHER,))
    assert "person.unmerge" in {each.command for each in view.actions}
    assert (await scene.done(OTHER, "worklist.show")).view.name == "Eli Union"
    assert [former.person_id for former in await scene.all(FormerTerm)] == [other]
    assert (await scene.refused(RAGNHILD, "person.merge", **given)).key == "merged_already"
    await scene.ok(RAGNHILD, "person.unmerge", person_id=eli)
    assert (await scene.done(OTHER, "worklist.show")).view.name == "Eli U. Dobbel"
    assert {term.person_id for term in await scene.all(Term, seat_id=await scene.seat("aas"))} >= {other}
    assert (await scene.refused(RAGNHILD, "person.unmerge", person_id=eli)).key == "nothing_to_unmerge"
    assert len(await scene.all(PersonMerge)) == 1


async def test_what_they_answered_wrote_and_were_sent_follows_them_and_goes_back(scene):
    """An answer to a coming meeting stays an answer, and the log is found under both names."""
    meeting_id = await scene.called()
    astrid = await scene.person(ASTRID)
    await scene.ok(RAGNHILD, "person.create", name="Astrid F. Dobbel", email="astrid.dobbel@post.example")
    kept = await scene.person("astrid.dobbel@post.example")
    await scene.proposed(ASTRID)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=(await scene.one(Proposal)).id)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await scene.ok(ASTRID, "quiet_time.set", quiet_from="21:00", quiet_to="07:00")
    before = await dump(scene.runtime.db)
    await scene.ok(RAGNHILD, "person.merge", person_id=kept, other_id=astrid)
    await Scheduler(scene.runtime).run_all_due()
    (line,) = await scene.all(Attendance, person_id=kept)
    assert line.response is Response.COMES
    assert {each.by_id for each in await scene.all(Proposal)} == {kept}
    assert await scene.all(Delivery, person_id=astrid) == []
    view = await scene.ok("astrid.dobbel@post.example", "worklist.show")
    assert [each.title for each in view.proposals] == ["Felles rotasjon"]
    assert [each.response for each in view.responses] == [Response.COMES]
    lines = (await scene.ok(RAGNHILD, "log.show", person_id=kept)).lines
    assert {"attendance.respond", "proposal.submit"} <= {each.command for each in lines}
    assert {each.by_name for each in lines if each.command == "attendance.respond"} == {"Astrid Fjord"}
    await scene.ok(RAGNHILD, "person.unmerge", person_id=kept)
    after = await dump(scene.runtime.db)
    for name in ("attendance", "proposal", "delivery", "quiet_time", "calendar_entry", "person"):
        assert [row for row in before[name] if row not in after[name]] == [], name


async def test_who_cannot_be_merged(scene):
    eli, other = await doubled(scene)
    astrid, frode, siri = [await scene.person(who) for who in (ASTRID, FRODE, SIRI)]
    for given, key in (
        ({"person_id": eli, "other_id": eli}, "merge_with_self"),
        ({"person_id": astrid, "other_id": frode}, "merge_shares_seat"),
        ({"person_id": eli, "other_id": siri}, "not_found"),
    ):
        assert (await scene.refused(RAGNHILD, "person.merge", **given)).key == key
    assert (await scene.refused(BJORN, "person.merge", person_id=eli, other_id=other)).status == 403


async def consented(scene, who):
    """Somebody consents to the secretariat's text."""
    request = await scene.one(ConsentRequest, person_id=await scene.person(who))
    await scene.ok(who, "consent.give", request_id=request.id)


async def test_a_consent_that_was_withdrawn_under_one_name_does_not_live_on_under_another(scene):
    """Whoever said no under either name is published under none, and is asked what they were asked under both."""
    eli, other = await doubled(scene)
    words = dict.fromkeys(("nb", "nn", "en"), "Jeg samtykker.")
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **words)
    await consented(scene, ELI)
    scene.at(2026, 11, 3, 9)
    await consented(scene, OTHER)
    (given,) = await scene.all(Consent, person_id=other)
    scene.at(2026, 11, 4, 9)
    await scene.ok(OTHER, "consent.withdraw", consent_id=given.id)
    ask = {"person_id": eli, "other_id": other}
    asked = await run(scene.runtime, "person.merge", ask, Caller("cli", RAGNHILD))
    assert "har sagt nei" in asked.words
    await scene.ok(RAGNHILD, "person.merge", **ask)
    consents = await scene.all(Consent)
    assert {each.person_id for each in consents} == {eli}
    assert all(each.withdrawn_at is not None for each in consents)
    newer = await scene.one(ConsentRequest, person_id=eli)
    assert (newer.consent_id, newer.answered_at is not None) == (None, True)
    await scene.ok(RAGNHILD, "person.unmerge", person_id=eli)
    (own,) = await scene.all(Consent, person_id=eli)
    assert own.withdrawn_at is None
    requests = {each.person_id: each.consent_id for each in await scene.all(ConsentRequest)}
    assert (requests[eli], requests[other]) == (own.id, None)


async def test_undoing_brings_no_consent_back_that_was_said_no_to_meanwhile(scene):
    """Eli consented under one name and, later, said no under the other; merged, she consents, and withdraws again."""
    eli, other = await doubled(scene)
    words = dict.fromkeys(("nb", "nn", "en"), "Jeg samtykker.")
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **words)
    await consented(scene, ELI)
    scene.at(2026, 11, 3, 9)
    request = await scene.one(ConsentRequest, person_id=other)
    await scene.ok(OTHER, "consent.decline", request_id=request.id)
    scene.at(2026, 11, 4, 9)
    await scene.ok(RAGNHILD, "person.merge", person_id=eli, other_id=other)
    scene.at(2026, 11, 5, 9)
    await consented(scene, ELI)
    (given,) = await scene.all(Consent, person_id=eli, withdrawn_at=None)
    scene.at(2026, 11, 6, 9)
    await scene.ok(ELI, "consent.withdraw", consent_id=given.id)
    await scene.ok(RAGNHILD, "person.unmerge", person_id=eli)
    assert [each.person_id for each in await scene.all(Consent) if each.withdrawn_at is None] == []
    for who in (ELI, OTHER):
        (question,) = (await scene.ok(who, "consent.show")).questions
        assert question.state is ConsentRequestState.DECLINED


async def test_a_chain_of_mergings_is_undone_from_its_end_and_nobody_is_left_empty(scene):
    eli, other = await doubled(scene)
    frode = await scene.person(FRODE)
    before = {term.id: term.person_id for term in await scene.all(Term)}
    await scene.ok(RAGNHILD, "person.merge", person_id=eli, other_id=other)
    await scene.ok(RAGNHILD, "person.merge", person_id=frode, other_id=eli)
    shown = await scene.ok(RAGNHILD, "person.show", person_id=eli)
    assert "person.unmerge" not in {each.command for each in shown.actions}
    assert (await scene.refused(RAGNHILD, "person.unmerge", person_id=eli)).key == "unmerge_other_first"
    for person_id in (frode, eli):
        await scene.ok(RAGNHILD, "person.unmerge", person_id=person_id)
    assert {term.id: term.person_id for term in await scene.all(Term)} == before
    for who, name in ((ELI, "Eli Union"), (OTHER, "Eli U. Dobbel"), (FRODE, "Frode Vara")):
        assert (await scene.done(who, "worklist.show")).view.name == name


async def test_a_question_to_a_leader_follows_whoever_they_turned_out_to_be(scene):
    given = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-12-01", "anchored": "true"}
    seat = await scene.seat("fjord")
    await scene.ok(
        ASTRID, "seat_change.report", seat_id=seat, anchored_by="Paal", leader_email="pal@rhf.example", **given
    )
    leader, paal = await scene.person("pal@rhf.example"), await scene.person(PAAL)
    await scene.ok(RAGNHILD, "person.merge", person_id=paal, other_id=leader)
    (asked,) = await scene.all(LineConfirmation)
    assert asked.person_id == paal
    assert (await scene.done(PAAL, "line_confirmation.confirm", confirmation_id=asked.id)).status == 200


async def test_two_posts_at_one_secretariat_at_a_time_are_not_one_persons(scene):
    given = {"person_id": await scene.person(KARI), "other_id": await scene.person(RAGNHILD)}
    assert (await scene.refused(RAGNHILD, "person.merge", **given)).key == "merge_shares_post"


async def test_an_address_that_somebody_else_has_meanwhile_is_not_taken_back(scene):
    eli, other = await doubled(scene)
    await scene.ok(RAGNHILD, "person.merge", person_id=eli, other_id=other)
    await scene.ok(RAGNHILD, "person.remove_address", person_id=eli, email=OTHER)
    await scene.ok(RAGNHILD, "person.add_address", person_id=await scene.person(FRODE), email=OTHER)
    asked = await run(scene.runtime, "person.unmerge", {"person_id": eli}, Caller("cli", RAGNHILD))
    assert f"{OTHER} er en annens nå" in asked.words
    await scene.ok(RAGNHILD, "person.unmerge", person_id=eli)
    assert (await scene.one(Person, id=other)).email is None
    assert (await scene.done(OTHER, "worklist.show")).view.name == "Frode Vara"


def test_whatever_names_a_person_follows_them_or_says_why_it_stays():
    naming = {
        f"{each.name}.{column.name}"
        for each in Base.metadata.sorted_tables
        for column in each.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }
    follows = {f"{model.__tablename__}.person_id" for model in FOLLOWS.values()}
    follows |= {f"{model.__tablename__}.{name}" for model, names in DEEDS for name in names}
    assert follows | set(STAYS) == naming
    assert not follows & set(STAYS)


async def test_what_somebody_outside_was_invited_to_and_sent_follows_them_and_goes_back(scene):
    meeting_id, item_id = await scene.published()
    nora, again = "nora@partner.example", "nora.partner@post.example"
    line = {"body_id": scene.body_id, "what": "agenda"}
    await scene.ok(RAGNHILD, "distribution_line.add", **line, email=nora, name="Nora Partner")
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Ny sak", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    given = {"meeting_id": meeting_id, "name": "Nora Partner", "item_id": item_id}
    await scene.ok(RAGNHILD, "guest_invitation.send", **given, email=nora)
    await scene.ok(RAGNHILD, "person.create", name="Nora P. Partner", email=again)
    kept, merged = await scene.person(again), await scene.person(nora)
    await scene.ok(RAGNHILD, "person.merge", person_id=kept, other_id=merged)
    guest_id = (await scene.one(Guest)).id
    assert "Felles rotasjon" in await scene.words(again, "guest_invitation.show", guest_id=guest_id)
    about = {"meeting_id": meeting_id, "what": "agenda"}
    assert "Ny sak" in await scene.words(again, "dispatch.show", **about)
    (shown,) = (await scene.ok(RAGNHILD, "distribution_line.list", body_id=scene.body_id)).lines
    assert (shown.to, shown.count, shown.unreached) == ("Nora P. Partner", 1, ())
    await scene.ok(RAGNHILD, "person.unmerge", person_id=kept)
    for model in (Guest, Dispatch, DistributionLine):
        assert {row.person_id for row in await scene.all(model)} == {merged}
