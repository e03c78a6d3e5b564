"""A pack as long as a pack may be is read in about the time its length takes."""

from datetime import date, timedelta
from time import process_time

import pytest

from lisbot import packs
from lisbot.packs.reading import read
from lisbot.runtime import Runtime

LIMIT = 15.0  # seconds of processor time; what grows with the square takes minutes
LINES, TERMS = 20_000, 3_000


@pytest.mark.parametrize(
    "value",
    [
        '"""\n' + "en linje med key = 1 og [x]\n" * LINES + '"""',
        "'''\n" + "ei linje til\n" * LINES + "'''",
        "[\n" + '  "]",\n' * LINES + "]",
    ],
    ids=["long string", "long literal", "list"],
)
def test_a_value_of_many_lines(pack, value):
    pack.change("pack.toml", 'name = "Rådet"', f"name = {value}")
    started = process_time()
    found = read(pack.place)
    assert process_time() - started < LIMIT
    (fault,) = [f for f in found.faults if f.column == "name"]
    assert fault.line == 15
    assert found.keys["body"]["radet"][1] == 12


@pytest.mark.parametrize("tail", ['"""', '""""', '"""""', '\\""""'])
def test_where_a_long_string_ends(pack, tail):
    pack.change("pack.toml", 'kind = "Råd"', f'kind = """Råd {tail}' if tail != '"""' else 'kind = """Råd"""')
    pack.change("pack.toml", "call_days = 42", "call_days = 7")
    assert [(f.key, f.line) for f in read(pack.place).faults] == [("packs.fault.call_days", 19)]


async def test_a_seat_of_many_terms_is_loaded_and_loaded_again(runtime: Runtime, pack):
    first = date(1950, 1, 1)
    days = [first + timedelta(days=n * 7) for n in range(TERMS)]
    rows = [f"nes-leder,{('kari', 'ola')[n % 2]},0,{day},{day + timedelta(days=6)}" for n, day in enumerate(days)]
    pack.write("terms.csv", "\n".join(["seat,person,rank,from,to", *rows, ""]))
    started = process_time()
    plan = await packs.load(runtime, pack.place)
    assert plan.faults == [] and plan.count("added") >= TERMS
    assert (await packs.load(runtime, pack.place)).changes == []
    assert process_time() - started < LIMIT


def test_terms_that_all_overlap_are_told_once_each(pack):
    rows = [f"nes-leder,kari,0,{date(1950, 1, 1) + timedelta(days=n)}," for n in range(TERMS)]
    pack.write("terms.csv", "\n".join(["seat,person,rank,from,to", *rows, ""]))
    started = process_time()
    assert len(read(pack.place).faults) == TERMS - 1
    assert process_time() - started < LIMIT
