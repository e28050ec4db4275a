"""Instances know the processes they have called, and all that waits the process it is drawn in."""

import json
from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS = ("timer", "subscription", "job", "incident")

_INSTANCES = sa.text(
    "SELECT instance.id, instance.state, process_definition.deployment_id, process_definition.key FROM instance"
    " JOIN process_definition ON process_definition.id = instance.definition_id ORDER BY instance.id"
)
_SEEN = sa.text(
    "SELECT process FROM event WHERE instance_id = :number AND process IS NOT NULL GROUP BY process ORDER BY min(id)"
)
_HOME = sa.text(
    "SELECT deployment_id FROM (SELECT deployment_id, 0 AS rank FROM task"
    " WHERE instance_id = :number AND process_key = :process"
    " UNION ALL SELECT deployment_id, CASE WHEN deployment_id = :own THEN 1 ELSE 2 END FROM process_definition"
    " WHERE key = :process) AS found ORDER BY rank, deployment_id DESC LIMIT 1"
)
"""Where a process that an instance was in is found: where its tasks were, in the deployment of its own, the latest."""
_KEEP = sa.text("UPDATE instance SET called = :called WHERE id = :number")


def upgrade() -> None:
    op.add_column("instance", sa.Column("called", sa.Text(), nullable=True))
    for table in WAITS:
        op.add_column(table, sa.Column("deployment_id", ID, nullable=True))
        op.add_column(table, sa.Column("process_key", sa.Text(), nullable=True))
    connection = op.get_bind()
    for number, state, deployment, root in connection.execute(_INSTANCES).all():
        own = str(deployment), root
        homes, calls = read_homes(bytes(state), own)
        running = {key: (ref, key) for ref, key in calls}
        seen = [
            running.get(process) or _home(connection, number, process, deployment)
            for process in connection.scalars(_SEEN, {"number": number}).all()
        ]
        places = [place for place in dict.fromkeys([*seen, *calls]) if place != own]
        called = " ".join(f"{ref}:{key}:{f'+{calls[ref, key]}' if calls[ref, key] else 0}" for ref, key in places)
        if called:
            connection.execute(_KEEP, {"called": called, "number": number})
        for table in WAITS:
            _fill(connection, table, number, homes)


def read_homes(state: bytes, own: tuple[str, str]) -> tuple[Mapping[int, tuple[str, str]], Counter[tuple[str, str]]]:
    """Where each token of a saved state is, as deployment and process, and the calls that go on.

    The state is [version, counter, ref, key, ends, queue, dirty, at once, scopes], a scope [host, ref, key, completed,
    tokens], a token [number, …]; ref and key stand in the scopes of called processes alone.
    """
    homes: dict[int, tuple[str, str]] = {}
    calls: Counter[tuple[str, str]] = Counter()
    for host, ref, key, _completed, tokens in json.loads(state)[8] if state else ():
        home = (str(ref), str(key)) if ref else homes.get(host, own)
        calls.update([home] if ref else [])
        homes.update(dict.fromkeys((token[0] for token in tokens), home))
    return homes, calls


def _home(connection: sa.Connection, number: int, process: str, own: int) -> tuple[str, str]:
    found = connection.scalar(_HOME, {"number": number, "process": process, "own": own})
    return str(found or own), process


def _fill(connection: sa.Connection, table: str, number: int, homes: Mapping[int, tuple[str, str]]) -> None:
    rows = sa.table(table, *map(sa.column, ("instance_id", "token", "deployment_id", "process_key")))
    mine = rows.c.instance_id == number
    for token in connection.scalars(sa.select(rows.c.token).where(mine, rows.c.token.is_not(None))).all():
        if token in homes:
            deployment, process = homes[token]
            change = rows.update().where(mine, rows.c.token == token)
            connection.execute(change.values(deployment_id=int(deployment), process_key=process))
