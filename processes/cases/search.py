"""Finding cases: by exact number, or by parts of what is known of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, false, func, literal, or_, select

from engine import Actor, Session, now
from processes import procedures
from processes.cases import access, own, register, words
from processes.cases.case_filter import CaseFilter, conditions, left_out, order
from processes.cases.schema import DbCase
from processes.identity import Same
from processes.procedures.model import Procedure
from processes.rows import among, among_given, together, unindexed


@dataclass(frozen=True)
class CasePage:
    """One page of the cases found."""

    cases: list[DbCase]
    total: int
    """How many there are; of more than are looked at to count them, how many of these."""
    more: bool
    """Whether there are more than that."""
    page: int
    per_page: int
    whole: bool = True
    """Whether all cases were looked at, or the words are in so many that only the youngest of these were."""
    few: own.Part | None = None
    """What `own` has found for whoever looks, and the list begins with."""


MOST_COUNTED = 200
"""So many cases beyond a page are looked at to count those that somebody may see."""


def search(session: Session, actor: Actor, wanted: CaseFilter | None = None) -> CasePage:
    """The cases that fit and that the actor may see, with their facts and clocks."""
    wanted, few, seen = wanted or CaseFilter(), own.few(session, actor), access.visible_to(session, actor)
    start = (max(wanted.page, 1) - 1) * wanted.per_page
    for within in _places(session, actor, wanted, few):
        listing, counting, whole, near = _statements(session, seen, actor, wanted, within)
        asked = {**seen.given, "moment": now(session), "start": start, **_given(session, within)}
        found, looked = session.connection().scalars(listing, asked).all(), None
        if within is not None and within.numbers is not None:
            looked = _Looked(session, seen, found, within.seen)
            found = looked.page(start, wanted.per_page)
            few = few or within
        if len(found) == wanted.per_page or within is None or within.whole:
            break
    cases = register.find_each(session, found)
    total, more = start + len(cases), not whole
    if start or len(cases) == wanted.per_page:
        most = total + MOST_COUNTED
        every, may = looked.count(most + 1) if looked else session.execute(counting, {**asked, "most": most + 1}).one()
        others = within is not None and not within.whole
        total, more = (max(may - 1, total + 1), True) if every > most or others else (may, False)
    if few is None and near is not None and own.sees_rare(session, actor):
        few = own.Part(sorted(near))
    return CasePage(cases, total, more or not whole, max(wanted.page, 1), wanted.per_page, whole, few)


def _places(session: Session, actor: Actor, wanted: CaseFilter, few: own.Part | None) -> Iterator[own.Part | None]:
    """Among which cases a page is looked for; if the first ones do not fill it, among the next, and None is all."""
    if few is not None:
        yield few
        return
    if wanted.text.strip() or wanted.within is not None:  # figures tell of procedures that the actor reads
        yield None
        return
    passed_over = left_out(procedures.current(session), wanted)
    most = max(wanted.page, 1) * wanted.per_page + MORE
    if wanted.status == "open" and wanted.sort == "due":
        yield from own.soonest(session, actor, passed_over, most)
    elif wanted.status == "open" and (found := own.few(session, actor, "open")) is not None:
        yield found
        return
    elif wanted.sort == "-received":
        yield from own.youngest(session, actor, wanted.status, passed_over, most)
    yield None


MORE = 10
"""So many cases more than a page needs are read of those that somebody has to do with: not all of them may be seen."""


class _Looked:
    """Some cases in the order of a list, of which the right to each is asked as far as a page and its count go."""

    def __init__(self, session: Session, seen: access.Seen, numbers: Sequence[int], known: frozenset[int]) -> None:
        """Take those that fit, and those of which it is known that the actor may see them."""
        self._session, self._numbers, self._known = session, numbers, known
        self._asking, self._given = _asking(session.dialect, seen.condition), seen.given
        self._seen: list[int] = []
        self._place = 0

    def page(self, start: int, per_page: int) -> Sequence[int]:
        """Those of a page that the actor may see."""
        step = 2 * (start + per_page)
        while len(self._seen) < start + per_page and self._place < len(self._numbers):
            self._ask(self._place + step)
            step *= 2
        return self._seen[start : start + per_page]

    def count(self, most: int) -> tuple[int, int]:
        """How many of the first so many there are, and how many of these the actor may see."""
        if self._place < most:
            self._ask(most)
        return min(most, len(self._numbers)), len(self._seen)

    def _ask(self, end: int) -> None:
        some, self._place = self._numbers[self._place : end], end
        asked, seen = [number for number in some if number not in self._known], self._known
        if asked:
            given = {**self._given, "within": together(self._session, asked)}
            seen = seen.union(self._session.connection().scalars(self._asking, given))
        self._seen += [number for number in some if number in seen]


@lru_cache(maxsize=access.MOST_KEPT)
def _asking(dialect: str, seen: ColumnElement[bool]) -> Select[int]:
    return select(DbCase.id).where(among_given(dialect, DbCase.id, "within"), seen)


def _given(session: Session, within: own.Part | None) -> dict[str, Any]:
    """What the conditions of `_within` are given."""
    if within is None:
        return {}
    due, last = within.last or (None, None)
    return {"within": together(session, within.numbers or ()), "behind": within.behind, "due": due, "last": last}


def _within(session: Session, within: own.Part | None) -> Sequence[ColumnElement[bool]]:
    """That a case is one of those; the same objects each time."""
    if within is None:
        return ()
    if within.numbers is None:
        return [_LATER]
    numbers = among_given(session.dialect, DbCase.id, "within")
    if within.last is not None:
        return [numbers, _ALSO_DUE if within.last[0] is not None else _ALSO_NOT_DUE]
    return [numbers] if within.behind is None else [numbers, _ALSO_LATER]


_LATER = DbCase.received_at > bindparam("behind")
_ALSO_LATER = unindexed(_LATER)
_LAST = DbCase.id <= bindparam("last", type_=Integer)
_ALSO_DUE = unindexed(or_(DbCase.due_at < bindparam("due"), and_(DbCase.due_at == bindparam("due"), _LAST)))
_ALSO_NOT_DUE = unindexed(or_(DbCase.due_at.is_not(None), _LAST))


Statements = tuple[Select[int], Select[int, int]]
"""What lists the cases from `start` on, or all to ask for the right; what counts `most`, and those that may be seen.

