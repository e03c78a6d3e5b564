"""A council's meeting played through its commands, and every card on the way as its viewer sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

import builders
import consultation_scene
import distribution_scene
import local_input_scene
import register_scene
import travel_scene
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, OSLO, PAAL, RAGNHILD
from lisbot import commands
from lisbot.cards import draw_card
from lisbot.council.core.context import RoomRef
from lisbot.council.models import Body, Person
from lisbot.council.register.identity import Caller
from lisbot.council.reminders import chores
from lisbot.runtime import Runtime
from people import run_confirmed

Keep = Callable[[str, commands.Reply], None]  # a drawing's name, and what is drawn

ROOM = Caller("room", "1")
PROPOSAL = {
    "title": "Felles *rotasjon* <b>i</b> «indremedisin» 🙂",
    "kind": "advice",
    "background": "Vi treng ei felles ordning.\n\n- Éin avtale\n- Éin kalender",
    "wording": "Rådet tilrår felles rotasjon.",
    "duration_minutes": "20",
    "links": "https://fjord.example/rotasjon\nhttps://fjord.example/avtale",
}


@dataclass
class Scene:
    """Everybody speaks one language here, and each step is a command somebody gives."""

    runtime: Runtime
    clock: Any
    lang: str
    keep: Keep

    async def set_out(self) -> None:
        await builders.council(self.runtime.db, quorum="half", majority="simple", mandate_by="Fagdirektørmøtet")
        async with self.runtime.db.write() as db:
            await db.execute(update(Person).values(lang=self.lang))
            await db.execute(update(Body).values(lang=self.lang))

    async def see(self, name: str, who: str | Caller, command: str, /, **given: Any) -> Any:
        """Run a command and keep the card it shows, under a name; nothing is kept without one."""
        reply = await run_confirmed(self.runtime, command, given, as_caller(who))
        assert reply.status == 200, (command, reply.words)
        if name:
            self.keep(f"{reply.shows}.{name}", reply)
        return reply.view

    async def do(self, who: str, command: str, /, **given: Any) -> Any:
        return await self.see("", who, command, **given)

    async def ask(self, who: str | Caller, command: str, /, **given: Any) -> None:
        """Ask for a command's form and keep it."""
        reply = await commands.ask(self.runtime, command, given, as_caller(who))
        assert reply.status == 200, (command, reply.words)
        self.keep(f"form.{command}", reply)

    async def refused(self, name: str, who: str, command: str, /, **given: Any) -> None:
        """Keep the form that comes back, filled in, with what is wrong."""
        reply = await commands.run(self.runtime, command, given, as_caller(who))
        assert reply.status in (409, 422), (command, reply.words)
        self.keep(f"form.{command}.{name}", reply)

    def at(self, month: int, day: int, hour: int = 9) -> None:
        self.clock.at = datetime(2027, month, day, hour, 0, tzinfo=OSLO)


def card_of(reply: commands.Reply) -> dict[str, Any]:
    assert reply.viewer
    return draw_card(reply.shows, reply.view, reply.viewer)


def as_caller(who: str | Caller) -> Caller:
    return who if isinstance(who, Caller) else Caller("cli", who)


async def play(s: Scene) -> None:
    await s.set_out()
    await before_the_call(s)
    await the_call(s)
    await triage(s)
    await agenda(s)
    await answers(s)
    await votes(s)
    await minutes(s)
    await register(s)
    await register_scene.kept(s)
    await travel_scene.referrals(s)
    await consultation_scene.consultations(s)
    await distribution_scene.kept(s)
    await travel_scene.processes(s)
    await s.ask(ASTRID, "outcome.search")
    await s.see("searched", ASTRID, "outcome.search", text="rotasjon")
    await s.see("found-nothing", ELI, "outcome.search", text="xyz")
    await reminders(s)
    await local_input_scene.local_inputs(s)
    await consultation_scene.about_a_case(s)
    await s.see("whole", RAGNHILD, "log.verify")


