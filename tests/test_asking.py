"""What asks first is run and taken back: nothing of it is left, and it says nothing that is not to be known yet."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

import builders
from builders import ASTRID, BJORN, ELI, RAGNHILD
from consultation_asks import CONSULTATION_ASKS
from distribution_asks import DISTRIBUTION_ASKS
from dumps import written
from lisbot import commands
from lisbot.commands import COMMANDS
from lisbot.council.enums import DeliveryState
from lisbot.council.models import (
    Account,
    AgendaItem,
    Delivery,
    FollowUp,
    Meeting,
    Organisation,
    Proposal,
    SealedBallot,
    SeatChange,
    Vote,
)
from lisbot.council.register.identity import Caller
from local_input_asks import LOCAL_INPUT_ASKS
from register_asks import REGISTER_ASKS
from stages import JUNE, Scene
from travel_asks import TRAVEL_ASKS


@pytest.fixture
async def scene(runtime, clock):
    return Scene(runtime, clock, await builders.council(runtime.db))


async def ask(scene, who, name, **given):
    return await commands.ask(scene.runtime, name, given, Caller("cli", who))


async def test_a_form_that_says_what_would_happen_leaves_nothing_behind(scene, caplog):
    """Of every command that asks first and whose form says it at once: no row, no message, no log line, no number."""
    meeting_id, _ = await scene.minuted()
    await scene.ok(ASTRID, "proposal.submit", meeting_id=2, title="Enda en sak", kind="advice")
    proposal = (await scene.one(Proposal, title="Enda en sak")).id
    new = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-05-01", "anchored_by": "Direktøren"}
    await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), anchored=True, **new)
    vote_id = await scene.question(body_id=scene.body_id)
    change = (await scene.one(SeatChange)).id
    june = 2
    about = {
        "call.open": {"meeting_id": june},
        "meeting.cancel": {"meeting_id": june, "reason": "Streik"},
        "meeting.move": {"meeting_id": june, "day": "2027-06-16"},
        "minutes.approve": {"meeting_id": meeting_id},
        "minutes.send": {"meeting_id": meeting_id},
        "notice.send": {"meeting_id": june},
        "proposal.withdraw": {"proposal_id": proposal},
        "seat_change.approve": {"change_id": change},
        "vote.close": {"vote_id": vote_id},
        "vote.open": {"body_id": scene.body_id, "question": "Møtes vi digitalt?"},
        "year_plan.set_dates": {"body_id": scene.body_id, "dates": "2027-09-15"},
    }
    before = await written(scene.runtime.db)
    for name, given in about.items():
        assert COMMANDS[name].asks_first
        reply = await ask(scene, ASTRID if name == "proposal.withdraw" else RAGNHILD, name, **given)
        assert (reply.status, reply.shows) == (200, "form"), (name, reply.words)
        assert reply.view.asked is not None, name
        assert await written(scene.runtime.db) == before, name
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_secret_vote_is_not_opened_by_asking(scene):
    vote_id = await scene.asked(secret=True)
    for who, choice in ((ASTRID, "for"), (BJORN, "against"), (ELI, "for")):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice)
    before = await written(scene.runtime.db)
    reply = await ask(scene, RAGNHILD, "vote.close", vote_id=vote_id)
    refused = await commands.run(scene.runtime, "vote.close", {"vote_id": vote_id}, Caller("cli", RAGNHILD))
    for each in (reply, refused):
        said = " ".join([each.words, *each.view.facts])
        assert "For" not in said and "Mot" not in said and "tilslutning" not in said
    assert await written(scene.runtime.db) == before
    assert len(await scene.all(SealedBallot, vote_id=vote_id)) == 3
    assert (await scene.one(Vote, id=vote_id)).closed_at is None
    closed = await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert dict(closed.counts) == {"for": 2, "against": 1, "abstain": 0}


async def test_a_light_deed_says_beforehand_whom_it_tells_without_another_press(scene):
    proposal_id = await scene.proposed()
    assert "Den som sendte forslaget, får beskjed om svaret." in await scene.words(
        RAGNHILD, "proposal.show", proposal_id=proposal_id
    )
    assert "får beskjed om svaret" not in await scene.words(ASTRID, "proposal.show", proposal_id=proposal_id)
    form = await scene.form(RAGNHILD, "proposal.send_back", proposal_id=proposal_id)
    assert form["asked"] == ["Den som sendte forslaget, får beskjed med begrunnelsen."]
    sent = await scene.done(RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason="Skriv mer.")
    assert sent.reply.told == ("Astrid Fjord får beskjed på e-post.",)


# Every command that asks first, as somebody gives it where it fits, and what must be said before anything is done.


async def of_planned(scene):
    return {"meeting_id": await scene.planned()}


async def of_march(scene):
    return {"meeting_id": await scene.called()}


async def of_sent_notice(scene, **more):
    return {"meeting_id": (await scene.published())[0], **more}


async def of_june(scene):
    return (await scene.one(Meeting, held_on=JUNE)).id


async def to_move(scene):
    return await of_sent_notice(scene, day="2027-03-11")


async def to_cancel(scene):
    return await of_sent_notice(scene, reason="Streik") | {"to_meeting_id": await of_june(scene)}


async def to_carry(scene):
    given = await of_sent_notice(scene)
    await scene.proposed(ELI, "Et forslag som venter")
    await scene.ok(RAGNHILD, "meeting.cancel", reason="Streik", **given)
    return given | {"to_meeting_id": await of_june(scene)}


async def to_load(scene):
    await scene.planned()
    return {"plan": "body;date;place\nsamrad;2027-09-15;Oslo\nsamrad;2027-03-10;Bergen"}


async def to_extend_call(scene):
    return await of_march(scene) | {"closes_on": "2027-02-25"}


async def of_proposal(scene):
    return {"proposal_id": await scene.proposed()}


async def to_reject(scene):
    return await of_proposal(scene) | {"reason": "Ikke rådets sak."}


async def to_undo(scene):
    given = await of_proposal(scene)
    await scene.ok(RAGNHILD, "proposal.reject", reason="Nei", **given)
    return given


async def of_item(scene):
    return {"item_id": await scene.on_agenda()}


async def to_notify(scene):
    return {"meeting_id": (await scene.one(AgendaItem, id=await scene.on_agenda())).meeting_id}


async def to_ask(scene):
    return {"body_id": scene.body_id, "question": "Digitalt?"}


async def of_answered_vote(scene, **more):
    vote_id = await scene.question(body_id=scene.body_id)
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    return {"vote_id": vote_id, **more}


async def to_extend_vote(scene):
    return await of_answered_vote(scene, closes_on="2026-12-20")


async def to_recuse(scene):
    return await of_answered_vote(scene, seat_id=await scene.seat("fjord"), reason="Part")


async def to_lift(scene):
    given = await to_recuse(scene)
    await scene.ok(RAGNHILD, "vote.recuse", **given)
    return {name: given[name] for name in ("vote_id", "seat_id")}


async def to_withdraw_vote(scene):
    return await of_answered_vote(scene, reason="Feil")


async def to_send_minutes(scene):
    return {"meeting_id": (await scene.minuted())[0], "until": "2027-03-20"}


async def to_approve_minutes(scene):
    given = await to_send_minutes(scene)
    await scene.ok(RAGNHILD, "minutes.send", **given)
    await scene.ok(ELI, "minutes.comment", meeting_id=given["meeting_id"], text="Vi var ikke enige.")
    return {"meeting_id": given["meeting_id"]}


async def of_follow_up(scene):
    meeting_id, item_id = await scene.minuted()
    given = {"organisation_id": [(await scene.one(Organisation, key="fjord")).id], "what": "Ta det opp"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return {"follow_up_id": (await scene.one(FollowUp)).id}


async def to_reopen(scene):
    return {"meeting_id": (await scene.approved())[0], "reason": "Skrivefeil"}


async def to_edit_person(scene):
    return {"person_id": await scene.person(ASTRID), "name": "Astrid Fjord", "email": "ny@fjord.example"}


async def of_account(scene):
    linked = {"person_id": await scene.person(ASTRID), "linked_at": datetime(2026, 1, 1, tzinfo=UTC)}
    async with scene.runtime.db.write() as db:
        db.add(Account(platform="teams", tenant="t", external_id="x", **linked))
    return {"account_id": (await scene.one(Account)).id}


async def to_relink(scene):
    given = await of_account(scene)
    await scene.ok(RAGNHILD, "account.unlink", **given)
    return given


async def of_change(scene, name="Nina Ny", email="nina@fjord.example"):
    new = {"name": name, "email": email, "from_on": "2027-05-01", "anchored_by": "Direktøren", "anchored": True}
    await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), **new)
    return {"change_id": (await scene.one(SeatChange)).id}


async def of_namesake(scene):
    return await of_change(scene, "Frode Vara", "annen@fjord.example")


async def of_holiday(scene):
    return {"body_id": scene.body_id, "dates": "2027-05-17"}


def in_several(prepare):
    """The same of the meetings of several councils."""

    async def given(scene):
        return {"meeting_id": [(await prepare(scene))["meeting_id"]]}

    return given


async def to_remind_of_cases(scene):
    await scene.approved()
    return {"body_id": scene.body_id}


async def to_triage(scene):
    proposal_id = await scene.proposed()
    return {"meeting_id": (await scene.one(Proposal, id=proposal_id)).meeting_id} | {
        f"proposals.{proposal_id}.answer": "accept"
    }


async def to_resend(scene):
    await of_sent_notice(scene)
    async with scene.runtime.db.write() as db:
        for row in await db.scalars(select(Delivery).where(Delivery.kind == "notice")):
            row.state, row.reason = DeliveryState.FAILED, "Throttled"
        first = await db.scalar(select(Delivery.id).where(Delivery.kind == "notice"))
    return {"delivery_id": first}


VOTERS = "Astrid Fjord, Bjørn Ås og Eli Union får beskjed på e-post."
ONE = "Astrid Fjord får beskjed på e-post."
FOUR, FIVE = "4 personer får beskjed på e-post.", "5 personer får beskjed på e-post."
MOVED = "1 sak er flyttet til møtet onsdag 9. juni 2027."
ENDS = "Astrid Fjord til og med fredag 30. april 2027."
SAID_FIRST = {
    "account.relink": (to_relink, "Teams-kontoen til Astrid Fjord, koblet fra mandag 2. november 2026"),
    "account.unlink": (of_account, "Teams-kontoen til Astrid Fjord, koblet torsdag 1. januar 2026"),
    "agenda_item.remove": (of_item, "Sak 1/27 beholder nummer og tekst", ONE),
    "call.close": (of_march, "Fristen skulle vært onsdag 17. februar 2027", "3 av 3 har ikke svart."),
    "call.extend": (to_extend_call, VOTERS),
    "call.open": (of_planned, VOTERS),
    "call.open_all": (in_several(of_planned), "Samordningsrådet, onsdag 10. mars 2027:", VOTERS),
    "call.remind_all": (in_several(of_march), "3 av 3 har ikke svart.", VOTERS),
    "carry_through.remind": (to_remind_of_cases, VOTERS),
    "delivery.resend": (to_resend, FOUR),
    "call.remind": (of_march, "3 av 3 har ikke svart.", VOTERS),
    "follow_up.remind": (of_follow_up, ONE),
    "meeting.cancel": (to_cancel, MOVED, FIVE),
    "meeting.carry_cases": (
        to_carry,
        MOVED,
        "1 forslag er flyttet",
        "Astrid Fjord og Eli Union får beskjed på e-post.",
    ),
    "meeting.move": (to_move, "til torsdag 11. mars 2027", "torsdag 18. februar 2027", FIVE),
    "meeting.remind": (of_sent_notice, "4 personer har ikke svart på innkallingen.", FOUR),
    "meeting.remind_all": (in_several(of_sent_notice), "4 personer har ikke svart på innkallingen.", FOUR),
    "minutes.approve": (to_approve_minutes, "10 dager igjen", "1 kommentar er ikke besvart.", FOUR),
    "minutes.reopen": (to_reopen, FOUR),
    "minutes.send": (to_send_minutes, FOUR),
    "notice.send": (to_notify, "onsdag 10. mars 2027 kl. 09.00–15.00", "1/27 Felles rotasjon", FIVE),
    "notice.send_all": (in_several(to_notify), "1/27 Felles rotasjon", FIVE),
    "person.edit": (to_edit_person, ONE),
    "proposal.reject": (to_reject, "avslaget kan angres", ONE),
    "proposal.triage_all": (to_triage, ONE),
    "proposal.undo": (to_undo, "Svaret «avvist» tas tilbake", ONE),
    "proposal.withdraw": (
        of_proposal,
        "ståande som trekt",
        "Kari Sekretær og Ragnhild Regut får beskjed på e-post.",
    ),
    "seat_change.approve": (of_change, ENDS, "Astrid Fjord og Nina Ny får beskjed på e-post."),
    "seat_change.approve_namesake": (of_namesake, ENDS, "Astrid Fjord og Frode Vara får beskjed på e-post."),
    "vote.close": (of_answered_vote, "2 av 3 har ikke svart.", VOTERS),
    "vote.extend": (to_extend_vote, VOTERS),
    "vote.lift_recusal": (to_lift, "Astrid Fjord regnes med igjen", ONE),
    "vote.open": (to_ask, VOTERS),
    "vote.recuse": (to_recuse, "Astrid Fjord kan ikke svare", "blir slettet", ONE),
    "vote.remind": (of_answered_vote, "2 av 3 har ikke svart.", "Bjørn Ås og Eli Union får beskjed på e-post."),
    "vote.withdraw": (to_withdraw_vote, "får ikke noe resultat", "1 svar er gitt, og blir ikke telt.", VOTERS),
    "year_plan.load": (to_load, "Nye datoer: 1. Endrede: 1. Uendrede: 0.", "Sted: Oslo → Bergen."),
    "year_plan.set_dates": (of_holiday, "mandag 17. mai 2027 er Andre pinsedag og Grunnlovsdag."),
    **REGISTER_ASKS,
    **DISTRIBUTION_ASKS,
    **TRAVEL_ASKS,
    **CONSULTATION_ASKS,
    **LOCAL_INPUT_ASKS,
}


def test_every_command_that_asks_first_is_tried():
    assert set(SAID_FIRST) == {name for name, command in COMMANDS.items() if command.asks_first}


@pytest.mark.parametrize("name", SAID_FIRST)
async def test_nothing_is_done_before_what_it_comes_to_was_said_and_agreed_to(scene, name):
    """Whoever gives it gets its form with the figures, and nothing changes; when they say yes to just that, it does."""
    prepare, *said = SAID_FIRST[name]
    given = await prepare(scene)
    who = ASTRID if name == "proposal.withdraw" else BJORN if name in LOCAL_INPUT_ASKS else RAGNHILD
    caller = Caller("cli", who)
    before = await written(scene.runtime.db)
    reply = await commands.run(scene.runtime, name, given, caller)
    assert (reply.status, reply.shows) == (409, "form"), reply.words
    facts = " ".join(reply.view.facts)
    assert [each for each in said if each not in facts] == [], facts
    assert await written(scene.runtime.db) == before
    half = await commands.run(scene.runtime, name, {**given, "confirm": "something_else"}, caller)
    assert half.status == 409 or not any(line.is_done for line in half.view.lines)
    assert await written(scene.runtime.db) == before
    agreed = await commands.run(scene.runtime, name, {**given, "confirm": ",".join(reply.view.asked)}, caller)
    assert agreed.is_done, agreed.words
    assert await written(scene.runtime.db) != before
