"""What is wrong with the files of a folder, or of several beside one another."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.core import Compiled, ReadOptions, as_meant, decisions_in, processes_in, read
from engine.deploy.causes import first_causes, whole
from engine.deploy.loading import compile_files, read_declaration, read_forms
from engine.deploy.names.given import deployable, of_callers, of_names
from engine.deploy.names.house import House, Street
from engine.deploy.names.routes import refused_gaps
from engine.deploy.names.scopes import scopes_of
from engine.deploy.names.values import known_of
from engine.loaded import FormFile
from engine.phrases import phrase
from engine.runtime import Runtime
from engine.session import Session
from engine.values import Contract, Finding, Severity

CALLING = frozenset({"unknown_process", "all_variables", "input_unknown", "input_missing", "output_unknown"})
"""The codes of what is wrong between a call and the contract of the process that it calls."""

KINDS = {"process": phrase("process"), "decision": phrase("decision")}
_NAMES = re.compile(r"[^\W\d]\w*")

Files = Mapping[str, bytes]
"""The files of a folder by their paths in it."""


@dataclass(frozen=True)
class Checked:
    """A folder that was read and checked."""

    findings: Sequence[Finding]
    """The errors of a file before its warnings."""
    compiled: Compiled
    forms: Mapping[str, FormFile]
    declaration: Any = None


def check(runtime: Runtime, files: Files) -> Checked:
    """One folder as in `check_together`, with nothing beside it."""
    return check_together(runtime, {"": files})[""]


def unused_outputs(runtime: Runtime, files: Files, compiled: Compiled) -> Iterator[Finding]:
    """What a service gives and its output parameters do not take, although an expression of the folder reads it."""
    read = Counter(name for text in map(_text_of, files.items()) for name in _NAMES.findall(text))
    for process in compiled.processes.values():
        for element in process.elements.values():
            given = runtime.services.outputs_of(element.attributes.get("topic", "")) if element.outputs else ()
            taken = {name for value in element.outputs.values() for name in _NAMES.findall(f"${{{value}}}")}
            for name in sorted({each.rstrip("?") for each in given} - taken):
                if read[name]:
                    said = phrase(
                        "{name}, which the service gives and others read, is lost: no output parameter takes it",
                        name=name,
                    )
                    yield Finding(
                        process.file, said, element.id, element.name, Severity.WARNING, "output_unused", about=name
                    )


def _text_of(file: tuple[str, bytes]) -> str:
    """The expressions of a diagram."""
    name, content = file
    if not name.endswith(".bpmn"):
        return ""
    text = content.decode(errors="replace")
    # cut at what begins one, as a pattern would look from each of them to the end of the file
    ends = {"${": "}", 'camunda:in source="': '"'}
    parts = ((part, end) for start, end in ends.items() for part in text.split(start)[1:])
    return " ".join(part.partition(end)[0] for part, end in parts if end in part)


def check_together(
    runtime: Runtime,
    folders: Mapping[str, Files],
    beside: Mapping[str, House] | None = None,
    *,
    session: Session | None = None,
) -> dict[str, Checked]:
    """Read and check folders, each beside the others, with a database or without, by their keys.

    Args:
        runtime: knows the topics and functions that diagrams may name, and the forms' checks.
        folders: the files by path, by the keys of the folders; what is no diagram, table or form is not looked at.
        beside: what else is there, by the keys of the folders; one of `folders` takes the place of its like.
        session: for what only an installation knows; None where there is none.
    """
    others = {key: each for key, each in (beside or {}).items() if key not in folders}
    read_as = {key: _as_meant(files) for key, files in folders.items()}
    folders = {key: files for key, (files, _) in read_as.items()}
    drawn = [file for files in folders.values() for file in files.items()] if len(folders) > 1 else []
    contracts = contracts_of(each.compiled for each in others.values()) | _contracts_in(drawn)
    decisions = frozenset(key for each in others.values() for key in each.compiled.decisions)
    decisions |= {key for name, content in drawn if name.endswith(".dmn") for key in decisions_in(name, content)}
    found: dict[str, list[Finding]] = {}
    houses: dict[str, House] = {}
    for key, files in folders.items():
        forms, found[key] = read_forms(runtime, files, check=True)
        declaration = read_declaration(runtime, files)
        compiled = compile_files(
            runtime, files, forms, declaration, external_processes=contracts, external_decisions=decisions
        )
        houses[key] = House(files, compiled, forms, declaration)
        found[key] = [*read_as[key][1], *compiled.findings, *found[key], *unused_outputs(runtime, files, compiled)]
    street = Street(runtime, [*houses.values(), *others.values()])
    known = known_of(scopes_of(street))
    for key, house in houses.items():
        found[key] = list(refused_gaps(street, house, known, found[key]))
        complete = whole(found[key])
        if complete and (runtime.declarations is None or runtime.declarations.readable(house.files)):
            found[key] += of_names(street, house, known)
        found[key] += of_callers(street, house, known, others)
        if runtime.declarations is not None:
            beside_it = [each.declaration for name, each in (others | houses).items() if name != key]
            given = replace(deployable(street, house, known, contracts, beside_it, session), whole=complete)
            found[key] += runtime.declarations.check(given)
        found[key] = first_causes(found[key], house.files)
    for folder, finding in _twice({key: each.compiled for key, each in (others | houses).items()}):
        if folder in found:
            found[folder].insert(0, finding)
    return {
        key: Checked(_in_order(found[key]), each.compiled, each.forms, each.declaration) for key, each in houses.items()
    }


def _as_meant(files: Files) -> tuple[Files, list[Finding]]:
    """Files in which the diagrams have no misspelt attributes, and what is said of these."""
    drawn = {name: as_meant(name, content) for name, content in files.items() if name.endswith(".bpmn")}
    slips = [finding for _, findings in drawn.values() for finding in findings]
    return {**files, **{name: content for name, (content, _) in drawn.items()}}, slips


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file, errors first, then by line."""
    return sorted(findings, key=lambda each: (each.file, each.severity is not Severity.ERROR, each.line or 0))


