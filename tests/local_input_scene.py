"""An item that a representative shares with their own colleagues, played through its commands."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from builders import BJORN, RAGNHILD
from lisbot.council.models import AgendaItem, Meeting
from lisbot.council.register.identity import Caller
from travel_scene import CLOCK

if TYPE_CHECKING:
    from scene import Scene


async def local_inputs(s: "Scene") -> None:
    anybody = Caller("public", "", lang=s.lang)
    day = f"{s.clock.at.year}-12-01"
    await s.do(RAGNHILD, "year_plan.set_dates", body_id=1, dates=day)
    async with s.runtime.db.read() as db:
        query = select(Meeting.id).where(Meeting.body_id == 1, Meeting.cancelled_at.is_(None))
        meeting_id = (await db.scalars(query.order_by(Meeting.held_on.desc()).limit(1))).one()
    item = {"kind": "advice", "background": "Vi treng *rettleiarar*.", "wording": "Rådet tilrår kurs."}
    await s.do(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Kurs for rettleiarar", **item)
    await s.do(RAGNHILD, "notice.send", meeting_id=meeting_id)
    async with s.runtime.db.read() as db:
        query = select(AgendaItem.id, AgendaItem.case_id).where(AgendaItem.title == "Kurs for rettleiarar")
        item_id, case_id = (await db.execute(query)).one()
    await s.see("none", BJORN, "local_input.list")
    await s.see("to-share", BJORN, "case.show", case_id=case_id)
    await s.ask(BJORN, "local_input.share", item_id=item_id)
    view = await s.see("shared", BJORN, "local_input.share", item_id=item_id)
    about, token = {"local_input_id": view.id}, view.link.rpartition("/")[2]
    await s.see("open", anybody, "local_input.read", token=token)
    await s.ask(anybody, "local_input.give", token=token)
    await s.refused("no-words", anybody, "local_input.give", token=token, stance="comments", name="Lise")
    said = {"words": "Vi har *ikke* tid til <b>fleire</b> kurs.", "name": "Lise Lege"}
    await s.do(anybody, "local_input.give", token=token, stance="opposes", **said)
    await s.do(anybody, "local_input.give", token=token, stance="supports")
    await s.see("", CLOCK, "local_input.tell_due", **about)
    await s.see("came", BJORN, "local_input.show", **about)
    await s.ask(BJORN, "local_input.attach", **about)
    await s.see("attached", BJORN, "local_input.attach", **about, text="Ås har ikkje tid til fleire kurs.")
    await s.see("some", BJORN, "local_input.list")
    await s.see("stated", RAGNHILD, "agenda.show", meeting_id=meeting_id)
    await s.see("stated", BJORN, "case.show", case_id=case_id)
    await s.ask(BJORN, "local_input.detach", **about)
    await s.do(BJORN, "local_input.detach", **about)
    await s.ask(BJORN, "local_input.stop", **about)
    await s.see("stopped", BJORN, "local_input.stop", **about)
    await s.see("closed", anybody, "local_input.read", token=token)
