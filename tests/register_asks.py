"""Every command of the register that asks first, as the secretariat gives it where it fits, and what is said then."""

from builders import ASTRID, ELI, FRODE, KARI
from builders import RAGNHILD as BY
from lisbot.council.models import Organisation, Person, RegisterImport, Secretariat, Staff, Term

SHEET = "Råd;Virksomhet;Rolle;Navn;E-post\nSamordningsrådet;Fjord sykehus HF;Overlege;Nora Ny;nora@fjord.example\n"
WORDS = {"nb": "Navnet mitt kan stå ute.", "nn": "Namnet mitt kan stå ute.", "en": "My name may be public."}
RULES = {"call_days": 50, "deadline_days": 21, "notice_days": 14, "minutes_days": 10, "quorum": "half"}


def given(**values):
    """What is given where nothing has to be done before."""

    async def prepare(scene):
        return values

    return prepare


def of_body(**more):
    async def prepare(scene):
        return {"body_id": scene.body_id, **more}

    return prepare


def of_seat(key, /, **more):
    async def prepare(scene):
        return {"seat_id": await scene.seat(key), **more}

    return prepare


def of_term(email, /, **more):
    async def prepare(scene):
        return {"term_id": (await scene.one(Term, person_id=await scene.person(email))).id, **more}

    return prepare


async def to_change_authority(scene):
    await scene.question(body_id=scene.body_id)
    return {"body_id": scene.body_id, "authority": "deciding"}


async def to_set_rules(scene):
    await scene.planned()
    await scene.question(body_id=scene.body_id)
    return {"body_id": scene.body_id, **RULES}


async def to_save_template(scene):
    await scene.ok(BY, "body_template.save", body_id=scene.body_id, name="Faste råd")
    await scene.ok(BY, "body.set_rules", body_id=scene.body_id, **RULES)
    return {"body_id": scene.body_id, "name": "Faste råd"}


async def to_take_over(scene):
    await scene.ok(BY, "body_template.save", body_id=scene.body_id, name="Faste råd")
    other = await scene.ok(BY, "body.create", name="Studierådet", template_id=1)
    await scene.ok(BY, "body.set_rules", body_id=scene.body_id, **RULES)
    await scene.ok(BY, "body_template.save", body_id=scene.body_id, name="Faste råd")
    return {"body_id": other.body.id}


async def to_plan(scene):
    north = (await scene.one(Secretariat, key="regut-north")).id
    return {"body_id": scene.body_id, "secretariat_id": north, "from_on": "2027-01-01"}


async def to_cancel_plan(scene):
    await scene.ok(BY, "coordination.plan", **await to_plan(scene))
    return {"body_id": scene.body_id}


async def to_derive(scene):
    await scene.ok(BY, "seat.create", body_id=scene.body_id, organisation_ids=[await fjord(scene)], role="Varsler")
    return {
        "seat_id": await scene.seat("fjord-varsler"),
        "derived_from": "seat",
        "source_seat_id": await scene.seat("fjord"),
    }


async def to_mirror(scene):
    other = await scene.ok(BY, "body.create", name="Studierådet")
    return {"body_id": other.body.id, "source_body_id": scene.body_id}


async def fjord(scene):
    return (await scene.one(Organisation, key="fjord")).id


async def to_edit_shared(scene):
    nord = (await scene.one(Organisation, key="nord")).id
    return {"organisation_id": nord, "name": "Nordre sykehus HF", "short_name": "Nord", "kind": "hospital"}


async def newcomer(scene, name="Astrid Fjord", email="a.fjord@post.example"):
    await scene.ok(BY, "person.create", name=name, email=email)
    return (await scene.one(Person, email=email)).id


async def to_erase(scene):
    return {"person_id": await newcomer(scene)}


async def to_merge(scene):
    return {"person_id": await scene.person(ASTRID), "other_id": await newcomer(scene)}


async def to_unmerge(scene):
    merged = await to_merge(scene)
    await scene.ok(BY, "person.merge", **merged)
    return {"person_id": merged["person_id"]}


async def of_sheet(scene):
    await scene.ok(BY, "register_import.upload", sheet=SHEET, file_name="råd.csv")
    return {"import_id": (await scene.one(RegisterImport)).id}