async def before_the_call(s: Scene) -> None:
    await s.see("secretary", RAGNHILD, "menu.show")
    await s.see("member", ELI, "menu.show")
    await s.see("reader", HILDE, "menu.show")
    await s.see("nothing-waits", ASTRID, "worklist.show")
    await s.see("without-dates", RAGNHILD, "body.show", body_id=1)
    await s.see("chosen", ELI, "person.choose_language", language=s.lang)
    await s.ask(ELI, "person.choose_language")
    await s.see("none", RAGNHILD, "standing_item.show", body_id=1)
    await s.ask(RAGNHILD, "standing_item.set_all", body_id=1)
    await s.ask(RAGNHILD, "year_plan.set_dates", body_id=1)
    await s.refused("holiday", RAGNHILD, "year_plan.set_dates", body_id=1, dates="2027-05-17")
    await s.refused("wrong", RAGNHILD, "year_plan.set_dates", body_id=1, dates="31.02.2027", link="ikke en lenke")
    await s.see("empty", RAGNHILD, "year_plan.show", body_id=1, year=2027)
    where = {"starts": "10:00", "ends": "15:00", "place": "Gardermoen", "link": "https://video.example/m"}
    await s.see("planned", RAGNHILD, "year_plan.set_dates", body_id=1, dates="2027-03-10, 2027-06-09", **where)
    await s.see("member", ASTRID, "year_plan.show", body_id=1, year=2027)
    await s.ask(RAGNHILD, "year_plan.load")
    await s.see("loaded", RAGNHILD, "year_plan.load", plan="body;date\nsamrad;2027-09-15")
    await s.ask(RAGNHILD, "meeting.move", meeting_id=3)
    await s.ask(RAGNHILD, "meeting.cancel", meeting_id=3)
    await s.see("cancelled", RAGNHILD, "meeting.cancel", meeting_id=3, reason="For få saker")
    await s.ask(RAGNHILD, "meeting.carry_cases", meeting_id=3)
    await s.ask(RAGNHILD, "meeting.enter_held", body_id=1)
    await s.see("planned", RAGNHILD, "dashboard.show")
    await s.see("secretary", RAGNHILD, "body.show", body_id=1)
    await s.see("member", ASTRID, "body.show", body_id=1)
    room = Caller("cli", RAGNHILD, room=RoomRef("teams", "t", "19:rom", "https://smba.example/"))
    await s.ask(room, "room.link")
    await s.see("linked", room, "room.link", body="samrad")


async def the_call(s: Scene) -> None:
    await s.see("planned", RAGNHILD, "call.show", meeting_id=1)
    s.at(1, 27)
    await s.ask(RAGNHILD, "call.open", meeting_id=1)
    await s.ask(RAGNHILD, "call.open_all")
    await s.see("opened", RAGNHILD, "call.open", meeting_id=1)
    await s.see("left", RAGNHILD, "call.open_all", meeting_id=1)
    await s.ask(RAGNHILD, "call.remind_all")
    await s.see("member", ASTRID, "call.show", meeting_id=1)
    await s.see("channel", ROOM, "call.show", meeting_id=1)
    await s.see("call-waits", ASTRID, "worklist.show")
    await s.ask(ASTRID, "proposal.submit", meeting_id=1)
    await s.refused("wrong", ASTRID, "proposal.submit", meeting_id=1, title="", duration_minutes="481", links="x")
    await s.see("sent", ASTRID, "proposal.submit", meeting_id=1, **PROPOSAL)
    await s.ask(ASTRID, "proposal.edit", proposal_id=1)
    await s.see("no-items", ELI, "call.decline", meeting_id=1)
    for title in ("Simulering", "Vurdering av LIS", "Parkering", "Tid til fordypning"):
        await s.do(BJORN, "proposal.submit", meeting_id=1, title=title, kind="discussion", confidential=True)
    await s.see("withdrawn", BJORN, "proposal.withdraw", proposal_id=5)
    await s.see("own", ASTRID, "call.show", meeting_id=1)
    s.at(2, 16)
    await s.ask(RAGNHILD, "call.extend", meeting_id=1)
    s.at(2, 18)
    await s.see("closed", RAGNHILD, "call.close", meeting_id=1)
    await s.see("late", PAAL, "proposal.submit", meeting_id=1, title="For seint", kind="information")


