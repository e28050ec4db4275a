"""What is written together: PostgreSQL is sent it as one statement."""

import re
from collections.abc import Callable, Hashable, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from engine.store.base import AT_ONCE, Base
from engine.store.columns import to_json
from engine.store.prepared import Prepared, Values, ask

ALIKE = 4
"""So often a statement stands among those that are sent as one: each number of times makes another one."""
MOST_KEPT = 500
_NUMBERED = re.compile(r"\$(\d+)")
_MISSING = re.compile(r"missing (\d+)\.")
Missing = Callable[[], Exception] | None
_Waiting = tuple[Prepared, list[Values], Missing]
_Part = tuple[str, tuple[Any, ...], Missing]


class Gathered:
    """Statements that are sent at the end.

    Each costs the way to PostgreSQL and back, and on both sides more around it than its own work. None of them sees
    what the others write; so no two may write the same row, nor rows that may not stand beside each other.
    """

    def __init__(self, connection: Connection) -> None:
        """Take the connection; nothing is sent yet."""
        self.connection = connection
        self._waiting: list[_Waiting] = []
        self._owners: set[Hashable] = set()

    def own(self, owner: Hashable) -> None:
        """Let what belongs to somebody be written from now on; what was gathered of it before is sent first."""
        if owner in self._owners:
            self.send()
        self._owners.add(owner)

    def add(self, statement: Prepared, rows: Sequence[Values], missing: Missing = None) -> None:
        """Let a statement be run for each of some rows; with those that it is to be run for already.

        Args:
            statement: returns nothing.
            rows: may be none.
            missing: gives what is raised when fewer rows were changed.
        """
        if not rows:
            return
        for known, before, watched in self._waiting:
            if known is statement and watched is missing is None:
                before.extend(rows)
                return
        self._waiting.append((statement, [*rows], missing))

    def send(self, *, last: bool = False) -> None:
        """Write all of it; as the last of a transaction it may be kept at once, where it is one statement."""
        self._owners.clear()
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        parts: list[_Part] = []
        alone = self.connection.dialect.name == "sqlite"
        if alone:
            waiting = self._write_at_once(waiting)
        for statement, rows, missing in waiting:
            most = 1 if statement.inserts else ALIKE  # whose parts would be numbered in any order
            if alone or ((text := statement.text(self.connection)).of_rows is None and len(rows) > most):
                if statement.run_each(self.connection, rows) != len(rows) and missing is not None:
                    raise missing()
            elif text.of_rows is not None:
                parts.append((text.of_rows, text.given_rows(rows), missing))
            else:
                parts += [(text.sql, text.given(row), missing) for row in rows]
        if parts:
            self._send(parts, last=last)

    def _write_at_once(self, waiting: list[_Waiting]) -> list[_Waiting]:
        """Write through its view what waits for all the tables of one; give what is left."""
        viewed = [each for each in waiting if each[0].view is not None]
        names = [str(each[0].table) for each in viewed]
        if len(viewed) < 2:
            return waiting
        tables, sql = _through(viewed[0][0].view)
        if sorted(names) != tables:
            return waiting
        given = [to_json(statement.text(self.connection).given_each(rows)) for statement, rows, _ in viewed]
        ask(self.connection, sql, tuple([given[names.index(table)] for table in tables]))
        return [each for each in waiting if each[0].view is None]

    def _send(self, parts: Sequence[_Part], *, last: bool) -> None:
        sql = _together(tuple([(text, missing is not None) for text, _, missing in parts]), fails=last)
        errors = [missing for _, _, missing in parts if missing is not None]
        values = tuple([value for _, given, _ in parts for value in given])
        try:
            found = ask(self.connection, sql, values, last=last).fetchone()
        except DataError as error:
            if (named := _MISSING.search(str(error.orig))) is None:
                raise
            missing = errors[int(named[1])]
            raise missing() from None
        for changed, missing in zip(found, errors, strict=False):
            if changed == 0:
                raise missing()


@lru_cache(maxsize=MOST_KEPT)
def _together(parts: tuple[tuple[str, bool], ...], *, fails: bool) -> str:
    """Some statements as one, which tells of those that are watched how many rows they have changed.

    Or it fails by itself where that is none, with which of them it was in the words of PostgreSQL's error.
    """
    texts: list[str] = []
    counts: list[str] = []
    before = 0
    for number, (sql, watched) in enumerate(parts):
        texts.append(f"part{number} AS ({_shifted(sql, before)}{' RETURNING 1' if watched else ''})")
        if watched:
            no_number = f"CASE count(*) WHEN 0 THEN CAST('missing {len(counts)}.' || count(*) AS integer) END"
            counts.append(f"(SELECT {no_number if fails else 'count(*)'} FROM part{number})")  # noqa: S608 - our own name
        before += len(set(_NUMBERED.findall(sql)))
    return f"WITH {', '.join(texts)} SELECT {', '.join(counts) or 'NULL'}"


def _shifted(sql: str, by: int) -> str:
    return _NUMBERED.sub(lambda found: f"${int(found[1]) + by}", sql)


@cache
def _through(view: str | None) -> tuple[list[str], str]:
    """The tables of a view, and the statement that writes into all of them."""
    tables = sorted(name for name, table in Base.metadata.tables.items() if table.info.get(AT_ONCE) == view)
    marks = ", ".join("?" for _ in tables)
    return tables, f"INSERT INTO {view} ({', '.join(tables)}) VALUES ({marks})"  # noqa: S608 - our own names
