"""JSON that somebody sent."""

import pytest

from lisbot.channels.common.untrusted import object_in, objects_in, string_in


@pytest.mark.parametrize("junk", [None, 7, True, [], {}, [7], "text", {"a": 1}], ids=repr)
def test_what_is_of_another_type_reads_as_empty(junk):
    raw = {"found": junk}
    assert string_in(raw, "found") == (junk if isinstance(junk, str) else "")
    assert object_in(raw, "found") == (junk if isinstance(junk, dict) else {})
    assert objects_in(raw, "found") == []
    assert (string_in(raw, "missing"), object_in(raw, "missing"), objects_in(raw, "missing")) == ("", {}, [])


def test_of_a_list_only_the_objects_are_read():
    assert objects_in({"found": [{"a": 1}, None, "b", {}]}, "found") == [{"a": 1}, {}]
