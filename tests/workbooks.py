"""Spreadsheets made for the tests: as a secretariat has them after some years, and as nobody should send them."""

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

GIVEN = "Anne Berit Cecilie Dag Erik Frida Geir Hanne Ivar Jorunn Knut Liv Morten Nora Olav Petter Randi Siv Tor Unni"
SURNAMES = (
    "Aas Bakke Dahl Eide Fjeld Gran Haugen Iversen Jensen Krog Lie Moen Nilsen Olsen Paulsen Ruud Sand Tveit Ulv Vik"
)
COUNCILS = ("Rådet for kirurgi", "Rådet for indremedisin", "Rådet for psykiatri")
HOSPITALS = ("Fjord sykehus HF", "Dal sykehus HF", "Nes sykehus HF", "Li sykehus HF", "Vik universitetssykehus HF")
SHEET_XML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROWS = 600
HEADINGS = ["E-post:", "Verksemd", "Navn ", "Kommentar", "Oppnevnt (fra dato)", "Råd", "Vara", "Til dato"]


def packed(workbook: Workbook) -> str:
    """The bytes of a workbook, as an upload carries them."""
    buffer = BytesIO()
    workbook.save(buffer)
    return encoded(buffer.getvalue())


def encoded(content: bytes) -> str:
    return f"base64,{base64.b64encode(content).decode()}"


def workbook(rows: Sequence[Sequence[Any]], **further: Sequence[Sequence[Any]]) -> str:
    """A workbook of one sheet, and further ones by their names."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for name, more in further.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(list(row))
    return packed(book)


def messy() -> tuple[str, int]:
    """Six hundred rows as they grow in a mailbox: columns in an odd order, a heading above them, names in several
    spellings, dates in four formats, cells merged, formulas, one person several times. Returns the workbook, and how
    many people there are in it."""
    given, surnames = GIVEN.split(), SURNAMES.split()
    book = Workbook()
    sheet = book.active
    sheet.append(["Oversikt over råd – utkast, ikke siste versjon"])
    sheet.append([])
    sheet.append(
        ["E-post:", "Verksemd", "Navn ", "Kommentar", "Oppnevnt (fra dato)", "Råd", "Vara", "Til dato", "Funksjon"]
    )
    people: set[str] = set()
    names = [(first, last) for last in surnames for first in given]
    number = 0
    for council in COUNCILS:
        for hospital in HOSPITALS:
            for place in range(ROWS // 15):
                first, last = names[(number * 7) % len(names)]
                person = f"{first}.{last}.{hospital.split()[0]}".lower()
                people.add(person)
                sheet.append(
                    [
                        email_as_typed(f"{person}@sykehus.example", number),
                        hospital_as_typed(hospital, number),
                        name_as_typed(first, last, number),
                        "=cmd|' /C calc'!A0" if number % 50 == 0 else None,
                        date_as_typed(date(2024, 1 + number % 12, 13 + number % 15), number),
                        council if place == 0 else None,  # a cell that was merged
                        f"{place % 4}. vara" if place % 4 else "",
                        None,
                        f"Overlege {place // 4 + 1}",
                    ]
                )
                number += 1
    sheet.append([None, HOSPITALS[0], "En Til", None, None, COUNCILS[0], None, None, "Overlege 1"])
    sheet.append(["ikke en adresse", HOSPITALS[0], "Feil Adresse", None, None, COUNCILS[0], None, None])
    sheet.append([None, HOSPITALS[0], "=1+1", "uten navn", None, COUNCILS[0], None, None])
    sheet.append([None, HOSPITALS[0], "Slutt Før", None, date(2025, 5, 1), COUNCILS[0], None, date(2024, 5, 1)])
    return packed(book), len(people) + 1


def email_as_typed(email: str, number: int) -> str:
    return (email, email.upper(), f"mailto:{email}", f" {email}\u200b")[number % 4]


def hospital_as_typed(name: str, number: int) -> str:
    typed = (name, name.upper(), name.removesuffix(" HF"), f" {name.replace(' ', '  ')}")[number % 4]
    return "Fjord sjukehus HF" if name.startswith("Fjord") and number == 17 else typed


def name_as_typed(first: str, last: str, number: int) -> str:
    return (f"{first} {last}", f"{last}, {first}", f"{last.upper()}, {first}", f"dr. {first}  {last}")[number % 4]


def date_as_typed(day: date, number: int) -> Any:
    return (
        datetime(day.year, day.month, day.day),
        day.strftime("%d.%m.%Y"),
        day.isoformat(),
        day.strftime("%d/%m/%Y"),
    )[number % 4]


def bomb() -> str:
    """A workbook of a few kilobytes whose sheet is eighty megabytes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(80):
                sheet.write(b" " * 1024 * 1024)
    return encoded(buffer.getvalue())


def crowded(rows: int, columns: int) -> str:
    """A workbook of some hundred kilobytes whose cells take half a minute to read."""
    row = "<row>" + '<c t="inlineStr"><is><t>x</t></is></c>' * columns + "</row>"
    return altered(
        "xl/worksheets/sheet1.xml", lambda _: f"<worksheet xmlns='{SHEET_XML}'><sheetData>{row * rows}".encode()
    )


def damaged() -> str:
    """A workbook one of whose members was not written to its end, though its size is as it should be."""
    content = bytearray(base64.b64decode(workbook([["Navn", "E-post"]] * 50).removeprefix("base64,")))
    content[60:90] = b"\xff" * 30
    return encoded(bytes(content))


def altered(name: str, change: Callable[[bytes], bytes]) -> str:
    """A workbook with another content in one of its members."""
    given = base64.b64decode(workbook([["Navn", "E-post"]]).removeprefix("base64,"))
    buffer = BytesIO()
    with ZipFile(BytesIO(given)) as before, ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        for member in before.namelist():
            content = before.read(member)
            package.writestr(member, change(content) if member == name else content)
    return encoded(buffer.getvalue())


def with_entities() -> str:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')
    return encoded(buffer.getvalue())
