"""A council brought to where a test begins: the scene is set once, and then everybody asks the same of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from builders import ASTRID, OSLO, RAGNHILD
from dumps import row, rows, written
from lisbot.council.models import (
    AgendaItem,
    Base,
    Meeting,
    Person,
    Proposal,
    Seat,
    Vote,
)
from lisbot.render.words import words
from lisbot.runtime import Runtime
from people import Answer, form, member

MARCH, JUNE = date(2027, 3, 10), date(2027, 6, 9)


@dataclass
class Scene:
    """One council, its people at the door: `await scene(ASTRID, "vote.cast", vote_id=1, choice="for")`."""

    runtime: Runtime
    clock: Any
    body_id: int
    lang: str | None = None

    async def __call__(self, who: str, name: str, /, **given: Any) -> Answer:
        return await member(self.runtime, who, lang=self.lang)(name, **given)

    async def ok(self, who: str, name: str, /, **given: Any) -> Any:
        """The view of what must not be refused."""
        return (await self.done(who, name, **given)).view

    async def done(self, who: str, name: str, /, **given: Any) -> Answer:
        answer = await self(who, name, **given)
        assert answer.status == 200, f"{name}: {answer.status} {answer.words}"
        return answer

    async def sheet(self, who: str, name: str, /, **given: Any) -> Any:
        return (await self.done(who, name, **given)).sheet

    async def card(self, who: str, name: str, /, **given: Any) -> Any:
        return (await self.done(who, name, **given)).card

    async def words(self, who: str, name: str, /, **given: Any) -> str:
        """Everything its card says, in words."""
        return words((await self.done(who, name, **given)).card)

    async def form(self, who: str, name: str, /, **given: Any) -> Any:
        """What the form of a command is filled with."""
        answer = await form(self.runtime, who, lang=self.lang)(name, **given)
        assert answer.status == 200, f"{name}: {answer.status} {answer.words}"
        return answer.form

    async def refused(self, who: str, name: str, /, **given: Any) -> Answer:
        """A refusal that changed nothing at all."""
        before = await written(self.runtime.db)
        answer = await self(who, name, **given)
        assert 400 <= answer.status < 500, f"{name}: {answer.status} {answer.words}"
        assert answer.words
        assert await written(self.runtime.db) == before
        return answer

    def at(self, *when: int) -> None:
        self.clock.at = datetime(*when, tzinfo=OSLO)

    async def one(self, table: type[Base], **where: Any) -> Any:
        return await row(self.runtime.db, table, **where)

    async def all(self, table: type[Base], **where: Any) -> list[Any]:
        return await rows(self.runtime.db, table, **where)

    async def person(self, email: str) -> int:
        return (await self.one(Person, email=email)).id

    async def seat(self, key: str) -> int:
        return (await self.one(Seat, key=f"samrad-{key}")).id

    # The meeting on 10 March 2027, step by step. Each step takes those before it.

    async def planned(self) -> int:
        await self.ok(
            RAGNHILD, "year_plan.set_dates", body_id=self.body_id, dates="2027-03-10, 2027-06-09", place="Oslo"
        )
        return (await self.one(Meeting, held_on=MARCH)).id

    async def called(self) -> int:
        meeting_id = await self.planned()
        self.at(2027, 2, 1, 9)
        await self.ok(RAGNHILD, "call.open", meeting_id=meeting_id)
        return meeting_id

    async def proposed(self, who: str = ASTRID, title: str = "Felles rotasjon", **more: Any) -> int:
        meeting = await self.all(Meeting, held_on=MARCH)
        meeting_id = meeting[0].id if meeting else await self.called()
        await self.ok(who, "proposal.submit", **{"meeting_id": meeting_id, "title": title, "kind": "advice"} | more)
        return (await self.one(Proposal, title=title)).id

    async def on_agenda(self, title: str = "Felles rotasjon", **more: Any) -> int:
        """The id of the case's agenda item."""
        await self.ok(RAGNHILD, "proposal.accept", proposal_id=await self.proposed(title=title, **more))
        return (await self.one(AgendaItem, title=title)).id

    async def published(self) -> tuple[int, int]:
        """The ids of the meeting and of its one case."""
        item_id = await self.on_agenda()
        meeting_id = (await self.one(Meeting, held_on=MARCH)).id
        await self.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
        return meeting_id, item_id

    async def asked(self, **more: Any) -> int:
        """The id of an open question on the case, at the meeting itself."""
        _, item_id = await self.published()
        self.at(2027, 3, 10, 10)
        return await self.question(item_id=item_id, **more)

    async def question(self, question: str = "Tilrår rådet dette?", **more: Any) -> int:
        await self.ok(RAGNHILD, "vote.open", question=question, **more)
        return (await self.one(Vote, question=question)).id

    async def minuted(self) -> tuple[int, int]:
        """Minutes begun the day after, with an outcome."""
        meeting_id, item_id = await self.published()
        self.at(2027, 3, 11, 9)
        await self.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
        await self.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
        return meeting_id, item_id

    async def sent_on(self, case_id: int = 1) -> int:
        """The id of a case sent to a meeting of directors outside lisbot."""
        party = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": "direktorene@rhf.example"}
        await self.ok(RAGNHILD, "outside_party.create", **party)
        given = {"cause": "bottleneck", "receiver": "Fagdirektørmøtet"}
        return (await self.ok(RAGNHILD, "referral.send", case_id=case_id, **given)).id

    async def consulted(self) -> int:
        """The id of a consultation of the secretariat's own, which the council has been asked in."""
        given = {"title": "Kurskomité", "answer_by": "2027-09-01", "body_ids": str(self.body_id)}
        view = await self.ok(RAGNHILD, "consultation.register", **given)
        await self.ok(RAGNHILD, "consultation.ask", consultation_id=view.id)
        return int(view.id)

    async def in_process(self, case_id: int = 1) -> int:
        """The id of a case in a process, at a stage of its council."""
        made = await self.ok(RAGNHILD, "process.create", name="Fagavtale")
        await self.ok(RAGNHILD, "process.set_stage", process_id=made.id, name="Rådet", holder="case_body")
        return (await self.ok(RAGNHILD, "case_process.start", case_id=case_id, process_id=made.id)).id

    async def shared(self) -> int:
        """The id of an item that a representative has shared with their own colleagues, by a meeting still to come."""
        meeting = max(await self.all(Meeting), key=lambda each: each.held_on)
        given = {"meeting_id": meeting.id, "title": "Kurs for veiledere", "kind": "advice"}
        await self.ok(RAGNHILD, "agenda_item.add", **given)
        await self.ok(RAGNHILD, "notice.send", meeting_id=meeting.id)
        item = await self.one(AgendaItem, title="Kurs for veiledere")
        return int((await self.ok(ASTRID, "local_input.share", item_id=item.id)).id)

    async def approved(self) -> tuple[int, int]:
        meeting_id, item_id = await self.minuted()
        await self.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
        return meeting_id, item_id
