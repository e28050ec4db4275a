"""Who may see a case: whoever worked on it, with their units, its owner, and the readers its procedure names.

Of a private procedure it is fewer: no units but those that it names, of all others who have, had or may take a task; of
a case that has moved there, nobody who worked on it before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
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
)

from engine import Actor, Session, askers, joins, now
from processes.cases.held import is_new, row_of
from processes.cases.readership import Rules, readers_of, rules_of
from processes.cases.schema import DbCase, DbCaseAudience, DbCaseFact, DbCaseGrant
from processes.procedures.model import Role
from processes.rows import add_missing

MOST_KEPT = 120
"""So many conditions and statements of each kind are kept, each for all actors who are alike: putting it together costs
more than asking the database."""


@dataclass(frozen=True)
class Seen:
    """A condition on cases that is the same for all actors who are alike, and what its statement is given of one."""

    condition: ColumnElement[bool]
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Alike:
    """What the conditions of an actor are put together by."""

    admin: bool
    read: tuple[str, ...]
    """Procedures of which the actor reads every case."""
    shares: tuple[tuple[str, tuple[Role, ...]], ...]
    """Others, with the roles in which the cases know something that the actor reads."""
    starts: tuple[tuple[str, ...], ...]
    """Of each whom the actor stands in for the procedures of which the roles passed on register cases."""


@lru_cache(maxsize=1000)
def alike(actor: Actor, rules: Rules) -> Alike:
    """What an actor has in common with others; a kilobyte."""
    read = rules.read_by(actor.reach)
    shares = ((key, tuple(roles)) for key, roles in shares_of(actor, rules).items() if key not in read)
    starts = (
        tuple(sorted(key for key, started_by in rules.starters if started_by & each.groups)) for each in actor.stands_in
    )
    return Alike(actor.admin, tuple(read), tuple(shares), tuple(starts))


def may_see(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor may see the case and everything in it."""
    return _holds(session, visible_to(session, actor), case)


def _holds(session: Session, seen: Seen, case: DbCase) -> bool:
    return bool(session.scalar(_one_case(seen.condition), {**seen.given, "of": case.id}))


@lru_cache(maxsize=MOST_KEPT)
def _one_case(condition: ColumnElement[bool]) -> Select[int]:
    return select(DbCase.id).where(DbCase.id == bindparam("of"), condition)


def works_on(session: Session, actor: Actor, case: DbCase) -> bool:
    """Whether the actor has to do with a case and does not only read it: as its owner, by oneself or with a unit."""
    rules = rules_of(session)
    return _holds(session, Seen(_works(alike(actor, rules), rules), askers.given(actor)), case)


def visible_to(session: Session, actor: Actor) -> Seen:
    """The condition on cases under which the actor may see them and all that is in them, for every list and search.

    Who reads all cases of a procedure is what its latest declaration says; administrators do not where it keeps its
    cases from them, but for those into which they look with a reason.
    """
    rules = rules_of(session)
    return Seen(_sees(alike(actor, rules), rules), {**askers.given(actor), "let_in_at": now(session)})


def read_whole(session: Session, actor: Actor) -> Sequence[str]:
    """The procedures of which the actor may see every case: of these figures are shown, of others they would mislead.

    Private ones only to the roles that read them; administrators do not read those that are closed to them.
    """
    rules = rules_of(session)
    mine = ((key, readers.groups & actor.reach, actor.admin and not readers.closed) for key, readers in rules.readers)
    return [key for key, reads, administers in mine if reads or administers]


def read_shares(session: Session, actor: Actor) -> Mapping[str, Collection[Role]]:
    """The procedures of which the actor may see all cases that know something in a role, with these roles."""
    whole = read_whole(session, actor)
    return {key: roles for key, roles in shares_of(actor, rules_of(session)).items() if key not in whole}


def shares_of(actor: Actor, rules: Rules) -> Mapping[str, Collection[Role]]:
    """The procedures of which the actor may see the cases that know something in a role, with these roles."""
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
def _sees(actor: Alike, rules: Rules) -> ColumnElement[bool]:
    """The same condition for actors who are alike, which therefore can be a key: see `visible_to`."""
    if actor.admin and not rules.closed:
        return true()
    if actor.admin:
        return or_(DbCase.procedure.not_in(rules.closed), _is_let_in(), _reads(actor, rules))
    return _reads(actor, rules)


@lru_cache(maxsize=MOST_KEPT)
def _reads(actor: Alike, rules: Rules) -> ColumnElement[bool]:
    """The condition that the actor reads all cases of a procedure, or works on the case."""
    whole: list[ColumnElement[bool]] = [DbCase.procedure.in_(actor.read)] if actor.read else []
    shares = (in_share(key, roles) for key, roles in actor.shares)
    return or_(*whole, *shares, _works(actor, rules))


