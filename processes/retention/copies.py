"""Where else it stands what a case has said: in the values of other cases, which keep it until they go themselves."""

import json
from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Text, cast, or_, select

from engine import Json, Session
from processes import procedures
from processes.cases import links
from processes.cases.schema import DbCase
from processes.retention import traces

INSTANCES, VARIABLES = traces.table("instance"), traces.table("variable")


def beside(session: Session, case: DbCase, instances: Collection[int]) -> tuple[str, ...]:
    """The cases that keep what a case has said, by their numbers.

    That is: with which it was merged, also where that was undone; whose values have its number and its title, as those
    of a meeting, or of a case that it was offered to as alike; and the management's cases that it names, as the sweep
    that found it.
    """
    rows = session.execute(select(VARIABLES.c.instance_id, VARIABLES.c.value).where(_has(case.number))).all()
    told = {row.instance_id for row in rows if case.title and any(case.title in text for text in _texts(row.value))}
    named = select(VARIABLES.c.text).where(VARIABLES.c.instance_id.in_(instances))
    managed = DbCase.procedure.in_(procedures.management(session)) & DbCase.number.in_(named)
    found = or_(DbCase.id.in_(links.merged_with(case.id)), of_instances(told - {*instances}), managed)
    return tuple(session.scalars(select(DbCase.number).where(found, DbCase.id != case.id).order_by(DbCase.number)))


def saying(session: Session, *texts: str) -> ColumnElement[bool]:
    """The condition on cases in whose values one of some texts stands."""
    query = select(VARIABLES.c.instance_id).where(or_(*map(_has, texts))).distinct()
    return of_instances(session.scalars(query).all())


def of_instances(instances: Collection[int]) -> ColumnElement[bool]:
    """The condition on cases that some instances run, or beside which they run."""
    keys = select(INSTANCES.c.business_key).where(INSTANCES.c.id.in_(instances))
    return or_(DbCase.instance_id.in_(instances), DbCase.number.in_(keys))


def _has(text: str) -> ColumnElement[bool]:
    """That a value has a text somewhere, as JSON writes it."""
    return cast(VARIABLES.c.value, Text).icontains(json.dumps(text, ensure_ascii=False)[1:-1], autoescape=True)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