async def triage(s: Scene) -> None:
    await s.see("waiting", RAGNHILD, "proposal.triage", meeting_id=1)
    await s.ask(RAGNHILD, "proposal.triage_all", meeting_id=1)
    await s.see("waiting", RAGNHILD, "proposal.show", proposal_id=1)
    await s.see("accepted", RAGNHILD, "proposal.accept", proposal_id=1)
    for deed in ("send_back", "merge", "postpone", "reject"):
        await s.ask(RAGNHILD, f"proposal.{deed}", proposal_id=2)
    await s.see("returned", RAGNHILD, "proposal.send_back", proposal_id=2, reason="Hva skal rådet svare på?")
    await s.see("returned", BJORN, "worklist.show")
    await s.see("merged", RAGNHILD, "proposal.merge", proposal_id=3, item_id=2)
    await s.see("rejected", RAGNHILD, "proposal.reject", proposal_id=4, reason="Sykehusets egen sak.")
    await s.see("postponed", RAGNHILD, "proposal.postpone", proposal_id=6, meeting_id=2, reason="Til juni.")
    await s.see("proposals-wait", RAGNHILD, "dashboard.show")


async def agenda(s: Scene) -> None:
    await s.see("unpublished", ELI, "meeting.show", meeting_id=1)
    await s.see("unpublished", HILDE, "agenda.show", meeting_id=1)
    await s.ask(RAGNHILD, "agenda_item.add", meeting_id=1)
    await s.do(RAGNHILD, "agenda_item.add", meeting_id=1, title="Budsjett", kind="information", confidential="true")
    await s.ask(RAGNHILD, "agenda_item.edit", item_id=2)
    await s.ask(RAGNHILD, "agenda.reorder", meeting_id=1)
    await s.ask(RAGNHILD, "agenda.schedule", meeting_id=1)
    await s.see("with-break", RAGNHILD, "agenda.schedule", meeting_id=1, **{"items.2.break_minutes": "15"})
    await s.do(RAGNHILD, "agenda.schedule", meeting_id=1, **{"items.2.break_minutes": ""})
    await s.see("draft", RAGNHILD, "agenda_item.move_up", item_id=3)
    await s.see("draft", RAGNHILD, "meeting.show", meeting_id=1)
    await s.ask(RAGNHILD, "agenda.copy", meeting_id=2)
    await s.ask(RAGNHILD, "notice.send_all")
    await s.see("published", RAGNHILD, "notice.send", meeting_id=1)
    change = PROPOSAL | {"duration_minutes": "45"}
    await s.see("changed", RAGNHILD, "agenda_item.edit", item_id=2, **change)
    await s.do(RAGNHILD, "notice.send", meeting_id=1)
    await s.see("reader", HILDE, "agenda.show", meeting_id=1)
    await s.see("channel", ROOM, "meeting.show", meeting_id=1)


async def answers(s: Scene) -> None:
    await s.ask(RAGNHILD, "meeting.remind_all")
    await s.see("invited", ASTRID, "worklist.show")
    await s.see("invited", ASTRID, "meeting.show", meeting_id=1)
    await s.ask(ASTRID, "attendance.respond", meeting_id=1, response="absent")
    await s.refused("no-reason", ASTRID, "attendance.respond", meeting_id=1, response="absent", deputy_id=4)
    given = {"response": "absent", "reason": "Vakt", "deputy_id": 4}
    await s.see("absent", ASTRID, "attendance.respond", meeting_id=1, **given)
    await s.see("asked", FRODE, "worklist.show")
    await s.see("deputy", FRODE, "attendance.respond_as_deputy", meeting_id=1, response="comes")
    await s.do(BJORN, "attendance.respond", meeting_id=1, response="digital")
    await s.ask(RAGNHILD, "attendance.note", meeting_id=1, seat_id=3)
    await s.see("noted", RAGNHILD, "attendance.note", meeting_id=1, seat_id=3, response="comes")
    await s.see("noted", ELI, "meeting.show", meeting_id=1)
    await s.see("partly", RAGNHILD, "attendance.forecast", meeting_id=1)