The right to each is asked of so many only; who may see few of them sees fewer counted, and waits no longer.
"""


def _statements(
    session: Session, may: access.Seen, actor: Actor, wanted: CaseFilter, within: own.Part | None
) -> tuple[Select[int], Select[int, int], bool, Collection[int] | None]:
    """The statements of a search, and whether all cases are looked at; those without words and facts are kept.

    Also among which cases the words are looked for, where these are some.
    """
    seen, known = may.condition, procedures.current(session)
    near, apart = tuple(_within(session, within)), within is not None and within.numbers is not None
    if not wanted.text.strip() and not wanted.facts and wanted.within is None:
        return *_kept(replace(wanted, page=1), known, seen, near, apart), True, None
    fitting, whole, found = cache(lambda: conditions(known, wanted)), True, None
    if wanted.text.strip() and not wanted.thorough and within is None:
        found, whole = words.near(session, actor, wanted.text, lambda: [*fitting(), seen], may.given)
        if not found:
            return *_NOTHING, whole, found
        near = (among(session, DbCase.id, found),)
    return *_put_together(near, fitting(), seen, order(known, wanted), wanted.per_page, apart=apart), whole, found


_NOTHING: Statements = select(DbCase.id).where(false()), select(literal(0), literal(0))


@lru_cache(maxsize=access.MOST_KEPT)
def _kept(
    wanted: CaseFilter,
    known: Same[Procedure],
    seen: ColumnElement[bool],
    near: Sequence[ColumnElement[bool]],
    apart: bool,  # noqa: FBT001 - the cache tells calls apart by place
) -> Statements:
    return _put_together(near, conditions(known, wanted), seen, order(known, wanted), wanted.per_page, apart=apart)


def _put_together(
    near: Sequence[ColumnElement[bool]],
    fitting: Sequence[ColumnElement[bool]],
    seen: ColumnElement[bool],
    sorting: Sequence[Any],
    per_page: int,
    *,
    apart: bool,
) -> Statements:
    """Of cases that are looked at one by one the right is asked apart, and no index is read for the conditions."""
    all_of = [*near, *(map(unindexed, fitting) if apart else fitting)]
    listing = select(DbCase.id).where(*all_of).order_by(*sorting)
    if not apart:
        listing = listing.where(seen).limit(per_page).offset(bindparam("start"))
    looked = select(DbCase.id).where(*all_of).limit(bindparam("most"))
    counts = func.count(), func.count(case((seen, 1)))
    return listing, select(*counts).where(DbCase.id.in_(looked.scalar_subquery()))


def find_exact(session: Session, actor: Actor, text: str) -> DbCase | None:
    """The one case with exactly this number, if the actor may see it."""
    exact, seen = DbCase.number == text.strip().upper(), access.visible_to(session, actor)
    return session.scalar(select(DbCase).where(exact, seen.condition), seen.given)
