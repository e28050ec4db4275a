"""The case register: every complaint has a number without gaps, whoever and however it came."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    insert,
    null,
    or_,
    select,
    true,
    union,
    union_all,
    update,
)
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from engine import Actor, Call, Json, Prepared, Session, StepResult, TaskItem, Whole, now
from engine.errors import NotFound
from processes import rows
from processes.cases import access, facts
from processes.cases.held import Held, cases, is_new, row_of
from processes.cases.schema import DbCase, DbCaseCounter, DbCaseEntry, DbCaseFact, DbCasePhase
from processes.office import Office, tracking_hash
from processes.procedures.model import Procedure

# put together once: making a statement costs more than running it
_NUMBER: BindParameter[int] = bindparam("number", type_=Integer())
_NAME: BindParameter[str] = bindparam("name", type_=String())
_MOMENT: BindParameter[datetime] = bindparam("moment", type_=DbCasePhase.__table__.c.entered_at.type)
_UNCOUNT = Prepared(
    update(DbCaseCounter)
    .where(DbCaseCounter.prefix == bindparam("of_prefix"), DbCaseCounter.year == bindparam("of_year"))
    .where(DbCaseCounter.last == bindparam("given_out"))
    .values(last=DbCaseCounter.last - 1)
)
_NOTE = Prepared(insert(DbCaseEntry).returning(DbCaseEntry.id))

KEPT = "case"
"""Under what the services of a step keep its case for each other."""


def open_case(
    session: Session,
    office: Office,
    procedure: Procedure,
    instance_id: int,
    values: Mapping[str, Json],
    *,
    by: Actor,
    call: Call | None = None,
) -> DbCase:
    """The case of the instance, entered in the register the first time it is asked for (GC-A8-2b).

    Args:
        session: of the step; the number is given out in its transaction, so that none is ever left out.
        office: for the zone and the tracking code.
        procedure: that the instance follows.
        instance_id: the instance that runs the case.
        values: process variables under the names of the register form.
        by: who registered it.
        call: of the service that opens it, which may know the case.
    """
    case = find_of_instance(session, instance_id) if call is None else _find_own(session, call)
    known = facts.Values(session, procedure, values)
    if case is not None and not case.facts:  # it has moved here, or is open again
        facts.project(procedure, case, values, known)
        facts.index(procedure, case)
    if case is not None:
        return case
    opened = now(session)
    number = next_number(session, procedure.prefix, opened, office.zone)
    case = DbCase(
        number=number,
        procedure=procedure.key,
        instance_id=instance_id,
        title="",
        description="",
        status="open",
        opened_by=by.id,
        received_at=moment_of(known.get(procedure.case.get("received", "")), office.zone) or opened,
        opened_at=opened,
        language="en" if known.get(procedure.case.get("language", "")) == "en" else "zh",
        tracking_hash=tracking_hash(office.tracking_code(number)),
        facts={},
        clocks=[],
    )
    if call is not None:  # held from now on: what fails gives the number back
        call.kept[KEPT] = Held(case, partial(_uncount, prefix=procedure.prefix, number=number))
    facts.project(procedure, case, values, known)
    case.title = case.title or short(case.description)
    facts.index(procedure, case)
    if call is None:
        row_of(session, case)
        save(session, case)
    return case


def enter_phase(session: Session, case: DbCase, phase: str, at: datetime) -> None:
    """Let a case come into a phase; each return is a further round."""
    case.phase = phase
    entering(session).run(session.connection(), {"number": row_of(session, case), "name": phase, "moment": at})


def entering(session: Session) -> Prepared:
    """The statement for the number of a case, the name of a phase and the moment."""
    return _enter_phase(session.connection().dialect.name)


@cache
def _enter_phase(dialect: str) -> Prepared:
    """One statement that leaves the phase in which a case is, if any, and begins the next round of another."""
    row, of_case = DbCasePhase, DbCasePhase.case_id == _NUMBER
    columns = ("case_id", "phase", "round", "entered_at", "left_at")
    left = select(row.case_id, row.phase, row.round, row.entered_at, _MOMENT).where(of_case, row.left_at.is_(None))
    counted = select(func.count() + 1).where(of_case, row.phase == _NAME).scalar_subquery()
    never = cast(null(), row.left_at.type)
    entered = select(_NUMBER, _NAME, counted, _MOMENT, never).where(true())  # or SQLite takes ON for that of a join
    both = rows.insert_on(dialect, row).from_select(columns, union_all(left, entered))
    ended = {"left_at": both.excluded.left_at}
    return Prepared(both.on_conflict_do_update(index_elements=["case_id", "phase", "round"], set_=ended))


def next_number(session: Session, prefix: str, moment: datetime, zone: ZoneInfo) -> str:
    """The next number of the prefix and year, as in KB-2026-000123; the counter's row stays locked until the commit."""
    year = moment.astimezone(zone).year
    connection = session.connection()
    ((counted,),) = _count(connection.dialect.name).rows(connection, {"prefix": prefix, "year": year})
    return f"{prefix}-{year}-{counted:06d}"


