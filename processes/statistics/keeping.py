"""Keeps the sums: what has changed is counted anew, from time to time and a few cases at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Subquery, delete, false, func, insert, select, union_all, update

from engine import Database, Session, now
from processes.office import Office
from processes.rows import among, insert_on
from processes.statistics import reckoning, records
from processes.statistics.reckoning import Basis
from processes.statistics.records import Row
from processes.statistics.schema import DbCountedCase, DbCountedSum, DbRecount, DbRecountTurn

WAITING = 300
"""Fewer cases than these wait: a page counts them by itself, and to write the sums costs the same for few and many."""
AT_ONCE = 2000
"""Cases that are counted at once; a page does as many itself."""
BATCHES = 4
"""So many times this at a time: other chores wait, and pages have a process of their own only with `kesu web`."""
MARKS = 4 * AT_ONCE
"""Of so many marks the cases are looked at; a case may have several."""

Cell = tuple[str, str, str, str, str]
"""Part, procedure, month, known, unit."""
Sums = dict[str, dict[str, int]]
"""By name and value how many."""


def waiting(session: Session, bases: Mapping[str, Basis], most: int) -> list[int]:
    """The cases that may count as something else than what they were counted as, no more than so many."""
    found = dict.fromkeys(session.scalars(select(DbRecount.case_id).distinct().limit(most)))
    return _filled(session, bases, found, most)


def _filled(session: Session, bases: Mapping[str, Basis], found: dict[int, None], most: int) -> list[int]:
    """Some cases with those that nothing was noted of."""
    for asked in (_due(session), _otherwise(bases)):
        if len(found) < most:
            found.update(dict.fromkeys(session.scalars(select(asked.c[0]).limit(most - len(found)))))
    return sorted(list(found)[:most])


def number_waiting(session: Session, bases: Mapping[str, Basis]) -> int:
    """How many these are, where they are many: some may be counted twice."""
    marked = session.scalar(select(func.count(DbRecount.case_id.distinct()))) or 0
    others = (session.scalar(select(func.count()).select_from(asked)) for asked in (_due(session), _otherwise(bases)))
    return marked + sum(number or 0 for number in others)


def _due(session: Session) -> Subquery:
    """The cases that count as something else by now."""
    return select(DbCountedCase.case_id).where(DbCountedCase.until < now(session)).subquery()


def _otherwise(bases: Mapping[str, Basis]) -> Subquery:
    """Those counted by another declaration or other hours of work: each part is read in the index alone."""
    row = DbCountedCase
    of_procedure = [
        select(row.case_id).where(row.procedure == key, other)
        for key, basis in sorted(bases.items())
        for other in (row.basis < basis.digest, row.basis > basis.digest)
    ]
    return union_all(select(row.case_id).where(false()), *of_procedure).subquery()


def kept(session: Session, cases: Collection[int]) -> dict[int, Row]:
    """What some cases were counted as; of those that never were nothing."""
    found = select(*DbCountedCase.__table__.c).where(among(session, DbCountedCase.case_id, cases))
    return {row[0]: Row(*row) for row in session.connection().execute(found)}


def sweep(database: Database, office: Office) -> int:
    """Count anew what has changed, once enough has; how many cases that were."""
    counted = 0
    for _ in range(BATCHES):
        batch = recount(database, office, least=WAITING)
        counted += batch
        if batch < AT_ONCE:
            break
    return counted


def recount(database: Database, office: Office, *, least: int = 1) -> int:
    """Count some of the cases anew that have changed, if there are so many; how many that were.

    It is computed beside everybody else's work, and written only if nobody else wrote sums meanwhile.
    """
    with database.reading() as session:
        calendar = office.calendar(session)
        bases = reckoning.bases(session, calendar)
        turn = session.scalar(select(DbRecountTurn.number))
        noted = session.execute(select(DbRecount.id, DbRecount.case_id).order_by(DbRecount.id).limit(MARKS)).all()
        cases = _filled(session, bases, {number: None for _, number in noted}, AT_ONCE)
        if not cases or (len(cases) < least and len(noted) < MARKS):
            return 0
        counted = {*cases}
        marks = [mark for mark, number in noted if number in counted]
        before, after = kept(session, cases), reckoning.rows(session, calendar, cases)
    with database.transaction() as session:
        if turn != _take_turn(session) - 1:
            return 0
        _add(session, before, after)
        # these, and not all of their cases: what was noted meanwhile is not counted yet
        session.execute(delete(DbRecount).where(among(session, DbRecount.id, marks)))
    return len(cases)


def forget(session: Session, cases: Collection[int], *, gone: bool) -> None:
    """Take cases out of the sums, with every word of theirs; those that are not gone are to be counted anew."""
    _take_turn(session)
    _add(session, kept(session, cases), {})
    session.execute(delete(DbRecount).where(among(session, DbRecount.case_id, cases)))
    if not gone:
        session.execute(insert(DbRecount), [{"case_id": number} for number in cases])


def _take_turn(session: Session) -> int:
    """Which turn it is; nobody else writes sums until the transaction ends."""
    session.execute(update(DbRecountTurn).values(number=DbRecountTurn.number + 1))
    return session.scalars(select(DbRecountTurn.number)).one()


def _add(session: Session, before: Mapping[int, Row], after: Mapping[int, Row]) -> None:
    """Take from the sums what cases counted as, add what they count as, and keep that."""
    changed = {number for number in {*before, *after} if before.get(number) != after.get(number)}
    deltas: dict[Cell, Sums] = {}
    for sign, rows in ((-1, before), (1, after)):
        for number in changed & rows.keys():
            add(deltas, rows[number], sign)
    _add_to_sums(session, deltas)
    gone = changed & before.keys()
    if gone:
        session.execute(delete(DbCountedCase).where(among(session, DbCountedCase.case_id, gone)))
    new = [after[number]._asdict() for number in sorted(changed & after.keys())]
    if new:
        session.execute(insert(DbCountedCase), new)


def add(deltas: dict[Cell, Sums], row: Row, sign: int) -> None:
    """Add or take what one case counts as."""
    if row.record is None:
        return
    cell = row.procedure, row.month, row.known, row.unit
    for part, name, value in records.entries(row.record):
        sums = deltas.setdefault((part, *cell), {}).setdefault(name, defaultdict(int))
        sums[value] += sign


def _add_to_sums(session: Session, deltas: Mapping[Cell, Sums]) -> None:
    written, empty = [], []
    for cell, delta in sorted(deltas.items()):
        if not any(number for values in delta.values() for number in values.values()):
            continue
        sums = _sums_of(session, cell)
        merge(sums, delta)
        if sums:
            written.append({**dict(zip(_CELL, cell, strict=True)), "sums": orjson.dumps(sums).decode()})
        else:
            empty.append(dict(zip(_CELL, cell, strict=True)))
    connection = session.connection()
    if written:
        connection.execute(_write(session.dialect), written)
    for each in empty:
        connection.execute(delete(DbCountedSum).filter_by(**each))


_CELL = ("part", "procedure", "month", "known", "unit")


def _sums_of(session: Session, cell: Cell) -> Sums:
    found = select(DbCountedSum.sums).filter_by(**dict(zip(_CELL, cell, strict=True)))
    text = session.connection().execute(found).scalar()
    return orjson.loads(text) if text else {}


def merge(sums: Sums, delta: Mapping[str, Mapping[str, int]]) -> None:
    """Add to sums; what is nought then is not there."""
    for name, values in delta.items():
        mine = sums.setdefault(name, {})
        for value, number in values.items():
            total = mine.get(value, 0) + number
            if total:
                mine[value] = total
            else:
                mine.pop(value, None)
        if not mine:
            del sums[name]


@cache
def _write(dialect: str) -> Any:
    statement = insert_on(dialect, DbCountedSum)
    return statement.on_conflict_do_update(index_elements=[*_CELL], set_={"sums": statement.excluded.sums})