async def votes(s: Scene) -> None:
    s.at(3, 10, 11)
    await s.ask(RAGNHILD, "vote.open", item_id=2)
    await s.refused("the-word", RAGNHILD, "vote.open", item_id=2, question="Er dette et vedtak?")
    await s.see("opened", RAGNHILD, "vote.open", item_id=2, question="Tilrår rådet felles rotasjon?")
    await s.see("asked", FRODE, "vote.show", vote_id=1)
    await s.see("vote-waits", FRODE, "worklist.show")
    await s.see("channel", ROOM, "vote.show", vote_id=1)
    await s.see("watching", PAAL, "vote.show", vote_id=1)
    await s.see("answered", FRODE, "vote.cast", vote_id=1, choice="for")
    await s.do(ELI, "vote.cast", vote_id=1, choice="for")
    await s.do(ELI, "vote.cast", vote_id=1, choice="against")
    await s.ask(RAGNHILD, "vote.recuse", vote_id=1)
    await s.see("recused", RAGNHILD, "vote.recuse", vote_id=1, seat_id=2, reason="Egen avtale")
    await s.see("you-are-recused", BJORN, "vote.show", vote_id=1)
    await s.see("closed", BJORN, "vote.close", vote_id=1)
    consent = {"form": "consent", "secret": "true", "closes_on": "2027-03-12", "closes_at": "12:00"}
    await s.do(RAGNHILD, "vote.open", body_id=1, question="Digitalt møte i juni?", **consent)
    await s.see("consent", ELI, "vote.show", vote_id=2)
    await s.ask(ELI, "vote.cast", vote_id=2, choice="disagree")
    given = {"choice": "disagree", "reason": "Vi vil møtes."}
    await s.see("secret", ELI, "vote.cast", vote_id=2, **given)
    await s.see("secret-answered", ELI, "vote.show", vote_id=2)
    await s.see("retracted", ELI, "vote.retract", vote_id=2)
    await s.do(ELI, "vote.cast", vote_id=2, **given)
    await s.ask(RAGNHILD, "vote.extend", vote_id=2)
    await s.see("extended", RAGNHILD, "vote.extend", vote_id=2, closes_on="2027-03-13")
    await s.ask(RAGNHILD, "vote.close", vote_id=2)
    await s.see("too-few-in-secret", RAGNHILD, "vote.close", vote_id=2)
    single = {"form": "single", "options": "Oslo\nÅs\nGardermoen", "live": "true"}
    await s.do(RAGNHILD, "vote.open", body_id=1, question="Hvor møtes vi?", **single)
    await s.see("live", ELI, "vote.cast", vote_id=3, choice="Ås")
    await s.do(RAGNHILD, "vote.recuse", vote_id=3, seat_id=1, reason="Feil linje")
    await s.ask(RAGNHILD, "vote.lift_recusal", vote_id=3, seat_id=1)
    await s.see("lifted", RAGNHILD, "vote.lift_recusal", vote_id=3, seat_id=1)
    await s.ask(RAGNHILD, "vote.withdraw", vote_id=3)
    await s.see("withdrawn", RAGNHILD, "vote.withdraw", vote_id=3, reason="Feil sted")


