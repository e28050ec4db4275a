"""Versions of folders: numbered, one of each current, with who made it so; a definition is known by its content."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")
DEFINITIONS = {"process_definition": "processes", "decision_definition": "decisions"}
"""The tables of definitions, and the column of a deployment that says which of them it holds."""


def upgrade() -> None:
    op.add_column("deployment", sa.Column("version", ID, nullable=False, server_default="0"))
    op.add_column("deployment", sa.Column("origin", sa.String(10), nullable=False, server_default="own"))
    op.add_column("deployment", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("deployment", sa.Column("is_current", sa.Boolean(), nullable=False, server_default=sa.false()))
    for column in DEFINITIONS.values():
        op.add_column("deployment", sa.Column(column, JSON, nullable=False, server_default="{}"))
    for table in DEFINITIONS:
        op.add_column(table, sa.Column("digest", sa.String(64), nullable=False, server_default=""))
        op.add_column(table, sa.Column("is_current", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "activation",
        sa.Column("id", ID, nullable=False),
        sa.Column("deployment_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name="fk_activation_deployment_id_deployment"),
        sa.PrimaryKeyConstraint("id", name="pk_activation"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activation_deployment_id", "activation", ["deployment_id"])
    _fill(op.get_bind())
    still = sa.text("is_current")
    op.create_index("ix_deployment_name_version", "deployment", ["name", "version"], unique=True)
    for table, column in {"deployment": "name", "process_definition": "key", "decision_definition": "key"}.items():
        name = f"uq_{table}_is_current"
        op.create_index(name, table, [column], unique=True, sqlite_where=still, postgresql_where=still)
        if table in DEFINITIONS:
            op.create_index(f"ix_{table}_key_digest", table, ["key", "digest"], unique=True)


def _fill(connection: sa.Connection) -> None:
    """Number the versions there are; of each folder the last is current, if something of it is what starts now."""
    deployments = connection.execute(
        sa.text("SELECT id, name, digest, deployed_at, deployed_by FROM deployment ORDER BY id")
    ).all()
    held = {table: _held(connection, table) for table in DEFINITIONS}
    last = {row.name: row.id for row in deployments}
    counted: dict[str, int] = {}
    for row in deployments:
        counted[row.name] = counted.get(row.name, 0) + 1
        mine = {table: held[table].get(row.id, {}) for table in DEFINITIONS}
        newest = {
            table: [number for number, is_last in mine[table].values() if is_last and last[row.name] == row.id]
            for table in DEFINITIONS
        }
        shipped = row.deployed_by == "system" and row.name == "kb_sales_quality"
        connection.execute(
            sa.text(
                "UPDATE deployment SET version = :version, origin = :origin, is_current = :current,"
                " processes = :processes, decisions = :decisions WHERE id = :id"
            ).bindparams(sa.bindparam("processes", type_=JSON), sa.bindparam("decisions", type_=JSON)),
            {
                "id": row.id,
                "version": counted[row.name],
                "origin": "shipped" if shipped else "own",
                "current": any(newest.values()),
                **{column: _numbers(connection, mine[table]) for table, column in DEFINITIONS.items()},
            },
        )
        for table in DEFINITIONS:
            connection.execute(
                sa.text(f"UPDATE {table} SET digest = :digest WHERE deployment_id = :id"),  # noqa: S608 - ours
                {"id": row.id, "digest": row.digest},
            )
            for number in newest[table]:
                connection.execute(
                    sa.text(f"UPDATE {table} SET is_current = :yes WHERE id = :id"),  # noqa: S608 - ours
                    {"id": number, "yes": True},
                )
        connection.execute(
            sa.text("INSERT INTO activation (deployment_id, at, \"by\", reason) VALUES (:id, :at, :by, '')"),
            {"id": row.id, "at": row.deployed_at, "by": row.deployed_by},
        )


def _held(connection: sa.Connection, table: str) -> dict[int, dict[str, tuple[int, bool]]]:
    """The definitions of each deployment by key: the number, and whether it is the last version of the key."""
    rows = connection.execute(sa.text(f"SELECT id, deployment_id, key, version FROM {table}")).all()  # noqa: S608 - ours
    last: dict[str, int] = {}
    for row in rows:
        last[row.key] = max(last.get(row.key, 0), row.version)
    found: dict[int, dict[str, tuple[int, bool]]] = {}
    for row in rows:
        found.setdefault(row.deployment_id, {})[row.key] = (row.id, row.version == last[row.key])
    return found


def _numbers(connection: sa.Connection, held: Mapping[str, tuple[int, bool]]) -> Any:
    numbers = {key: number for key, (number, _) in held.items()}
    return json.dumps(numbers) if connection.dialect.name == "sqlite" else numbers
