"""What diagrams hand to the services of cases: outcomes, letters with their fields, processes that are started."""

from collections.abc import Collection, Iterator, Mapping

from engine import (
    Deployable,
    Element,
    Finding,
    Handed,
    Process,
    Severity,
    meant,
    meant_in,
    nearest,
    parted,
    phrase,
    quoted,
)
from processes.letters import templates
from processes.letters.asked import asked_of
from processes.letters.model import Template
from processes.procedures.model import Procedure
from processes.procedures.reading import Reading

OUTCOME = "case.set_outcome"
START = "process.start"
APART = "once_for"
"""The input of it that names another one, which is the variable that tells several apart."""
SEND = "letter.send"
MOVE = "case.move"


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
            if topic == MOVE:
                yield from _moved(given, found, process, element)
            if topic == START:
                yield from _started(given, process, element)
            if topic == SEND or element.called in senders or _hands_letter(element):
                yield from _letter(given, process, element, letters)
            yield from _letter_of(process, element)


def _handed(given: Deployable, found: Reading | None, letters: Collection[str]) -> Iterator[Finding]:
    """Tables, letters, clocks and steps that calls name for the processes that they call, and that are not there."""
    clocks = None if found is None or found.procedure.shared else {each.name for each in found.procedure.clocks}
    for each in given.handed:
        steps = parted(each.text)
        for role in sorted(each.roles):
            topic, _, parameter = role.partition(":")
            known: Collection[str] = ()
            what, named = "", [each.text]
            if role == "camunda:decisionRef":
                what, known = phrase("table"), given.all_decisions
            elif parameter == "template" and topic == SEND:
                what, known = phrase("letter"), letters
            elif parameter == "clock" and clocks is not None:
                what, known = phrase("clock in procedure.toml"), clocks
            elif role == "the property separationOfDuties":
                what, known, named = phrase("step"), given.all_elements, steps
            for name in named if what else ():
                if name not in known:
                    said = phrase(
                        "{called}: {process} is handed {name} as {parameter}, and there is no {what} {name}",
                        called=each.called,
                        process=each.process,
                        name=name,
                        parameter=each.name,
                        what=what,
                    )
                    yield Finding(each.file, said + nearest(name, known), each.element, code="unknown_name", about=name)
                    break


def _outcomes(given: Deployable, found: Reading, process: Process, element: Element) -> Iterator[Finding]:
    known = found.procedure.outcomes
    for value in sorted(map(str, given.values(process.key, element.id, "outcome") or ())):
        if value not in known:
            said = phrase(
                "the outcome {value} is not declared in [outcomes] of {file}{cure}",
                value=value,
                file=found.file,
                cure=nearest(value, known),
            )
            yield _finding(process, element, said, "outcome", value)


def _moved(given: Deployable, found: Reading | None, process: Process, element: Element) -> Iterator[Finding]:
    """Where tables of the folder send a case and nobody registers one: a warning, since it may be deployed later."""
    declared = [*given.others, *([] if found is None else [found.procedure])]
    known = {each.key for each in declared if isinstance(each, Procedure) and each.registration is not None}
    known -= {found.procedure.key} if found is not None else set()
    for each in given.in_tables(process.key, element.id, "target"):
        if each.name not in known and each.file in given.files and (given.session is None or meant(each.name, known)):
            said = phrase(
                "{called}: {what} names {name}, and there is no procedure {name}{cure}",
                called=each.called,
                what=each.what,
                name=each.name,
                cure=nearest(each.name, known),
            )
            yield Finding(each.file, said, each.element, None, Severity.WARNING, "unknown_process", about=each.name)


