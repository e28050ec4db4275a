"""Many cases made of a few: what the demo has told is copied row by row, as fast as the database copies."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine import Base
from engine.database import Database

STEP = 20_000
"""Between the numbers of one copy and the next; larger than any number that the demo gives out."""

OF_INSTANCE = ("task", "incident")
OF_CASE = ("case_audience", "case_clock", "case_fact", "case_phase")


def multiply(database: Database, *, open_: int, closed: int) -> None:
    """Copy the cases until there are about so many open and closed ones; not again where they are there.

    What a copy could go on from is left out: no list reads it.
    """
    if counts(database)["open"] > open_ // 2:
        return
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE instance SET state = ''"))
        _multiply(connection, "closed_at IS NULL", open_)
        _multiply(connection, "closed_at IS NOT NULL", closed)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def lengthen(database: Database, number: str, wanted: int) -> None:
    """Let the history of a case be about so long: what happened in it happens again, with other tokens."""
    columns = [column.name for column in Base.metadata.tables["event"].columns if column.name != "id"]
    said = {"token": f"e.token + k.n * {STEP}"}
    values = ", ".join(said.get(column, f"e.{column}") for column in columns)
    of_case = "e.instance_id = (SELECT instance_id FROM case_file WHERE number = :number)"
    with database.engine.begin() as connection:
        there = connection.scalar(sa.text(f"SELECT count(*) FROM event AS e WHERE {of_case}"), {"number": number}) or 0
        copies = wanted // there - 1
        if copies < 1:
            return
        connection.execute(
            sa.text(
                f"INSERT INTO event ({', '.join(columns)}) "
                f"WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {copies}) "
                f"SELECT {values} FROM event AS e CROSS JOIN k WHERE {of_case} ORDER BY k.n, e.id"
            ),
            {"number": number},
        )


def counts(database: Database) -> dict[str, int]:
    """How many cases and tasks there are."""
    asked = {
        "open": "SELECT count(*) FROM case_file WHERE closed_at IS NULL",
        "closed": "SELECT count(*) FROM case_file WHERE closed_at IS NOT NULL",
        "tasks": "SELECT count(*) FROM task WHERE status = 'open'",
    }
    with database.engine.connect() as connection:
        return {name: connection.scalar(sa.text(text)) or 0 for name, text in asked.items()}


def _multiply(connection: sa.Connection, which: str, wanted: int) -> None:
    cases = f"SELECT id FROM case_file WHERE {which} AND id < {STEP}"
    instances = f"SELECT instance_id FROM case_file WHERE {which} AND id < {STEP}"
    there = connection.scalar(sa.text(f"SELECT count(*) FROM ({cases}) AS known")) or 0
    copies = wanted // there - 1 if there else 0
    if copies < 1:
        return
    _copy(connection, "instance", f"id IN ({instances})", copies, ("id",))
    _copy(connection, "case_file", f"id IN ({cases})", copies, ("id", "instance_id"))
    for name in OF_INSTANCE:
        _copy(connection, name, f"instance_id IN ({instances})", copies, ("id", "instance_id"))
    for name in OF_CASE:
        _copy(connection, name, f"case_id IN ({cases})", copies, ("id", "case_id"))


def _copy(connection: sa.Connection, name: str, which: str, copies: int, moved: Sequence[str]) -> None:
    """Each row so many times, with its own numbers moved on; what must be unique gets the number of the copy."""
    table = Base.metadata.tables[name]
    columns = [column.name for column in table.columns if column.computed is None]
    said: dict[str, Any] = {column: f"o.{column} + k.n * {STEP}" for column in moved if column in table.columns}
    said |= {column: f"o.{column} || '-' || k.n" for column in ("number", "business_key") if column in columns}
    if "searched" in columns:  # a word that no other case has: nine digits
        said["searched"] = f"o.searched || ' ' || {_word(said['id'])}"
        said["grams"] = " || ' ' || ".join(("o.grams", *_grams(_word(said["id"]))))
    said |= {column: "NULL" for column in ("tracking_hash",) if column in columns}
    values = ", ".join(said.get(column, f"o.{column}") for column in columns)
    connection.execute(
        sa.text(
            f"INSERT INTO {name} ({', '.join(columns)}) "
            f"WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {copies}), "
            f"o AS (SELECT * FROM {name} WHERE {which}) SELECT {values} FROM o CROSS JOIN k"
        )
    )


def _word(number: str) -> str:
    return f"substr(CAST(1000000000 + {number} AS TEXT), 2)"


def _grams(word: str) -> list[str]:
    """The grams of a word of nine digits, as the database writes them."""
    signs = [f"'3' || substr({word}, {place}, 1)" for place in range(1, 10)]
    return [" || ".join(signs[place : place + length]) for length in (2, 3) for place in range(10 - length)]
