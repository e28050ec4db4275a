"""Many cases made of a few: what the demo has told is copied row by row, as fast as the database copies."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from engine import Base
from engine.database import Database
from engine.store.columns import UtcTime
from processes.cases import grams

STEP = 20_000
"""Between the tokens and words of one copy and the next; larger than any number that the demo gives out."""

FEW, FEW_UNIT = "ning", "legal"
"""A person, and a unit, that keep the cases and tasks that they have, however many there are."""
OF_OTHERS = f"CAST(candidate_groups AS TEXT) NOT LIKE '%{FEW_UNIT}%' AND COALESCE(assignee, '') <> '{FEW}'"

MEMORY = 600_000
"""Kilobytes in which SQLite keeps what it changes."""

PLACES = 40_000
"""More than there are copies: the words that are numbers count down from it."""

HOURS = 7
"""Between a copy and the next."""

OLD = "yesteryear"
"""A word that many cases have, none of them young."""

MOST_TOLD = 100_000
"""Of so many cases finished tasks and phases are copied, too: no list reads them, and they are most of a case."""

OF_CASE = ("case_audience", "case_clock", "case_fact", "case_phase")
OF_INSTANCE = ("instance", "case_file", "incident", "task")
OWNERS = {"instance_id": "instance", "case_id": "case_file", "about_id": "case_file"}
"""Which table's numbers some columns hold; "id" holds those of its own."""


