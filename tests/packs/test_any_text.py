"""Whatever stands in a pack's files, reading it ends with faults and never with anything else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lisbot import packs
from lisbot.packs.files import FILES

SCRAPS = st.sampled_from(
    [
        *(
            "[[body]]",
            "[[person]]",
            "[person]",
            "[[hospital]]",
            "[[[[[[[[",
            "[",
            "]",
            "{}",
            "=",
            ",",
            ";",
            ".",
        ),
        *('"', '"""', "'", "\n", "\r", "\0", "\ufeff", "\u202e", "é", "key", "name", "kari", "true", "nan"),
        *(
            "2026-01-01",
            "20260101",
            "99999999999999999999",
            "-1",
            "1e400",
            "[[seat]]\nkey = 5\n",
            "body = 1\n",
        ),
        *("seat,person,rank,from,to", "key,name,email,lang", "person.kari.name = 2\n"),
        'term = [{seat = "a", from = 2026-01-01}]\n',
    ]
)
TEXT = st.lists(SCRAPS, max_size=25).map("".join) | st.text(max_size=60)


@pytest.mark.parametrize("name", ["pack.toml", *FILES.values()])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_reading_never_fails(pack, name: str, text: str):
    pack.write(name, text.encode("utf-8", "surrogatepass"))
    for finding in packs.read(pack.place).faults:
        assert finding.line >= 1


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 100_000, "a = " + "1" * 10_000, "key,name\n" + "x" * 1_000_000 + ",b\n"]
)
@pytest.mark.parametrize("name", ["pack.toml", "people.csv"])
def test_a_monstrous_file_is_a_fault(pack, name: str, text: str):
    pack.write(name, text)
    assert packs.read(pack.place).faults
