"""A consultation, played through its commands: an authority asks, hospitals state, and the reply is sent."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from builders import BJORN, ELI, RAGNHILD
from lisbot.council.models import Body, Organisation, OutsideParty, Person
from lisbot.council.register.identity import Caller

if TYPE_CHECKING:
    from scene import Scene

HDIR = "godkjenning@hdir.example"
CLOCK = Caller("clock", "lisbot")
FORM = {
    "questions.1.place": "1",
    "questions.1.question": "Bør virksomheten godkjennes?",
    "questions.1.question_kind": "yes_no",
    "questions.1.is_required": "true",
    "questions.2.place": "2",
    "questions.2.question": "Hvorfor?",
    "questions.2.question_kind": "text",
    "questions.3.place": "3",
    "questions.3.question": "For hvor lang tid?",
    "questions.3.question_kind": "choice",
    "questions.3.options": "Varig\nTo år",
    "questions.4.place": "4",
    "questions.4.question": "Fra når?",
    "questions.4.question_kind": "date",
}
TITLE = "Godkjenning av Ås sykehus HF som utdanningsvirksomhet"


async def consultations(s: "Scene") -> None:
    await s.see("none", RAGNHILD, "consultation.list")
    await s.ask(RAGNHILD, "consultation.list")
    party = {"name": "Helsedirektoratet", "org_kind": "directorate", "email": HDIR, "contact": "Dina Direktorat"}
    await s.do(RAGNHILD, "outside_party.create", **party)
    async with s.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == HDIR).values(lang=s.lang))
        party_id = (await db.scalars(select(OutsideParty.id).where(OutsideParty.name == "Helsedirektoratet"))).one()
        aas = (await db.scalars(select(Organisation.id).where(Organisation.key == "aas"))).one()
    await s.ask(RAGNHILD, "consultation.register")
    given = {"title": TITLE, "party_id": party_id, "applicant_id": aas, "body_ids": "1", "reference": "27/123-4"}
    given |= {"background": "Etter spesialistforskriften § 20 ber vi om rådets uttalelse.", "region": "Helse Sør"}
    today = s.clock.at.date()
    await s.refused("past", RAGNHILD, "consultation.register", **given, answer_by=str(today))
    deadline = str(today + timedelta(days=60))
    view = await s.see("prepared", RAGNHILD, "consultation.register", **given, answer_by=deadline)
    about = {"consultation_id": view.id}
    for deed in ("edit", "set_questions", "ask", "withdraw"):
        await s.ask(RAGNHILD, f"consultation.{deed}", **about)
    await s.see("with-questions", RAGNHILD, "consultation.set_questions", **about, **FORM)
    await s.see("asked", RAGNHILD, "consultation.ask", **about)
    seen = await s.see("asked-member", ELI, "consultation.show", **about)
    own = {"request_id": next(each.id for each in seen.requests if each.is_own)}
    await s.see("recused", BJORN, "consultation.show", **about)
    await s.see("member", ELI, "consultation.list")
    await s.ask(ELI, "consultation.answer", **about, **own)
    await s.refused("unanswered", ELI, "consultation.answer", **about, **own, **{"answers.2.answer": "Nok veiledere."})
    answers = {"answers.1.answer": "yes", "answers.2.answer": "Nok *veiledere* <b>nå</b>.", "answers.3.answer": "To år"}
    answers |= {"answers.4.answer": "2027-09-01"}
    await s.see("stated", ELI, "consultation.answer", **about, **own, **answers)
    await s.see("waiting", RAGNHILD, "consultation.list")
    silent = next(
        each.id for each in seen.requests if each.stated_at is None and not each.is_recused and not each.is_own
    )
    await s.ask(RAGNHILD, "consultation.note_answer", **about, request_id=silent)
    await s.ask(RAGNHILD, "consultation.remind", **about)
    await s.ask(RAGNHILD, "consultation.draft", **about)
    await s.see("drafted", RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning i to år.")
    await s.ask(ELI, "consultation.comment", **about)
    await s.see("commented", ELI, "consultation.comment", **about, comment="Ta med bemanningen.")
    await s.ask(RAGNHILD, "consultation.adopt", **about)
    await s.see("adopted", RAGNHILD, "consultation.adopt", **about, way="between_meetings", note="Ingen innvendinger")
    await s.ask(RAGNHILD, "consultation.send", **about)
    await s.see("sent", RAGNHILD, "consultation.send", **about)
    await s.see("asker", HDIR, "consultation.show", **about)
    await s.see("all", RAGNHILD, "consultation.list", done=True)


async def about_a_case(s: "Scene") -> None:
    """A secretariat asks two of its councils about a case, and what they say stands in the case's journey."""
    today = s.clock.at.date()
    async with s.runtime.db.read() as db:
        hud = (await db.scalars(select(Body.id).where(Body.name == "Rådet for hud"))).one()
    given = {"case_id": 1, "title": "Kurskomité for felles rotasjon", "body_ids": f"1,{hud}"}
    await s.refused("of-case", RAGNHILD, "consultation.register", **given, answer_by=str(today))
    deadline = str(today + timedelta(days=42))
    about = {"consultation_id": (await s.do(RAGNHILD, "consultation.register", **given, answer_by=deadline)).id}
    await s.see("of-case", RAGNHILD, "consultation.ask", **about)
    await s.see("consulted", RAGNHILD, "journey.show", case_id=1)
    seen = await s.see("of-case-member", ELI, "consultation.show", **about)
    own = {"request_id": next(each.id for each in seen.requests if each.is_own)}
    await s.do(ELI, "consultation.answer", **about, **own, **{"answers.1.answer": "Ja, med *én* fra hvert sykehus."})
    await s.do(RAGNHILD, "consultation.draft", **about, draft="Komiteen får én fra hvert sykehus.")
    await s.see("of-case-sent", RAGNHILD, "consultation.send", **about)
    await s.see("councils-answered", RAGNHILD, "journey.show", case_id=1)
    await s.see("councils-answered-member", ELI, "journey.show", case_id=1)


async def otherwise(s: "Scene") -> None:
    """The commands about consultations that no card of their own is drawn of."""
    today = s.clock.at.date()
    given = {"title": "Kurskomité", "body_ids": "1", "answer_by": str(today + timedelta(days=42))}
    about = {"consultation_id": (await s.do(RAGNHILD, "consultation.register", **given)).id}
    await s.do(RAGNHILD, "consultation.edit", **about, title="Kurskomité for hud", answer_by=given["answer_by"])
    await s.do(RAGNHILD, "consultation.ask", **about)
    view = await s.do(RAGNHILD, "consultation.remind", **about)
    noted = {"request_id": view.requests[0].id, "answers.1.answer": "På telefon: ja."}
    await s.do(RAGNHILD, "consultation.note_answer", **about, **noted)
    s.clock.at += timedelta(days=40)
    await s.see("", CLOCK, "consultation.remind_due", **about)
    await s.do(RAGNHILD, "consultation.withdraw", **about, reason="Ikke lenger aktuelt")