def _started(given: Deployable, process: Process, element: Element) -> Iterator[Finding]:
    for value in sorted(map(str, given.values(process.key, element.id, "process") or ())):
        if value not in given.contracts:
            said = phrase(
                "there is no process {value} to start{cure}", value=value, cure=nearest(value, given.contracts)
            )
            yield _finding(process, element, said, "unknown_process", value)
            continue
        contract = given.contracts[value]
        if contract is None:
            continue
        others = frozenset(element.inputs) - {"process", APART}
        for name in sorted(map(str, given.values(process.key, element.id, APART) or ())):
            if name not in others:
                said = phrase(
                    "{it} names no input parameter {name}{cure}", it=APART, name=name, cure=nearest(name, others)
                )
                yield _finding(process, element, said, "unknown_name")
        handed = Handed(others)
        missing = set(contract.missing(handed))
        for name in contract.unknown(handed):
            mistaken = meant(name, missing)
            missing -= {each for each in missing if each == meant_in(mistaken)}
            cure = mistaken or phrase(": take it out or declare it there{cure}", cure=meant(name, contract.inputs))
            yield _finding(
                process,
                element,
                phrase("{value} declares no input {name}{cure}", value=value, name=name, cure=cure),
                "input_unknown",
            )
        for name in sorted(missing):
            said = phrase("{value} needs the input {name}: hand it over as an input parameter", value=value, name=name)
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
            said = phrase(
                "there is no letter {name}: no folder has letters/{name}.zh.txt{cure}",
                name=name,
                cure=nearest(name, letters),
            )
            yield _finding(process, element, said, "unknown_letter", name)
    fields, known = element.inputs.get("letter"), [each for name in names for each in letters.get(name, ())]
    if fields is None and process.key in given.names and "letter" not in given.names[process.key]:
        fields = {}
    if not isinstance(fields, Mapping) or not known:
        return
    there: Collection[str] = {*fields, *element.inputs}
    needed = {name: template.name for template in known for name in template.needed - {*there}}
    taken = {name for template in known for name in template.fields}
    for name in sorted({*fields} - taken):
        mistaken = meant(name, needed)
        needed = {each: letter for each, letter in needed.items() if each != meant_in(mistaken)}
        said = phrase("the letter {names} has no field {name}", names=" or ".join(names), name=name)
        cure = mistaken or phrase(": take it out or name it in the head of the letter{cure}", cure=meant(name, taken))
        yield _finding(process, element, said + cure, "letter_field", name)
    yield from _unlike(given, process, element, known)
    for name in sorted({name for template in known for name in template.needed} & {*fields}):
        written = fields[name]
        if isinstance(written, str) and written.replace(" ", "") in {"", "${null}"}:
            said = phrase(
                "the letter {names} needs {name}, and it is handed nothing: write its value",
                names=" or ".join(names),
                name=name,
            )
            yield _finding(
                process, element, phrase("{said}, or a question mark behind it in the head", said=said), "letter_field"
            )
    for letter in sorted({*needed.values()}):
        lacking = sorted(name for name, one in needed.items() if one == letter)
        said = phrase(
            "the letter {letter} needs {name}, which is not among its fields: add it to the map letter",
            letter=letter,
            name=", ".join(lacking),
        )
        cure = meant(lacking[0], there) if len(lacking) == 1 else ""
        yield _finding(process, element, said + cure, "letter_field", lacking[0])


def _unlike(given: Deployable, process: Process, element: Element, known: Collection[Template]) -> Iterator[Finding]:
    """Fields that are handed over and are of another kind than the words of the letter take them for."""
    told: dict[str, list[str]] = {}
    for template in known:
        for text in asked_of(f"{template.subject}\n{template.body}"):
            for said in given.unlike(process.key, element.id, "letter", text):
                told.setdefault(said, []).append(f"{template.name}.{template.language}")
    for said, letters in told.items():
        yield _finding(
            process,
            element,
            phrase("the letter {names} {said}", names=" and ".join(dict.fromkeys(letters)), said=said),
            "letter_field",
        )


def _sends(element: Element) -> bool:
    return element.attributes.get("topic") == SEND


def _hands_letter(element: Element) -> bool:
    """Whether a call hands over a letter to a process of another folder."""
    return element.kind == "callActivity" and "template" in element.inputs


def _letter_of(process: Process, element: Element) -> Iterator[Finding]:
    sender = element.properties.get("letterOf")
    if sender and sender not in process.elements:
        said = phrase(
            "letterOf names {sender}, which is not in the process{cure}",
            sender=sender,
            cure=nearest(sender, process.elements),
        )
        yield _finding(process, element, said, "unknown_element")


def _finding(process: Process, element: Element, said: str, code: str, about: str = "") -> Finding:
    label = " ".join(element.name.split()) or None
    message = phrase("{called}: {said}", called=quoted(label), said=said) if label else said
    return Finding(process.file, message, element.id, label, code=code, about=about)
