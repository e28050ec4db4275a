"""A row with the rows that hang on it, read and written by statements that were worked out once, as objects."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import Boolean, Column, ColumnElement, Select, bindparam, insert, inspect, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstanceState, Mapper, RelationshipProperty, Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.collections import collection_adapter
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.expression import FunctionElement

from engine.errors import VariablesRefused
from engine.store.base import Base
from engine.store.columns import JsonType, UtcTime
from engine.store.gathered import Gathered
from engine.store.prepared import Convert, Prepared
from engine.store.variables import check_text

T = TypeVar("T", bound=Base)
_DIALECT = sqlite.dialect()
"""To see what a value turns into: SQLite's drivers leave more of that to Python than those of PostgreSQL."""


class Whole(Generic[T]):
    """Finds an object by one of its columns; what hangs on it comes along, as if it had been asked for.

    SQLAlchemy's own loading works out anew at each query what goes where, which takes several times as long.
    """

    def __init__(self, by: Any, *relationships: Any) -> None:
        """Take the column that objects are found by, and the relationships of the same class that come along."""
        self._mapper: Mapper[T] = inspect(by.class_)
        self._names = [each.key for each in self._mapper.column_attrs if not each.deferred]
        self._hanging = [_Hanging(each.property) for each in relationships]
        columns = [getattr(by.class_, name) for name in self._names]
        self._query = select(*columns, *(each.rows for each in self._hanging))
        self._statement = Prepared(self._query.where(by == bindparam("of")))
        self._of_each = self.where(by.in_(bindparam("of", expanding=True)))
        self._by: str = by.key
        self._converted = [
            (place, convert)
            for place, name in enumerate(self._names)
            if (convert := _from_json(by.class_.__table__.c[name])) is not None
        ]

    def rows(self, *where: ColumnElement[bool]) -> ColumnElement[Any]:
        """The objects for which something holds, with what hangs on them, as one value of another query: see `take`."""
        columns = (getattr(self._mapper.class_, name) for name in self._names)
        return select(Arrays(*columns, *(each.rows for each in self._hanging))).where(*where).scalar_subquery()

    def take(self, session: Session, rows: Sequence[list[Any]]) -> list[T]:
        """The objects of such a value."""
        for row in rows:
            for place, convert in self._converted:
                if row[place] is not None:
                    row[place] = convert(row[place])
        return [self._read(session, row) for row in rows]

    def find(self, session: Session, of: Any) -> T | None:
        """The object; None when there is none. One that the session knows is left as it is."""
        if session.autoflush:
            session.flush()
        rows = self._statement.rows(session.connection(), {"of": of})
        return self._read(session, rows[0]) if rows else None

    def find_each(self, session: Session, of: Sequence[Any]) -> list[T]:
        """Several objects in the order of their values of the column; those that there are."""
        known = {getattr(each, self._by): each for each in self.find_all(session, self._of_each, {"of": [*of]})}
        return [known[value] for value in of if value in known]

    def where(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        """A query for `find_all`: those that conditions hold for; to be kept, as putting it together takes time."""
        return self._query.where(*conditions)

    def find_all(self, session: Session, query: Select[Any], values: Mapping[str, Any]) -> list[T]:
        """All objects of a query made by `where`."""
        if session.autoflush:
            session.flush()
        return [self._read(session, row) for row in session.connection().execute(query, values)]

    def _read(self, session: Session, row: Sequence[Any]) -> T:
        found, new = _take(session, self._mapper, dict(zip(self._names, row, strict=False)))
        for hanging, rows in zip(self._hanging, row[len(self._names) :], strict=True):
            if new:
                hanging.put(session, found, rows)
        return found

    def save(self, session: Session, found: T, written: Gathered) -> None:
        """Gather what has changed of an object and what hangs on it, or all of a new one; what is gone is flushed."""
        hanging = [each for part in self._hanging for each in part.of(found)]
        states = [instance_state(each) for each in (found, *hanging)]
        changed = [state for state in states if state.key is None or state.modified]
        if not changed:
            return
        if any(part.has_lost(states[0]) for part in self._hanging):
            session.add(found)  # and what it has not been told of
            session.flush()
            return
        if states[0].key is None:
            _add(session, states[0])
        new = [state for state in changed if state.key is None]
        for part in self._hanging:
            part.own(found)
        _update(written, [state for state in changed if state.key is not None])
        for mapper, rows in groupby(new, attrgetter("mapper")):
            written.add(_insertion(mapper), [_row(state) for state in rows])
        waited = {state for state in new if state.session_id is not None}
        if waited:
            session._register_persistent(waited)  # noqa: SLF001 - what a flush does with what it has written
        for state in new:
            if state.key is None:
                _know(session, state, state.mapper._identity_key_from_state(state))  # noqa: SLF001 - likewise
        for state in changed:
            state._commit_all(state.dict, session.identity_map)  # noqa: SLF001 - likewise

    def hang(self, found: T, name: str, values: Mapping[str, Any]) -> None:
        """Hang a new row on an object by a relationship; SQLAlchemy is not told, so that only `save` writes it."""
        next(each for each in self._hanging if each.name == name).hang(found, values)

    def begin(self, session: Session, found: T) -> None:
        """Write the row of a new object, so that it has a number, and not yet what hangs on it."""
        state = instance_state(found)
        if state.key is None:
            with session.no_autoflush:
                session.add(found)
            _add(session, state)
            state._commit_all(state.dict, session.identity_map)  # noqa: SLF001 - as below
            for part in self._hanging:
                part.own(found)

    def mark(self, session: Session, found: T) -> "Marked":
        """What an object, and what hangs on it, is now; nothing is written."""
        return Marked(session, found, self._hanging)

    def check(self, found: T) -> None:
        """VariablesRefused for the first changed value that a database would not take."""
        for each in (found, *(each for part in self._hanging for each in part.of(found))):
            _check(instance_state(each))


class Marked:
    """An object, and what hangs on it, at a moment: what takes back all that changes afterwards."""

    def __init__(self, session: Session, found: Any, hanging: Sequence["_Hanging"]) -> None:
        """Remember the values."""
        self._session, self._found = session, found
        self._before = [(part, list(part.of(found))) for part in hanging]
        states = map(instance_state, (found, *(each for _, every in self._before for each in every)))
        self._values = {state: (dict(state.dict), dict(state.committed_state), state.modified) for state in states}

    def check(self) -> None:
        """VariablesRefused for the first value that has changed since and that a database would not take."""
        for each in (self._found, *(each for part, _ in self._before for each in part.of(self._found))):
            state = instance_state(each)
            if state not in self._values or self._values[state][0] != state.dict:
                _check(state)

    def take_back(self) -> None:
        """Let all be as it was; what had been changed and not written stays so."""
        for part, every in self._before:
            for each in {*part.of(self._found)}.difference(every) & {*self._session.new}:
                self._session.expunge(each)
        for state, (values, before, modified) in self._values.items():
            state.dict.clear()
            state.dict.update(values)
            state.committed_state.clear()
            state.committed_state.update(before)
            if not modified and state.key is not None:
                state._commit_all(state.dict, self._session.identity_map)  # noqa: SLF001 - nothing is to be written
        for part, every in self._before:
            part.put_back(self._found, every)


def _check(state: InstanceState[Any]) -> None:
    """VariablesRefused for the first value of a new row, or of those that have changed, that no database takes."""
    new, values, changed = state.key is None, state.dict, state.committed_state
    for name, needed, length, convert in _columns(state.mapper):
        if (name not in changed and not new) or name not in values:
            continue
        value = values[name]
        if value is None:
            if needed:
                raise VariablesRefused(name=_called(state, name), problem="it is missing")
        elif isinstance(value, str):
            if length is not None and len(value) > length:
                raise VariablesRefused(name=_called(state, name), problem=f"it is longer than {length} signs")
            check_text(name, value)
        elif convert is not None:
            try:
                convert(value)
            except (TypeError, ValueError, OverflowError) as error:
                raise VariablesRefused(name=_called(state, name), problem=type(error).__name__) from error


def _called(state: InstanceState[Any], name: str) -> str:
    return f"{state.mapper.local_table.description}.{name}"


@cache
def _columns(mapper: Mapper[Any]) -> tuple[tuple[str, bool, int | None, Convert], ...]:
    """The columns: whether they need a value, how long a text may be, what turns a value into that of a database."""
    found = ((each.key, each.columns[0]) for each in mapper.column_attrs)
    return tuple(
        (
            name,
            not (column.nullable or column.foreign_keys or column.server_default is not None),
            getattr(column.type, "length", None),
            column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT),
        )
        for name, column in found
        if isinstance(column, Column) and column is not column.table.autoincrement_column
    )


