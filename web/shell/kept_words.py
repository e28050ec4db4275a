"""What errors said, kept as English text with incidents and jobs, in the reader's language."""

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.errors import KesuError
from web.shell import language

GAP = re.compile(r"\{(\w+)\}")


def in_words(text: str) -> str:
    """A kept sentence in the reader's language, where it is one of an error of ours; what it quotes stays as it is."""
    if language.current() == "en":
        return text
    for pattern, template in _templates():
        found = pattern.fullmatch(text)
        if found and (said := language.word(template)) != template:
            return said.format(**{name: in_words(value) for name, value in found.groupdict().items()})
    return text


@lru_cache(maxsize=1)
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """What errors say with gaps for what they name, those with the most words of their own first."""
    known = {"".join(each.template_of().split("\n")) for each in _errors(KesuError)}
    plain = [each for each in known if not re.search(r"[{}]", GAP.sub("", each)) and GAP.sub("", each).strip(" .:")]
    return [(_pattern(each), each) for each in sorted(plain, key=lambda each: -len(GAP.sub("", each)))]


def _errors(base: type[KesuError]) -> Iterator[type[KesuError]]:
    for each in base.__subclasses__():
        yield each
        yield from _errors(each)


def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def gap(name: str) -> str:
        known = name in seen
        seen.add(name)
        return f"(?P={name})" if known else f"(?P<{name}>.+)"

    parts = GAP.split(template)
    return re.compile(
        "".join(re.escape(part) if at % 2 == 0 else gap(part) for at, part in enumerate(parts)), re.DOTALL
    )
