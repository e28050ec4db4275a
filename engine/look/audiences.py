"""Whose tasks are meant: the sets of candidates that somebody is in now, and a branch of the index for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, or_, select

from engine.look import askers
from engine.look.askers import Somebody
from engine.session import Session
from engine.store.schema import DbAudienceMember, DbTask
from engine.values import Actor

Whose = Literal["mine", "group", "both", "team", "all"]
"""mine: assigned to me · group: nobody's yet, I am a candidate · both · team: my groups', whoever has them · all: for
admins."""

MOST_BRANCHES = 50
"""Who is in more sets of candidates than this has them looked through together."""

TOGETHER = -1
"""In place of the number of sets, where they are too many for a branch each."""

MOST_KEPT = 120
"""So many statements of each kind are kept, each for all who are in as many sets of candidates, and a filter: to put
one together takes as long as to run it."""


@dataclass(frozen=True)
class Alike:
    """What statements about somebody's tasks are put together by."""

    admin: bool = False
    own: int = 0
    """In how many sets of candidates the person is, as `askers.even` has it, or `TOGETHER`."""
    absent: tuple[tuple[bool, bool, bool], ...] = ()
    """Of each absent person whether there are sets that nobody before is in, of another absent one, of the actor."""


@dataclass(frozen=True)
class Audiences:
    """The sets of candidates that somebody is in, and those of everybody the person stands in for."""

    alike: Alike
    given: Mapping[str, Any]
    """What statements are given that are put together by that."""


def needed(session: Session, actor: Actor, whose: Whose) -> Audiences:
    """The sets of candidates that have to be known to say which tasks are meant: groups are asked for, not copied."""
    given: dict[str, Any] = dict(askers.given(actor))
    if whose == "mine" or (whose == "all" and actor.admin):
        return Audiences(Alike(actor.admin), given)
    own = _numbers(session, actor.id, actor.groups)
    apart = len(own) <= MOST_BRANCHES
    given |= askers.numbered(own) if apart else {"sets": own}
    absent, seen = [], {*own}
    for place, each in enumerate(actor.stands_in):
        numbers = {*_numbers(session, each.person, each.groups)}
        free = numbers - seen
        others, shared = numbers - free - {*own}, numbers & {*own}
        seen |= free
        found = {"free": free, "others": others, "shared": shared}
        given |= {f"{name}{place}": sorted(some) for name, some in found.items()}
        absent.append((bool(free), bool(others), bool(shared)))
    return Audiences(Alike(actor.admin, askers.even(len(own)) if apart else TOGETHER, tuple(absent)), given)


def branches_of(alike: Alike, whose: Whose) -> list[ColumnElement[bool]]:
    """Which tasks are meant, each in one branch only: theirs first, then one for each set of candidates they are in."""
    asker = askers.asker(len(alike.absent))
    mine = DbTask.assignee == asker.person
    if whose == "mine":
        return [mine]
    if whose == "all" and alike.admin:
        return [DbTask.id > 0]
    absent = [*_absent(alike)]
    if whose in ("team", "all"):
        team = [and_(one, DbTask.assignee.is_distinct_from(asker.person)) for one in _own(alike)]
        return [mine, *team, *absent]
    group = [and_(one, DbTask.assignee.is_(None)) for one in _own(alike)]
    common = [
        and_(_among(f"shared{place}"), DbTask.assignee == each.person)
        for place, (each, (_, _, shared)) in enumerate(zip(asker.stands_in, alike.absent, strict=True))
        if shared
    ]
    found = [*group, *absent, *common]
    return found or [DbTask.id < 0] if whose == "group" else [mine, *found]


def _absent(alike: Alike) -> Iterator[ColumnElement[bool]]:
    """The work of absent people that is not the actor's own: nobody's yet, or with the absent person."""
    named_nobody = ~exists().where(DbAudienceMember.audience_id == DbTask.audience_id).correlate(DbTask)
    everybody = askers.asker(len(alike.absent)).stands_in
    for place, (each, (free, others, _)) in enumerate(zip(everybody, alike.absent, strict=True)):
        theirs = DbTask.assignee == each.person
        yield and_(theirs, named_nobody)
        if free:
            yield and_(_among(f"free{place}"), DbTask.assignee.is_(None))
            yield and_(_among(f"free{place}"), theirs)
        if others:  # of two absent people in one set, each has tasks of their own
            yield and_(_among(f"others{place}"), theirs)


def _own(alike: Alike) -> list[ColumnElement[bool]]:
    if alike.own == TOGETHER:
        return [_among("sets")]
    return [DbTask.audience_id == number for number in askers.sets(alike.own)]


def _among(name: str) -> ColumnElement[bool]:
    return DbTask.audience_id.in_(bindparam(name, type_=BigInteger(), expanding=True))


def _numbers(session: Session, person: str, groups: frozenset[str]) -> tuple[int, ...]:
    return tuple(session.connection().scalars(_memberships(), askers.given(Actor(person, groups))))


@cache
def _memberships() -> Select[int]:
    query = select(DbAudienceMember.audience_id).where(is_member(askers.asker(0)))
    return query.distinct().order_by(DbAudienceMember.audience_id)


def is_member(somebody: Somebody) -> ColumnElement[bool]:
    """Whether a row of audience members means somebody, or a group that the person is in now."""
    user = and_(DbAudienceMember.kind == "user", DbAudienceMember.value == somebody.person)
    group = and_(DbAudienceMember.kind == "group", DbAudienceMember.value.in_(somebody.groups))
    return or_(user, group)
