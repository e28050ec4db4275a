"""What diagrams hand to the services of cases: outcomes, letters with their fields, processes that are started."""

from collections.abc import Collection, Iterator, Mapping

from engine import Deployable, Element, Finding, Handed, Process, meant, nearest
from processes.letters import templates
from processes.letters.asked import asked_of
from processes.letters.model import Template
from processes.procedures.reading import Reading

OUTCOME = "case.set_outcome"
START = "process.start"
APART = "once_for"
"""The input of it that names another one, which is the variable that tells several apart."""
SEND = "letter.send"


def check(given: Deployable, found: Reading | None) -> Iterator[Finding]:
    """Outcomes that are not declared, processes and letters that are not there, fields that a letter lacks."""
    letters = _letters(given)
    if given.whole:
        yield from _handed(given, found, letters)
    senders = {key for key, process in given.processes.items() if any(map(_sends, process.elements.values()))}
    for process in given.processes.values():
        for element in process.elements.values():
            topic = element.attributes.get("topic")
            if topic == OUTCOME and found is not None and not found.procedure.shared:
                yield from _outcomes(given, found, process, element)
            if topic == START:
                yield from _started(given, process, element)
            if topic == SEND or element.called in senders or _hands_letter(element):
                yield from _letter(given, process, element, letters)
            yield from _letter_of(process, element)


def _handed(given: Deployable, found: Reading | None, letters: Collection[str]) -> Iterator[Finding]:
    """Tables, letters, clocks and steps that calls name for the processes that they call, and that are not there."""
    clocks = None if found is None or found.procedure.shared else {each.name for each in found.procedure.clocks}
    for each in given.handed:
        steps = each.text.replace(",", " ").split()
        for role in sorted(each.roles):
            topic, _, parameter = role.partition(":")
            known: Collection[str] = ()
            what, named = "", [each.text]
            if role == "camunda:decisionRef":
                what, known = "table", given.all_decisions
            elif parameter == "template" and topic == SEND:
                what, known = "letter", letters
            elif parameter == "clock" and clocks is not None:
                what, known = "clock in procedure.toml", clocks
            elif role == "the property separationOfDuties":
                what, known, named = "step", given.all_elements, steps
            for name in named if what else ():
                if name not in known:
                    said = (
                        f"{each.called}: {each.process} is handed {name} as {each.name}, and there is no {what} {name}"
                    )
                    yield Finding(each.file, f"{said}{nearest(name, known)}", each.element, code="unknown_name")
                    break


def _outcomes(given: Deployable, found: Reading, process: Process, element: Element) -> Iterator[Finding]:
    known = found.procedure.outcomes
    for value in sorted(map(str, given.values(process.key, element.id, "outcome") or ())):
        if value not in known:
            said = f"the outcome {value} is not declared in [outcomes] of {found.file}{nearest(value, known)}"
            yield _finding(process, element, said, "outcome")


def _started(given: Deployable, process: Process, element: Element) -> Iterator[Finding]:
    for value in sorted(map(str, given.values(process.key, element.id, "process") or ())):
        if value not in given.contracts:
            said = f"there is no process {value} to start{nearest(value, given.contracts)}"
            yield _finding(process, element, said, "unknown_process")
            continue
        contract = given.contracts[value]
        if contract is None:
            continue
        others = frozenset(element.inputs) - {"process", APART}
        for name in sorted(map(str, given.values(process.key, element.id, APART) or ())):
            if name not in others:
                said = f"{APART} names no input parameter {name}{nearest(name, others)}"
                yield _finding(process, element, said, "unknown_name")
        handed = Handed(others)
        missing = set(contract.missing(handed))
        for name in contract.unknown(handed):
            mistaken = meant(name, missing)
            missing -= {each for each in missing if mistaken == f": did you mean {each}?"}
            cure = mistaken or f": take it out or declare it there{meant(name, contract.inputs)}"
            yield _finding(process, element, f"{value} declares no input {name}{cure}", "input_unknown")
        for name in sorted(missing):
            said = f"{value} needs the input {name}: hand it over as an input parameter"
            yield _finding(process, element, said, "input_missing")


