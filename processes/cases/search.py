"""Finding cases: by exact number, or by parts of what is known of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import aliased

from engine import Actor, Session, now
from processes import procedures
from processes.cases import access, facts, grams, own, register
from processes.cases.facts import digits_of
from processes.cases.schema import DbCase, DbCaseFact
from processes.identity import Same
from processes.procedures.model import LineKind, Procedure
from processes.rows import among, among_given, together, unindexed

FOLDS: tuple[LineKind, ...] = ("text", "number", "contact", "identity")
"""The ways in which a fact may have been folded; which one it was depends on its declaration."""


@dataclass(frozen=True)
class CaseFilter:
    """What to look for; what is left out does not matter."""

    text: str = ""
    """Words that all must occur somewhere: number, name, phone, lot, order, text."""
    status: Literal["open", "closed", "cancelled"] | None = None
    phase: str | None = None
    severity: str | None = None
    outcome: str | None = None
    owner: str | None = None
    unit: str | None = None
    part: str | None = None
    """A unit that has a part in it: it works or has worked on the case, or was found to be responsible."""
    procedure: str | None = None
    """Its key; without one complaints are looked for, and nothing of the management's."""
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Facts by their name, as people write them: `{"lot_no": "l2610"}`."""
    late: bool | None = None
    received_from: datetime | None = None
    received_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    within: ColumnElement[bool] | None = None
    """A further condition on cases: those behind a figure."""
    sort: str = "-received"
    """A core column (due, received, number, title, severity …) or the name of a fact; with a minus the other way."""
    page: int = 1
    per_page: int = 50
    thorough: bool = False
    """Whether a word that very many cases have is looked for in all of them, whatever it takes."""


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
    few: Sequence[int] | None = None
    """What `own.few` has found for whoever looks."""


MOST_COUNTED = 200
"""So many cases beyond a page are looked at to count those that somebody may see."""

MOST_FOUND = 500
"""So many of the cases with a word that very many have are a list."""

SORTED: Mapping[str, Any] = {
    "due": DbCase.due_at,
    "received": DbCase.received_at,
    "closed": DbCase.closed_at,
    "number": DbCase.number,
    "title": DbCase.title,
    "phase": DbCase.phase,
    "severity": DbCase.severity,
    "priority": DbCase.priority,
    "owner": DbCase.owner,
    "unit": DbCase.unit,
    "outcome": DbCase.outcome,
    "procedure": DbCase.procedure,
}
"""The core columns that a list may be sorted by; any other name is that of a fact."""


ALWAYS = frozenset({"received", "number", "title", "procedure"})
"""Those that each case has: an index gives their order as it is."""


def search(session: Session, actor: Actor, wanted: CaseFilter | None = None) -> CasePage:
    """The cases that fit and that the actor may see, with their facts and clocks."""
    wanted, few = wanted or CaseFilter(), own.few(session, actor)
    start = (max(wanted.page, 1) - 1) * wanted.per_page
    for within in _places(session, actor, wanted, few):
        listing, counting, whole = _statements(session, actor, wanted, within)
        asked = {"moment": now(session), "start": start, **_given(session, within)}
        found = session.scalars(listing, asked).all()
        if within is not None and within.numbers is not None:
            found = _seen_among(session, actor, found, start, wanted.per_page)
        if len(found) == wanted.per_page or within is None or within.behind is None:
            break
    cases = register.find_each(session, found)
    total, more = start + len(cases), not whole
    if start or len(cases) == wanted.per_page:
        most = total + MOST_COUNTED
        every, seen = session.execute(counting, {**asked, "most": most + 1}).one()
        others = within is not None and within.behind is not None
        total, more = (max(seen - 1, total + 1), True) if every > most or others else (seen, False)
    return CasePage(cases, total, more or not whole, max(wanted.page, 1), wanted.per_page, whole, few)


def _places(session: Session, actor: Actor, wanted: CaseFilter, few: Sequence[int] | None) -> Iterator[own.Part | None]:
    """Among which cases a page is looked for; if the first ones do not fill it, among the next, and None is all."""
    if few is not None:
        yield own.Part(few)
        return
    if not wanted.text.strip() and wanted.status == "open" and (numbers := own.few(session, actor, "open")) is not None:
        yield own.Part(numbers)
        return
    if not wanted.text.strip() and wanted.sort == "-received":
        most = max(wanted.page, 1) * wanted.per_page + MORE
        yield from own.youngest(session, actor, wanted.status, _left_out(procedures.current(session), wanted), most)
    yield None


MORE = 10
"""So many cases more than a page needs are read of those that somebody has to do with: not all of them may be seen."""


def _seen_among(session: Session, actor: Actor, numbers: Sequence[int], start: int, per_page: int) -> Sequence[int]:
    """A page of those of some cases that the actor may see, in their order: the right is asked until it is full."""
    asking = _asking(session.dialect, access.visible_to(session, actor))
    found: list[int] = []
    step, place = 2 * (start + per_page), 0
    while len(found) < start + per_page and place < len(numbers):
        some = numbers[place : place + step]
        seen = {*session.scalars(asking, {"within": together(session, some)})}
        found += [number for number in some if number in seen]
        place, step = place + step, 2 * step
    return found[start : start + per_page]


@lru_cache(maxsize=access.MOST_KEPT)
def _asking(dialect: str, seen: ColumnElement[bool]) -> Select[int]:
    return select(DbCase.id).where(among_given(dialect, DbCase.id, "within"), seen)


def _given(session: Session, within: own.Part | None) -> dict[str, Any]:
    """What the conditions of `_within` are given."""
    if within is None:
        return {}
    return {"within": together(session, within.numbers or ()), "behind": within.behind}


def _within(session: Session, within: own.Part | None) -> Sequence[ColumnElement[bool]]:
    """That a case is one of those; the same objects each time."""
    if within is None:
        return ()
    if within.numbers is None:
        return [_LATER]
    numbers = among_given(session.dialect, DbCase.id, "within")
    return [numbers] if within.behind is None else [numbers, _ALSO_LATER]


_LATER = DbCase.received_at > bindparam("behind")
_ALSO_LATER = unindexed(_LATER)


Statements = tuple[Select[int], Select[int, int]]
"""What lists the cases from `start` on, or all to ask for the right; what counts `most`, and those that may be seen.

