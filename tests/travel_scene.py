"""A case that travels, played through its commands: sent on to others, answered, and home again."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from builders import ELI, RAGNHILD
from lisbot.council.models import Body, CaseLink, Meeting, OutsideParty, Person, Referral
from lisbot.council.register.identity import Caller

if TYPE_CHECKING:
    from scene import Scene

DIRECTORS = "direktorene@rhf.example"
CLOCK = Caller("clock", "lisbot")


async def referrals(s: "Scene") -> None:
    await s.see("none", RAGNHILD, "outside_party.list")
    await s.ask(RAGNHILD, "outside_party.create")
    party = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": DIRECTORS, "contact": "Dagny Direktør"}
    await s.see("created", RAGNHILD, "outside_party.create", **party)
    async with s.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == DIRECTORS).values(lang=s.lang))
        party_id = (await db.scalars(select(OutsideParty.id))).one()
    for deed in ("outside_party.edit", "outside_party.close"):
        await s.ask(RAGNHILD, deed, party_id=party_id)
    await s.ask(RAGNHILD, "referral_rule.add")
    await s.see("with-rule", RAGNHILD, "referral_rule.add", receiver="Fagdirektørmøtet", cause="no_agreement")
    await s.see("none", RAGNHILD, "referral.list")
    await s.ask(RAGNHILD, "referral.list")
    await s.ask(RAGNHILD, "referral.send", item_id=3)
    given = {"cause": "no_agreement", "receiver": "Fagdirektørmøtet", "sides": "Fjord: for dyrt.\nUnionen: for viktig."}
    given["receiver"] = f"party-{party_id}"
    await s.refused("no-sides", RAGNHILD, "referral.send", item_id=3, **given | {"sides": ""})
    given |= {"wording": "Én felles avtale.", "answer_by": "2027-09-01", "document": "26/01234-5"}
    await s.see("sent", RAGNHILD, "referral.send", item_id=3, **given)
    about = {"referral_id": await newest(s)}
    await s.see("waiting", RAGNHILD, "referral.list")
    for deed in ("referral.note_answer", "referral.remind", "referral.withdraw"):
        await s.ask(RAGNHILD, deed, **about)
    await s.see("asked", DIRECTORS, "referral.show", **about)
    await s.ask(DIRECTORS, "referral.answer", **about)
    answer = {"answer_kind": "answer", "answer": "Møtet ber om én avtale for begge sykehusene."}
    await s.see("answered", DIRECTORS, "referral.answer", **about, **answer)
    if s.lang == "nb":  # nobody has chosen the clock's language
        await s.see("home", CLOCK, "referral.bring_home", **about)
    await s.see("member", ELI, "referral.show", **about)
    await s.see("sent-on", RAGNHILD, "case.show", case_id=2)
    await by_hand(s)
    await inside(s)
    await together(s)


async def by_hand(s: "Scene") -> None:
    """The same to somebody without an address."""
    await s.do(RAGNHILD, "outside_party.create", name="Styret", org_kind="rhf")
    await s.do(RAGNHILD, "referral.send", case_id=2, cause="other", receiver="Styret")
    about = {"referral_id": await newest(s)}
    await s.see("by-hand", RAGNHILD, "referral.show", **about)
    await s.ask(RAGNHILD, "referral.hand_over", **about)
    await s.see("handed-over", RAGNHILD, "referral.hand_over", **about)
    await s.do(RAGNHILD, "referral.withdraw", **about, reason="Løst")


async def inside(s: "Scene") -> None:
    """The same to another council of the secretariat's."""
    async with s.runtime.db.read() as db:
        body_id = (await db.scalars(select(Body.id).where(Body.name == "Rådet for hud"))).one()
    await s.do(RAGNHILD, "year_plan.set_dates", body_id=body_id, dates="2027-09-29")
    await s.do(RAGNHILD, "referral.send", item_id=2, cause="bottleneck", receiver="Rådet for hud")
    about = {"referral_id": await newest(s)}
    await s.see("sent-here", RAGNHILD, "proposal.triage", body_id=body_id)
    await s.see("sent-here", RAGNHILD, "worklist.show")
    await s.see("sent-here", RAGNHILD, "dashboard.show")
    await s.ask(RAGNHILD, "referral.receive", **about)
    await s.ask(RAGNHILD, "referral.send_on", **about)
    async with s.runtime.db.read() as db:
        meeting_id = (await db.scalars(select(Meeting.id).where(Meeting.body_id == body_id))).one()
    await s.see("received", RAGNHILD, "referral.receive", meeting_id=meeting_id, **about)
    await s.see("sent-higher", RAGNHILD, "referral.send_on", **about, receiver="Fagdirektørmøtet", reason="Hører dit.")
    await s.see("all", RAGNHILD, "referral.list", done=True)


