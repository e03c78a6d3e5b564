"""Every word is there in bokmål, nynorsk and English, with the same holes to fill."""

import string

import pytest

from lisbot.texts import LANGUAGES, catalogue


def holes(table, path: str = "") -> dict[str, object]:
    """Every text by its key, as the holes in it. Of a list, which is phrases people type, only the key."""
    found: dict[str, object] = {}
    for key, value in table.items():
        at = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict):
            found |= holes(value, at)
        else:
            parts = string.Formatter().parse(value) if isinstance(value, str) else ()
            found[at] = {name for _, name, _, _ in parts if name}
    return found


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "nb"])
def test_the_same_texts_with_the_same_holes(lang: str):
    bokmaal, other = holes(catalogue("nb")), holes(catalogue(lang))
    assert set(bokmaal) ^ set(other) == set()
    assert {key: (bokmaal[key], other[key]) for key in bokmaal if bokmaal[key] != other[key]} == {}
