"""A row with the rows that hang on it, read and written by statements that were worked out once, as plain objects."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.exc import StaleDataError

from engine.store.arrays import Arrays, from_json
from engine.store.base import Base
from engine.store.gathered import Gathered
from engine.store.prepared import Prepared
from engine.store.rows import Row, check, empty, keys, make

T = TypeVar("T", bound=Base)


class Transaction(Protocol):
    """A session, as far as it is needed here."""

    autoflush: bool
    known: dict[Hashable, tuple[Row, "Whole[Any]"]]
    """The objects that were read in it, by table and key, and who writes them."""

    @property
    def gathered(self) -> Gathered:
        """What is written together."""

    def connection(self) -> Connection:
        """The connection, with what was gathered written."""

    def flush(self) -> None:
        """Write what objects have changed."""


class Whole(Generic[T]):
    """Finds an object by one of its columns; what hangs on it comes along.

    A session gives the same object for the same row, as SQLAlchemy's own do, and writes what has changed of it when it
    flushes. Those would be told of each change, and work out anew at each query what goes where.
    """

    def __init__(self, by: Any, *relationships: Any) -> None:
        """Take the column that objects are found by, and the relationships of the same class that come along."""
        self._table: type[T] = by.class_
        self._names = [each.key for each in inspect(by.class_).column_attrs if not each.deferred]
        self._keys = [self._names.index(name) for name in keys(by.class_)]
        self._hanging = [_Hanging(each.property) for each in relationships]
        self._by_name = {each.name: each for each in self._hanging}
        columns = [getattr(by.class_, name) for name in self._names]
        self._query = select(*columns, *(each.rows for each in self._hanging))
        self._statement = Prepared(self._query.where(by == bindparam("of")))
        self._of_each = self.where(by.in_(bindparam("of", expanding=True)))
        self._by: str = by.key
        self._converted = [
            (place, convert)
            for place, name in enumerate(self._names)
            if (convert := from_json(by.class_.__table__.c[name])) is not None
        ]

    def rows(self, *where: ColumnElement[bool]) -> ColumnElement[Any]:
        """The objects for which something holds, with what hangs on them, as one value of another query: see `take`."""
        columns = (getattr(self._table, name) for name in self._names)
        return select(Arrays(*columns, *(each.rows for each in self._hanging))).where(*where).scalar_subquery()

    def take(self, session: Transaction, rows: Sequence[list[Any]]) -> list[T]:
        """The objects of such a value."""
        for row in rows:
            for place, convert in self._converted:
                if row[place] is not None:
                    row[place] = convert(row[place])
        return [self._read(session, row) for row in rows]

    def find(self, session: Transaction, of: Any) -> T | None:
        """The object; None when there is none. One that the session knows is left as it is."""
        if session.autoflush:
            session.flush()
        rows = self._statement.rows(session.connection(), {"of": of})
        return self._read(session, rows[0]) if rows else None

    def find_known(self, session: Transaction, of: Any) -> T | None:
        """The object, asking for it only where the session does not know it yet."""
        known = (each for each, _ in session.known.values() if each.table is self._table)
        found = next((each for each in known if getattr(each, self._by) == of), None)
        return cast("T", found) if found is not None else self.find(session, of)

    def find_each(self, session: Transaction, of: Sequence[Any]) -> list[T]:
        """Several objects in the order of their values of the column; those that there are."""
        known = {getattr(each, self._by): each for each in self.find_all(session, self._of_each, {"of": [*of]})}
        return [known[value] for value in of if value in known]

    def where(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        """A query for `find_all`: those that conditions hold for; to be kept, as putting it together takes time."""
        return self._query.where(*conditions)

    def find_all(self, session: Transaction, query: Select[Any], values: Mapping[str, Any]) -> list[T]:
        """All objects of a query made by `where`."""
        if session.autoflush:
            session.flush()
        return [self._read(session, row) for row in session.connection().execute(query, values)]

    def _read(self, session: Transaction, row: Sequence[Any]) -> T:
        key = (self._table, *[row[place] for place in self._keys])
        known = session.known.get(key)
        found: Any = None if known is None else known[0]
        if found is None:
            values = dict(zip(self._names, row, strict=False))
            for part, rows in zip(self._hanging, row[len(self._names) :], strict=True):
                values[part.name] = part.read(rows)
            found = make(self._table, values)
            self._note(found)
            session.known[key] = found, self
        return found  # type: ignore[no-any-return]

    def know(self, session: Transaction, found: Row) -> None:
        """Let a session give this object for its row."""
        session.known[self._key(found)] = found, self

    def _key(self, found: Any) -> Hashable:
        return (self._table, *[getattr(found, name) for name in keys(self._table)])

    def _note(self, found: Row) -> None:
        """Remember an object as the database has it."""
        found.before = dict(found.__dict__)
        for part in self._hanging:
            found.before[part.name] = found.before[part.name].copy()

    def new(self, **values: Any) -> T:
        """An object that is not written yet, with nothing hanging on it; what is not given is nothing."""
        parts = {part.name: part.none() for part in self._hanging}
        return cast("T", make(self._table, {**empty(self._table), **values, **parts}))

    def hang(self, found: T, name: str, values: Mapping[str, Any]) -> Any:
        """Hang a new row on an object by a relationship; what is not given is nothing."""
        return self._by_name[name].hang(found, values)

    def begin(self, session: Transaction, found: T) -> None:
        """Write the row of a new object, so that it has a number, and not yet what hangs on it."""
        row: Any = found
        if row.before is None:
            (number,) = _counted(self._table).rows(session.connection(), row.__dict__)
            row.__dict__.update(zip(keys(self._table), number, strict=True))
            self.know(session, row)
            row.before = dict(row.__dict__) | {part.name: part.none() for part in self._hanging}

    def save(self, session: Transaction, found: T) -> None:
        """Gather what has changed of an object and what hangs on it, or all of a new one; what is gone is deleted."""
        row: Any = found
        rows: list[Row] = [row]
        for part in self._hanging:
            rows += part.of(row)
        for each in rows:
            if each.before != each.__dict__:
                break
        else:
            return
        self.begin(session, found)
        for part in self._hanging:
            part.drop(session, row)
            part.own(row)
        written = session.gathered
        written.own(self._key(row))
        _update(written, [each for each in rows if each.before is not None and each.before != each.__dict__])
        for table, new in groupby((each for each in rows if each.before is None), attrgetter("table")):
            written.add(_insertion(table), [each.__dict__ for each in new])
        self._note(row)
        for each in rows[1:]:
            each.before = dict(each.__dict__)

    def forget(self, session: Transaction, found: T) -> None:
        """Let an object be read anew when it is asked for again."""
        session.known.pop(self._key(found), None)

    def mark(self, session: Transaction, found: T) -> "Marked":
        """What an object, and what hangs on it, is now; nothing is written."""
        return Marked(session, self, cast("Row", found), self._hanging)

    def check(self, found: T) -> None:
        """VariablesRefused for the first changed value that a database would not take."""
        row = cast("Row", found)
        for each in (row, *(each for part in self._hanging for each in part.of(row))):
            check(each)


class Marked:
    """An object, and what hangs on it, at a moment: what takes back all that changes afterwards."""

    def __init__(self, session: Transaction, whole: Whole[Any], found: Row, hanging: Sequence["_Hanging"]) -> None:
        """Remember the values."""
        self._session, self._whole, self._found, self._hanging = session, whole, found, hanging
        rows = (found, *(each for part in hanging for each in part.of(found)))
        self._values = {id(each): (each, dict(each.__dict__), each.before) for each in rows}
        self._parts = {part.name: part.of_copy(found) for part in hanging}

    def check(self) -> None:
        """VariablesRefused for the first value that has changed since and that a database would not take."""
        for each in (self._found, *(each for part in self._hanging for each in part.of(self._found))):
            if id(each) not in self._values or self._values[id(each)][1] != each.__dict__:
                check(each)

    def take_back(self) -> None:
        """Let all be as it was; what had been changed and not written stays so."""
        for each, values, before in self._values.values():
            each.__dict__.clear()
            each.__dict__.update(values)
            each.before = before
        for name, every in self._parts.items():
            self._found.__dict__[name] = every.copy()
        if self._found.before is not None:
            self._whole.know(self._session, self._found)


class _Hanging:
    """What hangs on an object by a relationship: a list, or by one of its columns."""

    def __init__(self, told: RelationshipProperty[Any]) -> None:
        self.name = told.key
        self._table: type[Base] = told.mapper.class_
        columns: list[Column[Any]] = [each.columns[0] for each in told.mapper.column_attrs]  # type: ignore[misc]
        self._columns = [each.key for each in columns]
        self._converted = [(each.key, convert) for each in columns if (convert := from_json(each)) is not None]
        query = select(Arrays(*columns)).where(told.primaryjoin).correlate(told.parent.local_table)
        self._order = [str(each.key) for each in told.order_by or ()]
        self._pairs = [(str(local.key), str(remote.key)) for local, remote in told.local_remote_pairs]
        kept: Any = told.collection_class
        self._by: Any = getattr(kept(), "keyfunc", None)
        self.rows = query.scalar_subquery()

    def none(self) -> Any:
        """Nothing."""
        return [] if self._by is None else {}

    def of(self, owner: Row) -> Collection[Row]:
        """What hangs on an object."""
        found: Any = owner.__dict__[self.name]
        return found if self._by is None else found.values()  # type: ignore[no-any-return]

    def of_copy(self, owner: Row) -> Any:
        """The same as it is kept there, and is no more when that changes."""
        return owner.__dict__[self.name].copy()

    def hang(self, owner: Any, values: Mapping[str, Any]) -> Row:
        """Let a new row hang on an object."""
        made = make(self._table, {**empty(self._table), **values})
        if self._by is None:
            owner.__dict__[self.name].append(made)
        else:
            owner.__dict__[self.name][self._by(made)] = made
        return made

    def own(self, owner: Row) -> None:
        """Tell what is new there whose it is."""
        for each in self.of(owner):
            if each.before is None:
                each.__dict__.update((remote, owner.__dict__[local]) for local, remote in self._pairs)

    def drop(self, session: Transaction, owner: Row) -> None:
        """Delete what hangs on it no more; at once, as others of the same key may come in its place."""
        before = (owner.before or {})[self.name]
        left = set(map(id, self.of(owner)))
        gone = [_key_of(each) for each in (before if self._by is None else before.values()) if id(each) not in left]
        if gone:
            _deletion(self._table).run_each(session.connection(), gone)

    def read(self, rows: list[list[Any]]) -> Any:
        """What hangs on an object, of what was read for it."""
        found = []
        for row in rows:
            values = dict(zip(self._columns, row, strict=True))
            for name, convert in self._converted:
                if values[name] is not None:
                    values[name] = convert(values[name])
            found.append(made := make(self._table, values))
            made.before = dict(values)
        if self._by is not None:
            return {self._by(each): each for each in found}
        if self._order:
            found.sort(key=lambda each: [each.__dict__[name] for name in self._order])
        return found


def _update(written: Gathered, rows: Sequence[Row]) -> None:
    """Write the columns of rows that have changed, those with the same columns together."""
    alike: dict[tuple[type[Base], tuple[str, ...]], list[dict[str, Any]]] = {}
    for row in rows:
        before, values = row.before or {}, row.__dict__
        names = tuple(name for name in empty(row.table) if name in values and before.get(name) != values[name])
        if names:
            alike.setdefault((row.table, names), []).append(
                _key_of(row) | {f"new_{name}": values[name] for name in names}
            )
    for kind, each in alike.items():
        written.add(_change(*kind), each, missing=StaleDataError)


def _key_of(row: Row) -> dict[str, Any]:
    return {f"key_{name}": row.__dict__[name] for name in keys(row.table)}


def _is_it(table: type[Base]) -> list[ColumnElement[bool]]:
    return [getattr(table, name) == bindparam(f"key_{name}") for name in keys(table)]


@cache
def _change(table: type[Base], names: tuple[str, ...]) -> Prepared:
    return Prepared(update(table).where(*_is_it(table)).values({name: bindparam(f"new_{name}") for name in names}))


@cache
def _deletion(table: type[Base]) -> Prepared:
    return Prepared(delete(table).where(*_is_it(table)))


@cache
def _counted(table: type[Base]) -> Prepared:
    return Prepared(insert(table).returning(*inspect(table).primary_key))


@cache
def _insertion(table: type[Base]) -> Prepared:
    return Prepared(insert(table))