@lru_cache(maxsize=MOST_KEPT)
def _works(actor: Alike, rules: Rules) -> ColumnElement[bool]:
    """The condition that the actor, or whom the actor stands in for, works or has worked on a case.

    It is asked of each case by its key: a list of all that somebody may see grows with the years.
    """
    asker = askers.asker(len(actor.starts))
    own = (DbCaseAudience.kind == "person") & (DbCaseAudience.value == asker.person)
    units = (DbCaseAudience.kind == "group") & DbCaseAudience.value.in_(asker.reach)
    private = rules.private
    if private:
        units &= DbCase.procedure.not_in(private)
    worked = _one(or_(own, units))
    found: list[ColumnElement[bool]] = [DbCase.owner == asker.person, _opened(asker.person, rules), worked]
    found += [_worked_as(each, starts, rules) for each, starts in zip(asker.stands_in, actor.starts, strict=True)]
    if private:
        open_ = joins.open_tasks()
        theirs = or_(joins.is_with(open_, asker), *(joins.is_for(open_, each) for each in asker.stands_in))
        about = open_.c.instance_id.in_(joins.instances_of(DbCase.number).correlate(DbCase))
        at_work = exists().where(about, theirs, ~_is_apart(open_, rules))
        found.append(and_(DbCase.procedure.in_(private), at_work.correlate(DbCase)))
    return or_(*found)


def _one(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a case has such an audience, asked of each case by its key: an EXISTS beside an OR is read as a whole."""
    of_case = DbCaseAudience.case_id == DbCase.id
    query = select(literal(1)).select_from(DbCaseAudience).where(of_case, *conditions).limit(1)
    return query.correlate(DbCase).scalar_subquery().is_not(None)


def has_worked(person: BindParameter[str]) -> ColumnElement[bool]:
    """Whether somebody works or has worked on a case."""
    return _one(DbCaseAudience.kind == "person", DbCaseAudience.value == person)


def is_reader(people: BindParameter[Any], groups: BindParameter[Any]) -> ColumnElement[bool]:
    """Whether one of some people or groups works or has worked on a case, or was told of it."""
    person = (DbCaseAudience.kind == "person") & DbCaseAudience.value.in_(people)
    return _one(or_(person, (DbCaseAudience.kind == "group") & DbCaseAudience.value.in_(groups)))


def has_part(unit: str) -> ColumnElement[bool]:
    """Whether a unit works or has worked on a case, or was told of it."""
    return _one(DbCaseAudience.kind == "group", DbCaseAudience.value == unit)


def _opened(person: BindParameter[str], rules: Rules) -> ColumnElement[bool]:
    """Whether somebody has registered a case; of a private one that tells nothing: it may have moved there since."""
    mine = DbCase.opened_by == person
    return and_(mine, DbCase.procedure.not_in(rules.private)) if rules.private else mine


def _worked_as(absent: askers.Somebody, starts: Sequence[str], rules: Rules) -> ColumnElement[bool]:
    """Whether an absent person works or has worked on a case in one of the roles that were passed on."""
    person = has_worked(absent.person)
    through = _one(DbCaseAudience.kind == "group", DbCaseAudience.value.in_(absent.groups))
    worked = or_(DbCase.owner == absent.person, _opened(absent.person, rules), person)
    return and_(worked, or_(through, DbCase.procedure.in_(starts)))


def _is_apart(tasks: Subquery, rules: Rules) -> ColumnElement[bool]:
    """Whether a task lets nobody see the case, by what its procedure says."""
    named = [(key, sorted(readers.apart)) for key, readers in rules.readers if readers.apart]
    places = (
        and_(DbCase.procedure == key, or_(tasks.c.process_key.in_(names), tasks.c.element.in_(names)))
        for key, names in named
    )
    return or_(false(), *places)


def _is_let_in() -> ColumnElement[bool]:
    """Whether an administrator has given a reason for a case, not too long ago."""
    moment = bindparam("let_in_at", type_=DbCaseGrant.until.type)
    mine = (DbCaseGrant.person == askers.asker(0).person) & (DbCaseGrant.until > moment)
    return exists().where(DbCaseGrant.case_id == DbCase.id, mine).correlate(DbCase)


def concealed(session: Session, actor: Actor) -> Seen | None:
    """The condition on cases of private procedures that the actor may not see; None where there are no such procedures.

    Of these not even that there is something may be told.
    """
    private, seen = rules_of(session).private, visible_to(session, actor)
    return Seen(_concealed(tuple(private), seen.condition), seen.given) if private else None


@lru_cache(maxsize=MOST_KEPT)
def _concealed(private: Sequence[str], seen: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(DbCase.procedure.in_(private), ~seen)


def readers_among(session: Session, case: DbCase, groups: Collection[str]) -> frozenset[str]:
    """Of some groups those that may be told what a case is about: of a private one who reads it or has work there."""
    readers = readers_of(session, case)
    if not readers.private:
        return frozenset(groups)
    if is_new(case):  # what its instance has open is from before there was a case
        return frozenset(groups) & readers.groups
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
) -> None:
    """Let units and people see the case from now on; what they may see already stays."""
    wanted = {("group", group) for group in groups} | {("person", person) for person in people}
    # whoever is taken out again (`withdraw`) is so when the case has moved on to another instance
    new = session.make_certain([(DbCaseAudience, case.instance_id, *each) for each in sorted(wanted)])
    if new:
        number = row_of(session, case)
        place = {"open": case.status == "open", "received_at": case.received_at, "procedure": case.procedure}
        place["due_at"] = case.due_at
        rows = [{"case_id": number, "kind": kind, "value": value, **place} for _, _, kind, value in new]
        add_missing(session, DbCaseAudience, rows)


def withdraw(session: Session, case: DbCase) -> None:
    """Let nobody see a case any more who saw it before it moved to the private procedure that it follows now."""
    if readers_of(session, case).private:
        session.execute(delete(DbCaseAudience).where(DbCaseAudience.case_id == case.id))