async def minutes(s: Scene) -> None:
    s.at(3, 11)
    await s.see("started", RAGNHILD, "minutes.start", meeting_id=1)
    await s.ask(RAGNHILD, "minutes.record_presence", meeting_id=1)
    await s.ask(RAGNHILD, "minutes.record_seat", meeting_id=1)
    await s.do(RAGNHILD, "minutes.record_seat", meeting_id=1, seat_id=1, name="Gro Gjest", arrived="10:30")
    await s.ask(RAGNHILD, "guest.add", meeting_id=1)
    await s.do(RAGNHILD, "guest.add", meeting_id=1, name="Kim Kursleder", affiliation="Universitetet", left="12:00")
    await s.do(RAGNHILD, "guest.add", meeting_id=1, item_id=2, name="Ola Taler")
    await s.ask(RAGNHILD, "guest.edit", guest_id=1)
    await s.ask(RAGNHILD, "minutes.write", item_id=2)
    await s.do(RAGNHILD, "minutes.write", item_id=2, discussed="Rådet drøftet *ordningen*.\nAlle var med.")
    await s.ask(RAGNHILD, "outcome.record", item_id=2)
    await s.refused("no-sides", RAGNHILD, "outcome.record", item_id=2, outcome="disagreement")
    given = {"outcome": "advice", "words": "Rådet tilrår felles rotasjon.", "agreement": "partly"}
    await s.see("advice", RAGNHILD, "outcome.record", item_id=2, **given)
    sides = "Fjord: for dyrt.\nUnionen: for viktig."
    await s.see("sides", RAGNHILD, "outcome.record", item_id=3, outcome="disagreement", sides=sides)
    await s.ask(RAGNHILD, "minutes.add_follow_up", item_id=2)
    follow_up = {"organisation_id": 1, "what": "Lage utkast.", "due_on": "2027-05-01"}
    await s.do(RAGNHILD, "minutes.add_follow_up", item_id=2, **follow_up)
    await s.ask(RAGNHILD, "minutes.write_items", meeting_id=1)
    wrong = {"items.2.outcome": "advice", "items.2.words": "", "items.2.due_on": "snart"}
    await s.refused("no-words", RAGNHILD, "minutes.write_items", meeting_id=1, **wrong)
    await s.do(RAGNHILD, "minutes.write_items", meeting_id=1, **{"items.3.discussed": "To syn."})
    await s.ask(RAGNHILD, "follow_up.edit", follow_up_id=1)
    await s.ask(RAGNHILD, "carry_through.choose", item_id=2)
    await s.see("nobody-asked-yet", RAGNHILD, "carry_through.choose", item_id=2, organisation_id="1,2,3")
    await s.ask(RAGNHILD, "minutes.send", meeting_id=1)
    await s.see("sent", RAGNHILD, "minutes.send", meeting_id=1, until="2027-03-20")
    await s.see("comments-wait", ELI, "worklist.show")
    await s.ask(ELI, "minutes.comment", meeting_id=1)
    await s.see("commented", ELI, "minutes.comment", meeting_id=1, text="Vi var *ikke* enige.")
    await s.ask(RAGNHILD, "minutes.answer_comment", comment_id=1)
    await s.see("answered", RAGNHILD, "minutes.answer_comment", comment_id=1, answer="Det er rettet.")
    await s.ask(RAGNHILD, "minutes.approve", meeting_id=1)
    await s.see("approved", RAGNHILD, "minutes.approve", meeting_id=1)
    await s.see("open", ASTRID, "follow_up.list")
    await s.see("follow-up-waits", ASTRID, "worklist.show")
    await s.see("done", ASTRID, "follow_up.complete", follow_up_id=1)
    await s.ask(ASTRID, "follow_up.answer", follow_up_id=2)
    answered = {"follow_up_id": 2, "answer": "raised", "words": "Til *ledergruppen*.", "day": "2027-03-11"}
    await s.see("answered", ASTRID, "follow_up.answer", **answered)
    await s.see("member", BJORN, "carry_through.show", body_id=1)
    await s.see("secretary", RAGNHILD, "carry_through.show", body_id=1)
    await s.see("none", RAGNHILD, "carry_through.show", body_id=1, year=2026)
    await s.ask(RAGNHILD, "carry_through.remind", body_id=1)
    await s.see("read", ELI, "minutes.show", meeting_id=1)
    await s.see("channel", ROOM, "minutes.show", meeting_id=1)
    await s.ask(RAGNHILD, "minutes.reopen", meeting_id=1)
    await s.see("after", BJORN, "meeting.show", meeting_id=1)
    await s.see("treated", BJORN, "case.show", case_id=1)
    await s.see("sides", RAGNHILD, "case.show", case_id=2)
    await s.do(RAGNHILD, "minutes.reopen", meeting_id=1, reason="Feil navn")
    await s.see("draft-again", RAGNHILD, "minutes.show", meeting_id=1)
    await s.see("being-corrected", ELI, "minutes.show", meeting_id=1)
    await s.do(RAGNHILD, "minutes.approve", meeting_id=1)
    await s.see("old-version", ELI, "minutes.show", meeting_id=1, version=1)
    await s.see("new", ELI, "welcome.show", body_id=1)


