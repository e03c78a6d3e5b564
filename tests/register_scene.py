"""The register as its secretariat keeps it, played through its commands: consent, the roster, settings, people,
spreadsheets."""

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot import commands
from lisbot.council.enums import LegalBasis
from lisbot.council.models import Body, Consent, ConsentRequest, LineConfirmation, Person, Seat
from lisbot.council.register.identity import Caller

if TYPE_CHECKING:
    from scene import Scene

CHIEF, NEWCOMER, DOUBLE = "sjef@fjord.example", "kim@fjord.example", "dobbel@post.example"
PUBLIC = Caller("public", "")
WORDS = {
    "nb": "Jeg samtykker til at navnet mitt står på den offentlige lista.",
    "nn": "Eg samtykkjer til at namnet mitt står på den offentlege lista.",
    "en": "I consent to my name being on the public list.",
}
SHEET = "Navn;Sykehus\nNina Ny;Nes sykehus\n"  # which of a secretariat's councils it is about, it does not say


async def kept(s: "Scene") -> None:
    await consents(s)
    await confirmed(s)
    await settings(s)
    await people(s)
    await imports(s)


async def consents(s: "Scene") -> None:
    await s.see("none", RAGNHILD, "consent_text.show", body_id=1)
    await s.ask(RAGNHILD, "consent_text.publish", body_id=1)
    await s.see("published", RAGNHILD, "consent_text.publish", body_id=1, **WORDS)
    await s.see("asked", BJORN, "consent.show")
    await s.see("given", BJORN, "consent.give", request_id=await request_of(s, BJORN))
    await s.see("waiting", RAGNHILD, "consent.list", body_id=1)
    await s.ask(RAGNHILD, "consent.record_basis", body_id=1, person_id=3)
    basis = {"legal_basis": "public_task", "reason": "Vervet er offentlig."}
    await s.see("with-basis", RAGNHILD, "consent.record_basis", body_id=1, person_id=3, **basis)
    await s.ask(RAGNHILD, "roster.set", body_id=1)
    await s.see("secretary", RAGNHILD, "roster.set", body_id=1, is_published="true")
    if s.lang == "nb":  # nobody has chosen the language of somebody who is not signed in
        await s.see("public", PUBLIC, "roster.show", body_id=1)


async def confirmed(s: "Scene") -> None:
    """What the leader is asked, and what they answer."""
    report = {"name": "Kim Nes", "email": NEWCOMER, "from_on": "2027-08-01", "anchored_by": "Klinikksjef Dag"}
    report |= {"leader_email": CHIEF, "anchored": "true", "deputies": "Tor Lie tor@fjord.example"}
    await s.see("with-leader", RAGNHILD, "seat_change.report", seat_id=2, **report)
    async with s.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == CHIEF).values(lang=s.lang))
        confirmation_id = (await db.scalars(select(LineConfirmation.id))).one()
    await s.see("asked", CHIEF, "line_confirmation.show", confirmation_id=confirmation_id)
    await s.ask(CHIEF, "line_confirmation.deny", confirmation_id=confirmation_id)
    await s.see("confirmed", CHIEF, "line_confirmation.confirm", confirmation_id=confirmation_id)


