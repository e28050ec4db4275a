"""What Alembic runs: the chain, on the connection that `migrate` opened."""

from typing import Any, Literal

from alembic import context

from engine import Base, UtcTime


def _render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own column types into a new revision as plain ones."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_item,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