def _letters(given: Deployable) -> Mapping[str, list[Template]]:
    """The letters of all folders by name; those that cannot be read are told of by themselves."""
    found: dict[str, list[Template]] = {}
    for files in given.all_files:
        for path, content in files.items():
            named = templates.name_of(path)
            if named is not None:
                try:
                    found.setdefault(named[0], []).append(templates.read(*named, content.decode()))
                except (templates.NoTemplate, UnicodeDecodeError):
                    found.setdefault(named[0], [])
    return found


def _letter(
    given: Deployable, process: Process, element: Element, letters: Mapping[str, list[Template]]
) -> Iterator[Finding]:
    names = sorted(map(str, given.values(process.key, element.id, "template") or ()))
    for name in names:
        if name not in letters:
            said = f"there is no letter {name}: no folder has letters/{name}.zh.txt{nearest(name, letters)}"
            yield _finding(process, element, said, "unknown_letter")
    fields, known = element.inputs.get("letter"), [each for name in names for each in letters.get(name, ())]
    if not isinstance(fields, Mapping) or not known:
        return
    there: Collection[str] = {*fields, *element.inputs}
    needed = {name: template.name for template in known for name in template.needed - {*there}}
    taken = {name for template in known for name in template.fields}
    for name in sorted({*fields} - taken):
        mistaken = meant(name, needed)
        needed = {each: letter for each, letter in needed.items() if mistaken != f": did you mean {each}?"}
        said = f"the letter {' or '.join(names)} has no field {name}"
        cure = mistaken or f": take it out or name it in the head of the letter{meant(name, taken)}"
        yield _finding(process, element, said + cure, "letter_field")
    yield from _unlike(given, process, element, known)
    for name in sorted({name for template in known for name in template.needed} & {*fields}):
        written = fields[name]
        if isinstance(written, str) and written.replace(" ", "") in {"", "${null}"}:
            said = f"the letter {' or '.join(names)} needs {name}, and it is handed nothing: write its value"
            yield _finding(process, element, f"{said}, or a question mark behind it in the head", "letter_field")
    for name, letter in sorted(needed.items()):
        said = f"the letter {letter} needs {name}, which is not among its fields: add it to the map letter"
        yield _finding(process, element, said + meant(name, there), "letter_field")


def _unlike(given: Deployable, process: Process, element: Element, known: Collection[Template]) -> Iterator[Finding]:
    """Fields that are handed over and are of another kind than the words of the letter take them for."""
    told: dict[str, list[str]] = {}
    for template in known:
        for text in asked_of(f"{template.subject}\n{template.body}"):
            for said in given.unlike(process.key, element.id, "letter", text):
                told.setdefault(said, []).append(f"{template.name}.{template.language}")
    for said, letters in told.items():
        yield _finding(process, element, f"the letter {' and '.join(dict.fromkeys(letters))} {said}", "letter_field")


def _sends(element: Element) -> bool:
    return element.attributes.get("topic") == SEND


def _hands_letter(element: Element) -> bool:
    """Whether a call hands over a letter to a process of another folder."""
    return element.kind == "callActivity" and "template" in element.inputs


def _letter_of(process: Process, element: Element) -> Iterator[Finding]:
    sender = element.properties.get("letterOf")
    if sender and sender not in process.elements:
        said = f"letterOf names {sender}, which is not in the process{nearest(sender, process.elements)}"
        yield _finding(process, element, said, "unknown_element")


def _finding(process: Process, element: Element, said: str, code: str) -> Finding:
    label = " ".join(element.name.split()) or None
    message = f'"{label}": {said}' if label else said
    return Finding(process.file, message, element.id, label, code=code)