def contracts_of(compiled: Iterable[Compiled]) -> dict[str, Contract | None]:
    """What the processes of some folders declare to take and give, by their keys."""
    return {key: process.contract for each in compiled for key, process in each.processes.items()}


def _contracts_in(drawn: Iterable[tuple[str, bytes]]) -> dict[str, Contract | None]:
    """The same of the diagrams among some files."""
    found = (processes_in(name, content) for name, content in drawn if name.endswith(".bpmn"))
    return {key: process.contract for each in found for key, (process, _) in each.items()}


def callers_of(
    runtime: Runtime, folder: str, files: Files, contracts: Mapping[str, Contract | None], processes: Collection[str]
) -> Iterator[Finding]:
    """What is wrong in a folder that stays as it is with its calls of processes that go or have another contract.

    Args:
        runtime: as for `check`.
        folder: the key of the folder that calls.
        files: of it.
        contracts: of what is deployed now.
        processes: those that are looked at.
    """
    compiled = compile_files(runtime, files, {}, external_processes=contracts)
    for finding in compiled.findings:
        drawn = (process.elements.get(finding.element or "") for process in compiled.processes.values())
        place = next((each for each in drawn if each is not None and each.called in processes), None)
        if finding.code in CALLING and place is not None:
            message = phrase(
                "the folder {folder} calls it: {message}; deploy both together", folder=folder, message=finding.message
            )
            yield replace(finding, message=message)


def draw(runtime: Runtime, files: Files) -> House:
    """A folder as drawn and declared, not checked."""
    compiled, (forms, _) = read(files, language=ReadOptions(trusted=True)), read_forms(runtime, files, check=False)
    return House(files, compiled, forms, read_declaration(runtime, files))


def refused(checked: Mapping[str, Checked]) -> list[str]:
    """The folders that have an error."""
    return [
        key for key, each in checked.items() if any(finding.severity is Severity.ERROR for finding in each.findings)
    ]


def _twice(compiled: Mapping[str, Compiled]) -> Iterator[tuple[str, Finding]]:
    """What is said of each key that two folders define, to the one that came later."""
    first: dict[tuple[str, str], str] = {}
    for folder, each in compiled.items():
        named = [("process", key, process.file) for key, process in each.processes.items() if process.executable]
        named += [("decision", key, decision.file) for key, decision in each.decisions.items()]
        for kind, key, file in named:
            other = first.setdefault((kind, key), folder)
            if other != folder:
                message = phrase(
                    "the folders {other} and {folder} both define the {kind} {key}: take it out of one of them, or"
                    " give it another key; a copy keeps the key of its folder in procedure.toml",
                    other=other,
                    folder=folder,
                    kind=KINDS[kind],
                    key=key,
                )
                yield folder, Finding(file, message, key, code="key_twice")
