"""The cases that somebody has to do with, found from who works on what, so that a list need not go through all cases.

Among them may be some that the actor may not see: the right to each is asked where they are listed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Integer, Select, bindparam, or_, select, union, union_all

from engine import Actor, Prepared, Session, joins, queries
from processes.cases.access import MOST_KEPT, is_reader, shares_of
from processes.cases.readership import Rules, rules_of
from processes.cases.schema import STATUSES, DbCase, DbCaseAudience
from processes.rows import among_given, together, unindexed

FEW = 500
"""Of so many cases, of twice as many open ones, a list is looked through one by one."""


SOME = 5000
"""Of so many tasks it is looked up whose cases they belong to."""

RARE = 8
"""Whoever sees one of so many cases, or more, finds a page among the youngest of all."""


@dataclass(frozen=True)
class Part:
    """Some of all cases, among which those are that a list begins with."""

    numbers: Sequence[int] | None
    """These only; None where all are meant."""
    behind: datetime | None = None
    """Received later than this; None: and there are no others that the actor may see."""


_MOST = bindparam("most", type_=Integer)


def few(session: Session, actor: Actor, status: str | None = None) -> Sequence[int] | None:
    """The numbers of all cases, or of those with a status, that the actor may see; None where they are more than a few.

    A list of somebody with few cases begins with these; one of somebody with many finds enough of them on its way.
    """
    rules = rules_of(session)
    if _sees_all(actor, rules):
        return None
    most, work = (FEW, FEW) if status is None else (4 * FEW, SOME)
    found = {number for (number,) in _some(actor, rules, status).rows(session.connection(), {"most": most + 1})}
    private = _of_tasks(session, actor, rules, work) if len(found) <= most else None
    return None if private is None else sorted(found | private)


def youngest(session: Session, actor: Actor, status: str | None, left_out: frozenset[str], most: int) -> Iterator[Part]:
    """So many of the cases, or of those with a status, that the actor has to do with, received last; then ever more.

    Where these are one of a few of the cases received meanwhile, first the youngest of all. Procedures that a list does
    not show can be left out. There are none where it is not known which they are.
    """
    rules, connection = rules_of(session), session.connection()
    while most < MOST and not _sees_all(actor, rules):
        found = _in_order(actor, rules, status, left_out).rows(connection, {"most": most})
        behind = found[-1][1] if len(found) == most else None
        if behind is not None and (far := _since_when(connection, RARE * most, status)) and far < behind:
            yield Part(None, far)
        private = _of_tasks(session, actor, rules)
        if private is None and behind is not None:
            private = _since(session, actor, rules, behind)
        if private is not None:
            yield Part(sorted({number for number, _ in found} | private), behind)
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
    found = _in_order(actor, rules, None, frozenset()).rows(connection, {"most": most})
    far = _since_when(connection, RARE * most, None) if len(found) == most else None
    return None if far is not None and far < found[-1][1] else [number for number, _ in found]


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
    """Of some cases those that the actor may see, and others: what is dear to ask need not be asked of the rest."""
    rules = rules_of(session)
    if len(numbers) <= FEW or _sees_all(actor, rules) or rules.read_by(actor.reach):
        return numbers
    query = _narrowed(session.dialect, actor, rules)
    return session.scalars(query, {"numbers": together(session, numbers)}).all()


@lru_cache(maxsize=MOST_KEPT)
def _narrowed(dialect: str, actor: Actor, rules: Rules) -> Select[int]:
    people = _people(actor)
    mine = DbCase.owner.in_(people), DbCase.opened_by.in_(people), DbCase.procedure.in_(rules.private)
    some = among_given(dialect, DbCase.id, "numbers")
    return select(DbCase.id).where(some, unindexed(or_(*mine, is_reader(people, actor.reach))))


def _sees_all(actor: Actor, rules: Rules) -> bool:
    """Whether the actor sees cases for another reason than to work on them, or on some of their procedures."""
    return actor.admin or bool(shares_of(actor, rules))


def _of_tasks(session: Session, actor: Actor, rules: Rules, most: int | None = None) -> set[int] | None:
    """The cases in which the actor has a task or may take one; None where there are more tasks than so many.

    None at all where no procedure is private: of the others whoever has a task is a reader.
    """
    if not rules.private:
        return set()
    most = SOME if most is None else most
    found = session.connection().execute(_about(queries.worked_on(session, actor), rules), {"most": most + 1}).all()
    if len(found) > most:
        return None
    beside = {instance for instance, number in found if number is None}
    numbers = {number for _, number in found if number is not None}
    if beside:
        query = _beside(session.dialect)
        numbers.update(session.scalars(query, {"instances": together(session, beside)}))
    return numbers


@lru_cache(maxsize=MOST_KEPT)
def _about(work: Select[int, str, str], rules: Rules) -> Select[int, int | None]:
    """The instance of so many tasks, and the case that it runs, if it does; but for tasks that let nobody see it."""
    asked = work.subquery()
    query = select(asked.c[0], DbCase.id).select_from(asked).outerjoin(DbCase, DbCase.instance_id == asked.c[0])
    for key, readers in rules.readers:
        if readers.apart:
            named = or_(*(column.in_(sorted(readers.apart)) for column in (asked.c[1], asked.c[2])))
            query = query.where(or_(~named, DbCase.procedure.is_distinct_from(key)))
    return query.limit(_MOST)


@cache
def _beside(dialect: str) -> Select[int]:
    """The cases that some instances go on beside."""
    keys = joins.keys_among(lambda instance: among_given(dialect, instance, "instances"))
    return select(DbCase.id).where(DbCase.number.in_(keys))


def _since(session: Session, actor: Actor, rules: Rules, behind: datetime) -> set[int]:
    """The same, all that were received after a moment: found from these, of whom there are fewer than of the tasks."""
    if not rules.private:
        return set()
    return {*session.scalars(_private(queries.worked_on(session, actor), tuple(rules.private)), {"behind": behind})}


@lru_cache(maxsize=MOST_KEPT)
def _private(work: Select[int, str, str], procedures: Sequence[str]) -> CompoundSelect[int]:
    at_work = unindexed(DbCase.number.in_(joins.keys_of(select(work.subquery().c[0]))))
    since = DbCase.received_at > bindparam("behind")
    return union_all(*(select(DbCase.id).where(DbCase.procedure == key, since, at_work) for key in procedures))


@lru_cache(maxsize=MOST_KEPT)
def _some(actor: Actor, rules: Rules, status: str | None) -> Prepared:
    """So many of the cases, whichever they are: no more is read than that."""
    sources = _sources(actor, rules, (status,) if status else STATUSES)
    tops = [source.with_only_columns(source.selected_columns[0]).limit(_MOST).subquery() for source in sources]
    every = union_all(*(select(*top.c) for top in tops)).subquery()
    return Prepared(select(*every.c).distinct().limit(_MOST))


@lru_cache(maxsize=MOST_KEPT)
def _in_order(actor: Actor, rules: Rules, status: str | None, left_out: frozenset[str]) -> Prepared:
    """So many of the cases, with their receipt, the youngest first: each index is read in its order, no further."""
    sources = _sources(actor, rules, (status,) if status else STATUSES, left_out)
    tops = [
        source.order_by(*(column.desc() for column in reversed(source.selected_columns))).limit(_MOST).subquery()
        for source in sources
    ]
    every = union(*(select(*top.c) for top in tops)).subquery()
    return Prepared(select(*every.c).order_by(every.c[1].desc(), every.c[0].desc()).limit(_MOST))


def _sources(
    actor: Actor, rules: Rules, statuses: tuple[str, ...], left_out: frozenset[str] = frozenset()
) -> Iterator[Select[*tuple[Any, ...]]]:
    """Number and receipt of the cases, from each index that has some of them in the order of their receipt."""
    people, reader = _people(actor), DbCaseAudience
    readers = [("person", person, left_out) for person in people]
    readers += [("group", group, left_out.union(rules.private)) for group in sorted(actor.reach)]
    for open_ in sorted({each == "open" for each in statuses}):
        for kind, value, passed_over in readers:
            which = [reader.kind == kind, reader.value == value, reader.open == open_]
            which += [reader.procedure != key for key in sorted(passed_over)]
            yield select(reader.case_id, reader.received_at).where(*which)
    cases = select(DbCase.id, DbCase.received_at)
    for person in people:
        owned = cases.where(DbCase.owner == person)
        if statuses == STATUSES:
            yield owned
        elif statuses == ("open",):  # of these there is no index in this order: sorted when they are found
            yield select(*owned.where(DbCase.status == "open").offset(0).subquery().c)
        else:
            yield owned.where(unindexed(DbCase.status == statuses[0]))
    of_cases = [(DbCase.opened_by, person) for person in people]
    of_cases += [(DbCase.procedure, key) for key in rules.read_by(actor.reach) if key not in left_out]
    for column, value in of_cases:
        for status in statuses:
            yield cases.where(column == value, DbCase.status == status)


def _people(actor: Actor) -> Sequence[str]:
    """The actor, and whom the actor stands in for."""
    return sorted({actor.id, *(each.person for each in actor.stands_in)})
