"""What a letter promises, known by verb and object: remedies, and whatever else is done for a customer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice

from processes.promises.clauses import is_no_promise
from processes.promises.favours import FAVOURS
from processes.promises.remedies import REMEDIES
from processes.promises.sums import plain, sums_in
from processes.promises.undertakings import undertaken_in
from processes.promises.wording import Kind

KINDS: Mapping[str, Kind] = {**REMEDIES, **FAVOURS}
"""By the kind of remedy that a plan has to have for it."""

OTHER = "other"
"""A remedy described in words of its own, which may be any."""


@dataclass(frozen=True)
class Found:
    """That words of a sentence promise a kind of remedy."""

    kind: str
    sure: bool
    start: int


def found_in(sentence: str) -> Iterator[Found]:
    """What a sentence promises, the sure word of a kind before an unsure one; what it denies or reports is none."""
    lower = plain(sentence).lower()
    found = list(_known(lower))
    yield from found
    if not found and not any(sums_in(lower)):
        yield from (Found("undertaking", sure=False, start=at) for at in islice(undertaken_in(lower), 1))


def _known(lower: str) -> Iterator[Found]:
    for name in KINDS:
        for sure, words in zip((True, False), _patterns(name), strict=True):
            places = (_place(match) for word in words for match in word.finditer(lower))
            start = next((place for place in places if not is_no_promise(lower, place)), None)
            if start is not None:
                yield Found(name, sure, start)
                break


@cache
def _patterns(name: str) -> tuple[tuple[re.Pattern[str], ...], ...]:
    """The sure and the unsure ones of a kind, compiled when the first letter is read."""
    kind = KINDS[name]
    return tuple(tuple(re.compile(word) for word in words) for words in (kind.sure, kind.unsure))


def _place(match: re.Match[str]) -> int:
    return match.start("at") if "at" in match.re.groupindex else match.start()


def is_covered(found: Found, planned: frozenset[str]) -> bool | None:
    """Whether the remedies of a plan have what was promised; None where a person has to say."""
    kind = KINDS[found.kind]
    if planned & ({found.kind, OTHER} | kind.covered):
        return True
    return None if not found.sure or planned & kind.asked else False
