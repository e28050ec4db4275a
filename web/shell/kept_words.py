"""What errors said, kept as English text with incidents and jobs, in the reader's language."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from engine.errors import KesuError
from web.shell import language
from web.shell.words import N_

REASONS: Sequence[str] = (
    N_("line {line}: {reason}"),
    N_("there is no variable {name}, nor a function of that name"),
    N_("it computes too long; let a service do it"),
    N_("it needs too much memory"),
    N_("its functions call each other too deep"),
    N_("it calls too many functions of the installation"),
    N_("too many scripts run at the same time"),
    N_("its variables cannot be read"),
    N_("it takes too many steps"),
    N_("“{sign}” cannot calculate with {kind}"),
    N_("the calculation with “{sign}” divides by zero"),
    N_("{kind} has no length"),
    N_("{kind} has no field {name}"),
    N_("{kind} is no list to go through"),
    N_("{one} and {other} cannot be compared by size"),
    N_("{name} gives {text} instead of a time"),
    *(N_("an empty value"), N_("text"), N_("a number"), N_("an amount"), N_("true or false"), N_("a list")),
    *(N_("a group of fields"), N_("a date"), N_("a date with time"), N_("a duration"), N_("an interval")),
    *(N_("a number ({value})"), N_("text ({value})"), N_("an amount ({value})"), N_("a date ({value})")),
)
"""What scripts, expressions and times say within the sentence of their error, in which the braces stand for names."""
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
    known = {"".join(each.template_of().split("\n")) for each in _errors(KesuError)}.union(REASONS)
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
