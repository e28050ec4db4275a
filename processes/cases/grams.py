"""The index of what cases are searched by: each two signs that stand together in a word, of Latin ones each three, too.

A word is in a text only where all of its grams are; so the index gives the few cases in which it may stand, and the
search then looks into these alone. A single sign has no grams.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from sqlalchemy import text

from engine import Session

FEW = 2000
"""Of so many cases at most, the youngest, a search looks into each."""

ERA = 13
"""On PostgreSQL so many bits of a case's number do not tell its era: 8,192 cases, one numbered after another."""

MOST_ASKED = 12
"""Signs that stand together, of so many at most PostgreSQL is asked."""

_ON_SQLITE = text("SELECT rowid FROM case_gram WHERE case_gram MATCH :asked ORDER BY rowid DESC LIMIT :most")
# grams are hexadecimal: they mean nothing to the language that the index is asked in

_ON_POSTGRESQL = (
    "SELECT found.case_id FROM generate_series((SELECT max(case_id) >> {era} FROM case_gram), 0, -1) AS era "
    "CROSS JOIN LATERAL (SELECT case_id FROM case_gram WHERE grams @> ARRAY[CAST(era AS INT)] AND {asked} "
    "ORDER BY -case_id LIMIT :most) AS found LIMIT :most"
)
"""Its index gives all that it has at once, so it is asked era by era, the youngest first, until there are enough.

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
    if session.get_bind().dialect.name == "sqlite":
        return session.scalars(_ON_SQLITE, {"asked": " ".join(sorted(of(*words))), "most": FEW}).all()
    asked = {f"gram{place}": _number(gram) for place, gram in enumerate(_cover(words))}
    conditions = " AND ".join(f"grams @> ARRAY[CAST(:{name} AS INT)]" for name in asked)
    return session.scalars(text(_ON_POSTGRESQL.format(era=ERA, asked=conditions)), {**asked, "most": FEW}).all()


def _cover(words: Iterable[str]) -> Sequence[str]:
    """As few grams as the signs of words are all in, of each word some, but no more than are asked for."""
    turns = chain.from_iterable(zip_longest(*map(_side_by_side, dict.fromkeys(words))))
    return list(dict.fromkeys([_written(gram) for gram in turns if gram is not None]))[:MOST_ASKED]


def _side_by_side(word: str) -> Iterator[str]:
    """Each next three Latin signs of a word, else two; what is left at the end with what stands before it."""
    end = 0
    for place in range(len(word) - 1):
        if place == end:
            three = word[place : place + 3]
            gram = three if three.isascii() else three[:2]
            end += len(gram)
            yield gram
    if 1 < len(word) != end:
        yield word[-2:]


def settle(session: Session) -> None:
    """Let nothing of what was deleted stay in the index: SQLite's keeps it until its parts are put together."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO case_gram (case_gram) VALUES (:act)"), {"act": "optimize"})


def _written(gram: str) -> str:
    return gram.encode().hex() if gram.isascii() else "".join([f"{ord(sign):02x}" for sign in gram])


def _number(written: str) -> int:
    """A gram as PostgreSQL's index has it: 32 bits with a sign, and no more than these of any."""
    number = int(written[:8], 16)
    return number - 2**32 if number >= 2**31 else number
