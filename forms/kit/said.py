"""What is wrong with a form file, as a sentence that knows its pattern, under which catalogues have it."""

from collections.abc import Mapping


class Said(str):
    """A sentence in English with its pattern and what is in its gaps."""

    __slots__ = ("gaps", "pattern")

    pattern: str
    gaps: Mapping[str, object]


def said(pattern: str, /, **gaps: object) -> Said:
    """A sentence by its pattern, which is filled as by `str.format`; one without gaps is taken as it is."""
    made = Said(pattern.format(**gaps) if gaps else pattern)
    made.pattern, made.gaps = pattern, gaps
    return made