async def settings(s: "Scene") -> None:
    await s.see("body", RAGNHILD, "body.show_settings", body_id=1)
    await s.see("all", RAGNHILD, "body.export", body_id=1)
    for deed in ("body.edit", "body.set_mandate", "body.set_rules", "body.close", "seat.create", "body_template.save"):
        await s.ask(RAGNHILD, deed, body_id=1)
    await s.ask(RAGNHILD, "body.create")
    await s.refused("taken", RAGNHILD, "body.create", name="Samordningsrådet", kind="råd")
    made = await s.see("created", RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd", language=s.lang)
    await s.ask(RAGNHILD, "derived_role.mirror", body_id=1)
    for deed in ("seat.edit", "seat.abolish", "term.begin"):
        await s.ask(RAGNHILD, deed, seat_id=1)
    await s.do(RAGNHILD, "seat.create", body_id=made.body.id, organisation_ids="1", role="Overlege")
    await s.see("secretariat", RAGNHILD, "secretariat.show")
    await s.see("suggested", RAGNHILD, "retention.show")
    await s.see("read", RAGNHILD, "reading.list")
    await s.ask(RAGNHILD, "retention.set", what="absence")
    await s.do(RAGNHILD, "retention.set", what="absence", months=3)
    await s.ask(RAGNHILD, "staff.add")
    await s.ask(RAGNHILD, "staff.end", staff_id=1)
    await s.ask(RAGNHILD, "organisation.create")
    await s.see("created", RAGNHILD, "organisation.create", name="Li sykehus HF", short_name="Li", kind="hospital")
    await s.ask(RAGNHILD, "organisation.edit", organisation_id=1)


async def people(s: "Scene") -> None:
    await s.ask(RAGNHILD, "person.create")
    await s.see("created", RAGNHILD, "person.create", name="Eli As", email="eli.as@privat.example")
    await s.ask(RAGNHILD, "person.add_address", person_id=3)
    await s.see("with-address", RAGNHILD, "person.add_address", person_id=3, email="eli@privat.example")
    await s.ask(RAGNHILD, "person.remove_address", person_id=3)
    await s.ask(RAGNHILD, "person.merge", person_id=3)
    await s.see("own", ELI, "person.show_data")
    await s.see("own", ASTRID, "consent.show")


async def imports(s: "Scene") -> None:
    await s.ask(RAGNHILD, "register_import.upload")
    read = await s.see("read", RAGNHILD, "register_import.upload", sheet=SHEET, file_name="råd.csv")
    await s.ask(RAGNHILD, "register_import.answer", import_id=read.id)


async def request_of(s: "Scene", email: str) -> int:
    """Returns the id of what somebody is asked to consent to."""
    asked = select(ConsentRequest.id).join(Person, Person.id == ConsentRequest.person_id)
    async with s.runtime.db.read() as db:
        return (await db.scalars(asked.where(Person.email == email))).one()


async def otherwise(s: "Scene") -> None:
    """The register's commands that no card of their own is drawn of."""
    async with s.runtime.db.read() as db:
        seat_id = (await db.scalars(select(Seat.id).join(Body).where(Body.name == "Rådet for hud"))).one()
    begun = {"name": "Eli U. Dobbel", "email": DOUBLE, "from_on": "2027-09-01"}
    await s.do(RAGNHILD, "term.begin", seat_id=seat_id, **begun)
    double = await person_of(s, DOUBLE)
    await s.do(RAGNHILD, "person.merge", person_id=await person_of(s, ELI), other_id=double)
    await s.do(RAGNHILD, "person.unmerge", person_id=await person_of(s, ELI))
    await s.do(RAGNHILD, "person.add_address", person_id=double, email="dobbel@privat.example")
    await s.do(RAGNHILD, "person.remove_address", person_id=double, email="dobbel@privat.example")
    await bodies(s)
    await terms(s)
    await answers(s)
    await spreadsheet(s)
    await by_itself(s)
    nobody = await s.do(RAGNHILD, "person.create", name="Ola Ingen", email="ola@privat.example")
    await s.do(RAGNHILD, "person.erase", person_id=nobody.id)


async def bodies(s: "Scene") -> None:
    made = await s.do(RAGNHILD, "body.create", name="Rådet for øye", kind="fagråd")
    about = {"body_id": made.body.id}
    await s.do(
        RAGNHILD,
        "body.edit",
        **about,
        name="Rådet for øyesykdommer",
        kind="fagråd",
        region="Helse Sør",
        authority="advisory",
        language="nb",
    )
    await s.do(RAGNHILD, "body.set_mandate", **about, mandate_by="Fagdirektørmøtet")
    await s.do(RAGNHILD, "body.set_rules", **about, call_days=42, majority="simple")
    await s.do(RAGNHILD, "body_template.save", **about, name="Vanlige regler")
    template = (await s.do(RAGNHILD, "secretariat.show")).templates[0]
    other = await s.do(RAGNHILD, "body.create", name="Rådet for øre", kind="fagråd", template_id=template.id)
    await s.do(RAGNHILD, "body.set_rules", **about, call_days=30, majority="simple")
    await s.do(RAGNHILD, "body_template.save", **about, name="Vanlige regler")
    await s.do(RAGNHILD, "body_template.take_over", body_id=other.body.id)
    view = await s.do(RAGNHILD, "seat.create", **about, organisation_ids="1", role="Overlege", standing="voting")
    seat_id = view.seats[0].id
    await s.do(RAGNHILD, "seat.edit", seat_id=seat_id, role="Seksjonsoverlege", standing="voting")
    await s.do(RAGNHILD, "seat.abolish", seat_id=seat_id, from_on="2027-12-01")
    await s.do(RAGNHILD, "derived_role.mirror", body_id=other.body.id, source_body_id=1)
    await s.do(RAGNHILD, "coordination.plan", **about, secretariat_id=2, from_on="2027-12-01")
    await s.do(RAGNHILD, "coordination.cancel", **about)
    await s.do(RAGNHILD, "body.close", **about, from_on="2028-01-01")
    rules = (await s.do(RAGNHILD, "composition.show", body_id=1)).rules
    rule = {"kind": "credential", "words": "Spesialist"}
    await s.do(RAGNHILD, "composition.edit_rule", rule_id=rules[0].id, **rule)
    await s.do(RAGNHILD, "composition.remove_rule", rule_id=rules[0].id)
    await s.do(
        RAGNHILD, "organisation.edit", organisation_id=1, name="Fjord sykehus HF", short_name="Fjord", kind="hospital"
    )
    await s.do(RAGNHILD, "staff.add", name="Vera Ny", email="vera@regut.example", post="adviser", from_on="2027-09-01")
    staff = (await s.do(RAGNHILD, "secretariat.show")).staff
    await s.do(RAGNHILD, "staff.end", staff_id=staff[-1].id, to_on="2027-12-31")


async def terms(s: "Scene") -> None:
    await s.do(
        RAGNHILD,
        "term.add",
        seat_id=2,
        name="Kari Før",
        email="kari@as.example",
        rank=0,
        from_on="2025-01-01",
        to_on="2025-06-30",
    )
    held = (await s.do(RAGNHILD, "term.list", seat_id=2)).terms
    await s.do(
        RAGNHILD, "term.retract", term_id=next(each.id for each in held if each.name == "Kari Før"), reason="Feil seter"
    )


async def answers(s: "Scene") -> None:
    """What is asked of leaders and of those whose names are published."""
    report = {"name": "Liv Ny", "email": "liv@as.example", "from_on": "2027-10-01", "anchored_by": "Klinikksjef Dag"}
    change = await s.do(RAGNHILD, "seat_change.report", seat_id=1, anchored="true", leader_email=CHIEF, **report)
    await s.do(RAGNHILD, "seat_change.remind", change_id=change.id)
    async with s.runtime.db.read() as db:
        last = select(LineConfirmation.id).order_by(LineConfirmation.id.desc())
        confirmation_id = (await db.scalars(last.limit(1))).one()
    await s.do(CHIEF, "line_confirmation.deny", confirmation_id=confirmation_id, reason="Ikke avklart")
    await s.do(ELI, "consent.decline", request_id=await request_of(s, ELI))
    given = (await s.do(BJORN, "consent.show")).given
    await s.do(BJORN, "consent.withdraw", consent_id=given[0].id)
    await s.do(RAGNHILD, "consent.ask", body_id=1)
    async with s.runtime.db.read() as db:
        others = select(Consent.id).where(Consent.basis == LegalBasis.PUBLIC_TASK)
        consent_id = (await db.scalars(others)).one()
    await s.do(RAGNHILD, "consent.end_basis", body_id=1, consent_id=consent_id)


async def spreadsheet(s: "Scene") -> None:
    asked = await s.do(RAGNHILD, "register_import.upload", sheet=SHEET, file_name="råd.csv")
    form = await commands.ask(s.runtime, "register_import.answer", {"import_id": asked.id}, Caller("cli", RAGNHILD))
    first = {field.name: field.choices[0][0] for field in form.view.inputs}
    await s.do(RAGNHILD, "register_import.answer", import_id=asked.id, **first)
    await s.do(RAGNHILD, "register_import.show", import_id=asked.id)
    await s.do(RAGNHILD, "register_import.carry_out", import_id=asked.id)
    await s.do(RAGNHILD, "register_import.undo", import_id=asked.id)


async def person_of(s: "Scene", email: str) -> int:
    async with s.runtime.db.read() as db:
        return (await db.scalars(select(Person.id).where(Person.email == email))).one()


async def by_itself(s: "Scene") -> None:
    """What happens on its day."""
    clock = Caller("clock", "lisbot")
    made = await s.do(RAGNHILD, "body.create", name="Rådet for nyre", kind="fagråd")
    view = await s.do(
        RAGNHILD, "seat.create", body_id=made.body.id, organisation_ids="1", role="Leder", standing="voting"
    )
    seat_id = view.seats[0].id
    await s.do(RAGNHILD, "derived_role.set", seat_id=seat_id, derived_from="post", post="leader")
    change = {"name": "Nina Ny", "email": "nina.ny@as.example", "from_on": "2027-12-01", "anchored_by": "Direktøren"}
    report = await s.do(RAGNHILD, "seat_change.report", seat_id=2, anchored="true", **change)
    await s.do(RAGNHILD, "seat_change.approve", change_id=report.id)
    await s.do(RAGNHILD, "coordination.plan", body_id=made.body.id, secretariat_id=2, from_on="2027-12-01")
    s.at(12, 1)
    await s.see("", clock, "seat_change.take_effect", change_id=report.id)
    await s.do(RAGNHILD, "retention.set", what="typed", months=1)
    await s.see("", clock, "retention.erase", secretariat_id=1)
    await s.see("", clock, "coordination.take_effect", body_id=made.body.id)
    await s.see("", clock, "derived_role.follow", seat_id=seat_id)
