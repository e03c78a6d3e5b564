"""The index of what is searched: one text for each agenda item, kept by the database itself.

Triggers write ItemText whenever the item, its case's number or its follow-ups change, so that no command has to
remember it. The text is the case's number, and the item's title, outcome, sides, discussion and follow-ups.

SQLite       two FTS5 tables over it: `item_text_words` finds whole words, `item_text_parts` three letters or more
             of a word (sqlite.org/fts5.html, "Unicode61 Tokenizer", "The Trigram Tokenizer" and "External Content
             Tables").
PostgreSQL   two more columns, generated, each under a GIN index: `lexemes` is its words, as they are and by their
             Norwegian stems, and `parts` every three letters of a word. pg_trgm would do the latter, but it is an
             extension, which not every server has and not everybody may create; an array under GIN needs none
             (postgresql.org/docs/current/gin.html, "Built-in Operator Classes"). No model names these columns:
             SQLite has none of them.
"""

from collections.abc import Iterator

from sqlalchemy import DDL, ForeignKey, event
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.models.base import Base, table

# The tables of FTS5, and the beginning of the names of those it makes for itself. They are no models.
FULL_TEXT_TABLES = ("item_text_words", "item_text_parts")
# The columns of ItemText that are PostgreSQL's alone, and their indexes.
POSTGRES_COLUMNS = ("lexemes", "parts")
POSTGRES_INDEXES = tuple(f"ix_item_text_{name}" for name in POSTGRES_COLUMNS)


class ItemText(Base):
    """All that is searched of an agenda item. Written by triggers, never by a command."""

    __tablename__ = "item_text"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str]


# What follows stands in the migration too, as it was then. tests/test_migrations.py compares what both make.

SQLITE_WRITE = """
INSERT INTO item_text (item_id, words)
SELECT i.id, coalesce(c.number || printf('/%02d', c.year % 100) || char(10), '')
    || i.title || char(10) || i.outcome_text || char(10) || i.sides || char(10) || i.discussed
    || coalesce((SELECT char(10) || group_concat(f.what, char(10)) FROM follow_up f WHERE f.item_id = i.id), '')
FROM agenda_item i LEFT JOIN council_case c ON c.id = i.case_id
WHERE {where}
ON CONFLICT (item_id) DO UPDATE SET words = excluded.words
"""


def sqlite_full_text(name: str, tokenize: str) -> Iterator[str]:
    """Yields a full-text table, and the triggers that keep it as sqlite.org/fts5.html, "External Content Tables", has
    them."""
    remove = f"INSERT INTO {name} ({name}, rowid, words) VALUES ('delete', old.item_id, old.words);"  # noqa: S608
    add = f"INSERT INTO {name} (rowid, words) VALUES (new.item_id, new.words);"  # noqa: S608
    yield (
        f"CREATE VIRTUAL TABLE {name} USING fts5("
        f"words, content = 'item_text', content_rowid = 'item_id', tokenize = '{tokenize}')"
    )
    yield f"CREATE TRIGGER {name}_insert AFTER INSERT ON item_text BEGIN {add} END"
    yield f"CREATE TRIGGER {name}_delete AFTER DELETE ON item_text BEGIN {remove} END"
    yield f"CREATE TRIGGER {name}_update AFTER UPDATE ON item_text BEGIN {remove} {add} END"


def sqlite_trigger(name: str, of: str, where: str) -> str:
    """Returns a trigger that writes the texts of the items of which `where` holds."""
    return f"CREATE TRIGGER {name} AFTER {of} BEGIN {SQLITE_WRITE.format(where=where).strip()}; END"


