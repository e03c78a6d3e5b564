"""What all tables share: names of constraints, moments in UTC, enumerations as checked text."""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Index, MetaData, String, Table, Text, TypeDecorator, text
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase, mapped_column

from lisbot.council.addresses import fold_address

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time. Stored as naive UTC, which both databases order alike; always aware in Python."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class EmailAddress(TypeDecorator[str]):
    """An e-mail address, kept and compared in one form."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else fold_address(value)


class PartialIndex(Index):
    """An index of the rows for which a condition holds.

    The condition is an option of each dialect, and an option of a dialect imports it. It is set when the index is
    drawn or compared, so that nobody imports PostgreSQL's who asks SQLite.
    """

    inherit_cache = True

    def __init__(self, name: str, *columns: str, where: str, unique: bool = False) -> None:
        super().__init__(name, *columns, unique=unique)
        self.where = text(where)

    @property
    def dialect_options(self) -> Any:
        options = super().dialect_options
        for dialect in ("sqlite", "postgresql"):
            options[dialect]["where"] = self.where
        return options


def enum_values(kind: type[Enum]) -> list[str]:
    return [member.value for member in kind]


def checked_enum(kind: type[Enum], name: str) -> EnumType:
    """Returns the type of a second column of one enumeration in a table, whose check needs a name of its own."""
    return EnumType(kind, name=name, native_enum=False, length=20, create_constraint=True, values_callable=enum_values)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        str: Text,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        Enum: EnumType(Enum, native_enum=False, length=20, create_constraint=True, values_callable=enum_values),
    }


def table(model: type[Base]) -> Table:
    """Returns the table of a model, for statements that read rows and build no objects."""
    assert isinstance(model.__table__, Table)
    return model.__table__


Id = Annotated[int, mapped_column(primary_key=True)]
Key = Annotated[str, mapped_column(String(80), unique=True)]
