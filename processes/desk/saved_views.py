"""Saved views of the work: one's own, and those that are shared with one's units."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import bindparam, func, or_, select

from engine import Actor, Json, Session, now
from engine.errors import NotFound
from processes.desk.schema import DbSavedView
from processes.errors import TooManyViews, ViewUnnamed

OfList = Literal["work", "cases"]
MOST_SIGNS = 60
MOST = 30
"""Views that one person may keep."""


_SHARED = DbSavedView.unit.in_(bindparam("groups", expanding=True))
_OF = (
    select(DbSavedView)
    .where(DbSavedView.of_list == bindparam("of_list"), or_(DbSavedView.person == bindparam("person"), _SHARED))
    .order_by(DbSavedView.id)
)


def of(session: Session, actor: Actor, of_list: OfList = "work") -> list[DbSavedView]:
    """The actor's own views of a list, the oldest first, then those that others share with the actor's units."""
    asked = {"of_list": of_list, "person": actor.id, "groups": sorted(actor.groups)}
    views = list(session.scalars(_OF, asked))
    others = sorted((view for view in views if view.person != actor.id), key=lambda view: view.name)
    return [*(view for view in views if view.person == actor.id), *others]


def save(
    session: Session,
    actor: Actor,
    name: str,
    asked: Mapping[str, Json],
    *,
    unit: str | None = None,
    of_list: OfList = "work",
) -> DbSavedView:
    """Keep a view under a name, for oneself or shared with a unit one is in; ViewUnnamed, TooManyViews, NotFound."""
    kept = session.scalar(select(func.count()).select_from(DbSavedView).where(DbSavedView.person == actor.id)) or 0
    if kept >= MOST:
        raise TooManyViews(most=MOST)
    view = DbSavedView(person=actor.id, asked=dict(asked), of_list=of_list, saved_at=now(session))
    _name(view, actor, name, unit)
    session.add(view)
    session.flush()
    return view


def change(session: Session, actor: Actor, number: int, name: str, *, unit: str | None = None) -> DbSavedView:
    """Give one's own view another name, share it or keep it for oneself; raises what `save` raises."""
    view = get_own(session, actor, number)
    _name(view, actor, name, unit)
    session.flush()
    return view


def delete(session: Session, actor: Actor, number: int) -> None:
    """Forget one's own view; NotFound, also for that of somebody else."""
    session.delete(get_own(session, actor, number))
    session.flush()


def get_own(session: Session, actor: Actor, number: int) -> DbSavedView:
    """One's own view; NotFound, also for that of somebody else."""
    view = session.get(DbSavedView, number)
    if view is None or view.person != actor.id:
        raise NotFound(what="view", key=number)
    return view


def _name(view: DbSavedView, actor: Actor, name: str, unit: str | None) -> None:
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= MOST_SIGNS:
        raise ViewUnnamed(most=MOST_SIGNS)
    if unit is not None and unit != view.unit and unit not in actor.groups:
        raise NotFound(what="unit", key=unit)
    view.name, view.unit = name, unit
