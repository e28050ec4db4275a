"""Who may see a case: whoever worked on it, with their units, its owner, and the readers its procedure names.

Of a private procedure it is fewer: no units but those that it names, of all others who have, had or may take a task; of
a case that has moved there, nobody who worked on it before.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    delete,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    union_all,
)

from engine import Actor, Gathered, Session, StandIn, TaskItem, candidates, instances, joins, queries, tasks
from engine.errors import NotFound
from processes import procedures
from processes.cases.held import row_of
from processes.cases.schema import DbCase, DbCaseAudience, DbCaseFact, DbCaseGrant
from processes.identity import Same
from processes.procedures.model import Procedure, Readers, Role, Text
from processes.rows import add_missing, among, unindexed

MOST_KEPT = 200
"""So many conditions and statements of each kind are kept, half a megabyte for a person: each is the same for the same
actor, groups and rules, and putting it together costs more than asking the database."""


@dataclass(frozen=True, eq=False)
class _Rules:
    """What the latest declarations say of who reads the cases of each procedure; one object while they stay."""

    readers: tuple[tuple[str, Readers], ...]
    starters: tuple[tuple[str, frozenset[str]], ...]
    """Who registers the cases of each."""

    @cached_property
    def closed(self) -> list[str]:
        """Procedures whose cases administrators see the diagram of."""
        return sorted(key for key, readers in self.readers if readers.closed)

    @cached_property
    def private(self) -> list[str]:
        """Procedures whose cases the units do not read that work on them."""
        return sorted(key for key, readers in self.readers if readers.private)


def _rules(session: Session) -> _Rules:
    return _rules_of(procedures.current(session))


@lru_cache(maxsize=32)
def _rules_of(known: Same[Procedure]) -> _Rules:
    starters = ((each.key, each.registration.groups) for each in known if each.registration is not None)
    return _Rules(tuple((each.key, each.readers) for each in known), tuple(starters))


def may_see(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor may see the case and everything in it."""
    return bool(session.scalar(_one_case(visible_to(session, actor)), {"of": case.id}))


@lru_cache(maxsize=MOST_KEPT)
def _one_case(condition: ColumnElement[bool]) -> Select[int]:
    return select(DbCase.id).where(DbCase.id == bindparam("of"), condition)