async def register(s: Scene) -> None:
    await s.ask(ASTRID, "seat_change.report", seat_id=1)
    new = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-05-01"}
    new |= {"anchored_by": "Direktøren"}
    await s.refused("not-anchored", ASTRID, "seat_change.report", seat_id=1, **new)
    await s.see("reported", ASTRID, "seat_change.report", seat_id=1, anchored="true", **new)
    await s.see("change-waits", RAGNHILD, "dashboard.show")
    await s.see("change-waits", RAGNHILD, "register.show", body_id=1)
    await s.see("waiting", RAGNHILD, "seat_change.show", change_id=1)
    await s.ask(RAGNHILD, "seat_change.send_back", change_id=1)
    await s.see("approved", RAGNHILD, "seat_change.approve", change_id=1)
    await s.see("member", ASTRID, "register.show", body_id=1)
    await s.see("amiss", RAGNHILD, "composition.show", body_id=1)
    await s.ask(RAGNHILD, "composition.add_rule", body_id=1)
    rule = {"kind": "credential", "words": "Overlege", "source": "Mandatet, 3.1"}
    view = await s.see("with-rule", RAGNHILD, "composition.add_rule", body_id=1, **rule)
    await s.ask(RAGNHILD, "composition.edit_rule", rule_id=view.rules[0].id)
    await s.see("amiss", RAGNHILD, "composition.list")
    await s.see("none", RAGNHILD, "coordination.show", body_id=1)
    await s.ask(RAGNHILD, "coordination.plan", body_id=1)
    await s.ask(RAGNHILD, "derived_role.set", seat_id=4)
    await s.see("derived", RAGNHILD, "derived_role.set", seat_id=4, derived_from="seat", source_seat_id=3)
    await s.do(RAGNHILD, "derived_role.set", seat_id=4)
    await s.ask(RAGNHILD, "register.look_back", body_id=1)
    await s.ask(RAGNHILD, "term.add", seat_id=2)
    await s.ask(RAGNHILD, "term.correct", term_id=3)
    await s.ask(RAGNHILD, "term.retract", term_id=3)
    given = {"term_id": 3, "name": "Bjørn Ås", "email": BJORN, "rank": 0}
    await s.see("corrected", RAGNHILD, "term.correct", **given, from_on="2026-02-01")
    await s.see("corrected", ELI, "register.look_back", body_id=1, on="2026-01-15")
    await s.see("member", ELI, "term.list", seat_id=2)
    await s.ask(RAGNHILD, "person.edit", person_id=6)
    await s.see("member", RAGNHILD, "person.show", person_id=6)
    await s.see("meeting", RAGNHILD, "delivery.show", meeting_id=1)
    await s.see("none", RAGNHILD, "delivery.list")
    await s.see("own", ASTRID, "quiet_time.show")
    await s.ask(ASTRID, "quiet_time.set")
    await s.ask(ASTRID, "channel_choice.set", what="vote")
    await s.see("body", RAGNHILD, "reminder_plan.show", body_id=1)
    await s.ask(RAGNHILD, "reminder_plan.set", body_id=1)
    await s.see("none", RAGNHILD, "case.list_waiting", body_id=1)
    await s.see("none", RAGNHILD, "inbound_mail.list")
    await s.see("none", ELI, "calendar_feed.show")
    for name, about in (("meeting", "meeting_id"), ("case", "case_id"), ("seat", "seat_id"), ("person", "person_id")):
        await s.see(name, RAGNHILD, "log.show", **{about: 3 if name == "person" else 1})


async def reminders(s: Scene) -> None:
    """What the clock sends of itself, as the log's readers see it."""
    s.at(4, 30, 12)
    async with s.runtime.db.read() as db:
        first, *_ = await chores.due(db, s.clock(), OSLO)
    if s.lang == "nb":  # nobody has chosen the clock's language
        await s.see("sent", Caller("clock", "lisbot"), "reminder.send", **first)


