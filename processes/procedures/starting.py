"""What a process begins with: the form of its first task, and who may fill that in when it is started by hand."""

from collections.abc import Iterator

from engine import Deployable, Element, Finding, Process, Severity, is_expression, phrase, quoted
from processes.procedures.reading import Reading

PASSING = frozenset(
    ["startEvent", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "intermediateThrowEvent"]
)
"""What a token goes through at once, on its way to the first task."""
DOING = ("candidateGroups", "candidateUsers")


def way_in(process: Process) -> list[Element]:
    """What comes first when a process is started without a trigger, up to its first task of people.

    Where the way parts, or waits for something else, it ends there.
    """
    starts = [each for each in process.elements.values() if each.kind == "startEvent" and each.parent == process.key]
    found = [min(starts, key=lambda each: each.event not in {None, "none"})] if starts else []
    while found and found[-1].kind in PASSING:
        onward = [flow.target for flow in process.flows.values() if flow.source == found[-1].id]
        following = process.elements.get(onward[0]) if len(onward) == 1 else None
        if following is None or following in found:
            break
        found.append(following)
    return found


def check(given: Deployable, found: Reading | None) -> Iterator[Finding]:
    """Processes that whoever may start them cannot begin: no form, nobody who may fill it in, the work of others."""
    registers = found.procedure.registration if found is not None else None
    for process in given.processes.values():
        last = next(reversed(way_in(process)), None)
        if registers is not None and registers.process == process.key:
            if found is not None:
                why = _no_form(process, last)
                about = "" if last is None else last.id
                if why:
                    path = ("register", "process")
                    yield found.finding(path, why, severity=Severity.WARNING, about=about, code="first_task")
        elif last is not None and last.kind == "userTask" and process.startable:
            yield from _of_others(given, process, last)


def _no_form(process: Process, last: Element | None) -> str:
    """Why whoever registers a case would find no form, or could not send it; empty where all is well."""
    if last is None or last.kind != "userTask":
        return phrase(
            "whoever registers a case fills in the form of the first task of {process}, and its way ends at {called} "
            "before: let single flows lead from the start to a user task with a form",
            process=process.key,
            called=_called(last) if last is not None else phrase("its beginning"),
        )
    form = last.attributes.get("formRef", "")
    if not form or is_expression(form):
        return phrase(
            "whoever registers a case fills in the form of {called}, which names none: write its id as camunda:formRef",
            called=_called(last),
        )
    person = last.attributes.get("assignee", "")
    nobody = not person and not last.group and not any(last.attributes.get(name) for name in DOING)
    if nobody or (person and not is_expression(person)):
        return phrase(
            "whoever registers a case fills in the form of {called}, which is for {person}: write candidateGroups",
            called=_called(last),
            person=person or phrase("nobody"),
        )
    return ""


def _of_others(given: Deployable, process: Process, first: Element) -> Iterator[Finding]:
    """A process that groups may start by hand, and whose first task is for none of them."""
    written = {each.name for each in given.groups if each.element == first.id}
    groups = written or {first.group or ""}
    starters = {*process.candidate_starter_groups}
    unsure = is_expression(first.group or "") or any(
        first.attributes.get(name) for name in ("assignee", "candidateUsers")
    )
    unsure = unsure or (not written and bool(first.attributes.get("candidateGroups")))
    if starters and not unsure and not starters & groups and groups != {""}:
        said = phrase(
            "it is the first task of {process}, which {starters} may start, and none of them does it: name one of "
            "them in camunda:candidateGroups, or {groups} in camunda:candidateStarterGroups",
            process=process.key,
            starters=", ".join(sorted(starters)),
            groups=", ".join(sorted(groups)),
        )
        message = phrase("{called}: {said}", called=_called(first), said=said)
        label = " ".join(first.name.split()) or None
        yield Finding(process.file, message, first.id, label, Severity.WARNING, "first_task")


def _called(element: Element) -> str:
    label = " ".join(element.name.split())
    return quoted(label) if label else element.id
