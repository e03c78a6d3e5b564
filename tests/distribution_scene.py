"""Who gets what of a council beside its members, played through, and what they see of it."""

from typing import Any

from sqlalchemy import select

from builders import ELI, HILDE, RAGNHILD, SIRI, seat, term
from lisbot.council.enums import Authority, Standing
from lisbot.council.models import Body, Meeting, Organisation, Person, Secretariat
from lisbot.council.register.identity import Caller

POST = "postmottak@direktoratet.example"
NAME = "Direktoratet, postmottak"


async def kept(s: Any) -> None:
    """After the minutes of the first meeting are approved; the second is still to be held."""
    about = {"body_id": 1}
    await s.see("none", RAGNHILD, "distribution_line.list", **about)
    await s.ask(RAGNHILD, "distribution_line.add", **about)
    await s.refused("nobody", RAGNHILD, "distribution_line.add", **about, what="agenda")
    for what in ("agenda", "summary", "minutes"):
        await s.do(RAGNHILD, "distribution_line.add", **about, what=what, email=POST, name=NAME)
    async with s.runtime.db.write() as db:
        person = await db.scalar(select(Person).where(Person.email == POST))
        person.lang = s.lang
    own = {"to_body_id": 1, "role": "Leser"}
    view = await s.see("kept", RAGNHILD, "distribution_line.add", **about, what="minutes", **own)
    line_id = view.lines[-1].id
    await s.ask(RAGNHILD, "distribution_line.end", line_id=line_id)
    await s.see("ended", RAGNHILD, "distribution_line.end", line_id=line_id, to_on="2027-12-31")
    await s.see("member", ELI, "distribution_line.list", **about)
    await s.ask(RAGNHILD, "summary.write", meeting_id=1)
    await s.see("draft", RAGNHILD, "summary.write", meeting_id=1, text="Rådet drøftet *rotasjon*.\nMer i juni.")
    await s.ask(RAGNHILD, "summary.send", meeting_id=1)
    await s.see("sent", RAGNHILD, "summary.send", meeting_id=1)
    await s.see("member", ELI, "summary.show", meeting_id=1)
    await s.see("changed", RAGNHILD, "summary.write", meeting_id=1, text="Rådet drøftet *rotasjon*.")
    await s.see("summary", POST, "dispatch.show", meeting_id=1, what="summary")
    await s.do(RAGNHILD, "minutes.reopen", meeting_id=1, reason="Feil dato")
    await s.do(RAGNHILD, "minutes.approve", meeting_id=1)
    await s.see("minutes", HILDE, "dispatch.show", meeting_id=1, what="minutes")
    item = {"title": "Simulering", "kind": "discussion", "background": "*Øving* i små grupper", "duration_minutes": 30}
    view = await s.do(RAGNHILD, "agenda_item.add", meeting_id=2, **item)
    item_id = next(line.id for line in view.items if line.title == "Simulering")
    await s.do(RAGNHILD, "notice.send", meeting_id=2)
    await guests(s, item_id)
    await visitors(s)
    await s.see("agenda", POST, "dispatch.show", meeting_id=2, what="agenda")
    await s.see("published", RAGNHILD, "distribution_line.add", **about, what="agenda", published_on="web")
    anybody = Caller("public", "", lang=s.lang)
    await s.see("public", anybody, "publication.list", **about)
    await s.see("public", anybody, "publication.show", meeting_id=2, what="agenda")


async def guests(s: Any, item_id: int) -> None:
    """Somebody is invited to an item of the second meeting."""
    about = {"meeting_id": 2}
    await s.see("none", RAGNHILD, "guest_invitation.list", **about)
    await s.ask(RAGNHILD, "guest_invitation.send", **about)
    given = {"name": "Direktoratet", "email": POST, "affiliation": "Avdeling *A*", "item_id": item_id}
    view = await s.see("invited", RAGNHILD, "guest_invitation.send", **about, **given)
    guest = {"guest_id": view.guests[-1].id}
    await s.see("asked", POST, "guest_invitation.show", **guest)
    await s.see("comes", POST, "guest_invitation.respond", **guest, response="comes")
    await s.ask(RAGNHILD, "guest_invitation.withdraw", **guest)
    await s.do(RAGNHILD, "guest_invitation.withdraw", **guest, reason="Utsatt")


async def visitors(s: Any) -> None:
    """The people of another council may meet in this one."""
    about = {"body_id": 1}
    forum = await second_body(s)
    await s.ask(RAGNHILD, "meeting_right.add", **about)
    view = await s.see("rights", RAGNHILD, "meeting_right.add", **about, of_body_id=forum, sees_confidential=True)
    await s.see("visitor", SIRI, "agenda.show", meeting_id=2)
    await s.see("visits", SIRI, "visit.respond", meeting_id=2, response="digital")
    right = {"right_id": view.rights[0].id}
    await s.ask(RAGNHILD, "meeting_right.end", **right)
    await s.do(RAGNHILD, "meeting_right.end", **right, to_on="2027-12-31")


async def distribute(scene: Any) -> None:
    """A short account of the last meeting held is sent, and somebody else gets it."""
    about = {"body_id": scene.body_id}
    held = [each for each in await scene.all(Meeting, **about) if each.starts_at < scene.clock()]
    last = max(held, key=lambda each: each.held_on)
    meeting_id = last.id
    await scene.ok(RAGNHILD, "distribution_line.add", **about, what="summary", organisation_id=1)
    on_web = {"published_on": "web", "from_on": last.held_on.isoformat()}
    await scene.ok(RAGNHILD, "distribution_line.add", **about, what="summary", **on_web)
    await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text="Kort.")
    await scene.ok(RAGNHILD, "summary.send", meeting_id=meeting_id)


async def second_body(scene: Any) -> int:
    """The forum, in the same secretariat, where Siri speaks for a hospital and Hilde reads along."""
    async with scene.runtime.db.write() as db:

        async def find(model: type, **where: Any) -> Any:
            return (await db.scalars(select(model).filter_by(**where))).one()

        south = await find(Secretariat, key="regut-south")
        forum = Body(
            key="forum",
            secretariat_id=south.id,
            name="Forum",
            kind="forum",
            region="Helse Sør",
            authority=Authority.ADVISORY,
        )
        db.add(forum)
        await db.flush()
        voting = seat(forum, await find(Organisation, key="nord"), "Overlege", Standing.VOTING)
        reading = seat(forum, await find(Organisation, key="directorate"), "Leser", Standing.COPY)
        db.add_all([voting, reading])
        await db.flush()
        db.add_all([term(voting, await find(Person, email=SIRI)), term(reading, await find(Person, email=HILDE))])
        return forum.id
