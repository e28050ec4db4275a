"""Groups that a folder names and that the organisation does not have."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select

from engine import Deployable, Finding, Mention, Patterns, Severity, nearest, parted, phrase, quoted, slipped
from processes import folders
from processes.errors import UnitFileRefused
from processes.people import chart
from processes.people.schema import DbUnit
from processes.procedures.lines import Path
from processes.procedures.model import Procedure
from processes.procedures.reading import Reading

TELL = "case.tell"
_SAID = Patterns.of(
    phrase("the first line must name the columns {columns}"),
    phrase("unknown column {columns}"),
    phrase("more cells than columns"),
    phrase("no readable CSV: {why}"),
    phrase("{key} stands in the file already"),
    phrase("the file has no units"),
    phrase("{key} is no key: up to {number} signs without blanks and commas, as diagrams name it"),
    phrase("kind of {key} is {kind}: write unit or role"),
    phrase("{key} needs a name of up to {number} signs, name_zh or name_en"),
)
"""What the reader of units says."""
MEANT = ": did you mean {name}?"
PSEUDO = frozenset({"owner", "customer"})
"""Whom a clock may tell beside groups."""


def check(given: Deployable, found: Reading | None) -> Iterator[Finding]:
    """Groups that are not there, as warnings, because they may be made later.

    Without an organisation to ask, a name is found that stands in one place alone and looks like one that others use.
    """
    procedures = [each for each in given.others if isinstance(each, Procedure)]
    declared = list(_declared(found.procedure)) if found is not None else []
    named = [*(group for _, groups in declared for group in groups), *(each.name for each in given.groups)]
    organisation, listed, own = _organisation(given), _listed(given), _units_in(given.files)
    everywhere = Counter([*named, *given.all_groups])
    yield from _assignees(given, {*everywhere})
    yield from _of_units(given, everywhere)
    once = {each.text for each in given.handed if everywhere[each.text] > 1 and _stands_once(given, each.text)}
    everywhere.update(group for each in procedures for _, groups in _declared(each) for group in groups)
    for name in once:  # what a call hands over is seen again in each process that takes it
        everywhere[name] = 1
    for path, groups in declared if found is not None else ():
        for group in sorted(groups):
            said = _blank_in(group)
            said = said or (
                _unlisted(group, listed, own) if listed else _missing(group, organisation, everywhere, given)
            )
            if said and found is not None:
                yield found.finding(path, said, severity=Severity.WARNING, about=group)
    for each in (*given.groups, *_told(given)):
        said = _blank_in(each.name)
        said = said or (
            _unlisted(each.name, listed, own) if listed else _missing(each.name, organisation, everywhere, given)
        )
        if said:
            message = phrase(
                "{called}: {what} names {name}: {said}", called=each.called, what=each.what, name=each.name, said=said
            )
            yield Finding(
                each.file, message, each.element, severity=Severity.WARNING, code="unknown_group", about=each.name
            )


def _told(given: Deployable) -> Iterator[Mention]:
    """Whom a service tells, as far as it is written."""
    for process in given.processes.values():
        for element in process.elements.values():
            if element.attributes.get("topic") == TELL:
                label = quoted(element.name)
                for value in given.values(process.key, element.id, "to") or ():
                    for group in sorted({*parted(str(value))} - PSEUDO):
                        yield Mention(group, process.file, element.id, label, phrase("the input parameter to"))


def _assignees(given: Deployable, known: Collection[str]) -> Iterator[Finding]:
    """Groups that are named where one person is."""
    for process in given.processes.values():
        for element in process.elements.values():
            named = [("assignee", element.attributes.get("assignee", ""))]
            named += [("candidateUsers", each) for each in parted(element.attributes.get("candidateUsers", ""))]
            for name, person in ((name, person) for name, person in named if person in known):
                label = " ".join(element.name.split()) or None
                said = phrase(
                    "camunda:{name} is {person}, which is a group: write camunda:candidateGroups",
                    name=name,
                    person=person,
                )
                message = phrase("{called}: {said}", called=quoted(label), said=said) if label else said
                yield Finding(process.file, message, element.id, label, Severity.WARNING, "unknown_group")


def _stands_once(given: Deployable, name: str) -> bool:
    """Whether a name stands in one place of all files, or in none."""
    return sum(content.count(name.encode()) for files in given.all_files for content in files.values()) <= 1


def _organisation(given: Deployable) -> Collection[str]:
    """The groups of the installation; none where there is no database, or nobody in it yet."""
    return frozenset() if given.session is None else frozenset(given.session.scalars(select(DbUnit.key)))


def _listed(given: Deployable) -> Collection[str]:
    """The groups of the files of units of all folders, where this one has such a file and no installation is asked."""
    if given.session is not None or folders.UNITS not in given.files:
        return frozenset()
    own = _units_in(given.files)
    return frozenset(key for files in given.all_files for key in _units_in(files)) | PSEUDO if own else frozenset()


def _units_in(files: Mapping[str, bytes]) -> list[str]:
    """The keys in a folder's file of units; none of one that cannot be read."""
    try:
        return [each.key for each in chart.read_csv(files[folders.UNITS])] if folders.UNITS in files else []
    except UnitFileRefused:
        return []