SQLITE = (
    *sqlite_full_text("item_text_words", "unicode61 remove_diacritics 0"),
    *sqlite_full_text("item_text_parts", "trigram"),
    sqlite_trigger("agenda_item_insert_text", "INSERT ON agenda_item", "i.id = new.id"),
    sqlite_trigger(
        "agenda_item_update_text",
        "UPDATE OF case_id, title, outcome_text, sides, discussed ON agenda_item",
        "i.id = new.id",
    ),
    sqlite_trigger("council_case_update_text", "UPDATE OF year, number ON council_case", "i.case_id = new.id"),
    sqlite_trigger("follow_up_insert_text", "INSERT ON follow_up", "i.id = new.item_id"),
    sqlite_trigger(
        "follow_up_update_text", "UPDATE OF item_id, what ON follow_up", "i.id IN (old.item_id, new.item_id)"
    ),
    sqlite_trigger("follow_up_delete_text", "DELETE ON follow_up", "i.id = old.item_id"),
)
# Letters and digits alone make words: PostgreSQL's parser would take "og/eller" for the name of a file and drop
# what looks like a tag (postgresql.org/docs/current/textsearch-parsers.html). Of a text of more than 100,000
# characters the rest is found by its parts alone, since a tsvector holds a megabyte (…/textsearch-limitations.html).
# A generated column is restored without a search path: what it calls is of the catalogue (…/app-pgdump.html, "Notes").
PLAIN = "SELECT regexp_replace(lower(left($1, 100000)), '[^[:alnum:]]+', ' ', 'g') AS plain"
POSTGRES_FUNCTIONS = (
    f"""
CREATE FUNCTION search_words(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
  SELECT to_tsvector('pg_catalog.simple', plain) || to_tsvector('pg_catalog.norwegian', plain) FROM ({PLAIN}) p
$$
""",  # noqa: S608
    f"""
CREATE FUNCTION search_query(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT phraseto_tsquery('pg_catalog.simple', plain) || phraseto_tsquery('pg_catalog.norwegian', plain)
  FROM ({PLAIN}) p
$$
""",  # noqa: S608
    """
CREATE FUNCTION search_parts(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
  SELECT array_agg(DISTINCT substr(word, start, 3))
  FROM (SELECT DISTINCT regexp_split_to_table(lower(words), '\\s+') AS word) w,
    generate_series(1, length(word) - 2) AS start
$$
""",
)
# Without `fastupdate` an index is written at once: a search never reads a list of what is not sorted in yet
# (postgresql.org/docs/current/gin.html, "GIN Tips and Tricks").
POSTGRES_INDEX = (
    """
ALTER TABLE item_text
  ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (search_words(words)) STORED,
  ADD COLUMN parts text[] GENERATED ALWAYS AS (search_parts(words)) STORED
""",
    "CREATE INDEX ix_item_text_lexemes ON item_text USING gin (lexemes) WITH (fastupdate = off)",
    "CREATE INDEX ix_item_text_parts ON item_text USING gin (parts) WITH (fastupdate = off)",
)
POSTGRES = (
    # A text that two transactions change at once is read again by the second when the first has committed.
    """
CREATE FUNCTION write_item_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids int[];
BEGIN
  IF TG_TABLE_NAME = 'agenda_item' THEN ids := ARRAY[NEW.id];
  ELSIF TG_TABLE_NAME = 'council_case' THEN ids := ARRAY(SELECT id FROM agenda_item WHERE case_id = NEW.id);
  ELSIF TG_OP = 'INSERT' THEN ids := ARRAY[NEW.item_id];
  ELSIF TG_OP = 'DELETE' THEN ids := ARRAY[OLD.item_id];
  ELSE ids := ARRAY[OLD.item_id, NEW.item_id];
  END IF;
  PERFORM FROM item_text WHERE item_id = ANY (ids) FOR UPDATE;
  INSERT INTO item_text (item_id, words)
  SELECT i.id, concat_ws(E'\\n', c.number || '/' || lpad((c.year % 100)::text, 2, '0'), i.title, i.outcome_text,
    i.sides, i.discussed, (SELECT string_agg(f.what, E'\\n' ORDER BY f.id) FROM follow_up f WHERE f.item_id = i.id))
  FROM agenda_item i LEFT JOIN council_case c ON c.id = i.case_id
  WHERE i.id = ANY (ids)
  ON CONFLICT (item_id) DO UPDATE SET words = EXCLUDED.words;
  RETURN NULL;
END $$
""",
    *(
        f"CREATE TRIGGER {name} AFTER {of} FOR EACH ROW EXECUTE FUNCTION write_item_text()"
        for name, of in (
            ("agenda_item_insert_text", "INSERT ON agenda_item"),
            (
                "agenda_item_update_text",
                "UPDATE OF case_id, title, outcome_text, sides, discussed ON agenda_item",
            ),
            ("council_case_update_text", "UPDATE OF year, number ON council_case"),
            ("follow_up_insert_text", "INSERT ON follow_up"),
            ("follow_up_update_text", "UPDATE OF item_id, what ON follow_up"),
            ("follow_up_delete_text", "DELETE ON follow_up"),
        )
    ),
)


def ddl(statement: str, dialect: str) -> DDL:
    return DDL(statement.strip().replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


for each in POSTGRES_FUNCTIONS:
    event.listen(table(ItemText), "before_create", ddl(each, "postgresql"))
for each in POSTGRES_INDEX:
    event.listen(table(ItemText), "after_create", ddl(each, "postgresql"))
for each in POSTGRES:
    event.listen(Base.metadata, "after_create", ddl(each, "postgresql"))
for each in SQLITE:
    event.listen(Base.metadata, "after_create", ddl(each, "sqlite"))
