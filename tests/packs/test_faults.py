"""Every fault of a pack is told at once, at its file and line, and then nothing is written."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from lisbot import packs
from lisbot.council.models import Base
from lisbot.runtime import Runtime
from lisbot.texts import LANGUAGES, text

RLO = "\u202e"
# What is done to the sensible pack, and where it is said to be at fault.
ONE_OF_EACH = {
    "unknown column": ("seats.csv", "standing\n", "standing,colour\n", 1, "unknown_column"),
    "missing column": ("people.csv", "key,name,email,lang", "key,email,lang", 1, "missing_column"),
    "column twice": ("people.csv", "key,name,email,lang", "key,name,email,email", 1, "column_twice"),
    "too many fields": ("people.csv", "kari@example.no,nn", "kari@example.no,nn,x", 2, "ragged"),
    "too few fields": ("people.csv", "ola@example.no,", "ola@example.no", 3, "ragged"),
    "empty cell": ("people.csv", "Ola Nesvik", "  ", 3, "missing"),
    "key twice": ("people.csv", "ola,Ola", "kari,Ola", 3, "key_twice"),
    "key with a space": ("people.csv", "per,Per", "Per N,Per", 4, "bad_key"),
    "unknown seat": ("terms.csv", "nes-leder,ola", "nes-vaktmester,ola", 3, "unknown_key"),
    "misspelt person": ("terms.csv", "nes-leder,kari", "nes-leder,karl", 2, "misspelt_key"),
    "unknown body": ("seats.csv", "nes-uko,radet", "nes-uko,styret", 3, "unknown_key"),
    "no such date": ("terms.csv", "kari,0,2026-01-01", "kari,0,2026-02-30", 2, "no_such_date"),
    "a number for a date": ("terms.csv", "kari,0,2026-01-01", "kari,0,20260101x", 2, "no_such_date"),
    "from after to": ("terms.csv", "ola,1,2026-01-01,", "ola,1,2026-01-01,2025-12-31", 3, "order"),
    "negative rank": ("terms.csv", "ola,1", "ola,-1", 3, "too_small"),
    "rank in words": ("terms.csv", "ola,1", "ola,vara", 3, "not_number"),
    "one address for two": ("people.csv", "per@example.no", "KARI@example.no", 4, "email_twice"),
    "no address": ("people.csv", "per@example.no", "per at example", 4, "not_email"),
    "unknown standing": ("seats.csv", "Overlege,voting", "Overlege,votes", 3, "not_offered"),
    "unknown language": ("people.csv", "kari@example.no,nn", "kari@example.no,no", 2, "not_offered"),
    "bidi override": ("people.csv", "Ola Nesvik", f"Ola {RLO}kivseN", 3, "invisible"),
    "control character": ("people.csv", "Ola Nesvik", "Ola\x07 Nesvik", 3, "invisible"),
    "too long": ("people.csv", "Ola Nesvik", "Ola " + "N" * 100_000, 3, "too_long"),
    "open quote": ("people.csv", "Per Nesbakk", '"Per Nesbakk', 4, "csv"),
    "deadline before the call": ("pack.toml", "call_days = 42", "call_days = 7", 19, "call_days"),
    "unknown authority": ("pack.toml", '"advisory"', '"rådgivende"', 18, "not_offered"),
    "unknown field": ("pack.toml", "deadline_days = 21", "deadlines = 21", 20, "unknown_column"),
    "text for a number": ("pack.toml", "= 21", '= "tre uker"', 20, "not_number"),
    "a number for text": ("pack.toml", 'name = "Rådet"', "name = 7", 15, "wrong_type"),
    "a number for a day": ("pack.toml", "deadline_days = 21", "mandate_on = 20260610", 20, "no_such_date"),
    "an hour with the day": (
        "pack.toml", "deadline_days = 21", "mandate_on = 2026-06-10T09:00:00", 20, "no_such_date",
    ),
    "unknown table": ("pack.toml", "[[organisation]]", "[[hospital]]", 6, "unknown_table"),
    "bad TOML": ("pack.toml", 'name = "Rådet"', 'name = "Rådet', 15, "toml"),
}  # fmt: skip


async def rows(runtime: Runtime) -> int:
    async with runtime.db.read() as db:
        tables = [each for each in Base.metadata.sorted_tables if each.name != "schema_version"]
        return sum([await db.scalar(select(func.count()).select_from(each)) for each in tables])


@pytest.mark.parametrize("fault", ONE_OF_EACH)
async def test_a_fault_is_told_at_its_file_and_line_and_nothing_is_written(runtime: Runtime, pack, fault: str):
    name, old, new, line, key = ONE_OF_EACH[fault]
    pack.change(name, old, new)
    plan = await packs.load(runtime, pack.place)
    assert (name, line, key) in {at(finding) for finding in plan.faults}
    assert await rows(runtime) == 0


def at(finding) -> tuple[str, int, str]:
    return Path(finding.file).name, finding.line, finding.key.rpartition(".")[2]


async def test_the_sensible_pack_has_no_fault(runtime: Runtime, pack):
    assert (await packs.load(runtime, pack.place)).faults == []
    assert await rows(runtime) > 0


async def test_all_faults_are_told_at_once(runtime: Runtime, pack):
    for name, old, new, _, _ in (
        ONE_OF_EACH[fault]
        for fault in (
            "deadline before the call",
            "unknown standing",
            "no address",
            "unknown seat",
            "no such date",
        )
    ):
        pack.change(name, old, new)
    plan = await packs.load(runtime, pack.place)
    assert [at(finding) for finding in plan.faults] == [
        ("pack.toml", 19, "call_days"),
        ("people.csv", 4, "not_email"),
        ("seats.csv", 3, "not_offered"),
        ("terms.csv", 2, "no_such_date"),
        ("terms.csv", 3, "unknown_key"),
    ]


async def test_what_stands_on_a_faulty_row_may_still_be_referred_to(runtime: Runtime, pack):
    """One fault is one line: a person with a bad address is no unknown person in the terms."""
    pack.change("people.csv", "kari@example.no", "kari")
    assert [at(f) for f in (await packs.load(runtime, pack.place)).faults] == [("people.csv", 2, "not_email")]


async def test_two_holders_of_a_seat_on_one_day(runtime: Runtime, pack):
    pack.add("terms.csv", "nes-leder,per,0,2026-06-01,")
    (fault,) = (await packs.load(runtime, pack.place)).faults
    assert (at(fault), fault.values["person"]) == (("terms.csv", 4, "overlap"), "kari")


async def test_nobody_is_their_own_deputy(runtime: Runtime, pack):
    pack.add("terms.csv", "nes-leder,kari,2,2026-06-01,")
    assert [at(f) for f in (await packs.load(runtime, pack.place)).faults] == [("terms.csv", 4, "own_deputy")]


async def test_a_row_that_spans_lines_is_counted_from_its_first(runtime: Runtime, pack):
    pack.change("seats.csv", "nes,Leder,", 'nes,"Leder\nmed ansvar",')
    pack.change("seats.csv", "Overlege,voting", "Overlege,votes")
    assert [at(f) for f in (await packs.load(runtime, pack.place)).faults] == [("seats.csv", 4, "not_offered")]


async def test_what_looks_like_a_field_inside_a_long_toml_text_is_not_taken_for_one(runtime: Runtime, pack):
    pack.change("pack.toml", 'kind = "Råd"', 'kind = """\\\n  call_days = 1\n  [[seat]]\n"""')
    pack.change("pack.toml", "call_days = 42", "call_days = 7")
    assert [at(f) for f in (await packs.load(runtime, pack.place)).faults] == [("pack.toml", 22, "call_days")]


async def test_a_file_in_another_encoding(runtime: Runtime, pack):
    pack.write("people.csv", "key,name,email\nola,Ola Nesvik,\nbjorn,Bjørn,\n".encode("latin-1"))
    assert ("people.csv", 3, "encoding") in {at(f) for f in (await packs.load(runtime, pack.place)).faults}


async def test_an_empty_file(runtime: Runtime, pack):
    pack.write("terms.csv", "")
    assert [at(f) for f in (await packs.load(runtime, pack.place)).faults] == [("terms.csv", 1, "empty_file")]


async def test_a_csv_file_nobody_reads_is_not_passed_over(runtime: Runtime, pack):
    pack.write("persons.csv", "key,name\n")
    assert [at(f) for f in (await packs.load(runtime, pack.place)).faults] == [("persons.csv", 1, "unknown_file")]


async def test_no_such_pack(runtime: Runtime, tmp_path: Path):
    for place, key in ((tmp_path / "nowhere", "no_file"), (Path(__file__), "not_a_pack")):
        assert [at(f)[2] for f in (await packs.load(runtime, place)).faults] == [key]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheets_ways_of_writing_csv_are_all_read(pack, bom: bytes, newline: str, separator: str):
    for name in ("seats.csv", "people.csv", "terms.csv"):
        text = (pack.place / name).read_text("utf-8").replace(",", separator).replace("\n", newline)
        pack.write(name, bom + text.encode())
    read = packs.read(pack.place)
    assert (read.faults, len(read.seat), len(read.person), len(read.term)) == ([], 2, 3, 2)


def test_a_toml_file_written_on_windows_is_read_with_its_lines(pack):
    text = (pack.place / "pack.toml").read_text("utf-8").replace("call_days = 42", "call_days = 7")
    pack.write("pack.toml", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [at(f) for f in packs.read(pack.place).faults] == [("pack.toml", 19, "call_days")]


async def test_every_fault_has_words_in_every_language(runtime: Runtime, pack):
    for name, old, new, _, _ in ONE_OF_EACH.values():
        before = (pack.place / name).read_bytes()
        pack.change(name, old, new)
        for finding in (await packs.load(runtime, pack.place)).faults:
            for lang in LANGUAGES:
                assert text(lang, finding.key, **finding.values)
        pack.write(name, before)
