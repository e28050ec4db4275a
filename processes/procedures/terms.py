"""What a procedure calls otherwise than the processes, forms and letters that it shares with others."""

import re
from collections.abc import Mapping
from functools import lru_cache

from processes.procedures.model import Procedure
from processes.settings import Settings


def in_terms(text: str, terms: Mapping[str, str]) -> str:
    """A text with the words that are called otherwise, the longest first."""
    if not terms:
        return text
    return _any_of(frozenset(terms)).sub(lambda found: terms[found[0]], text)


@lru_cache(maxsize=64)
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    """One of these words, the longest first; the declarations know few."""
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def titled(title: str, procedure: Procedure, language: str) -> str:
    """The title of a case in a language, as far as its procedure has put words of its own into it."""
    written, terms = procedure.case.get("title", ""), procedure.terms.get(language, {})
    return in_terms(title, {word: said for word, said in terms.items() if word in written})


def house_of(settings: Settings, procedure: Procedure, language: str) -> str:
    """What the house is called: as the installation says or, where it says nothing, as the procedure calls it."""
    name = settings.company_en if language == "en" else settings.company_zh
    return procedure.terms.get(language, {}).get(name, name)
