"""What the database itself sees to about terms: no two of a rank overlap, and none is overwritten unseen.

Whenever a term is changed, a trigger puts what was known of it into FormerTerm, up to the moment of the change: the
new `changed_at`, or the database's clock where whoever changes it does not say. Whoever finds that a term never was
sets `changed_at` and then deletes the row.

SQLite       has triggers alone (sqlite.org/lang_createtrigger.html): one refuses what overlaps.
PostgreSQL   has an exclusion constraint (postgresql.org/docs/current/ddl-constraints.html). A number is compared as a
             range of one, for which GiST needs no extension.
"""

from sqlalchemy import event

from lisbot.council.models.base import Base
from lisbot.council.models.search import ddl

# What follows stands in the migration too, as it was then. tests/test_migrations.py compares what both make.

WATCHED = "seat_id, person_id, rank, from_on, to_on, changed_at"
SQLITE_KEEP = """
CREATE TRIGGER term_keep_former AFTER UPDATE OF seat_id, person_id, rank, from_on, to_on, changed_at ON term
WHEN (old.seat_id, old.person_id, old.rank, old.from_on) IS NOT (new.seat_id, new.person_id, new.rank, new.from_on)
  OR old.to_on IS NOT new.to_on OR old.changed_at IS NOT new.changed_at
BEGIN
INSERT INTO former_term (term_id, seat_id, person_id, rank, from_on, to_on, known_from, known_to)
VALUES (
  old.id, old.seat_id, old.person_id, old.rank, old.from_on, old.to_on, coalesce(old.changed_at, old.recorded_at),
  CASE WHEN new.changed_at IS NOT old.changed_at THEN new.changed_at ELSE strftime('%Y-%m-%d %H:%M:%f000', 'now') END
); END
"""
SQLITE_OVERLAP = """
CREATE TRIGGER term_{of}_overlap BEFORE {event} ON term
WHEN EXISTS (
  SELECT 1 FROM term t WHERE t.seat_id = new.seat_id AND t.rank = new.rank AND t.id IS NOT new.id
  AND (t.to_on IS NULL OR t.to_on >= new.from_on) AND (new.to_on IS NULL OR new.to_on >= t.from_on)
)
BEGIN SELECT RAISE(ABORT, 'ex_term_overlap'); END
"""
SQLITE = (
    SQLITE_KEEP,
    SQLITE_OVERLAP.format(of="insert", event="INSERT"),
    SQLITE_OVERLAP.format(of="update", event="UPDATE OF seat_id, rank, from_on, to_on"),
)
POSTGRES = (
    """
ALTER TABLE term ADD CONSTRAINT ex_term_overlap EXCLUDE USING gist (
  int4range(seat_id, seat_id, '[]') WITH =, int4range(rank, rank, '[]') WITH =, daterange(from_on, to_on, '[]') WITH &&
)
""",
    """
CREATE FUNCTION keep_former_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.seat_id, OLD.person_id, OLD.rank, OLD.from_on, OLD.to_on, OLD.changed_at)
    IS DISTINCT FROM (NEW.seat_id, NEW.person_id, NEW.rank, NEW.from_on, NEW.to_on, NEW.changed_at) THEN
    INSERT INTO former_term (term_id, seat_id, person_id, rank, from_on, to_on, known_from, known_to)
    VALUES (
      OLD.id, OLD.seat_id, OLD.person_id, OLD.rank, OLD.from_on, OLD.to_on, coalesce(OLD.changed_at, OLD.recorded_at),
      CASE WHEN NEW.changed_at IS DISTINCT FROM OLD.changed_at THEN NEW.changed_at
        ELSE clock_timestamp() AT TIME ZONE 'UTC' END
    );
  END IF;
  RETURN NULL;
END $$
""",
    f"CREATE TRIGGER term_keep_former AFTER UPDATE OF {WATCHED} ON term"
    " FOR EACH ROW EXECUTE FUNCTION keep_former_term()",
)

for each in POSTGRES:
    event.listen(Base.metadata, "after_create", ddl(each, "postgresql"))
for each in SQLITE:
    event.listen(Base.metadata, "after_create", ddl(each, "sqlite"))
