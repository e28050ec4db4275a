"""Words for what is wrong: the name that was meant, what a reader of XML says."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from heapq import nlargest

from engine.phrases import Phrase, phrase

LIKENESS = 0.85
"""From which on a name that nothing else has is taken for a typing error."""

SHORTEST, WRONG_LETTER = 3, 5
"""Signs that the longer of two names has for a slip of one sign to be one, and for one sign to be another."""

MEANT = ": did you mean {name}?"

MANY, LONGEST = 100, 100
"""Names that one is compared with, and signs of one: to compare takes a part of a millisecond each."""

WORD = re.compile(r"[^\W\d]\w*")
"""A name, wherever it stands in a text."""
_DIGITS = re.compile(r"\d")


def nearest(name: str, known: Iterable[str]) -> str:
    """`: did you mean phases?` where one of the known names is close, else which there are."""
    names = sorted({*known} - {name})
    close = meant(name, names)
    if close:
        return close
    return phrase(": there are {names}", names=", ".join(names)) if 0 < len(names) <= 12 else ""


def meant(name: str, known: Iterable[str]) -> str:
    """As `nearest`, and nothing where no name is close."""
    close = get_close_matches(name, _near(name, {*known} - {name}))
    first = next((each for each in close if _is_swapped(name, each)), close[0] if close else "")
    return phrase(MEANT, name=first) if first else ""


def meant_in(text: object) -> str:
    """The name that a sentence asks for with `meant` or `nearest`; empty where it asks for none."""
    if not isinstance(text, Phrase):
        return ""
    if text.pattern == MEANT:
        return str(text.gaps["name"])
    return next(filter(None, map(meant_in, text.gaps.values())), "")


def slipped(name: str, known: Iterable[str]) -> str:
    """The known name of which another is most likely a typing error; empty where none is. Numbers tell names apart."""
    others = _others(name, known)
    close = get_close_matches(name, _near(name, others), n=1, cutoff=LIKENESS)
    return close[0] if close else mistyped(name, others)


def mistyped(name: str, known: Iterable[str]) -> str:
    """As `slipped`, by one sign alone: a name that differs by more is another one."""
    return next((each for each in _near(name, _others(name, known)) if _mistyped(name, each)), "")


def mistyped_among(names: Collection[str], known: Iterable[str]) -> dict[str, str]:
    """As `mistyped` for many names at once, in a time that grows with what there is, not with its square."""
    shortened: dict[str, list[str]] = {}
    for name in names:
        for short in _shortened(name):
            shortened.setdefault(short, []).append(name)
    bare = {name: _DIGITS.sub("", name) for name in names}
    alike: dict[str, set[str]] = {}
    for other in known:
        plain = _DIGITS.sub("", other)
        for name in {name for short in _shortened(other) for name in shortened.get(short, ()) if bare[name] != plain}:
            alike.setdefault(name, set()).add(other)
    return {name: close for name, others in alike.items() if (close := mistyped(name, others))}


def _shortened(name: str) -> set[str]:
    """A name, and what is left of it without one of its signs: names of which one sign differs have one in common."""
    return set() if len(name) > LONGEST else {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def _others(name: str, known: Iterable[str]) -> set[str]:
    bare = _DIGITS.sub("", name)
    return {each for each in {*known} - {name} if _DIGITS.sub("", each) != bare}


def _mistyped(name: str, other: str) -> bool:
    """Whether a letter was added, left out or wrong, or two changed places; qa and qc are two names."""
    longer, shorter = sorted((name, other), key=len, reverse=True)
    if len(longer) < SHORTEST:
        return False
    if len(longer) == len(shorter) + 1:
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    differ = [at for at in range(len(name)) if name[at] != other[at]] if len(longer) == len(shorter) else []
    if len(differ) == 1:
        return len(name) >= WRONG_LETTER and name[differ[0]].isalpha() and other[differ[0]].isalpha()
    return _is_swapped(name, other)


def _is_swapped(name: str, other: str) -> bool:
    """Whether two signs that stand beside each other changed places."""
    differ = [at for at in range(len(name)) if name[at] != other[at]] if len(name) == len(other) else []
    beside = len(differ) == 2 and differ[1] == differ[0] + 1
    return beside and name[differ[0]] == other[differ[1]] and name[differ[1]] == other[differ[0]]


def _near(name: str, known: Collection[str]) -> list[str]:
    """Of known names, in their order, those it is compared with: of thousands those that begin and end most alike."""
    if len(name) > LONGEST:
        return []
    if len(known) <= MANY:
        return sorted(known)
    ends = name[:1], name[-1:]
    alike = (each for each in known if each[:1] == ends[0] or each[-1:] == ends[1])
    close = sorted(each for each in alike if abs(len(each) - len(name)) <= 2)
    return sorted(nlargest(MANY, close, key=lambda each: _shared(name, each)))


def _shared(one: str, other: str) -> int:
    """How many signs two names have alike at their ends."""
    return _begin_alike(one, other) + _begin_alike(one[::-1], other[::-1])


def _begin_alike(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (mine, its) in pairs if mine != its), min(len(one), len(other)))


def plainly(error: Exception) -> str:
    """What an XML reader says, without the name that it has for the text."""
    said = " ".join(str(error).replace("<string>, ", "").split())
    return re.sub(r"(, line \d+, column \d+) \(line \d+\)$", r"\1", said)
