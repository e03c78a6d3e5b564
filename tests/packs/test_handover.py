"""A term that comes by a pack reopens the answer its predecessor gave, and is told of the meeting."""

from datetime import date

from sqlalchemy import select

from builders import RAGNHILD
from lisbot import packs
from lisbot.council.models import Attendance, Delivery, Person, Term
from people import member

STAFF = """
[[staff]]
secretariat = "regut"
person = "rag"
post = "leader"
from = 2026-01-01
"""


async def test_a_new_holder_in_a_pack_is_asked_in_the_predecessors_place(runtime, pack, clock):
    pack.write("people.csv", (pack.place / "people.csv").read_text() + f"rag,Ragnhild Regut,{RAGNHILD},\n")
    pack.write("pack.toml", (pack.place / "pack.toml").read_text() + STAFF)
    assert (await packs.load(runtime, pack.place)).faults == []
    secretary, kari = member(runtime, RAGNHILD), member(runtime, "kari@example.no")
    year = clock().year + 1
    for name, given in (
        ("year_plan.set_dates", {"body_id": 1, "dates": f"{year}-03-10"}),
        ("agenda_item.add", {"meeting_id": 1, "title": "Sak", "kind": "advice"}),
        ("notice.send", {"meeting_id": 1}),
    ):
        answer = await secretary(name, **given)
        assert answer.status == 200, answer.words
    assert (await kari("attendance.respond", meeting_id=1, response="comes")).status == 200
    pack.change("terms.csv", "kari,0,2026-01-01,", f"per,0,{year}-01-01,")
    assert (await packs.load(runtime, pack.place)).faults == []
    async with runtime.db.read() as db:
        per = await db.scalar(select(Person.id).where(Person.key == "per"))
        lines = (await db.scalars(select(Attendance).where(Attendance.person_id == per))).all()
        told = (await db.scalars(select(Delivery).where(Delivery.person_id == per).order_by(Delivery.id))).all()
    assert [line.response for line in lines] == [None]
    kinds = [(each.kind, each.command) for each in told]
    assert kinds == [("notice", ""), ("notice", "meeting.show"), ("seat_taken_over", "welcome.show")]
    assert {each.next_at.date() for each in told if each.command} == {date(year, 1, 1)}


async def test_the_same_pack_again_does_not_undo_who_turned_out_to_be_one(runtime, pack):
    """Neither the seat nor the address goes back to whom the pack still knows as two."""
    pack.write("people.csv", (pack.place / "people.csv").read_text() + f"rag,Ragnhild Regut,{RAGNHILD},\n")
    pack.write("pack.toml", (pack.place / "pack.toml").read_text() + STAFF)
    pack.write("terms.csv", "seat,person,rank,from,to\nnes-leder,kari,0,2026-01-01,\nnes-uko,per,0,2026-01-01,\n")
    assert (await packs.load(runtime, pack.place)).faults == []
    async with runtime.db.read() as db:
        ids = {row.key: row.id for row in await db.scalars(select(Person))}
    merged = await member(runtime, RAGNHILD)("person.merge", person_id=ids["kari"], other_id=ids["per"])
    assert merged.status == 200, merged.words
    plan = await packs.load(runtime, pack.place)
    assert (plan.faults, [each.key for each in plan.warnings]) == ([], ["packs.warning.merged_here"])
    assert plan.changes == []
    assert (await member(runtime, "per@example.no")("worklist.show")).view.name == "Kari Neslia"
    async with runtime.db.read() as db:
        assert set(await db.scalars(select(Term.person_id))) == {ids["kari"]}
    pack.change("people.csv", "per@example.no", "")
    pack.add("people.csv", "ny,Nina Ny,per@example.no,")
    plan = await packs.load(runtime, pack.place)
    assert [each.key for each in plan.faults] == ["packs.fault.email_taken"]