def _uncount(session: Session, *, prefix: str, number: str) -> None:
    """Let a number be the next one again, which no case bears; its counter has been locked since it was given out."""
    _, year, counted = number.rsplit("-", 2)
    values = {"of_prefix": prefix, "of_year": int(year), "given_out": int(counted)}
    if _UNCOUNT.run(session.connection(), values) != 1:
        raise NotFound(what="number to be given back", key=number)


@cache
def _count(dialect: str) -> Prepared:
    statement = rows.insert_on(dialect, DbCaseCounter).values(last=1)
    again = statement.on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": DbCaseCounter.last + 1})
    return Prepared(again.returning(DbCaseCounter.last))


def find_of_instance(session: Session, instance_id: int) -> DbCase | None:
    """The case that an instance runs, if it has opened one."""
    return cases().find(session, instance_id)


def save(session: Session, case: DbCase) -> None:
    """Write what a step has changed of a case, its facts and clocks."""
    cases().save(session, case)
    session.flush()  # lines of its record, what services added


def write(session: Session, step: Call | StepResult) -> None:
    """Write at once what a step has changed of its case up to now, and not at its end."""
    held = held_of(step)
    if held is not None:
        held.write(session)


def _find_own(session: Session, call: Call) -> DbCase | None:
    """The case that the instance of a call runs; without a business key, which a case gives its instance, none."""
    case = None if call.business_key is None else find_of_step(session, call)
    return case if case is not None and case.instance_id == call.instance_id else None


def find_by_number(session: Session, number: str | None) -> DbCase | None:
    """The case of a number, whoever asks; None for none."""
    return None if number is None else _of_number().find(session, number)


def find_each(session: Session, numbers: Sequence[int]) -> list[DbCase]:
    """Some cases by their `id`, in that order, with facts and clocks; whoever asks has found that they may be seen."""
    return _of_each().find_each(session, numbers)


@cache
def _of_each() -> Whole[DbCase]:
    return Whole(DbCase.id, DbCase.facts, DbCase.clocks)


@cache
def _of_number() -> Whole[DbCase]:
    return Whole(DbCase.number, DbCase.facts, DbCase.clocks)


def find_of_task(session: Session, task: TaskItem) -> DbCase | None:
    """The case that a task is about: that of its instance, or the one beside which it runs."""
    return find_of_instance(session, task.instance_id) or find_by_number(session, task.business_key)


def find_of_step(session: Session, step: Call | StepResult) -> DbCase | None:
    """The case that a step works for; read once a step, because every service asks.

    That is the one that its instance runs, else the one whose number it bears: it runs beside the case, or the case has
    gone on from it to another.
    """
    held = held_of(step)
    if held is not None and (is_new(held.case) or held.case in session):
        return held.case
    case = find_of_instance(session, step.instance_id) or find_by_number(session, step.business_key)
    if case is not None:
        step.kept[KEPT] = Held(case)
    return case


def held_of(step: Call | StepResult) -> Held | None:
    """The case that a step works for as far as it has been asked for."""
    held = step.kept.get(KEPT)
    return held if isinstance(held, Held) else None


def whole() -> Sequence[ORMOption]:
    """What a query of cases has to say so that their facts and clocks come along in the same statement."""
    return joinedload(DbCase.facts), joinedload(DbCase.clocks)


def get_case(session: Session, number: str, actor: Actor) -> DbCase:
    """The case with that number; NotFound, the same for one that the actor may not see."""
    case = find_seen(session, number, actor)
    if case is None:
        raise NotFound(what="case", key=number)
    return case


def find_seen(session: Session, number: str, actor: Actor) -> DbCase | None:
    """The case with that number; None, the same for one that the actor may not see."""
    asked = number.strip().upper()
    seen = session.scalar(_seen(access.visible_to(session, actor)), {"of": asked})
    return None if seen is None else find_by_number(session, asked)


def find_around(session: Session, actor: Actor, instances: Collection[int], keys: Collection[str]) -> list[DbCase]:
    """The cases that some instances run, and those with some numbers, as far as the actor may see them."""
    asked = {"instances": [*instances], "keys": [*keys]}
    return find_each(session, session.scalars(_around(access.visible_to(session, actor)), asked).all())


@lru_cache(maxsize=access.MOST_KEPT)
def _around(condition: ColumnElement[bool]) -> Select[int]:
    runs = DbCase.instance_id.in_(bindparam("instances", expanding=True))
    beside = DbCase.number.in_(bindparam("keys", expanding=True))
    return select(DbCase.id).where(or_(runs, beside), condition)


@lru_cache(maxsize=access.MOST_KEPT)
def _seen(condition: ColumnElement[bool]) -> Select[int]:
    return select(DbCase.id).where(DbCase.number == bindparam("of"), condition)


def last_registered(session: Session, person: str) -> Mapping[str, datetime]:
    """When somebody last registered a case of each procedure, by its key."""
    query = select(DbCase.procedure, func.max(DbCase.opened_at)).where(DbCase.opened_by == person)
    return {row[0]: row[1] for row in session.execute(query.group_by(DbCase.procedure))}


