"""Sentences that know what they were put together from, so that each is said in the language of who reads it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any


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


def _joined(*parts: str) -> Phrase:
    return _made("".join(map(str.__str__, parts)), "", {str(number): part for number, part in enumerate(parts)})


def _made(text: str, pattern: str, gaps: Mapping[str, object]) -> Phrase:
    made = Phrase(text)
    made.pattern, made.gaps = str.__str__(pattern), gaps
    return made
