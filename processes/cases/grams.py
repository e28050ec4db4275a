"""The index of what cases are searched by: each two signs that stand together in a word, of Latin ones each three, too.

A word is in a text only where all of its grams are; so the index gives the few cases in which it may stand, and the
search then looks into these alone. A single sign has no grams.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, text

from engine import Session
from processes.cases.schema import DbCase

FEW = 2000
"""Of so many cases at most a search looks into each."""

YOUNGEST = 10_000
"""PostgreSQL's index knows no order: where there are more than a few, it looks through so many of the youngest."""

_ASKED = {
    # grams are hexadecimal: they mean nothing to the language that the index is asked in
    "sqlite": text("SELECT rowid FROM case_gram WHERE case_gram MATCH :asked ORDER BY rowid DESC LIMIT :most"),
    "postgresql": text(
        "SELECT id FROM case_file WHERE string_to_array(grams, ' ') @> string_to_array(:asked, ' ') LIMIT :most"
    ),
}


def signs(*words: str) -> set[str]:
    """The signs that stand together in folded words, as people write them."""
    found: set[str] = set()
    for word in words:
        found.update([word[place : place + 2] for place in range(len(word) - 1)])
        threes = [word[place : place + 3] for place in range(len(word) - 2)]
        found.update([three for three in threes if three.isascii()])
    return found


def of(*words: str) -> frozenset[str]:
    """The grams of folded words."""
    return frozenset(map(_written, signs(*words)))


def column(searched: str) -> str:
    """The grams of a folded text as they are kept."""
    return " ".join(sorted(of(*searched.split())))


def fitting(session: Session, grams: Iterable[str]) -> Sequence[int]:
    """The numbers of all cases that have these grams or, where they are more, of `FEW`; SQLite's are the youngest."""
    asked = {"asked": " ".join(sorted(grams)), "most": FEW}
    return session.scalars(_ASKED[session.get_bind().dialect.name], asked).all()


def portions(session: Session, found: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    """Where there are more cases with some grams than were found, which they are to be looked for among, in turn."""
    if session.get_bind().dialect.name == "postgresql":
        order = select(DbCase.id).order_by(DbCase.id.desc())
        yield DbCase.id >= func.coalesce(order.offset(YOUNGEST - 1).limit(1).scalar_subquery(), 0)
    yield DbCase.id.in_(found)


def settle(session: Session) -> None:
    """Let nothing of what was deleted stay in the index: SQLite's keeps it until its parts are put together."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO case_gram (case_gram) VALUES (:act)"), {"act": "optimize"})


def _written(gram: str) -> str:
    return gram.encode().hex() if gram.isascii() else "".join([f"{ord(sign):02x}" for sign in gram])