def works_on(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor has to do with a case and does not only read it: as its owner, by oneself or with a unit."""
    return bool(session.scalar(_one_case(_works(actor, _rules(session))), {"of": case.id}))


def visible_to(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition on cases under which the actor may see them and all that is in them, for every list and search.

    Who reads all cases of a procedure is what its latest declaration says; administrators do not where it keeps its
    cases from them, but for those into which they look with a reason.
    """
    return _sees(actor, _rules(session), session.runtime.clock.now)


def read_whole(session: Session, actor: Actor) -> Sequence[str]:
    """The procedures of which the actor may see every case: of these figures are shown, of others they would mislead.

    Private ones only to the roles that read them; administrators do not read those that are closed to them.
    """
    rules = _rules(session)
    mine = ((key, readers.groups & actor.reach, actor.admin and not readers.closed) for key, readers in rules.readers)
    return [key for key, reads, administers in mine if reads or administers]


def read_shares(session: Session, actor: Actor) -> Mapping[str, Collection[Role]]:
    """The procedures of which the actor may see all cases that know something in a role, with these roles."""
    whole = read_whole(session, actor)
    return {key: roles for key, roles in _shares(actor, _rules(session)).items() if key not in whole}


def _shares(actor: Actor, rules: _Rules) -> Mapping[str, Collection[Role]]:
    mine = (
        (key, sorted(each.role for each in readers.shares if each.groups & actor.reach))
        for key, readers in rules.readers
    )
    return {key: roles for key, roles in mine if roles}


def in_share(procedure: str, roles: Collection[Role]) -> ColumnElement[bool]:
    """The condition that a case of a procedure knows something in one of some roles."""
    known = exists().where(DbCaseFact.case_id == DbCase.id, DbCaseFact.role.in_(roles)).correlate(DbCase)
    return and_(DbCase.procedure == procedure, known)


@lru_cache(maxsize=MOST_KEPT)
def _sees(actor: Actor, rules: _Rules, clock: Callable[[], datetime]) -> ColumnElement[bool]:
    """The same condition for the same actor, which therefore can be a key: see `visible_to`."""
    if actor.admin and not rules.closed:
        return true()
    if actor.admin:
        return or_(DbCase.procedure.not_in(rules.closed), _is_let_in(actor, clock), _reads(actor, rules))
    return _reads(actor, rules)


@lru_cache(maxsize=MOST_KEPT)
def _reads(actor: Actor, rules: _Rules) -> ColumnElement[bool]:
    """The condition that the actor reads all cases of a procedure, or works on the case."""
    read = sorted(key for key, readers in rules.readers if readers.groups & actor.reach)
    whole: list[ColumnElement[bool]] = [DbCase.procedure.in_(read)] if read else []
    shares = (in_share(key, roles) for key, roles in _shares(actor, rules).items() if key not in read)
    return or_(*whole, *shares, _works(actor, rules))


@lru_cache(maxsize=MOST_KEPT)
def _works(actor: Actor, rules: _Rules) -> ColumnElement[bool]:
    """The condition that the actor, or whom the actor stands in for, works or has worked on a case.

    It is asked of each case by its key: a list of all that somebody may see grows with the years.
    """
    own = (DbCaseAudience.kind == "person") & (DbCaseAudience.value == actor.id)
    units = (DbCaseAudience.kind == "group") & DbCaseAudience.value.in_(sorted(actor.reach))
    private = rules.private
    if private:
        units &= DbCase.procedure.not_in(private)
    worked = _one(or_(own, units))
    found: list[ColumnElement[bool]] = [DbCase.owner == actor.id, _opened(actor.id, rules), worked]
    found += [_worked_as(each, rules) for each in actor.stands_in]
    if private:
        open_ = joins.open_tasks()
        theirs = or_(joins.is_with(open_, actor), *(joins.is_for(open_, each) for each in actor.stands_in))
        about = open_.c.instance_id.in_(joins.instances_of(DbCase.number).correlate(DbCase))
        at_work = exists().where(about, theirs, ~_is_apart(open_, rules))
        found.append(and_(DbCase.procedure.in_(private), at_work.correlate(DbCase)))
    return or_(*found)


def _one(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a case has such an audience, asked of each case by its key: an EXISTS beside an OR is read as a whole."""
    of_case = DbCaseAudience.case_id == DbCase.id
    query = select(literal(1)).select_from(DbCaseAudience).where(of_case, *conditions).limit(1)
    return query.correlate(DbCase).scalar_subquery().is_not(None)


def has_worked(person: str) -> ColumnElement[bool]:
    """Whether somebody works or has worked on a case."""
    return _one(DbCaseAudience.kind == "person", DbCaseAudience.value == person)


def has_part(unit: str) -> ColumnElement[bool]:
    """Whether a unit works or has worked on a case, or was told of it."""
    return _one(DbCaseAudience.kind == "group", DbCaseAudience.value == unit)


FEW = 500
"""Of so many cases a list is looked through one by one."""


def few(session: Session, actor: Actor) -> Sequence[int] | None:
    """The numbers of all cases that the actor may see, and some others; None where they are more than a few.

    A list of somebody with few cases begins with these; one of somebody with many finds enough of them on its way.
    """
    rules = _rules(session)
    found = _worked_on(session, actor, rules, least=0)
    if found is None:
        return None
    keys = queries.business_keys(session, actor, FEW + 1) if rules.private else set()
    if len(keys) > FEW:
        return None
    numbers = session.scalars(_NUMBERED, {"numbers": sorted(keys)}) if keys else ()
    return sorted({*found, *numbers})


def narrowed(session: Session, actor: Actor, numbers: Collection[int]) -> Collection[int]:
    """Of some cases those that the actor may see, and others; where they are few, no right is asked of the rest."""
    rules = _rules(session)
    found = _worked_on(session, actor, rules, least=min(numbers)) if len(numbers) > FEW else None
    if found is None:
        return numbers
    private = unindexed(DbCase.procedure.in_(rules.private))
    closed = select(DbCase.id).where(among(session, DbCase.id, numbers), private)
    return {*found, *session.scalars(closed)}.intersection(numbers)


def _worked_on(session: Session, actor: Actor, rules: _Rules, *, least: int) -> Sequence[int] | None:
    """The cases from some number on that the actor has to do with, but for private ones; None for more than a few."""
    if actor.admin or _shares(actor, rules) or any(readers.groups & actor.reach for _, readers in rules.readers):
        return None
    found = session.scalars(_few(actor), {"least": least}).all()
    return None if len(found) > FEW else found


_NUMBERED = select(DbCase.id).where(DbCase.number.in_(bindparam("numbers", expanding=True)))


@lru_cache(maxsize=MOST_KEPT)
def _few(actor: Actor) -> CompoundSelect[int]:
    people = sorted({actor.id, *(each.person for each in actor.stands_in)})
    person = (DbCaseAudience.kind == "person") & DbCaseAudience.value.in_(people)
    unit = (DbCaseAudience.kind == "group") & DbCaseAudience.value.in_(sorted(actor.reach))
    least: BindParameter[int] = bindparam("least")
    case_id = DbCaseAudience.case_id
    sources: list[Select[int]] = [select(case_id).where(each, case_id >= least) for each in (person, unit)]
    mine = (DbCase.owner, DbCase.opened_by)
    sources += [select(DbCase.id).where(column.in_(people), DbCase.id >= least) for column in mine]
    tops = (query.limit(FEW + 1).subquery() for query in sources)
    return union_all(*(select(top.c[0]) for top in tops))


def _opened(person: str, rules: _Rules) -> ColumnElement[bool]:
    """Whether somebody has registered a case; of a private one that tells nothing: it may have moved there since."""
    mine = DbCase.opened_by == person
    return and_(mine, DbCase.procedure.not_in(rules.private)) if rules.private else mine


def _worked_as(absent: StandIn, rules: _Rules) -> ColumnElement[bool]:
    """Whether an absent person works or has worked on a case in one of the roles that were passed on."""
    groups = sorted(absent.groups)
    person = has_worked(absent.person)
    through = _one(DbCaseAudience.kind == "group", DbCaseAudience.value.in_(groups))
    starts = sorted(key for key, started_by in rules.starters if started_by & absent.groups)
    worked = or_(DbCase.owner == absent.person, _opened(absent.person, rules), person)
    return and_(worked, or_(through, DbCase.procedure.in_(starts)))


def _is_apart(tasks: Subquery, rules: _Rules) -> ColumnElement[bool]:
    """Whether a task lets nobody see the case, by what its procedure says."""
    named = [(key, sorted(readers.apart)) for key, readers in rules.readers if readers.apart]
    places = (
        and_(DbCase.procedure == key, or_(tasks.c.process_key.in_(names), tasks.c.element.in_(names)))
        for key, names in named
    )
    return or_(false(), *places)


def _of(session: Session, case: DbCase) -> Readers:
    """Who reads the cases of a procedure, as its latest declaration says."""
    try:
        return procedures.find(session, case.procedure).readers
    except NotFound:
        return Readers()


def named(session: Session, case: DbCase) -> Text:
    """What the procedure of a case is called."""
    try:
        return procedures.find(session, case.procedure).name
    except NotFound:
        return {}


def _is_let_in(actor: Actor, clock: Callable[[], datetime]) -> ColumnElement[bool]:
    """Whether an administrator has given a reason for a case, not too long ago; the clock is asked each time."""
    moment = bindparam("let_in_at", callable_=clock, type_=DbCaseGrant.until.type)
    mine = (DbCaseGrant.person == actor.id) & (DbCaseGrant.until > moment)
    return exists().where(DbCaseGrant.case_id == DbCase.id, mine).correlate(DbCase)


def concealed(session: Session, actor: Actor) -> ColumnElement[bool] | None:
    """The condition on cases of private procedures that the actor may not see; None where there are no such procedures.

    Of these not even that there is something may be told.
    """
    private = _rules(session).private
    return _concealed(tuple(private), visible_to(session, actor)) if private else None


@lru_cache(maxsize=MOST_KEPT)
def _concealed(private: Sequence[str], seen: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(DbCase.procedure.in_(private), ~seen)


def sealed(session: Session) -> Collection[str]:
    """The folders whose cases are closed to administrators."""
    return _rules(session).closed


def may_read(session: Session, actor: Actor, instance_id: int) -> bool:
    """Whether what an instance is about is for an actor who sees where it stands: tasks, as the engine gives them.

    Only where its procedure is closed to administrators is more asked than the engine asks.
    """
    if not is_closed(session, instance_id):
        return True
    around = _around(session, instance_id)
    if session.scalar(_ANY_AROUND, around) is None:
        return not actor.admin
    return session.scalar(_seen_around(visible_to(session, actor)), around) is not None


_AROUND = or_(DbCase.instance_id == bindparam("instance"), DbCase.number == bindparam("key"))
_ANY_AROUND = select(DbCase.id).where(_AROUND)
_CASE_AROUND = select(DbCase).where(_AROUND).limit(1)


@lru_cache(maxsize=MOST_KEPT)
def _seen_around(condition: ColumnElement[bool]) -> Select[int]:
    return _ANY_AROUND.where(condition)


def _around(session: Session, instance_id: int) -> Mapping[str, Any]:
    """The case of an instance: which it runs, or beside which it runs, or which has moved on from it."""
    return {"instance": instance_id, "key": instances.business_key_of(session, instance_id)}


def case_around(session: Session, instance_id: int) -> DbCase | None:
    """The case that an instance runs or runs beside, if there is one."""
    return session.scalars(_CASE_AROUND, _around(session, instance_id)).first()


def closed_among(session: Session, actor: Actor, instance_ids: Collection[int]) -> frozenset[int]:
    """Of some instances those whose contents an actor may not see."""
    if not sealed(session):
        return frozenset()
    numbers = sorted(instance_ids)
    parts = (numbers[start : start + FEW] for start in range(0, len(numbers), FEW))
    return frozenset(number for part in parts for number in _closed_among(session, actor, part))


def _closed_among(session: Session, actor: Actor, numbers: Sequence[int]) -> Iterator[int]:
    """The same for a few, in three statements: see `may_read`, which asks for one."""
    closed, subjects = sealed(session), instances.subjects_of(session, numbers)
    keys = {key for _, key in subjects.values() if key is not None}
    around = or_(DbCase.instance_id.in_(numbers), DbCase.number.in_(keys))
    cases = session.execute(select(DbCase.id, DbCase.instance_id, DbCase.number, DbCase.procedure).where(around)).all()
    seen = set(session.scalars(select(DbCase.id).where(around, visible_to(session, actor))))
    for number, (deployment, key) in subjects.items():
        about = [each for each in cases if each.instance_id == number or each.number == key]
        followed = {procedures.of_deployment(session, deployment).key, *(each.procedure for each in about)}
        if followed.isdisjoint(closed):
            continue
        if actor.admin if not about else seen.isdisjoint(each.id for each in about):
            yield number


def get_task(session: Session, task_id: int, actor: Actor) -> TaskItem:
    """A task that the actor may see with what its case is about; NotFound, the same for one that does not exist."""
    task = tasks.get_task(session, task_id, actor=actor)
    if not may_read(session, actor, task.instance_id) and not _own(task, actor):
        raise NotFound(what="task", key=task_id)
    return task


def _own(task: TaskItem, actor: Actor) -> bool:
    """Whether somebody has or had a task, or may take it now; for one in an instance that has opened no case yet."""
    return actor.id in (task.assignee, task.ended_by) or (
        task.ended_at is None and candidates.is_candidate(task, actor)
    )


def is_closed(session: Session, instance_id: int) -> bool:
    """Whether administrators see of an instance only where it stands: for its own procedure, or that of its case."""
    closed = sealed(session)
    if not closed:
        return False
    if procedures.of_instance(session, instance_id).key in closed:
        return True
    asked = {**_around(session, instance_id), "closed": closed}
    return session.scalar(_CLOSED_AROUND, asked) is not None


_CLOSED_AROUND = _ANY_AROUND.where(DbCase.procedure.in_(bindparam("closed", expanding=True))).limit(1)


def readers_among(session: Session, case: DbCase, groups: Collection[str]) -> frozenset[str]:
    """Of some groups those that may be told what a case is about: of a private one who reads it or has work there."""
    readers = _of(session, case)
    if not readers.private:
        return frozenset(groups)
    tasks = joins.open_tasks()
    here = tasks.c.instance_id.in_(joins.instances_of(case.number))
    asked = select(tasks.c.candidate_groups, tasks.c.process_key, tasks.c.element).where(here)
    busy = {group for found, *place in session.execute(asked) if not readers.apart & {*place} for group in found}
    return frozenset(groups) & (busy | readers.groups)


def admit(
    session: Session,
    case: DbCase,
    *,
    groups: Iterable[str] = (),
    people: Iterable[str] = (),
    written: Gathered | None = None,
) -> None:
    """Let units and people see the case from now on; what they may see already stays.

    It is sent with what is to be written together with it, if that is given.
    """
    wanted = {("group", group) for group in groups} | {("person", person) for person in people}
    # whoever is taken out again (`withdraw`) is so when the case has moved on to another instance
    new = session.make_certain([(DbCaseAudience, case.instance_id, *each) for each in sorted(wanted)])
    if new:
        number = row_of(session, case)
        rows = [{"case_id": number, "kind": kind, "value": value} for _, _, kind, value in new]
        add_missing(session, DbCaseAudience, rows, written)


def withdraw(session: Session, case: DbCase) -> None:
    """Let nobody see a case any more who saw it before it moved to the private procedure that it follows now."""
    if _of(session, case).private:
        session.execute(delete(DbCaseAudience).where(DbCaseAudience.case_id == case.id))
