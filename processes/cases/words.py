"""Words in cases: found by what a case is searched by, or by the whole of something about a person."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, or_, select

from engine import Actor, Session, now
from processes.cases import facts, grams, own
from processes.cases.schema import DbCase, DbCaseFact
from processes.procedures.model import LineKind
from processes.rows import among

FOLDS: tuple[LineKind, ...] = ("text", "number", "contact", "identity")
"""The ways in which a fact may have been folded; which one it was depends on its declaration."""

MOST_WORDS = 8

MOST_FOUND = 500
"""So many of the cases with a word that very many have are a list."""


Conditions = Callable[[], Sequence[ColumnElement[bool]]]


def near(
    session: Session, actor: Actor, text: str, conditions: Conditions, given: Mapping[str, Any]
) -> tuple[Collection[int], bool]:
    """The numbers of all cases in which a text may occur, or, where they are more than a few, of some in which it does.

    Also whether these are all. The conditions are needed of the latter only, and take what is given. A text of nothing
    but single signs, which the index does not know, is looked for among the youngest cases.
    """
    words = text.split()[:MOST_WORDS]
    parts = [part for word in words for part in facts.fold(word[:100]).split()]
    asked = any(len(part) > 1 for part in parts)
    folds = {fold for each in (text, *words) for fold in _folds(each)}
    known = session.scalars(_about_people(), {"folds": sorted(folds), "most": grams.FEW}).all()
    if asked:
        first = grams.fitting(session, parts)
    else:
        first = session.scalars(select(DbCase.id).order_by(DbCase.id.desc()).limit(grams.FEW)).all()
    some = own.narrowed(session, actor, first)
    if len(known) < grams.FEW and (not asked or len(first) < grams.FEW):
        return {*some, *known}, asked or len(first) < grams.FEW
    if not some:
        return known, False
    query = select(DbCase.id).where(among(session, DbCase.id, some), *conditions()).order_by(DbCase.id.desc())
    return {*known, *session.scalars(query.limit(MOST_FOUND), {**given, "moment": now(session)})}, False


@cache
def _about_people() -> Select[int]:
    """The cases of which something about a person is one of some texts, as a whole."""
    folds = bindparam("folds", type_=String(), expanding=True)
    query = select(DbCaseFact.case_id).where(DbCaseFact.whole.is_(True), DbCaseFact.folded.in_(folds))
    return query.limit(bindparam("most", type_=Integer()))


def mentions(text: str) -> list[ColumnElement[bool]]:
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
