"""What errors said, kept as English text with incidents and jobs, in the reader's language."""

import re
from collections.abc import Iterator
from functools import lru_cache

from babel.messages.pofile import read_po

from engine import GAP, Patterns
from engine import in_words as said_in
from engine.errors import KesuError
from web.shell import language

BEGINS, LEAST = 4, 9
"""Letters of its own that a sentence with gaps needs to be told from what somebody has typed: one that begins with
words, and one that begins with a gap."""


def in_words(text: str) -> str:
    """A kept sentence in the reader's language, where it is one of an error of ours; what it quotes stays as it is."""
    return text if language.current() == "en" else said_in(_read(text), language.word)


@lru_cache(maxsize=1000)
def _read(text: str) -> str:
    return _known().read(text)


@lru_cache(maxsize=1)
def _known() -> Patterns:
    """What errors say with gaps for what they name, and what stands in these: all that the engine has words for."""
    known = {"".join(each.template_of().split("\n")) for each in _errors(KesuError)} | {*_of_engine()}
    plain = [each for each in known if not re.search(r"[{}]", GAP.sub("", each)) and GAP.sub("", each).strip(" .:")]
    return Patterns(each for each in plain if _is_told(each))


def _of_engine() -> Iterator[str]:
    for path in language.catalogues("zh", ("engine",)):
        with path.open("rb") as file:
            yield from (each.id for each in read_po(file, locale="zh") if isinstance(each.id, str) and each.id)


def _is_told(pattern: str) -> bool:
    words = GAP.sub("", pattern)
    return words == pattern or sum(map(str.isalpha, words)) >= (LEAST if GAP.match(pattern) else BEGINS)


def _errors(base: type[KesuError]) -> Iterator[type[KesuError]]:
    for each in base.__subclasses__():
        yield each
        yield from _errors(each)
