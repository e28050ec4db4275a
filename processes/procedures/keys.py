"""Names that a declaration chooses freely and nothing asks for: typing errors, told with what is meant."""

from collections import Counter
from collections.abc import Collection, Iterator
from re import findall

from engine import Deployable, Finding, Severity, meant, nearest, phrase, slipped
from processes.procedures.lines import Path
from processes.procedures.model import MOMENTS, Procedure
from processes.procedures.reading import Reading

CASE = frozenset(
    {"title", "description", "received", "severity", "priority", "unit", "owner", "outcome", "language"},
)
"""The columns of the register that a declaration fills."""
TOLD = frozenset({"warn", "breach", "l2", "l3", "moved"})
"""What a clock tells of."""


def check(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Keys that nothing reads, outcomes and variables that no file names, procedures that are not there."""
    procedure = found.procedure
    yield from _unknown(found, ("case",), procedure.case, CASE)
    for place, clock in enumerate(procedure.clocks):
        yield from _unknown(found, ("clocks", place, "tell"), clock.tell, TOLD)
        yield from _unknown(found, ("clocks", place, "sets"), clock.sets, MOMENTS)
    keys = {each.key for each in given.others if isinstance(each, Procedure)} | {procedure.key}
    if procedure.changed_by and len(keys) > 1 and procedure.changed_by not in keys:
        said = phrase(
            "there is no procedure {name} that could approve a new version{cure}",
            name=procedure.changed_by,
            cure=nearest(procedure.changed_by, keys),
        )
        yield found.finding(("changed_by",), said, severity=Severity.WARNING, about=procedure.changed_by)
    words = Counter(word for content in given.files.values() for word in _words(content))
    for table, names in (("outcomes", procedure.outcomes), ("start", procedure.start)):
        elsewhere = {word for word, count in words.items() if count > (word in names)}
        for name in names:
            close = slipped(name, elsewhere) if words[name] == 1 else ""
            if close:
                said = phrase("nothing else in the folder names {name}{cure}", name=name, cure=meant(name, [close]))
                yield found.finding((table, name), said, severity=Severity.WARNING, about=name)


def _unknown(found: Reading, path: Path, keys: Collection[str], known: Collection[str]) -> Iterator[Finding]:
    for key in keys:
        if key not in known:
            said = phrase("there is no key {key}{cure}", key=key, cure=nearest(key, known))
            yield found.finding((*path, key), said, about=key)


def _words(content: bytes) -> list[str]:
    return findall(r"[^\W\d]\w*", content.decode(errors="replace"))