def count_alike(session: Session, case: DbCase, ways: Iterable[Collection[str]], since: datetime) -> int:
    """How many other cases of the procedure since the moment are alike: see `find_alike`."""
    asked = _asked_alike(case, ways, since)
    return 0 if asked is None else int(_count_alike(asked[0]).rows(session.connection(), asked[1])[0][0])


def find_alike(session: Session, case: DbCase, ways: Iterable[Collection[str]], since: datetime) -> Sequence[DbCase]:
    """The other cases of the procedure since the moment that are alike: the same in all facts of one of the ways.

    A way of which the case does not know every fact finds nothing. What goes on in another case is not found.
    """
    asked = _asked_alike(case, ways, since)
    if asked is None:
        return ()
    return session.scalars(_find_alike(asked[0]).options(*whole()), asked[1]).unique().all()


def _asked_alike(
    case: DbCase, ways: Iterable[Collection[str]], since: datetime
) -> tuple[tuple[tuple[str, ...], ...], dict[str, Any]] | None:
    known = tuple(tuple(names) for names in ways if names and all(name in case.facts for name in names))
    if not known:
        return None
    values: dict[str, Any] = {_asked(name): case.facts[name].folded for names in known for name in names}
    return known, values | {"of": case.procedure, "but": case.id or 0, "since": since, "merged": "merged"}


@lru_cache(maxsize=64)
def _count_alike(ways: tuple[tuple[str, ...], ...]) -> Prepared:
    """The statement that counts; the declarations ask for few different ones."""
    return Prepared(select(func.count(DbCase.id)).where(*_alike(ways)))


@lru_cache(maxsize=64)
def _find_alike(ways: tuple[tuple[str, ...], ...]) -> Select[DbCase]:
    return select(DbCase).where(*_alike(ways)).order_by(DbCase.id)


def _alike(ways: tuple[tuple[str, ...], ...]) -> Iterable[ColumnElement[bool]]:
    near = (DbCase.procedure == bindparam("of")) & (DbCase.id != bindparam("but"))
    counted = DbCase.status != bindparam("merged")
    return near, counted, DbCase.received_at >= bindparam("since"), DbCase.id.in_(union(*map(_having, ways)))


def _having(names: Iterable[str]) -> Select[int]:
    """The cases that have the facts of these names, by their index: each way has its own, which an OR would not use."""
    rows = [(name, aliased(DbCaseFact)) for name in names]
    first = rows[0][1].case_id
    query = select(first)
    for name, row in rows:
        query = query.where(row.case_id == first, row.name == name, row.folded == bindparam(_asked(name)))
    return query


def _asked(name: str) -> str:
    return f"fact_{name}"


def note(
    session: Session,
    case: DbCase,
    kind: str,
    *,
    by: Actor,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
    scheduled_at: datetime | None = None,
    task_id: int | None = None,
) -> int:
    """Write a line into the case's own record, which the database never lets anybody change; its number."""
    line = _line(session, kind, by, element, data) | {"case_id": row_of(session, case), "task_id": task_id}
    ((number,),) = _NOTE.rows(session.connection(), line | {"scheduled_at": scheduled_at})
    return int(number)


def note_with(
    session: Session,
    step: Call | StepResult,
    case: DbCase,
    kind: str,
    *,
    by: Actor,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
) -> None:
    """The same, together with all else that a step changes of its case."""
    held = held_of(step)
    if held is None or held.case is not case:
        note(session, case, kind, by=by, element=element, data=data)
        return
    held.lines.append(_line(session, kind, by, element, data))


def _line(
    session: Session, kind: str, by: Actor, element: str | None, data: Mapping[str, Json] | None
) -> dict[str, Any]:
    return {
        "task_id": None,
        "at": now(session),
        "scheduled_at": None,
        "kind": kind,
        "element": element,
        "actor": by.id,
        "data": dict(data or {}),
    }


def moment_of(value: Json, zone: ZoneInfo) -> datetime | None:
    """An aware moment from ISO text, in the zone where it names none; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def money_of(value: Json) -> Decimal | None:
    """An amount from its decimal text; None for nothing or for what is no amount."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


GREETING = re.compile(
    r"(?:您好|你好|尊敬的[^，。！,!\n]{0,20}|各位[^，。！,!\n]{0,10}|hello|hi|good (?:morning|afternoon|evening)"
    r"|dear [^,.!\n]{0,40}|to whom it may concern)[\s，,。.！!：:、]+",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^。！？!?\n；;]+?(?=[。！？!?；;\n]|\.(?:\s|$)|$)")
WIDE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
MOST_WIDE, MOST_NARROW = 40, 80
"""Signs of a short title in Chinese and in other languages."""


def short(description: str) -> str:
    """A short title from a description: its first sentence without a greeting, no longer than a line of a list."""
    text = description.strip()
    while (greeting := GREETING.match(text)) is not None:
        text = text[greeting.end() :].lstrip()
    found = SENTENCE.match(text)
    line = " ".join((found[0] if found is not None else text).split())
    most = MOST_WIDE if WIDE.search(line) else MOST_NARROW
    return line if len(line) <= most else line[: most - 1].rstrip("，, ") + "…"
