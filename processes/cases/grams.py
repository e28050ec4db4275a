"""The index of what cases are searched by: each two signs that stand together in a word, of Latin ones each three, too.

A word is in a text only where all of its grams are; so the index gives the few cases in which it may stand, and the
search then looks into these alone. A single sign has no grams.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, zip_longest

from sqlalchemy import TextClause, text

from engine import Session

FEW = 1000
"""Of so many cases at most, the youngest, a search looks into each."""

ERA = 13
"""On PostgreSQL so many bits of a case's number do not tell its era: 8,192 cases, one numbered after another."""

MOST_ASKED = 12
"""Of so many grams at most the index is asked."""

PARTS = 8
"""Of so many eras, from the youngest to the oldest, PostgreSQL is asked before it is of all."""

MANY = 400
"""Where it finds so many in these, it would find too many in all of them to be asked for all at once."""

_ON_SQLITE = "SELECT rowid FROM case_gram WHERE case_gram MATCH ? ORDER BY rowid DESC LIMIT ?"
# grams are hexadecimal: they mean nothing to the language that the index is asked in

_AT_ONCE = "SELECT case_id FROM case_gram WHERE {asked} ORDER BY -case_id LIMIT :most"
_BY_ERA = (
    "WITH last AS (SELECT max(case_id) >> {era} AS era FROM case_gram) SELECT found.case_id "
    "FROM last, generate_series(last.era, greatest(0, last.era - :back), -greatest(1, last.era / :parts)) "
    "AS each (number) CROSS JOIN LATERAL "
    "(SELECT case_id FROM case_gram WHERE grams @> ARRAY[CAST(each.number AS INT)] AND {asked} "
    "ORDER BY -case_id LIMIT :most) AS found LIMIT :most"
)
"""PostgreSQL's index gives all that it has at once; asked era by era, the youngest first, it may stop before that.

Each gram is asked on its own: the index then leaps from a case that has one to the next that may have another.
"""


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


def fitting(session: Session, words: Iterable[str]) -> Sequence[int]:
    """The numbers of all cases that have the grams of folded words or, where they are more, of the youngest `FEW`."""
    telling = _telling(words)
    if session.dialect == "sqlite":
        return session.connection().exec_driver_sql(_ON_SQLITE, (" ".join(telling), FEW)).scalars().all()
    asked = {f"gram{place}": _number(gram) for place, gram in enumerate(telling)}
    at_once, by_era = _on_postgresql(len(asked))
    for back, parts, most in (1, ALL, FEW), (ALL, PARTS, MANY):  # the youngest era may have just begun
        found = session.scalars(by_era, {**asked, "back": back, "parts": parts, "most": most}).all()
        if len(found) == FEW:
            return found
    if len(found) < MANY:
        return session.scalars(at_once, {**asked, "most": FEW}).all()
    return session.scalars(by_era, {**asked, "back": ALL, "parts": ALL, "most": FEW}).all()


ALL = 2**30
"""More than there are eras."""


@lru_cache
def _on_postgresql(number: int) -> tuple[TextClause, TextClause]:
    conditions = " AND ".join(f"grams @> ARRAY[CAST(:gram{place} AS INT)]" for place in range(number))
    return text(_AT_ONCE.format(asked=conditions)), text(_BY_ERA.format(era=ERA, asked=conditions))


def _telling(words: Iterable[str]) -> Sequence[str]:
    """The grams that tell most of words, no two signs that are among three, of each word some; not too many."""
    turns = chain.from_iterable(zip_longest(*map(_longest, dict.fromkeys(words))))
    return list(dict.fromkeys([_written(gram) for gram in turns if gram is not None]))[:MOST_ASKED]


def _longest(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        three, before = word[place : place + 3], word[max(place - 1, 0) : place + 2]
        if len(three) == 3 and three.isascii():
            yield three
        elif len(before) < 3 or not before.isascii():
            yield three[:2]


def settle(session: Session) -> None:
    """Let nothing of what was deleted stay in the index: SQLite's keeps it until its parts are put together."""
    if session.dialect == "sqlite":
        session.execute(text("INSERT INTO case_gram (case_gram) VALUES (:act)"), {"act": "optimize"})


def _written(gram: str) -> str:
    return gram.encode().hex() if gram.isascii() else "".join([f"{ord(sign):02x}" for sign in gram])


def _number(written: str) -> int:
    """A gram as PostgreSQL's index has it: 32 bits with a sign, and no more than these of any."""
    number = int(written[:8], 16)
    return number - 2**32 if number >= 2**31 else number
