"""What a page says of a thing, whole: what its facts left out is empty."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

Action = dict[str, Any]


class Part(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def leave_out_nothing(cls, given: Any) -> Any:
        return {k: v for k, v in given.items() if v is not None} if isinstance(given, dict) else given


class Fact(Part):
    title: str
    value: str = ""


class Row(Part):
    """One thing in a list: where it leads, how it stands (good, warning, attention), what can be done."""

    title: str = ""
    text: str = ""
    note: str = ""
    href: str = ""
    status: str = ""
    buttons: list[Action] = Field(default_factory=list)


class TableRow(Part):
    cells: list[str]
    href: str = ""
    status: str = ""


class Table(Part):
    columns: list[str]
    rows: list[TableRow] = Field(default_factory=list)


class Section(Part):
    heading: str = ""
    lines: list[str] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    rows: list[Row] = Field(default_factory=list)
    table: Table | None = None
    buttons: list[Action] = Field(default_factory=list)


class Sheet(Part):
    title: str = ""
    subtitle: str = ""
    up: str = ""  # the page of what this belongs to
    lines: list[str] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list)
    buttons: list[Action] = Field(default_factory=list)