async def together(s: "Scene") -> None:
    """A case's journey, and cases that belong together."""
    await s.ask(RAGNHILD, "journey.show")
    await s.refused("no-number", RAGNHILD, "journey.show", number="rotasjon")
    await s.see("member", ELI, "journey.show", case_id=2)
    for deed in ("case_link.add", "case.split", "case.share"):
        await s.ask(RAGNHILD, deed, case_id=2)
    await s.see("linked", RAGNHILD, "case_link.add", case_id=2, other_case_id=1)
    async with s.runtime.db.read() as db:
        link_id = (await db.scalars(select(CaseLink.id))).one()
    await s.ask(RAGNHILD, "case_link.remove", case_link_id=link_id)


async def processes(s: "Scene") -> None:
    """A case in the process that TKA decided, from where it begins."""
    await s.see("none", RAGNHILD, "process.list")
    await s.ask(RAGNHILD, "process.create")
    made = await s.see("shipped", RAGNHILD, "process.create", like="shipped-tka")
    of = {"process_id": made.id}
    await s.ask(RAGNHILD, "process.set_stage", **of)
    await s.ask(RAGNHILD, "process.remove_stage", **of, stage_id=made.stages[1].id)
    await s.ask(RAGNHILD, "case_process.start", case_id=1)
    about = {"case_process_id": (await s.see("started", RAGNHILD, "case_process.start", case_id=1, **of)).id}
    await s.ask(RAGNHILD, "case_process.note", **about)
    await s.see("noted", RAGNHILD, "case_process.note", **about, what="confirmation", words="Nasjonal *aktivitet*.")
    await s.ask(RAGNHILD, "case_process.move", **about)
    onward = about | {"to": "stage-7", "reason": "Avklart med de andre"}
    await s.refused("skips", RAGNHILD, "case_process.move", **onward | {"reason": ""})
    await s.see("outside", RAGNHILD, "case_process.move", **onward)
    await s.see("member", ELI, "case_process.show", **about)
    await s.do(RAGNHILD, "process.set_stage", **of, name="Etterpå", holder="case_secretariat")
    was, s.clock.at = s.clock.at, s.clock.at + timedelta(days=75)
    await s.see("late", RAGNHILD, "case_process.show", **about)
    await s.see("late", RAGNHILD, "process.list")
    await s.see("changed", RAGNHILD, "process.show", **of)
    s.clock.at = was
    await s.see("in-process", RAGNHILD, "case.show", case_id=1)


async def newest(s: "Scene") -> int:
    async with s.runtime.db.read() as db:
        return (await db.scalars(select(Referral.id).order_by(Referral.id.desc()).limit(1))).one()


async def otherwise(s: "Scene") -> None:
    """The commands about cases that travel that no card of their own is drawn of."""
    about = {"referral_id": await newest(s)}
    await s.do(RAGNHILD, "referral.remind", **about)
    s.clock.at += timedelta(days=40)
    await s.see("", CLOCK, "referral.remind_due", **about)
    given = {"answer_kind": "answer", "answer": "Sett på.", "on_behalf_of": "Dagny Direktør"}
    await s.do(RAGNHILD, "referral.note_answer", **about, **given)
    again = await s.do(RAGNHILD, "referral.send", case_id=2, cause="other", receiver="Fagdirektørmøtet")
    await s.do(RAGNHILD, "referral.withdraw", referral_id=again.id, reason="Løst")
    async with s.runtime.db.read() as db:
        body_id = (await db.scalars(select(Body.id).where(Body.name == "Rådet for hud"))).one()
        link_id = (await db.scalars(select(CaseLink.id))).one()
    for each in (1, body_id):
        await s.do(RAGNHILD, "year_plan.set_dates", body_id=each, dates=f"{s.clock.at.year}-11-15")
    async with s.runtime.db.read() as db:
        meetings = await db.execute(select(Meeting.id, Meeting.body_id).order_by(Meeting.held_on))
        later = {row.body_id: row.id for row in meetings}
    await s.do(RAGNHILD, "case_link.remove", case_link_id=link_id)
    part = await s.do(RAGNHILD, "case.split", case_id=2, meeting_id=later[1], title="En del")
    await s.do(RAGNHILD, "case.share", case_id=part.case_id, meeting_id=later[body_id], title="Også her")
    kept = await s.do(RAGNHILD, "outside_party.list")
    party_id = kept.parties[0].id
    await s.do(RAGNHILD, "referral_rule.remove", referral_rule_id=kept.rules[0].id)
    await s.do(RAGNHILD, "outside_party.edit", party_id=party_id, name="Direktørmøtet", org_kind="rhf")
    await s.do(RAGNHILD, "outside_party.close", party_id=party_id)
    made = await s.do(RAGNHILD, "process.create", name="Kort")
    await s.do(RAGNHILD, "process.set_stage", process_id=made.id, name="Først", holder="case_body")
    shown = await s.do(RAGNHILD, "process.set_stage", process_id=made.id, name="Så", holder="case_body")
    await s.do(RAGNHILD, "process.remove_stage", process_id=made.id, stage_id=shown.stages[1].id)
    started = await s.do(RAGNHILD, "case_process.start", case_id=2, process_id=made.id)
    s.clock.at += timedelta(days=40)
    await s.see("", CLOCK, "case_process.remind_due", case_process_id=started.id)
    await s.do(RAGNHILD, "case_process.move", case_process_id=started.id, to="end")
    await s.do(RAGNHILD, "process.list", done=True)