class _Hanging:
    """What hangs on an object by a relationship."""

    def __init__(self, told: RelationshipProperty[Any]) -> None:
        self.name = told.key
        self._mapper = told.mapper
        columns: list[Column[Any]] = [each.columns[0] for each in told.mapper.column_attrs]  # type: ignore[misc]
        self._columns = [each.key for each in columns]
        self._converted = [(each.key, convert) for each in columns if (convert := _from_json(each)) is not None]
        query = select(Arrays(*columns)).where(told.primaryjoin).correlate(told.parent.local_table)
        self._order = [str(each.key) for each in told.order_by or ()]
        self._pairs = [(str(local.key), str(remote.key)) for local, remote in told.local_remote_pairs]
        self.rows = query.scalar_subquery()

    def of(self, owner: Any) -> Collection[Any]:
        """What hangs on an object that was read with it."""
        found = getattr(owner, self.name)
        return found.values() if isinstance(found, dict) else found

    def hang(self, owner: Any, values: Mapping[str, Any]) -> None:
        """Let a new row hang on an object, with no word to a session."""
        made = self._mapper.class_manager.new_instance()
        instance_state(made).dict.update(values)
        collection_adapter(getattr(owner, self.name)).append_without_event(made)

    def own(self, owner: Any) -> None:
        """Tell what is new there whose it is."""
        for each in self.of(owner):
            if (state := instance_state(each)).key is None:
                state.dict.update((remote, getattr(owner, local)) for local, remote in self._pairs)

    def has_lost(self, owner: InstanceState[Any]) -> bool:
        """Whether something hangs on it no more."""
        before = owner.committed_state.get(self.name)
        if not before:
            return False
        now = {id(each) for each in self.of(owner.obj())}
        return any(id(each) not in now for each in (before.values() if isinstance(before, dict) else before))

    def put_back(self, owner: Any, every: list[Any]) -> None:
        """Give an object what hung on it before."""
        set_committed_value(owner, self.name, every)

    def put(self, session: Session, owner: Any, rows: list[list[Any]]) -> None:
        """Give an object what hangs on it."""
        found = []
        for row in rows:
            values = dict(zip(self._columns, row, strict=True))
            for name, convert in self._converted:
                if values[name] is not None:
                    values[name] = convert(values[name])
            found.append(_take(session, self._mapper, values)[0])
        if self._order:
            found.sort(key=lambda each: [getattr(each, name) for name in self._order])
        set_committed_value(owner, self.name, found)


