"""How Alembic meets the database: on the connection that db.migrate hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from lisbot.council.models import Base
from lisbot.council.models.base import Moment


def render_type(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """A revision names SQLAlchemy's own types only, so that it means the same when our models move on."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by making a new one
    render_item=render_type,
    compare_type=True,
    compare_server_default=True,
    transactional_ddl=True,  # also on SQLite: db.Database begins its transactions itself
)
with context.begin_transaction():
    context.run_migrations()