def multiply(database: Database, *, open_: int, closed: int) -> None:
    """Copy the cases until there are about so many open and closed ones; not again where they are there.

    The variables of a copy are left out: no list reads them.
    """
    if counts(database)["open"] > open_ // 2:
        return
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA cache_size = -{MEMORY}")
        with _bare(connection):
            _multiply(connection, {"closed_at IS NULL": open_, "closed_at IS NOT NULL": closed})
        connection.commit()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.execute(sa.text("ANALYZE" if database.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


@contextmanager
def _bare(connection: sa.Connection) -> Iterator[None]:
    """Without indexes and triggers meanwhile: what these keep is made at the end, at once."""
    awaited, by_era = (import_module(f"processes.migrations.versions.{name}") for name in ("0034_awaited", ERAS))
    tables = {"tables": [*OF_CASE, *OF_INSTANCE, "case_gram"]}
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql("SET maintenance_work_mem = '1GB'")
        kept, grams_again = connection.execute(_ON_POSTGRESQL, tables).all(), by_era.FILL
    else:
        kept = connection.execute(_ON_SQLITE.bindparams(sa.bindparam("tables", expanding=True)), tables).all()
        grams_again = "INSERT INTO case_gram (case_gram) VALUES ('rebuild')"
    for kind, name, _ in kept:
        connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    connection.exec_driver_sql("DELETE FROM awaited")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DELETE FROM case_gram")
    indexes, triggers = ([made for kind, _, made in kept if (kind == "index") is wanted] for wanted in (True, False))
    for said in grams_again, *indexes, awaited.INSERT + awaited.awaited(), COUNTED, *triggers:
        connection.exec_driver_sql(said)
        connection.commit()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = origin")


ERAS = "0036_grams_by_era"
COUNTED = "INSERT INTO recount (case_id) SELECT id FROM case_file ORDER BY id"
_ON_POSTGRESQL = sa.text(
    "SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
    "WHERE indrelid::regclass::text = ANY(:tables) AND NOT indisunique"
)
_ON_SQLITE = sa.text(
    "SELECT type, name, sql FROM sqlite_master "
    "WHERE type IN ('index', 'trigger') AND tbl_name IN :tables AND sql NOT LIKE 'CREATE UNIQUE %'"
)


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


def _multiply(connection: sa.Connection, wanted: Mapping[str, int]) -> None:
    """Copy the cases of each kind; the first copy, which is the youngest, has the highest numbers, and no number is free."""
    there = {
        which: connection.scalar(sa.text(f"SELECT count(*) FROM case_file WHERE {which}")) or 0 for which in wanted
    }
    copies = {which: number // there[which] - 1 for which, number in wanted.items() if there[which]}
    last = {name: connection.scalar(sa.text(f"SELECT max(id) FROM {name}")) or 0 for name in OF_INSTANCE}
    for which, number in copies.items():
        if number > 0:
            _multiply_some(connection, which, there[which], _Copies(number, max(copies.values()) + 1, last))


@dataclass(frozen=True)
class _Copies:
    """How many there are to be, among how many of all, and the last number of each table before."""

    number: int
    of_all: int
    last: Mapping[str, int]

    def fewer(self, most: int) -> "_Copies":
        """No more than so many."""
        return replace(self, number=min(self.number, most))


def _multiply_some(connection: sa.Connection, which: str, there: int, copies: _Copies) -> None:
    original = f"{which} AND id <= {copies.last['case_file']}"
    cases, instances = (f"SELECT {column} FROM case_file WHERE {original}" for column in ("id", "instance_id"))
    told = copies.fewer(MOST_TOLD // there)
    _copy(connection, "instance", f"id IN ({instances})", copies)
    _copy(connection, "case_file", f"id IN ({cases})", copies)
    _copy(connection, "incident", f"instance_id IN ({instances})", copies)
    for kept, number in ("status = 'open'", copies), ("status <> 'open'", told):
        _copy(connection, "task", f"{kept} AND instance_id IN ({instances}) AND {OF_OTHERS}", number)
    for name in OF_CASE:
        others = f" AND value NOT IN ('{FEW}', '{FEW_UNIT}')" if name == "case_audience" else ""
        number = told if name == "case_phase" else copies
        _copy(connection, name, f"case_id IN ({cases}){others}", number)


def _copy(connection: sa.Connection, name: str, which: str, copies: _Copies) -> None:
    """Each row so many times, with its own numbers moved on and its moments back; what must be unique gets a number."""
    table = Base.metadata.tables[name]
    columns = [column.name for column in table.columns if column.computed is None]
    said: dict[str, Any] = {
        column.name: _earlier(connection, column.name) for column in table.columns if isinstance(column.type, UtcTime)
    }
    for column, owner in {"id": name, **OWNERS}.items():
        if column in columns and owner in copies.last:
            said[column] = f"o.{column} + ({copies.of_all} - k.n) * {copies.last[owner]}"
        elif column in columns:  # none of ours counts them
            columns.remove(column)
    said |= {column: f"o.{column} || '-' || k.n" for column in ("number", "business_key") if column in columns}
    if "searched" in columns:  # a word that no other case has: nine digits; and one that only the older half has
        word, old = _word(), f"CASE WHEN k.n > {copies.number} / 2 THEN ' {{}}' ELSE '' END"
        said["searched"] = f"o.searched || ' ' || {word} || {old.format(OLD)}"
        of_old = old.format(" ".join(sorted(grams.of(OLD))))
        said["grams"] = " || ' ' || ".join(("o.grams", *_grams(word))) + f" || {of_old}"
    values = ", ".join(said.get(column, f"o.{column}") for column in columns)
    connection.execute(
        sa.text(
            f"INSERT INTO {name} ({', '.join(columns)}) "
            f"WITH RECURSIVE k(n) AS (SELECT {copies.number} UNION ALL SELECT n - 1 FROM k WHERE n > 1), "
            f"o AS MATERIALIZED (SELECT * FROM {name} WHERE {which}) SELECT {values} FROM k CROSS JOIN o"
        )
    )
    connection.commit()


def _earlier(connection: sa.Connection, column: str) -> str:
    """A moment of a copy: each copy is some hours older than the one before it, as cases come one after another."""
    if connection.dialect.name == "sqlite":
        return (
            f"strftime('%Y-%m-%d %H:%M:%S', o.{column}, '-' || (k.n * {HOURS}) || ' hours') || substr(o.{column}, 20)"
        )
    return f"o.{column} - k.n * INTERVAL '{HOURS} hours'"


def _word() -> str:
    return f"substr(CAST(1000000000 + o.id + ({PLACES} - k.n) * {STEP} AS TEXT), 2)"


def _grams(word: str) -> list[str]:
    """The grams of a word of nine digits, as the database writes them."""
    signs = [f"'3' || substr({word}, {place}, 1)" for place in range(1, 10)]
    return [" || ".join(signs[place : place + length]) for length in (2, 3) for place in range(10 - length)]