async def overflow(s: Scene) -> None:
    """As much as may be typed, everywhere it may be."""
    await s.set_out()
    title, prose = f"**{'ø' * 190}**", f"**{'ø_ ' * 3330}**"
    links = "\n".join(f"https://fjord.example/{'a' * 175}{n}" for n in range(19))
    where = {"place": title, "link": f"https://video.example/{'a' * 1900}"}
    await s.do(RAGNHILD, "year_plan.set_dates", body_id=1, dates="2027-03-10, 2027-06-09", **where)
    s.at(1, 27)
    await s.do(RAGNHILD, "call.open", meeting_id=1)
    given = {"kind": "advice", "background": prose, "wording": prose, "links": links, "duration_minutes": "480"}
    for number in range(30):
        await s.do(ASTRID, "proposal.submit", meeting_id=1, title=f"{number} {title}", **given)
    await s.see("long", ASTRID, "call.show", meeting_id=1)
    await s.see("long", ASTRID, "worklist.show")
    await s.see("long", RAGNHILD, "proposal.triage", meeting_id=1)
    await s.see("long", RAGNHILD, "proposal.send_back", proposal_id=30, reason=prose)
    await s.ask(ASTRID, "proposal.edit", proposal_id=30)
    await s.do(ASTRID, "proposal.edit", proposal_id=30, title=title, **given)
    for number in range(30):
        await s.do(RAGNHILD, "proposal.accept", proposal_id=number + 1)
    await s.see("settled", RAGNHILD, "proposal.triage", meeting_id=1)
    await s.see("draft", RAGNHILD, "meeting.show", meeting_id=1)
    await s.ask(RAGNHILD, "agenda.reorder", meeting_id=1)
    await s.do(RAGNHILD, "notice.send", meeting_id=1)
    for number in range(30):
        await s.do(RAGNHILD, "agenda_item.edit", item_id=number + 2, title=f"{title[:-1]}x", **given)
    await s.see("changed", RAGNHILD, "agenda.show", meeting_id=1)
    await s.see("long", ELI, "agenda.show", meeting_id=1)
    await s.see("reader", HILDE, "agenda.show", meeting_id=1)
    await s.see("long", ELI, "meeting.show", meeting_id=1)
    given = {"response": "absent", "reason": prose, "deputy_id": 4}
    await s.do(ASTRID, "attendance.respond", meeting_id=1, **given)
    await s.see("long", RAGNHILD, "attendance.forecast", meeting_id=1)
    s.at(3, 10, 11)
    await s.ask(RAGNHILD, "vote.open", item_id=3)
    single = {"form": "single", "options": "\n".join(f"{n} {title}" for n in range(10)), "live": "true"}
    await s.see("long", RAGNHILD, "vote.open", item_id=3, question=prose, **single)
    await s.see("long", ELI, "vote.cast", vote_id=1, choice=f"3 {title}")
    await s.do(RAGNHILD, "vote.close", vote_id=1)
    await s.do(RAGNHILD, "minutes.start", meeting_id=1)
    outcome = {"outcome": "disagreement", "words": prose, "sides": prose}
    for number in range(30):
        item_id = number + 2
        await s.do(RAGNHILD, "minutes.write", item_id=item_id, discussed=prose)
        await s.do(RAGNHILD, "outcome.record", item_id=item_id, **outcome)
        await s.do(RAGNHILD, "minutes.add_follow_up", item_id=item_id, organisation_id=1, what=prose)
    await s.see("draft", RAGNHILD, "minutes.show", meeting_id=1)
    await s.do(RAGNHILD, "minutes.send", meeting_id=1, until="2027-03-20")
    for number in range(16):
        await s.do(ELI, "minutes.comment", meeting_id=1, text=f"{number} {prose}"[:10_000])
    await s.see("long", ELI, "minutes.show", meeting_id=1)
    await s.see("long", RAGNHILD, "meeting.show", meeting_id=1)
    await s.see("long", ELI, "outcome.search")
