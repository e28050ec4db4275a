"""Words for what is wrong: the name that was meant, what a reader of XML says."""

import re
from bisect import bisect
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
LENGTHS, FORGIVEN = (2, 8, 13), (0, 1, 2, 3)
"""From how many signs on a name is forgiven how many slips."""
SHORT = 4
"""Letters from which on one for another is a slip."""
LONGEST_END, LEAST_ALIKE, ALIKE = 3, 4, 0.75
"""Letters in which one word may end otherwise, and what it has to begin with, in letters and as a part of it."""
_BETWEEN = re.compile(r"[\W_]+")
_HUMP = re.compile(r"(?<=[^\W\dA-Z_])(?=[A-Z])")
_ENDING = re.compile(r"(?:\.(?:zh|en))?\.(?:bpmn|dmn|form|txt|toml)$")
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
    first = likeliest(name, {*known} - {name})
    return phrase(MEANT, name=first) if first else ""


def likeliest(name: str, known: Collection[str]) -> str:
    """The known name that was most likely meant; empty where none is, since a wrong one is worse than none.

    It is the same but for capitals and what stands between words, the name in that of a file, one with few slips, or
    one with words before, behind or in another order.
    """
    bare = _ENDING.sub("", name.rpartition("/")[2])
    if bare in known:
        return bare
    of_file = likeliest(bare, known) if bare != name else ""
    if of_file:
        return of_file
    names = _near(name, known)
    same = next((each for each in names if _plain(each) == _plain(name)), "")
    if same:
        return same
    most = FORGIVEN[bisect(LENGTHS, len(name))]
    slips = {each: count for each in names if (count := slips_of(name, each, most)) <= most}
    close = [each for each, count in slips.items() if count == min(slips.values())]
    if close:
        return next((each for each in close if _is_swapped(name, each)), close[0])
    return min((each for each in names if _is_inflected(name, each) or _has_words(name, each)), key=len, default="")


def slips_of(name: str, other: str, most: int) -> int:
    """How many signs were added, left out, wrong or swapped; above `most` it is not told how many.

    One digit for another is no slip, and one letter for another none in a short word: these are other names.
    """
    short = max(len(name), len(other)) < SHORT
    far = most + 1
    before: list[int] = []
    last: list[int] = [*range(len(other) + 1)]
    if abs(len(name) - len(other)) > most:
        return far
    for row, sign in enumerate(name, start=1):
        here: list[int] = [row, *[far] * len(other)]
        for place in range(max(1, row - most), min(len(other), row + most) + 1):
            its = other[place - 1]
            wrong = 0 if sign == its else far if short or (sign.isdigit() and its.isdigit()) else 1
            here[place] = min(last[place] + 1, here[place - 1] + 1, last[place - 1] + wrong, far)
            if row > 1 < place and sign == other[place - 2] != its == name[row - 2]:
                here[place] = min(here[place], before[place - 2] + 1)
        before, last = last, here
    return last[-1]


def _plain(name: str) -> str:
    return _BETWEEN.sub("", name).casefold()


def _is_inflected(name: str, other: str) -> bool:
    """Whether it is one word with two ends: reply and replies, warn and warning."""
    alike = _begin_alike(name, other)
    ends = name[alike:], other[alike:]
    letters = all(not each or (each.isalpha() and len(each) <= LONGEST_END) for each in ends)
    return letters and alike >= LEAST_ALIKE and alike >= ALIKE * min(len(name), len(other))


def _has_words(name: str, other: str) -> bool:
    """Whether all of several words of the one begin or end the other, or are the same in another order."""
    short, long = sorted((_words(name), _words(other)), key=len)
    ends = long[: len(short)] == short or long[-len(short) :] == short
    return len(short) > 1 and (ends or sorted(short) == sorted(long))


def _words(name: str) -> list[str]:
    return [each.casefold() for each in _BETWEEN.split(_HUMP.sub("_", name)) if each]


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
    close = sorted(each for each in alike if abs(len(each) - len(name)) <= 2 or each.startswith(name))
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