async def to_undo_import(scene):
    brought_in = await of_sheet(scene)
    await scene.ok(BY, "register_import.carry_out", **brought_in)
    return brought_in


async def to_end_post(scene):
    return {"staff_id": (await scene.one(Staff, person_id=await scene.person(KARI))).id, "to_on": "2026-12-31"}


STAFF = {"name": "Nora Ny", "email": "nora@regut.example", "post": "clerk", "from_on": "2026-12-01"}
FRODE_HELD = {"name": "Frode Vara", "email": FRODE, "from_on": "2025-01-01", "to_on": "2025-06-30", "reason": "Glemt"}
FRODE_BEFORE = {"name": "Frode Vara", "email": FRODE, "from_on": "2026-02-01", "rank": 1, "reason": "Feil dag"}
PLAN = "RegUt Nord blir sekretariat for Samordningsrådet fra fredag 1. januar 2027."
REGISTER_ASKS = {
    "body.close": (of_body(from_on="2026-12-01"), "Samtidig avsluttes 5 plasser og 6 verv."),
    "body.edit": (to_change_authority, "Én åpen avstemning avgjøres etter reglene den ble åpnet med."),
    "body.set_rules": (to_set_rules, "Én åpen avstemning", "2 møter er allerede planlagt"),
    "body_template.save": (to_save_template, "Malen «Faste råd» endres. Samordningsrådet blir tilbudt endringen."),
    "body_template.take_over": (to_take_over, "3 regler i malen «Faste råd» tas over."),
    "consent_text.publish": (of_body(**WORDS), "personer blir spurt om samtykke til den nye teksten."),
    "coordination.cancel": (to_cancel_plan, "RegUt Nord tar likevel ikke over Samordningsrådet fredag 1. januar 2027."),
    "coordination.plan": (to_plan, PLAN),
    "derived_role.mirror": (to_mirror, "4 nye plasser i Studierådet."),
    "derived_role.set": (to_derive, "Astrid Fjord får plassen Varsler"),
    "organisation.edit": (to_edit_shared, "Nord sykehus HF har også plasser hos RegUt Nord, og får nytt navn der."),
    "person.create": (given(name="Astrid Fjord"), f"Astrid Fjord står allerede i registeret, med adressen {ASTRID}."),
    "person.erase": (to_erase, "Dette kan ikke angres."),
    "person.merge": (to_merge, "Sammenslåingen kan angres."),
    "person.unmerge": (to_unmerge, "Astrid Fjord blir en egen person igjen"),
    "register_import.carry_out": (of_sheet, "1 person, 1 plass og 1 verv.", "Ingen får beskjed."),
    "register_import.undo": (to_undo_import, "Alt som kom inn, tas bort igjen: 1 person, 1 plass og 1 verv."),
    "retention.set": (given(what="absence", months=3), "Grunner til fravær: oppbevares i 3 måneder."),
    "seat.abolish": (of_seat("union", from_on="2026-12-01"), "legges ned fra tirsdag 1. desember 2026"),
    "seat.edit": (of_seat("union", role="Tillitsvalgt", standing="nonvoting"), "endres fra nå av."),
    "staff.add": (given(**STAFF), "Nora Ny styrer alle rådene til sekretariatet fra tirsdag 1. desember 2026."),
    "staff.end": (to_end_post, "Kari Sekretær styrer ikke rådene lenger etter torsdag 31. desember 2026."),
    "term.add": (of_seat("fjord", **FRODE_HELD), "Føres i ettertid: ", "Frode Vara, fra onsdag 1. januar 2025"),
    "term.begin": (
        of_seat("union", name="Nils Ny", email="nils@union.example", rank=1, from_on="2026-10-01"),
        "Endringen gjelder fra torsdag 1. oktober 2026, som er før i dag.",
    ),
    "term.correct": (of_term(FRODE, **FRODE_BEFORE), "Til nå står det: ", "Det blir: ", "Det gjelder før i dag."),
    "term.retract": (of_term(ELI, reason="Feilført"), "Dette har aldri vært: ", "Eli Union får beskjed på e-post."),
}
