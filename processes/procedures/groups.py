"""Groups that a folder names and that the organisation does not have."""

from collections import Counter
from collections.abc import Collection, Iterator

from sqlalchemy import select

from engine import Deployable, Finding, Mention, Severity, nearest, phrase, quoted, slipped
from processes.people.schema import DbUnit
from processes.procedures.lines import Path
from processes.procedures.model import Procedure
from processes.procedures.reading import Reading

TELL = "case.tell"
PSEUDO = frozenset({"owner", "customer"})
"""Whom a clock may tell beside groups."""


def check(given: Deployable, found: Reading | None) -> Iterator[Finding]:
    """Groups that are not there, as warnings, because they may be made later.

    Without an organisation to ask, a name is found that stands in one place alone and looks like one that others use.
    """
    procedures = [each for each in given.others if isinstance(each, Procedure)]
    declared = list(_declared(found.procedure)) if found is not None else []
    named = [*(group for _, groups in declared for group in groups), *(each.name for each in given.groups)]
    organisation = _organisation(given)
    everywhere = Counter([*named, *given.all_groups])
    yield from _assignees(given, {*everywhere})
    once = {each.text for each in given.handed if everywhere[each.text] > 1 and _stands_once(given, each.text)}
    everywhere.update(group for each in procedures for _, groups in _declared(each) for group in groups)
    for name in once:  # what a call hands over is seen again in each process that takes it
        everywhere[name] = 1
    for path, groups in declared if found is not None else ():
        for group in sorted(groups):
            said = _missing(group, organisation, everywhere, given)
            if said and found is not None:
                yield found.finding(path, said, severity=Severity.WARNING, about=group)
    for each in (*given.groups, *_told(given)):
        said = _missing(each.name, organisation, everywhere, given)
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
                    for group in sorted({*str(value).replace(",", " ").split()} - PSEUDO):
                        yield Mention(group, process.file, element.id, label, phrase("the input parameter to"))


def _assignees(given: Deployable, known: Collection[str]) -> Iterator[Finding]:
    """Groups that are named where one person is."""
    for process in given.processes.values():
        for element in process.elements.values():
            person = element.attributes.get("assignee", "")
            if person in known:
                label = " ".join(element.name.split()) or None
                said = phrase(
                    "camunda:assignee is {person}, which is a group: write camunda:candidateGroups", person=person
                )
                message = phrase("{called}: {said}", called=quoted(label), said=said) if label else said
                yield Finding(process.file, message, element.id, label, Severity.WARNING, "unknown_group")


def _stands_once(given: Deployable, name: str) -> bool:
    """Whether a name stands in one place of all files, or in none."""
    return sum(content.count(name.encode()) for files in given.all_files for content in files.values()) <= 1


def _organisation(given: Deployable) -> Collection[str]:
    """The groups of the installation; none where there is no database, or nobody in it yet."""
    return frozenset() if given.session is None else frozenset(given.session.scalars(select(DbUnit.key)))


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
    cure = phrase(": did you mean {name}?", name=close)
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
