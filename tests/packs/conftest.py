"""A small pack, sensible unless a test says otherwise."""

from pathlib import Path

import pytest

PACK = """\
[[secretariat]]
key = "regut"
name = "RegUt Fjord"
region = "Fjord"

[[organisation]]
key = "nes"
name = "Nes sykehus"
short_name = "Nes"
kind = "hospital"

[[body]]
key = "radet"
secretariat = "regut"
name = "Rådet"
kind = "Råd"
region = "Fjord"
authority = "advisory"
call_days = 42
deadline_days = 21
"""
SEATS = """\
key,body,organisation,role,standing
nes-leder,radet,nes,Leder,voting
nes-uko,radet,nes,Overlege,voting
"""
PEOPLE = """\
key,name,email,lang
kari,Kari Neslia,kari@example.no,nn
ola,Ola Nesvik,ola@example.no,
per,Per Nesbakk,per@example.no,
"""
TERMS = """\
seat,person,rank,from,to
nes-leder,kari,0,2026-01-01,
nes-leder,ola,1,2026-01-01,
"""


class Folder:
    """A pack being written: each file replaced or changed as the test goes."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.write("pack.toml", PACK)
        self.write("seats.csv", SEATS)
        self.write("people.csv", PEOPLE)
        self.write("terms.csv", TERMS)

    def write(self, name: str, text: str | bytes) -> None:
        (self.place / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.place / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def add(self, name: str, row: str) -> None:
        self.write(name, (self.place / name).read_text("utf-8") + row + "\n")


@pytest.fixture
def pack(tmp_path: Path) -> Folder:
    place = tmp_path / "pakken"
    place.mkdir()
    return Folder(place)
