"""Free-text search in what came of the cases, by the index that lisbot.council.models.search describes.

search.py says what is found. On PostgreSQL a word also finds others of the same Norwegian stem. A sign of one or two
characters is in no index, and is looked for in the texts themselves.

What somebody types is never part of a query's syntax: a word is a string of FTS5's (sqlite.org/fts5.html, "FTS5
Strings"), or on PostgreSQL the argument of a function that reads plain text
(postgresql.org/docs/current/textsearch-controls.html, phraseto_tsquery).
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, func, literal_column, or_, select, table
from sqlalchemy import text as sql_text
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.minutes.search import is_part, is_sign, words_of
from lisbot.council.models import AgendaItem, ItemText
from lisbot.db import is_postgres

# FTS5's own tables are no models. A column of the table's name stands for all that is in it (sqlite.org/fts5.html,
# "Full-text Query Syntax").
# Nor are the columns that PostgreSQL generates.
LEXEMES: ColumnElement[Any] = literal_column("item_text.lexemes")
PARTS_OF_WORDS: ColumnElement[Any] = literal_column("item_text.parts")
WORDS, PARTS = (table(name, column("rowid"), column(name)) for name in ("item_text_words", "item_text_parts"))


async def plan_for_words(db: AsyncSession) -> None:
    """Have PostgreSQL plan the searches of a transaction for the words that are looked for. A plan for any words reads
    every text of every council (postgresql.org/docs/current/sql-prepare.html, "Notes")."""
    if is_postgres(db):
        await db.execute(sql_text("SET LOCAL plan_cache_mode = force_custom_plan"))


def matches(db: AsyncSession, text: str) -> ColumnElement[bool]:
    """Returns the condition that an item has every word of a text somewhere, letter case apart."""
    words = words_of(text)
    if is_postgres(db):
        return AgendaItem.id.in_(select(ItemText.item_id).where(*map(on_postgres, words)))
    return and_(*(AgendaItem.id.in_(on_sqlite(word)) for word in words))


def on_postgres(word: str) -> ColumnElement[bool]:
    """Returns the condition that an item's text has a word."""
    has_it: ColumnElement[bool] = func.strpos(func.lower(ItemText.words), func.lower(word)) > 0
    if is_sign(word):
        return has_it
    as_word: ColumnElement[bool] = LEXEMES.bool_op("@@")(func.search_query(word))
    if not is_part(word):
        return as_word
    # The index knows that all its parts are there, and not that they stand together.
    return or_(as_word, and_(PARTS_OF_WORDS.bool_op("@>")(func.search_parts(word)), has_it))


def on_sqlite(word: str) -> Select[Any]:
    """Returns the query for the ids of the items whose text has a word."""
    if is_sign(word):
        return select(ItemText.item_id).where(func.instr(func.lower_all(ItemText.words), word.lower()) > 0)
    index = PARTS if is_part(word) else WORDS
    return select(index.c.rowid).where(index.c[index.name].bool_op("MATCH")(fts5_string(word)))


def fts5_string(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
