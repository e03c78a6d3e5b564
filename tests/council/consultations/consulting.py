"""A consultation of an authority's, registered and asked, and what is known of it."""

from typing import Any

from builders import RAGNHILD
from lisbot.cards.fill import fill, template
from lisbot.council.models import ConsultationRequest, Delivery, Organisation, OutsideParty, Person
from lisbot.render.words import words
from lisbot.scheduler import Scheduler
from stages import Scene

HDIR = "godkjenning@hdir.example"
TITLE = "Godkjenning av Ås sykehus HF som utdanningsvirksomhet"


async def authority(scene: Scene, email: str = HDIR) -> int:
    """The id of the authority, as the secretariat writes to it."""
    given = {"name": "Helsedirektoratet", "org_kind": "directorate", "email": email, "contact": "Dina Direktorat"}
    await scene.ok(RAGNHILD, "outside_party.create", **given)
    return (await scene.one(OutsideParty, name="Helsedirektoratet")).id


async def registered(scene: Scene, **more: Any) -> int:
    """The id of the authority's consultation about an application of one of the hospitals, that of the chair."""
    party_id = await authority(scene)
    aas = (await scene.one(Organisation, key="aas")).id
    given = {"title": TITLE, "answer_by": "2027-03-19", "party_id": party_id, "applicant_id": aas}
    given |= {"body_ids": str(scene.body_id), "reference": "27/123-4", "background": "Spesialistforskriften § 20."}
    scene.at(2027, 2, 1, 9)
    return (await scene.ok(RAGNHILD, "consultation.register", **given | more)).id


QUESTIONS = {
    "questions.1.place": "1",
    "questions.1.question": "Bør virksomheten godkjennes?",
    "questions.1.question_kind": "yes_no",
    "questions.1.is_required": "true",
    "questions.2.place": "2",
    "questions.2.question": "Hvorfor?",
    "questions.2.question_kind": "text",
    "questions.3.place": "3",
    "questions.3.question": "Hvor mange LIS kan rotere dit?",
    "questions.3.question_kind": "number",
    "questions.4.place": "4",
    "questions.4.question": "Fra når?",
    "questions.4.question_kind": "date",
    "questions.5.place": "5",
    "questions.5.question": "For hvor lang tid?",
    "questions.5.question_kind": "choice",
    "questions.5.options": "Varig\nTo år",
}


async def asked(scene: Scene, **more: Any) -> dict[str, int]:
    """The arguments that name a consultation whose councils have been asked."""
    about = {"consultation_id": await registered(scene, **more)}
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **QUESTIONS)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    return about


def says(yes_no: str = "yes", why: str = "", many: str = "", since: str = "", long: str = "") -> dict[str, str]:
    given = {"1": yes_no, "2": why, "3": many, "4": since, "5": long}
    return {f"answers.{key}.answer": value for key, value in given.items() if value}


async def form_words(scene: Scene, who: str, command: str, **given: Any) -> str:
    """What somebody reads on a form."""
    return words(fill(template("form"), await scene.form(who, command, **given)))


async def told(scene: Scene, kind: str) -> list[str]:
    """The addresses of those who were sent a kind of message."""
    found = [await scene.one(Person, id=each.person_id) for each in await scene.all(Delivery, kind=kind)]
    return sorted(person.email for person in found)


async def ticked(scene: Scene) -> None:
    """What is due by itself is done."""
    await Scheduler(scene.runtime).run_all_due()


async def request_of(scene: Scene, key: str) -> int:
    organisation = (await scene.one(Organisation, key=key)).id
    return (await scene.one(ConsultationRequest, organisation_id=organisation)).id
