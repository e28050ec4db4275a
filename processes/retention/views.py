"""Saved views that look for what no case has any more: they go with the last case that had it, words and name."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, or_, select

from engine import Session
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseFact
from processes.desk.schema import DbSavedView

OF_PEOPLE = ("complainant", "company", "phone", "email", "address")
"""The roles of facts that tell who somebody is; what else a view is called may be any word."""
SHORTEST = 2
"""A single sign tells of nobody."""


def looking(session: Session, cases: Collection[int]) -> Mapping[int, Collection[str]]:
    """The numbers of the saved views that say something of some cases, with what that is, folded."""
    personal = or_(DbCaseFact.whole.is_(True), DbCaseFact.role.in_(OF_PEOPLE))
    facts = select(DbCaseFact.folded).where(DbCaseFact.case_id.in_(cases), personal)
    known = {each for each in session.scalars(facts) if len(each) >= SHORTEST}
    searched = [*session.scalars(select(DbCase.searched).where(DbCase.id.in_(cases))), *known]
    found = {}
    for view in session.scalars(select(DbSavedView)):
        asked = [fold(text) for text in view.asked.values() if isinstance(text, str)]
        words = {word for text in asked for word in text.split() if len(word) >= SHORTEST}
        said = {word for word in words if any(word in text for text in searched)}
        said |= {each for each in known if any(each in text for text in (*asked, fold(view.name)))}
        if said:
            found[view.id] = said
    return found


def forget(session: Session, found: Mapping[int, Collection[str]]) -> int:
    """Delete those that say something which no case has any more, once the cases are gone; how many they were."""
    gone = [number for number, said in found.items() if not all(_is_known(session, word) for word in sorted(said))]
    session.execute(delete(DbSavedView).where(DbSavedView.id.in_(gone)))
    return len(gone)


def _is_known(session: Session, word: str) -> bool:
    fact = DbCase.id.in_(select(DbCaseFact.case_id).where(DbCaseFact.folded == word))
    query = select(DbCase.id).where(or_(DbCase.searched.contains(word, autoescape=True), fact)).limit(1)
    return session.scalar(query) is not None
