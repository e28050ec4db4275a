"""The cases that somebody has to do with, found from who works on what, so that a list need not go through all cases.

Among them may be some that the actor may not see: the right to each is asked where they are listed.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    or_,
    select,
    union,
    union_all,
)

from engine import Actor, Prepared, Session, now
from processes.cases import at_work
from processes.cases.access import MOST_KEPT, is_reader, shares_of
from processes.cases.readership import Rules, rules_of
from processes.cases.schema import STATUSES, DbCase, DbCaseAudience
from processes.rows import among_given, together, unindexed

FEW = 500
"""Of so many cases, of twice as many open ones, a list is looked through one by one."""

RARE = 8
"""Whoever sees one of so many cases, or more, finds a page among the youngest of all."""


@dataclass(frozen=True)
class Part:
    """Some of all cases, among which those are that a list begins with."""

    numbers: Sequence[int] | None
    """These only; None where all are meant."""
    behind: datetime | None = None
    """Received later than this; None, and `last` too: there are no others that the actor may see."""
    last: at_work.Place | None = None
    """In the order of due dates not behind this place."""
    seen: frozenset[int] = frozenset()
    """Of these it is known that the actor may see them."""

    @property
    def whole(self) -> bool:
        """Whether these are all that the actor may see."""
        return self.behind is None and self.last is None


_MOST = bindparam("most", type_=Integer)


@dataclass(frozen=True)
class Alike:
    """What the statements for an actor are put together by; what they are given of one is `_given`."""

    people: int
    """The actor, and how many the actor stands in for."""
    groups: int
    read: tuple[str, ...]
    """Procedures of which the actor reads every case."""


def alike(actor: Actor, rules: Rules) -> Alike:
    """What an actor has in common with others."""
    return Alike(len(_people(actor)), len(actor.reach), tuple(rules.read_by(actor.reach)))


def given(actor: Actor) -> Mapping[str, Any]:
    """What statements for those who are alike are given of an actor."""
    people = {f"person{place}": person for place, person in enumerate(_people(actor))}
    return people | {f"group{place}": group for place, group in enumerate(sorted(actor.reach))}


def _each(kind: str, number: int) -> Iterator[BindParameter[str]]:
    return (bindparam(f"{kind}{place}", type_=String()) for place in range(number))


def few(session: Session, actor: Actor, status: str | None = None) -> Part | None:
    """All cases, or those with a status, that the actor may see; None where they are more than a few.

    A list of somebody with few cases begins with these; one of somebody with many finds enough of them on its way. Who
    has many is not asked again on that day: that would be read in vain for each of their lists.
    """
    rules, many = rules_of(session), ("many cases", actor, status, now(session).date())
    if _sees_all(actor, rules) or many in session.runtime.certain:
        return None
    most, work = (FEW, FEW) if status is None else (4 * FEW, at_work.SOME)
    asked = {**given(actor), "most": most + 1}
    found = {number for (number,) in _some(alike(actor, rules), rules, status).rows(session.connection(), asked)}
    private = at_work.find(session, actor, rules, status, work) if len(found) <= most else None
    if private is None:
        session.make_certain([many])
        return None
    return Part(sorted(found | private.numbers), seen=private.numbers)


def soonest(session: Session, actor: Actor, left_out: frozenset[str], most: int) -> Iterator[Part]:
    """So many of the open cases that the actor has to do with, due first; then ever more.

    There are none where it is not known which they are, or these are one of a few of all.
    """
    rules, connection = rules_of(session), session.connection()
    kind, mine = alike(actor, rules), given(actor)
    while most < MOST and not _sees_all(actor, rules):
        found = _by_due(kind, rules, left_out).rows(connection, {**mine, "most": most})
        last = _place(*found[-1]) if len(found) == most else None
        far = _due_before().rows(connection, {"place": RARE * most}) if last else ()
        if last is not None and far and _rank(last) < _rank(_place(*far[0])):
            return
        others = _not_by_due(kind, left_out).rows(connection, {**mine, "most": 4 * FEW + 1})
        rest = {number for (number,) in others}
        private = at_work.due(session, actor, rules, most) if len(rest) <= 4 * FEW else None
        if private is None:
            return
        last = min(filter(None, (last, private.last)), key=_rank, default=None)
        yield Part(sorted({number for number, _ in found} | rest | private.numbers), last=last, seen=private.numbers)
        if last is None:
            return
        most *= 16


def _place(number: int, due: datetime | None) -> at_work.Place:
    return due, number


def _rank(place: at_work.Place) -> tuple[bool, datetime, int]:
    """What comes first in the order of due dates is less: what is not due comes last."""
    return place[0] is None, place[0] or datetime.max.replace(tzinfo=UTC), place[1]


@cache
def _due_before() -> Prepared:
    query = select(DbCase.id, DbCase.due_at).where(DbCase.status == "open")
    query = query.order_by(DbCase.due_at.is_(None), DbCase.due_at, DbCase.id)
    return Prepared(query.limit(1).offset(bindparam("place", type_=Integer)))


@lru_cache(maxsize=MOST_KEPT)
def _by_due(actor: Alike, rules: Rules, left_out: frozenset[str]) -> Prepared:
    """So many of the open cases that the actor reads or owns, with their due date, due first."""
    owned = select(DbCase.id, DbCase.due_at).where(DbCase.status == "open")
    sources = [owned.where(DbCase.owner == person) for person in _each("person", actor.people)]
    columns = DbCaseAudience.case_id, DbCaseAudience.due_at
    sources += [select(*columns).where(*which) for which in _readers(actor, rules, open_=True, left_out=left_out)]
    tops = [
        source.order_by(due.is_(None), due, number).limit(_MOST).subquery()
        for source, (number, due) in ((source, tuple(source.selected_columns)) for source in sources)
    ]
    every = union(*(select(*top.c) for top in tops)).subquery()
    number, due = every.c
    return Prepared(select(number, due).order_by(due.is_(None), due, number).limit(_MOST))


@lru_cache(maxsize=MOST_KEPT)
def _not_by_due(actor: Alike, left_out: frozenset[str]) -> Prepared:
    """So many of the other open ones, which no index has in this order."""
    return _so_many(_of_cases(actor, ("open",), left_out))


def youngest(session: Session, actor: Actor, status: str | None, left_out: frozenset[str], most: int) -> Iterator[Part]:
    """So many of the cases, or of those with a status, that the actor has to do with, received last; then ever more.

    Where these are one of a few of the cases received meanwhile, first the youngest of all. Procedures that a list does
    not show can be left out. There are none where it is not known which they are.
    """
    rules, connection = rules_of(session), session.connection()
    kind, mine = alike(actor, rules), given(actor)
    while most < MOST and not _sees_all(actor, rules):
        found = _in_order(kind, rules, status, left_out).rows(connection, {**mine, "most": most})
        behind = found[-1][1] if len(found) == most else None
        if behind is not None and (far := _since_when(connection, RARE * most, status)) and far < behind:
            yield Part(None, far)
        if behind is None:
            private = at_work.find(session, actor, rules, status)
        else:
            private = at_work.received(session, actor, rules, status, behind)
        if private is not None:
            yield Part(sorted({number for number, _ in found} | private.numbers), behind, seen=private.numbers)
        if behind is None:
            return
        most *= 16


def recent(session: Session, actor: Actor, most: int) -> Sequence[int] | None:
    """So many of the cases that the actor is a reader of, received last, the youngest first, as `youngest` begins with.

    None where the actor finds as many among the youngest of all.
    """
    rules, connection = rules_of(session), session.connection()
    if _sees_all(actor, rules):
        return None
    asked = {**given(actor), "most": most}
    found = _in_order(alike(actor, rules), rules, None, frozenset()).rows(connection, asked)
    far = _since_when(connection, RARE * most, None) if len(found) == most else None
    if far is not None and far < found[-1][1]:
        return None
    session.make_certain([_rarely(session, actor)])
    return [number for number, _ in found]


def sees_rare(session: Session, actor: Actor) -> bool:
    """Whether `recent` has given something for the actor on this day: what else is known then need not be read."""
    return _rarely(session, actor) in session.runtime.certain


def _rarely(session: Session, actor: Actor) -> Hashable:
    return "rare cases", actor, now(session).date()


MOST = 50_000
"""Of more cases it is quicker to go through all."""


def _since_when(connection: Connection, place: int, status: str | None) -> datetime | None:
    """When the case was received that so many were received after."""
    found = _received(status is not None).rows(connection, {"place": place, "status": status})
    return found[0][0] if found else None


@cache
def _received(of_status: bool) -> Prepared:  # noqa: FBT001 - the cache tells calls apart by place
    query = select(DbCase.received_at).order_by(DbCase.received_at.desc(), DbCase.id.desc())
    query = query.limit(1).offset(bindparam("place", type_=Integer))
    return Prepared(query.where(DbCase.status == bindparam("status")) if of_status else query)


def narrowed(session: Session, actor: Actor, numbers: Collection[int]) -> Collection[int]:
    """Of some cases those that the actor may see, and others: what is dear to ask need not be asked of the rest.

    Which of those received after the one that was numbered first the actor reads is known from who reads what; of those
    that were dated back before it, and of all where they are many, each is asked about.
    """
    rules, connection = rules_of(session), session.connection()
    if len(numbers) <= FEW or _sees_all(actor, rules) or rules.read_by(actor.reach):
        return numbers
    first = min(numbers)
    read = _read(alike(actor, rules), rules).rows(connection, {**given(actor), "most": FEW, "first": first})
    asked = {"numbers": together(session, numbers), "people": _people(actor), "groups": sorted(actor.reach)}
    behind = read[-1][1] if len(read) == FEW else None
    query = _narrowed(session.dialect, rules, behind is None)
    others = connection.scalars(query, {**asked, "behind": behind, "first": first})
    return {*others, *{number for number, _ in read}.intersection(numbers)}


_OLDEST = select(DbCase.received_at).where(DbCase.id == bindparam("first", type_=BigInteger)).scalar_subquery()


@lru_cache(maxsize=MOST_KEPT)
def _read(actor: Alike, rules: Rules) -> Prepared:
    """So many of the cases received after one that the actor reads, with their receipt, the youngest first."""
    every = _sources_of_readers(actor, rules, STATUSES, frozenset())
    return _youngest(each.where(DbCaseAudience.received_at > _OLDEST) for each in every)


@lru_cache(maxsize=MOST_KEPT)
def _narrowed(dialect: str, rules: Rules, whole: bool) -> Select[int]:  # noqa: FBT001 - the cache tells calls apart by place
    """Of some cases those with which somebody has to do otherwise; of those too old to be among what was read, too."""
    people = bindparam("people", type_=String(), expanding=True)
    mine: tuple[ColumnElement[bool], ...] = DbCase.owner.in_(people), DbCase.opened_by.in_(people)
    found = [*mine, DbCase.procedure.in_(rules.private)]
    reader = is_reader(people, bindparam("groups", type_=String(), expanding=True))
    found.append(and_(DbCase.received_at <= (_OLDEST if whole else bindparam("behind")), reader))
    return select(DbCase.id).where(among_given(dialect, DbCase.id, "numbers"), unindexed(or_(*found)))


def _sees_all(actor: Actor, rules: Rules) -> bool:
    """Whether the actor sees cases for another reason than to work on them, or on some of their procedures."""
    return actor.admin or bool(shares_of(actor, rules))


@lru_cache(maxsize=MOST_KEPT)
def _some(actor: Alike, rules: Rules, status: str | None) -> Prepared:
    return _so_many(_sources(actor, rules, (status,) if status else STATUSES))


def _so_many(sources: Iterable[Select[*tuple[Any, ...]]]) -> Prepared:
    """So many of the cases, whichever they are: no more is read than that."""
    tops = [source.with_only_columns(source.selected_columns[0]).limit(_MOST).subquery() for source in sources]
    every = union_all(*(select(*top.c) for top in tops)).subquery()
    return Prepared(select(*every.c).distinct().limit(_MOST))


@lru_cache(maxsize=MOST_KEPT)
def _in_order(actor: Alike, rules: Rules, status: str | None, left_out: frozenset[str]) -> Prepared:
    """So many of the cases, with their receipt, the youngest first."""
    return _youngest(_sources(actor, rules, (status,) if status else STATUSES, left_out))


def _youngest(sources: Iterable[Select[*tuple[Any, ...]]]) -> Prepared:
    """So many, the youngest first: each index is read in its order, no further."""
    tops = [
        source.order_by(*(column.desc() for column in reversed(source.selected_columns))).limit(_MOST).subquery()
        for source in sources
    ]
    every = union(*(select(*top.c) for top in tops)).subquery()
    return Prepared(select(*every.c).order_by(every.c[1].desc(), every.c[0].desc()).limit(_MOST))


def _sources(
    actor: Alike, rules: Rules, statuses: tuple[str, ...], left_out: frozenset[str] = frozenset()
) -> Iterator[Select[*tuple[Any, ...]]]:
    """Number and receipt of the cases, from each index that has some of them in the order of their receipt."""
    yield from _sources_of_readers(actor, rules, statuses, left_out)
    cases = select(DbCase.id, DbCase.received_at)
    for person in _each("person", actor.people):
        owned = cases.where(DbCase.owner == person)
        if statuses == STATUSES:
            yield owned
        elif statuses == ("open",):  # of these there is no index in this order: sorted when they are found
            yield select(*owned.where(DbCase.status == "open").offset(0).subquery().c)
        else:
            yield owned.where(unindexed(DbCase.status == statuses[0]))
    yield from _of_cases(actor, statuses, left_out)


def _sources_of_readers(
    actor: Alike, rules: Rules, statuses: tuple[str, ...], left_out: frozenset[str]
) -> Iterator[Select[*tuple[Any, ...]]]:
    reader = DbCaseAudience
    for open_ in sorted({each == "open" for each in statuses}):
        for which in _readers(actor, rules, open_=open_, left_out=left_out):
            yield select(reader.case_id, reader.received_at).where(*which)


def _readers(
    actor: Alike, rules: Rules, *, open_: bool, left_out: frozenset[str]
) -> Iterator[Sequence[ColumnElement[bool]]]:
    """The conditions for each of whom the actor reads cases as."""
    reader, readers = DbCaseAudience, [("person", person, left_out) for person in _each("person", actor.people)]
    readers += [("group", group, left_out.union(rules.private)) for group in _each("group", actor.groups)]
    for kind, value, passed_over in readers:
        among = reader.kind == kind, reader.value == value, reader.open == open_
        yield *among, *(reader.procedure != key for key in sorted(passed_over))


def _of_cases(
    actor: Alike, statuses: tuple[str, ...], left_out: frozenset[str] = frozenset()
) -> Iterator[Select[*tuple[Any, ...]]]:
    """The same for what the actor has registered, and for procedures that the actor reads whole."""
    cases = select(DbCase.id, DbCase.received_at)
    of_cases: list[tuple[Any, Any]] = [(DbCase.opened_by, person) for person in _each("person", actor.people)]
    of_cases += [(DbCase.procedure, key) for key in actor.read if key not in left_out]
    for column, value in of_cases:
        for status in statuses:
            yield cases.where(column == value, DbCase.status == status)


def _people(actor: Actor) -> Sequence[str]:
    """The actor, and whom the actor stands in for."""
    return sorted({actor.id, *(each.person for each in actor.stands_in)})
