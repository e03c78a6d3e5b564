"""A small council, sensible unless a test says otherwise, and a second one in another region.

The cast: Ragnhild and Kari work at the secretariat (RegUt). Astrid (nynorsk) represents one hospital with
Frode as her deputy, Bjørn another, and Bjørn chairs. Eli (English) represents a union. Pål has a seat
that does not vote. Hilde is sent the agenda. Siri belongs to the other region alone.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from lisbot.council.enums import Authority, OrgKind, Post, Standing
from lisbot.council.models import (
    Body,
    Organisation,
    Person,
    Seat,
    Secretariat,
    Staff,
    Term,
)
from lisbot.db import Database

OSLO = ZoneInfo("Europe/Oslo")
START = date(2026, 1, 1)
RECORDED = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)

RAGNHILD = "ragnhild@regut.example"
KARI = "kari@regut.example"
ASTRID = "astrid@fjord.example"
FRODE = "frode@fjord.example"
BJORN = "bjorn@ås.example"
ELI = "eli@union.example"
PAAL = "paal@rhf.example"
HILDE = "hilde@directorate.example"
SIRI = "siri@nord.example"
EVERYBODY = (RAGNHILD, ASTRID, FRODE, BJORN, ELI, PAAL, HILDE, SIRI)


async def council(database: Database, **rules: object) -> int:
    """Both councils, committed. The id of the first, whose rules may be given: quorum=…, majority=…"""
    settings: dict[str, object] = {
        "authority": Authority.ADVISORY,
        "call_days": 42,
        "deadline_days": 21,
        "notice_days": 14,
        "minutes_days": 10,
        "meetings_per_year": 4,
        "lang": "nb",
    } | rules
    async with database.write() as db:
        south = Secretariat(key="regut-south", name="RegUt Sør", region="Helse Sør")
        north = Secretariat(key="regut-north", name="RegUt Nord", region="Helse Nord")
        names = {
            "fjord": ("Fjord sykehus HF", "Fjord", OrgKind.HOSPITAL),
            "aas": ("Ås sykehus HF", "Ås", OrgKind.HOSPITAL),
            "union": ("Legenes forening", "LF", OrgKind.UNION),
            "rhf": ("Helse Sør RHF", "HS", OrgKind.RHF),
            "directorate": ("Direktoratet", "Dir", OrgKind.DIRECTORATE),
            "nord": ("Nord sykehus HF", "Nord", OrgKind.HOSPITAL),
        }
        orgs = {
            key: Organisation(key=key, name=name, short_name=short, kind=kind, region="Helse Sør")
            for key, (name, short, kind) in names.items()
        }
        people = {
            email: Person(key=email.split("@")[0], name=name, email=email, lang=lang)
            for email, name, lang in (
                (RAGNHILD, "Ragnhild Regut", "nb"),
                (KARI, "Kari Sekretær", "nb"),
                (ASTRID, "Astrid Fjord", "nn"),
                (FRODE, "Frode Vara", "nb"),
                (BJORN, "Bjørn Ås", "nb"),
                (ELI, "Eli Union", "en"),
                (PAAL, "Pål Region", "nb"),
                (HILDE, "Hilde Leser", "nb"),
                (SIRI, "Siri Nord", "nb"),
            )
        }
        db.add_all([south, north, *orgs.values(), *people.values()])
        await db.flush()
        first = Body(
            key="samrad",
            secretariat_id=south.id,
            name="Samordningsrådet",
            kind="samordningsråd",
            region="Helse Sør",
            **settings,
        )
        second = Body(
            key="nordrad",
            secretariat_id=north.id,
            name="Rådet i nord",
            kind="regionalt råd",
            region="Helse Nord",
            authority=Authority.DECIDING,
            lang="nb",
        )
        db.add_all([first, second])
        await db.flush()
        seats = {
            "fjord": seat(first, orgs["fjord"], "Utdanningsleder", Standing.VOTING),
            "aas": seat(first, orgs["aas"], "Utdanningsleder", Standing.VOTING, chairs=True),
            "union": seat(first, orgs["union"], "Tillitsvalgt", Standing.VOTING),
            "rhf": seat(first, orgs["rhf"], "Rådgiver", Standing.NONVOTING),
            "directorate": seat(first, orgs["directorate"], "Leser", Standing.COPY),
            "nord": seat(second, orgs["nord"], "Overlege", Standing.VOTING),
        }
        for position, each in enumerate(seats.values(), start=1):
            each.position = position
        db.add_all(seats.values())
        await db.flush()
        db.add_all(
            [
                term(seats["fjord"], people[ASTRID]),
                term(seats["fjord"], people[FRODE], rank=1),
                term(seats["aas"], people[BJORN]),
                term(seats["union"], people[ELI]),
                term(seats["rhf"], people[PAAL]),
                term(seats["directorate"], people[HILDE]),
                term(seats["nord"], people[SIRI]),
                staff(south, people[RAGNHILD], Post.LEADER),
                staff(south, people[KARI], Post.CLERK),
            ]
        )
        return first.id


def seat(body: Body, organisation: Organisation, role: str, standing: Standing, chairs: bool = False) -> Seat:
    return Seat(
        key=f"{body.key}-{organisation.key}",
        body_id=body.id,
        organisation_id=organisation.id,
        role=role,
        standing=standing,
        chairs=chairs,
    )


def term(seat: Seat, person: Person, rank: int = 0, from_on: date = START) -> Term:
    return Term(seat_id=seat.id, person_id=person.id, rank=rank, from_on=from_on, recorded_at=RECORDED)


def staff(secretariat: Secretariat, person: Person, post: Post) -> Staff:
    return Staff(
        secretariat_id=secretariat.id,
        person_id=person.id,
        post=post,
        from_on=START,
        recorded_at=RECORDED,
    )
