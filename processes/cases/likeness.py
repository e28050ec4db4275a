"""How alike complaints are: whether they tell of the same contact, piece, lot or order, in the same words (D12)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select, tuple_

from engine import Actor, Session
from processes.cases import access, grams, links
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseFact
from processes.settings import ALIKE, Settings

CONTACT, PIECE, LOT, ORDER, CATEGORY, WORDS, TIME = "contact", "piece", "lot", "order", "category", "words", "time"
FACTS: Mapping[str, Collection[str]] = {
    CONTACT: ("phone", "email"),
    PIECE: ("serial_no",),
    LOT: ("lot_no",),
    ORDER: ("order_no",),
    CATEGORY: ("complaint_type",),
}
"""The facts that may agree; of contacts one is enough."""
FOUND_BY = (CONTACT, PIECE, LOT, ORDER)
"""By which others are looked for; without any of them two complaints are not alike enough to ask."""
NEAR = timedelta(days=30)
BACK = timedelta(days=365)
COMPARED_SIGNS = 2000
"""Of a description; each of the others' is read, too, and one sign may stand for eighteen."""
MOST = 50
"""So many are compared, the newest first."""


COMPARED = frozenset(name for names in FACTS.values() for name in names)


@dataclass(frozen=True)
class Likeness:
    """Another case, how alike it is, and in what."""

    number: str
    title: str
    received_at: datetime
    score: float
    agrees: tuple[str, ...]
    """Of the names above, the gravest first."""

    @property
    def only_lot(self) -> bool:
        """Whether others complain of the same lot: such cases are linked and never merged."""
        return LOT in self.agrees and not {CONTACT, PIECE, ORDER} & {*self.agrees}


def compare(
    session: Session, settings: Settings, case: DbCase, actor: Actor, *, only: DbCase | None = None
) -> Sequence[Likeness]:
    """The cases of its procedure that are like a case and that the actor may see, the most alike first.

    What is merged, and what was linked with it before or said not to belong to it, is left out.

    Args:
        session: as always.
        settings: what each agreement counts; of words as much of it as they have in common.
        case: which may be one that is tried out.
        actor: who may see them: what somebody may not see tells nothing.
        only: the one case that it is compared with, whatever was decided before.
    """
    own = {name: case.facts[name].folded for name in COMPARED if name in case.facts and case.facts[name].folded}
    names = tuple(name for what in FOUND_BY for name in FACTS[what] if name in own) if only is None else ()
    if only is None and not names:
        return ()
    values = {"procedure": case.procedure, "own": case.id or 0, **{name: own[name] for name in names}}
    values |= {"since": case.received_at - BACK} if only is None else {"only": only.id}
    others: dict[int, tuple[Row[Any], dict[str, str]]] = {}
    seen = access.visible_to(session, actor)
    for row in session.execute(_near(seen.condition, names), {**seen.given, **values}):
        others.setdefault(row.id, (row, {}))[1][row.name] = row.folded
    weights = {name.removeprefix("alike_"): getattr(settings, name) / 100 for name in ALIKE}
    words = _signs(case.description)
    found = [
        _likeness(case, own, words, other, theirs, weights)
        for _, (other, theirs) in sorted(others.items(), key=itemgetter(0))
    ]
    return sorted(found, key=lambda each: -each.score)


@lru_cache(maxsize=64)
def _near(visible: ColumnElement[bool], names: tuple[str, ...]) -> Select[Any]:
    """The newest cases that have a fact of one of the names, or the one that is asked for, with what is compared."""
    near = (DbCase.procedure == bindparam("procedure")) & (DbCase.id != bindparam("own")) & visible
    if names:
        near &= or_(*map(_having, names)) & (DbCase.received_at >= bindparam("since"))
        near &= (DbCase.status != links.MERGED) & DbCase.id.not_in(links.decided(bindparam("own")))
    else:
        near &= DbCase.id == bindparam("only")
    columns = (DbCase.id, DbCase.number, DbCase.title, DbCase.description, DbCase.received_at)
    other = select(*columns).where(near).order_by(DbCase.id.desc()).limit(MOST).subquery()
    fact = (DbCaseFact.case_id == other.c.id) & DbCaseFact.name.in_(COMPARED)
    return select(other, DbCaseFact.name, DbCaseFact.folded).outerjoin(DbCaseFact, fact)


def _having(name: str) -> ColumnElement[bool]:
    """That a case has the fact of this name as the one that is compared, by the index of facts."""
    fact = tuple_(DbCaseFact.name, DbCaseFact.folded) == tuple_(name, bindparam(name))
    return DbCase.id.in_(select(DbCaseFact.case_id).where(fact))


def _likeness(  # noqa: PLR0917 - what is compared of the one and of the other
    case: DbCase,
    own: Mapping[str, str],
    words: set[str],
    other: Row[Any],
    theirs: Mapping[str, str],
    weights: Mapping[str, float],
) -> Likeness:
    agrees = [
        what for what, names in FACTS.items() if any(name in own and own[name] == theirs.get(name) for name in names)
    ]
    if abs(case.received_at - other.received_at) <= NEAR:
        agrees.append(TIME)
    common = _common(words, _signs(other.description))
    score = sum(weights[what] for what in agrees) + weights[WORDS] * common
    if common >= 0.5:
        agrees.append(WORDS)
    return Likeness(other.number, other.title, other.received_at, round(min(score, 1.0), 2), tuple(agrees))


def _signs(text: str) -> set[str]:
    return grams.signs(*fold(text[:COMPARED_SIGNS]).split())


def _common(one: set[str], other: set[str]) -> float:
    """How much of two texts is the same, 0 to 1: of the signs that stand together in them."""
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0