The right to each is asked of so many only; who may see few of them sees fewer counted, and waits no longer.
"""


def _statements(
    session: Session, actor: Actor, wanted: CaseFilter, within: own.Part | None
) -> tuple[Select[int], Select[int, int], bool]:
    """The statements of a search, and whether all cases are looked at; those without words and facts are kept."""
    seen, known = access.visible_to(session, actor), procedures.current(session)
    near, apart = tuple(_within(session, within)), within is not None and within.numbers is not None
    if not wanted.text.strip() and not wanted.facts and wanted.within is None:
        return *_kept(replace(wanted, page=1), known, seen, near, apart), True
    conditions, whole = _conditions(known, wanted), True
    if wanted.text.strip() and not wanted.thorough and within is None:
        found, whole = _near(session, actor, wanted.text, [*conditions, seen])
        near = () if found is None else (among(session, DbCase.id, found),)
    return *_put_together(near, conditions, seen, _order(known, wanted), wanted.per_page, apart=apart), whole


@lru_cache(maxsize=access.MOST_KEPT)
def _kept(
    wanted: CaseFilter,
    known: Same[Procedure],
    seen: ColumnElement[bool],
    near: Sequence[ColumnElement[bool]],
    apart: bool,  # noqa: FBT001 - the cache tells calls apart by place
) -> Statements:
    return _put_together(near, _conditions(known, wanted), seen, _order(known, wanted), wanted.per_page, apart=apart)


def _put_together(
    near: Sequence[ColumnElement[bool]],
    conditions: Sequence[ColumnElement[bool]],
    seen: ColumnElement[bool],
    order: Sequence[Any],
    per_page: int,
    *,
    apart: bool,
) -> Statements:
    """Of cases that are looked at one by one the right is asked apart, and no index is read for the conditions."""
    all_of = [*near, *(map(unindexed, conditions) if apart else conditions)]
    listing = select(DbCase.id).where(*all_of).order_by(*order)
    if not apart:
        listing = listing.where(seen).limit(per_page).offset(bindparam("start"))
    looked = select(DbCase.id).where(*all_of).limit(bindparam("most"))
    counts = func.count(), func.count(case((seen, 1)))
    return listing, select(*counts).where(DbCase.id.in_(looked.scalar_subquery()))


def used(
    session: Session, actor: Actor, columns: Iterable[str], few: Sequence[int] | None
) -> Mapping[str, Sequence[str]]:
    """The values that core columns of the cases have which the actor may see, for lists to choose from.

    Each value is found in the index of its column, behind the one before it; then one that the actor may see is looked
    for among the youngest cases that have it, or among the few that `own.few` has found.
    """
    seen, within = access.visible_to(session, actor), None if few is None else own.Part(few)
    near, asked = tuple(_within(session, within)), _given(session, within)
    queries = ((name, _used(name, seen, near)) for name in columns)
    return {name: session.scalars(query, asked).all() for name, query in queries}


def _near(
    session: Session, actor: Actor, text: str, conditions: Sequence[ColumnElement[bool]]
) -> tuple[Collection[int] | None, bool]:
    """The numbers of all cases in which a text may occur, or, where they are more than a few, of some in which it does.

    Also whether these are all. A text of nothing but single signs, which the index does not know, is looked for among
    the youngest cases.
    """
    words = text.split()[:MOST_WORDS]
    parts = [part for word in words for part in facts.fold(word[:100]).split()]
    asked = any(len(part) > 1 for part in parts)
    folds = {fold for each in (text, *words) for fold in _folds(each)}
    same = select(DbCaseFact.case_id).where(DbCaseFact.whole.is_(True), DbCaseFact.folded.in_(folds))
    known = session.scalars(same.limit(grams.FEW)).all()
    if asked:
        first = grams.fitting(session, parts)
    else:
        first = session.scalars(select(DbCase.id).order_by(DbCase.id.desc()).limit(grams.FEW)).all()
    near = own.narrowed(session, actor, first)
    if len(known) < grams.FEW and (not asked or len(first) < grams.FEW):
        return {*near, *known}, asked or len(first) < grams.FEW
    query = select(DbCase.id).where(among(session, DbCase.id, near), *conditions).order_by(DbCase.id.desc())
    return {*known, *session.scalars(query.limit(MOST_FOUND), {"moment": now(session)})}, False


YOUNGEST = 50


@cache
def _other() -> Any:
    return aliased(DbCase)


@lru_cache(maxsize=access.MOST_KEPT)
def _used(name: str, seen: ColumnElement[bool], near: Sequence[ColumnElement[bool]]) -> Any:
    column = SORTED[name]
    values = select(func.min(column).label("value")).cte(recursive=True)
    behind = select(func.min(column)).where(column > values.c.value).correlate(values).scalar_subquery()
    values = values.union_all(select(behind).where(values.c.value.is_not(None)))
    other = _other()
    same = select(other.id).where(getattr(other, column.key) == values.c.value)
    same = same.order_by(other.received_at.desc(), other.id.desc()).limit(YOUNGEST)
    young = DbCase.id.in_(same.correlate(values))
    one = select(DbCase.id).where(young, *near, seen).limit(1).correlate(values).scalar_subquery()
    return select(values.c.value).where(values.c.value.is_not(None), one.is_not(None))


def _order(known: Same[Procedure], wanted: CaseFilter) -> tuple[Any, ...]:
    """What is not known comes last, whichever way; where it is known of all, an index gives the order as it is."""
    name, falling = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    fact = select(DbCaseFact.folded).where(DbCaseFact.case_id == DbCase.id, DbCaseFact.name == name)
    if name in _personal(known):  # where a case stands would tell of it
        fact = fact.where(false())
    column = SORTED.get(name, fact.correlate(DbCase).scalar_subquery())
    order = (column.desc(), DbCase.id.desc()) if falling else (column, DbCase.id)
    always = name in ALWAYS or (name == "due" and wanted.late is True)
    return order if always else (column.is_(None), *order)


def _personal(known: Same[Procedure]) -> frozenset[str]:
    """The facts that are about a person: they give no order, and are found by the whole of them or not at all."""
    return frozenset(fact.name for procedure in known for fact in procedure.facts if fact.personal)


def find_exact(session: Session, actor: Actor, text: str) -> DbCase | None:
    """The one case with exactly this number, if the actor may see it."""
    exact = DbCase.number == text.strip().upper()
    return session.scalar(select(DbCase).where(exact, access.visible_to(session, actor)))


CALLER_DIGITS = 7
"""The shortest number that a caller is known by."""
CALLER_CASES = 20
MOST_WORDS = 8


def of_caller(session: Session, actor: Actor, phone: str) -> list[DbCase]:
    """The latest cases of whoever has this phone number that the actor may see, the newest first."""
    digits = digits_of(phone)
    if len(digits) < CALLER_DIGITS:
        return []
    called = (DbCaseFact.role == "phone") & (DbCaseFact.folded == digits)
    known = select(DbCaseFact.case_id).where(called)
    query = select(DbCase).where(access.visible_to(session, actor), DbCase.id.in_(known))
    query = query.order_by(DbCase.received_at.desc(), DbCase.id.desc()).limit(CALLER_CASES)
    return list(session.scalars(query))


def _conditions(known: Same[Procedure], wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found = _mentions(wanted.text)
    columns = {DbCase.status: wanted.status, DbCase.phase: wanted.phase, DbCase.severity: wanted.severity}
    columns |= {
        DbCase.outcome: wanted.outcome,
        DbCase.owner: wanted.owner,
        DbCase.unit: wanted.unit,
        DbCase.procedure: wanted.procedure,
    }
    found += [column == value for column, value in columns.items() if value is not None]
    if wanted.procedure is None:
        found += _complaints(known)
    if wanted.part is not None:
        found.append(or_(DbCase.unit == wanted.part, access.has_part(wanted.part)))
    for name, text in wanted.facts.items():
        same = (DbCaseFact.name == name) & DbCaseFact.folded.in_({facts.fold(text, kind) for kind in FOLDS})
        if name in _personal(known):
            same &= DbCaseFact.whole.is_(True)
        found.append(DbCase.id.in_(select(DbCaseFact.case_id).where(same)))
    if wanted.late is not None:
        late = DbCase.due_at.is_not(None) & (DbCase.due_at <= bindparam("moment")) & (DbCase.status == "open")
        found.append(late if wanted.late else ~late)
    if wanted.within is not None:
        found.append(wanted.within)
    return [*found, *_moments(wanted)]


def _moments(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """From when and before when it was received and is due."""
    from_ = ((DbCase.received_at, wanted.received_from), (DbCase.due_at, wanted.due_from))
    before = ((DbCase.received_at, wanted.received_before), (DbCase.due_at, wanted.due_before))
    found = [column >= moment for column, moment in from_ if moment is not None]
    return [*found, *(column < moment for column, moment in before if moment is not None)]


def _complaints(known: Same[Procedure]) -> list[ColumnElement[bool]]:
    """That a case is a complaint, where there are others as well."""
    other = _management(known)
    return [DbCase.procedure.not_in(sorted(other))] if other else []


def _management(known: Same[Procedure]) -> frozenset[str]:
    return frozenset(each.key for each in known if each.kind == "management")


def _left_out(known: Same[Procedure], wanted: CaseFilter) -> frozenset[str]:
    """The procedures whose cases a list does not show."""
    if wanted.procedure is None:
        return _management(known)
    return frozenset(each.key for each in known if each.key != wanted.procedure)


def _mentions(text: str) -> list[ColumnElement[bool]]:
    """That all words occur, or that the text is the whole of something about a person."""
    words = text.split()[:MOST_WORDS]
    if len(words) < 2:
        return [_contains(word) for word in words]
    return [or_(_is_whole(text), and_(*(_contains(word) for word in words)))]


def _contains(word: str) -> ColumnElement[bool]:
    """In anything the case is searched by, in any case of letters; % and _ mean themselves."""
    return or_(DbCase.searched.contains(facts.fold(word[:100]), autoescape=True), _is_whole(word))


def _is_whole(text: str) -> ColumnElement[bool]:
    """The telephone number, e-mail address, identity number … of a case, from its first sign to its last."""
    same = DbCaseFact.whole.is_(True) & DbCaseFact.folded.in_(_folds(text))
    return DbCase.id.in_(select(DbCaseFact.case_id).where(same))


def _folds(text: str) -> set[str]:
    return {facts.fold(text[:100], kind) for kind in FOLDS}
