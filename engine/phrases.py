"""Sentences that know what they were put together from, so that each is said in the language of who reads it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

GAP = re.compile(r"\{(\w+)\}")
"""What stands for a name in a pattern."""
LONGEST = 2000
"""Signs of a text that is still looked at for what it was made from."""


class Phrase(str):
    """A sentence in English with the pattern it was made from, under which catalogues have it, and what is in its gaps.

    Without a pattern it is its parts, one after the other.
    """

    __slots__ = ("gaps", "pattern")

    pattern: str
    gaps: Mapping[str, object]

    def __add__(self, other: str) -> "Phrase":
        """Both, each of which is still said in another language by itself."""
        return _joined(self, other)

    def __radd__(self, other: str) -> "Phrase":
        """Both, likewise."""
        return _joined(other, self)

    def join(self, parts: Iterable[str]) -> "Phrase":
        """The parts with this between them."""
        return _joined(*[each for part in parts for each in (self, part)][1:])


class Label(str):
    """What a drawing or form calls something; it is translated with the texts of its folder."""

    __slots__ = ()


def phrase(pattern: str, /, **gaps: object) -> Phrase:
    """A sentence by its pattern, which is filled as by `str.format`; one without gaps is taken as it is."""
    flat = {name: " ".join(gap.split()) if type(gap) is str and "\n" in gap else gap for name, gap in gaps.items()}
    return _made(str.__str__(pattern).format(**flat) if flat else str.__str__(pattern), pattern, flat)


def quoted(label: str | None) -> Phrase:
    """What something is called, in quotation marks."""
    return phrase('"{label}"', label=Label(" ".join((label or "").split())))


def subject_of(said: object) -> str:
    """What a finding calls the element that its sentence begins with, still a phrase; empty where it does not."""
    while isinstance(said, Phrase) and not said.pattern:
        said = next(iter(said.gaps.values()), "")
    called = said.gaps.get("called", "") if isinstance(said, Phrase) else ""
    return called if isinstance(called, str) else ""


def said_by(error: Exception) -> str:
    """What an exception says, still a phrase where it was raised with one, or with fields for a template."""
    said = error.args[0] if error.args else ""
    if isinstance(said, Phrase):
        return said
    template, fields = getattr(error, "template", ""), getattr(error, "fields", {})
    return phrase(template, **fields) if template and fields else str(error)


def in_words(text: object, word: Callable[[str], str], name: Callable[[str], str] = str) -> str:
    """A text in a language; what is no phrase stays as it is.

    Args:
        text: a phrase, or anything else as it fills the gaps of one.
        word: gives what a pattern is in the language.
        name: gives what a label is in the language.
    """
    if isinstance(text, Label):
        return name(str(text))
    if not isinstance(text, Phrase):
        return str(text)
    gaps: dict[str, Any] = {key: in_words(gap, word, name) for key, gap in text.gaps.items()}
    if not text.pattern:
        return "".join(gaps.values())
    return word(text.pattern).format(**gaps) if gaps else word(text.pattern)


def kept(text: object) -> Any:
    """A sentence as JSON, to be said in another language later: its pattern with its gaps, a label, or a text."""
    if isinstance(text, Label):
        return {"label": str.__str__(text)}
    if not isinstance(text, Phrase):
        return str(text)
    return {"pattern": text.pattern, "gaps": {name: kept(gap) for name, gap in text.gaps.items()}}


def kept_in_words(found: Any, word: Callable[[str], str], name: Callable[[str], str] = str) -> str | None:
    """What was kept, in a language; None where the language has no words for one of its patterns.

    Args:
        found: as `kept` gave it; anything else says nothing.
        word: gives what a pattern is in the language, which alone is filled.
        name: gives what a label is in the language.
    """
    if isinstance(found, str) or not isinstance(found, Mapping):
        return found if isinstance(found, str) else None
    if isinstance(found.get("label"), str):
        return name(found["label"])
    pattern, gaps = found.get("pattern"), found.get("gaps")
    if not isinstance(pattern, str) or not isinstance(gaps, Mapping):
        return None
    filled = {str(key): kept_in_words(gap, word, name) for key, gap in gaps.items()}
    said = word(pattern) if pattern else "".join(each or "" for each in filled.values())
    if None in filled.values() or (pattern and said == pattern):
        return None
    try:
        return said.format(**filled) if pattern and filled else said
    except (LookupError, ValueError):  # other gaps than the pattern has today
        return None


class Patterns:
    """Sentences by their patterns, with which a text is read again as the phrase it was made from."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Take patterns in any order; one with more words of its own is tried before one with fewer."""
        words = {each: GAP.sub("", each) for each in patterns}
        self.known = {each: words[each] for each in sorted(words, key=lambda each: -len(words[each]))}
        self.found = [(_expression(each), each) for each in self.known if each != words[each]]

    @classmethod
    def of(cls, *phrases: Phrase) -> "Patterns":
        """Those of some phrases whose gaps have not been filled."""
        return cls(each.pattern for each in phrases)

    def read(self, text: str) -> str:
        """The text as a phrase, also what fills its gaps; as it is where no pattern fits it."""
        if text in self.known:
            return phrase(text)
        for expression, pattern in self.found if len(text) <= LONGEST else ():
            found = expression.fullmatch(text)
            if found:
                return phrase(pattern, **{name: self.read(gap) for name, gap in found.groupdict().items()})
        return text


def _expression(pattern: str) -> re.Pattern[str]:
    """What fits the sentences of a pattern; the same gap twice is the same words."""
    seen: set[str] = set()

    def gap(name: str) -> str:
        known = name in seen
        seen.add(name)
        return f"(?P={name})" if known else f"(?P<{name}>.+?)"

    parts = GAP.split(pattern)
    return re.compile("".join(gap(each) if at % 2 else re.escape(each) for at, each in enumerate(parts)), re.DOTALL)


def _joined(*parts: str) -> Phrase:
    return _made("".join(map(str.__str__, parts)), "", {str(number): part for number, part in enumerate(parts)})


def _made(text: str, pattern: str, gaps: Mapping[str, object]) -> Phrase:
    made = Phrase(text)
    made.pattern, made.gaps = str.__str__(pattern), gaps
    return made