def _take(session: Session, mapper: Mapper[T], values: Mapping[str, Any]) -> tuple[T, bool]:
    """The object of a row in a session, and whether it is new there: as SQLAlchemy's own loading makes one."""
    key = mapper.identity_key_from_primary_key(tuple([values[name] for name in _keys(mapper)]))
    known = session.identity_map.get(key)
    if known is not None:
        return known, False
    made: T = mapper.class_manager.new_instance()
    state = instance_state(made)
    state.dict.update(values)
    _know(session, state, key)
    return made, True


def _know(session: Session, state: InstanceState[Any], key: Any) -> None:
    """Let a session know the object of a row, of which nothing waits to be written."""
    state.key, state.session_id = key, session.hash_key
    session.identity_map.add(state)


def _add(session: Session, state: InstanceState[Any]) -> None:
    """Write a new row, which the database gives its number."""
    (number,) = _counted(state.mapper).rows(session.connection(), _row(state))
    state.dict.update(zip(_keys(state.mapper), number, strict=True))
    session._register_persistent({state})  # noqa: SLF001 - what a flush does with what it has written


def _update(written: Gathered, states: Collection[InstanceState[Any]]) -> None:
    """Write the columns of rows that have changed, those with the same columns together."""
    alike: dict[tuple[Mapper[Any], tuple[str, ...]], list[dict[str, Any]]] = {}
    for state in states:
        names = tuple(
            sorted(
                name
                for name, before in state.committed_state.items()
                if name in state.mapper.column_attrs and before != state.dict[name]
            )
        )
        if names:
            keys = {f"key_{name}": state.dict[name] for name in _keys(state.mapper)}
            changed = {f"new_{name}": state.dict[name] for name in names}
            alike.setdefault((state.mapper, names), []).append(keys | changed)
    for kind, rows in alike.items():
        written.add(_change(*kind), rows, missing=StaleDataError)


@cache
def _change(mapper: Mapper[Any], names: tuple[str, ...]) -> Prepared:
    kind = mapper.class_
    where = [getattr(kind, name) == bindparam(f"key_{name}") for name in _keys(mapper)]
    return Prepared(update(kind).where(*where).values({name: bindparam(f"new_{name}") for name in names}))


@cache
def _counted(mapper: Mapper[Any]) -> Prepared:
    return Prepared(insert(mapper.class_).returning(*mapper.primary_key))


@cache
def _insertion(mapper: Mapper[Any]) -> Prepared:
    return Prepared(insert(mapper.class_))


def _row(state: InstanceState[Any]) -> dict[str, Any]:
    return {each.key: state.dict.get(each.key) for each in state.mapper.column_attrs}


@cache
def _keys(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)


class Arrays(FunctionElement[Any]):
    """All rows of some columns as one JSON array of arrays."""

    type = JsonType
    inherit_cache = True


@compiles(Arrays, "sqlite")
def _of_sqlite(element: Arrays, compiler: Any, **options: Any) -> str:
    """JSON stands in its columns as text already; those between are put together by one call."""
    parts: list[str] = []
    for is_json, beside in groupby(element.clauses, lambda column: column.type is JsonType):
        texts = [compiler.process(column, **options) for column in beside]
        if is_json:
            parts += [f"coalesce({text}, 'null')" for text in texts]
        else:
            parts.append(f"trim(json_array({', '.join(texts)}), '[]')")  # a text within is in quotation marks
    row = " || ',' || ".join(parts)
    return f"'[' || coalesce(group_concat('[' || {row} || ']'), '') || ']'"


@compiles(Arrays, "postgresql")
def _of_postgresql(element: Arrays, compiler: Any, **options: Any) -> str:
    texts = ", ".join(compiler.process(column, **options) for column in element.clauses)
    return f"coalesce(json_agg(json_build_array({texts})), '[]')"


def _from_json(column: Column[Any]) -> Convert:
    """What makes the value of a column from what JSON has of it."""
    if isinstance(column.type, UtcTime):
        return _moment
    return bool if isinstance(column.type, Boolean) else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text if text[-6] in "+-" else text + "+00:00")  # SQLite keeps it without the zone
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