def _of_units(given: Deployable, everywhere: Collection[str]) -> Iterator[Finding]:
    """What is wrong with the file of units: lines that cannot be read, and keys that are typing errors."""
    content = given.files.get(folders.UNITS)
    if content is None:
        return
    try:
        units = chart.read_csv(content)
    except UnitFileRefused as error:
        for line in error.lines:
            yield Finding(folders.UNITS, _SAID.read(line.message), line=line.line, code="units")
        return
    for unit in units:
        close = slipped(unit.key, everywhere) if unit.key not in everywhere and _stands_once(given, unit.key) else ""
        if close:
            said = phrase("nothing else names a group {group}{cure}", group=unit.key, cure=phrase(MEANT, name=close))
            yield Finding(folders.UNITS, said, severity=Severity.WARNING, code="unknown_group", about=unit.key)


def _blank_in(group: str) -> str:
    """That a blank stands where names are parted by commas: no unit has one in its key."""
    return phrase('this is one name: write "{names}"', names=", ".join(group.split())) if " " in group else ""


def _unlisted(group: str, listed: Collection[str], own: Collection[str]) -> str:
    """That no file of units lists a group, with one of the own folder that is like it before any other."""
    if group in listed:
        return ""
    alike = (each for names in (own, sorted(listed)) for each in names if _is_like(group, each))
    close = next(alike, "")
    cure = phrase(MEANT, name=close) if close else nearest(group, own)
    return phrase("no {file} lists a group {group}{cure}", file=folders.UNITS, group=group, cure=cure)


def _is_like(group: str, other: str) -> bool:
    """Whether it is the same but for capitals, or for one sign, or two that changed places, however short it is."""
    if group.casefold() == other.casefold() or slipped(group, [other]) == other:
        return True
    differ = [at for at in range(len(group)) if group[at] != other[at]] if len(group) == len(other) else []
    return len(differ) == 1 or (len(differ) == 2 and sorted(group) == sorted(other))


def _missing(group: str, organisation: Collection[str], everywhere: Counter[str], given: Deployable) -> str:
    if organisation:
        if group in organisation:
            return ""
        return phrase("the organisation has no group {group}{cure}", group=group, cure=nearest(group, organisation))
    if everywhere[group] > 1:
        return ""
    known = sorted(PSEUDO.union(name for name, count in everywhere.items() if count > 1))
    close = slipped(group, known) or next((each for each in known if each.casefold() == group.casefold()), "")
    if not close and _stands_once(given, group):
        close = slipped(group, {name for name in {*everywhere} - {*known} if not _stands_once(given, name)})
    cure = phrase(MEANT, name=close)
    return phrase("nothing else names a group {group}{cure}", group=group, cure=cure) if close else ""


def _declared(procedure: Procedure) -> Iterator[tuple[Path, frozenset[str]]]:
    """The groups that a declaration names, and where."""
    yield ("readers", "groups"), procedure.readers.groups
    for place, share in enumerate(procedure.readers.shares):
        yield ("readers", "shares", place, "groups"), share.groups
    yield ("heads",), procedure.heads
    if procedure.registration is not None:
        yield ("register", "groups"), procedure.registration.groups
    if procedure.reopening is not None:
        yield ("reopen", "groups"), procedure.reopening.groups
        yield ("reopen", "deciders"), procedure.reopening.deciders
    for place, clock in enumerate(procedure.clocks):
        told = frozenset(name for names in clock.tell.values() for name in names)
        yield ("clocks", place, "tell"), told - PSEUDO
