"""How alike complaints are: whether they tell of the same contact, piece, lot or order, in the same words (D12)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import joinedload

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
MOST = 50
"""So many are compared, the newest first."""


@dataclass(frozen=True)
class Likeness:
    """Another case, how alike it is, and in what."""

    case: DbCase
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
    near = (DbCase.procedure == case.procedure) & (DbCase.id != case.id) & access.visible_to(session, actor)
    if only is None:
        asked = _same(case)
        if asked is None:
            return ()
        near &= asked & (DbCase.status != links.MERGED) & (DbCase.received_at >= case.received_at - BACK)
        near &= DbCase.id.not_in(links.decided(session, case))
    else:
        near &= DbCase.id == only.id
    query = select(DbCase).where(near).order_by(DbCase.id.desc()).limit(MOST)
    found = session.scalars(query.options(joinedload(DbCase.facts))).unique().all()
    weights = {name.removeprefix("alike_"): getattr(settings, name) / 100 for name in ALIKE}
    return sorted((_likeness(case, other, weights) for other in found), key=lambda each: (-each.score, each.case.id))


def _same(case: DbCase) -> ColumnElement[bool] | None:
    """That another case has one of the facts by which it is found; None where this one has none of them."""
    pairs = [
        (name, case.facts[name].folded)
        for what in FOUND_BY
        for name in FACTS[what]
        if name in case.facts and case.facts[name].folded
    ]
    if not pairs:
        return None
    return or_(
        *(
            DbCase.id.in_(
                select(DbCaseFact.case_id).where(tuple_(DbCaseFact.name, DbCaseFact.folded) == tuple_(name, folded))
            )
            for name, folded in pairs
        )
    )


def _likeness(case: DbCase, other: DbCase, weights: Mapping[str, float]) -> Likeness:
    agrees = [what for what, names in FACTS.items() if any(_same_fact(case, other, name) for name in names)]
    if abs(case.received_at - other.received_at) <= NEAR:
        agrees.append(TIME)
    common = _common(case.description, other.description)
    score = sum(weights[what] for what in agrees) + weights[WORDS] * common
    if common >= 0.5:
        agrees.append(WORDS)
    return Likeness(other, round(min(score, 1.0), 2), tuple(agrees))


def _same_fact(case: DbCase, other: DbCase, name: str) -> bool:
    one, two = case.facts.get(name), other.facts.get(name)
    return one is not None and two is not None and bool(one.folded) and one.folded == two.folded


def _common(one: str, other: str) -> float:
    """How much of two texts is the same, 0 to 1: of the pairs of signs that stand together in them."""
    first, second = grams.of(*fold(one).split()), grams.of(*fold(other).split())
    both = len(first) + len(second)
    return 2 * len(first & second) / both if both else 0.0
