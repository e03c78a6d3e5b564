"""What an annotation says of a value is the same to a command, to pydantic and to a form."""

from datetime import date, time
from enum import Enum, StrEnum
from inspect import Parameter, signature
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError, ValidationError

from lisbot.commands import COMMANDS
from lisbot.council.core.fields import Day, Days, Hour, Id, Line, Lines
from lisbot.council.core.schemas import After, Before, Limits, arguments_validator, value_validator

# Every annotation there is, by the name of an argument that has it.
ANNOTATIONS = {
    str(parameter.annotation): (f"{command.name}.{name}", parameter.annotation)
    for command in COMMANDS.values()
    for parameters in (command.parameters, *command.row_parameters.values())
    for name, parameter in parameters.items()
    if name not in command.repeats
}
TYPED = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.dates(),
    st.times(),
    st.lists(st.integers() | st.text(max_size=5), max_size=5),
    st.sampled_from(
        [
            *("", " ", "1", "01", "1.0", "0", "-1", "480", "481", "99999999999", "1,2;3", "true", "nei", "on"),
            *(
                "2027-02-10",
                "10.2.27",
                "31.02.2027",
                "09:00",
                "kl. 9",
                "25:00",
                "a@b.no",
                "https://x.no",
                "javascript:x",
            ),
            *("for", "nb", "information", "absent", "\u202e", "x" * 201, "2027-02-10, 2027-06-09"),
        ]
    ),
)


def checked(check, value) -> tuple[str, object]:
    try:
        found = check(value)
    except ValidationError as error:
        return "refused", [(e["type"], e["loc"], e.get("ctx")) for e in error.errors(include_url=False)]
    return type(found).__name__, found


@pytest.mark.parametrize(("name", "annotation"), ANNOTATIONS.values(), ids=[name for name, _ in ANNOTATIONS.values()])
@given(value=TYPED)
def test_an_argument_is_read_as_pydantic_reads_it(name, annotation, value):
    ours, theirs = value_validator(annotation), TypeAdapter(annotation)
    assert checked(ours.validate_python, value) == checked(theirs.validate_python, value)


def test_rules_are_applied_in_their_order():
    def refuse(value: str) -> str:
        raise PydanticCustomError("refused", "refused")

    even = Annotated[int, Before(lambda value: value.strip("!")), Limits(ge=2, le=8), After(lambda value: value * 2)]
    assert value_validator(even).validate_python("4!") == 8
    for value, kind in (("1", "greater_than_equal"), ("9", "less_than_equal"), ("x", "int_parsing")):
        assert checked(value_validator(even).validate_python, value)[1][0][0] == kind
    first = value_validator(Annotated[str, Limits(max_length=3), After(refuse)])
    assert checked(first.validate_python, "four")[1][0][0] == "string_too_long"


def test_arguments_that_are_left_out_are_filled_in_and_unknown_ones_refused():
    def function(*, title: Line, day: Day | None = None, lines: Lines = ["a"]) -> None: ...  # noqa: B006

    check = arguments_validator(signature(function, eval_str=True).parameters)
    assert check.validate_python({"title": " Ein  tittel "}) == {"title": "Ein tittel", "day": None, "lines": ["a"]}
    filled = check.validate_python({"title": "x"})
    filled["lines"].append("b")
    assert check.validate_python({"title": "x"})["lines"] == ["a"]
    _, faults = checked(check.validate_python, {"colour": "red"})
    assert {(fault[0], fault[1]) for fault in faults} == {("missing", ("title",)), ("extra_forbidden", ("colour",))}


def test_an_annotation_that_no_rule_knows_is_a_bug():
    class Colour(StrEnum):
        RED = "red"

    assert value_validator(Colour | None).validate_python("red") is Colour.RED
    assert issubclass(Colour, Enum)
    for annotation in (bytes, dict[str, int], object):
        with pytest.raises((AssertionError, TypeError)):
            value_validator(annotation)


@pytest.mark.parametrize(
    ("annotation", "value", "found"),
    [
        (Id, "7", 7),
        (Day, "10.2.27", date(2027, 2, 10)),
        (Hour, "kl. 9", time(9)),
        (Days, "2027-02-10; 2027-06-09", [date(2027, 2, 10), date(2027, 6, 9)]),
        (Lines, "Oslo\nÅs, Moss", ["Oslo", "Ås, Moss"]),
    ],
)
def test_what_is_typed_is_read(annotation, value, found):
    assert value_validator(annotation).validate_python(value) == found


def test_every_argument_has_an_annotation_that_can_be_checked():
    for command in COMMANDS.values():
        assert command.validator
        assert all(p.annotation is not Parameter.empty for p in command.parameters.values())
