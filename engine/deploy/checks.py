"""What is wrong with the files of a folder, or of several beside one another."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.core import Compiled, ReadOptions, read
from engine.deploy.loading import NONE_DEPLOYED, compile_files, read_declaration, read_forms
from engine.loaded import FormFile
from engine.runtime import Deployable, Runtime, Session
from engine.values import Contract, Finding, Severity

CALLING = frozenset({"unknown_process", "all_variables", "input_unknown", "input_missing", "output_unknown"})
"""The codes of what is wrong between a call and the contract of the process that it calls."""

_EXPRESSION = re.compile(r"\$\{[^}]*\}|camunda:in source=\"[^\"]*\"")
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


@dataclass(frozen=True)
class Beside:
    """A folder that is there beside those that are checked."""

    compiled: Compiled
    declaration: Any = None


def check(
    runtime: Runtime,
    files: Files,
    *,
    external_processes: Mapping[str, Contract | None] = NONE_DEPLOYED,
    external_decisions: frozenset[str] = frozenset(),
    others: Sequence[Any] = (),
    session: Session | None = None,
) -> Checked:
    """Read and check a folder, with a database or without.

    Args:
        runtime: knows the topics and functions that diagrams may name, and the forms' checks.
        files: by path; what is no diagram, table or form is not looked at.
        external_processes: processes of other folders that may be called, with what they declare.
        external_decisions: likewise for decisions.
        others: the declarations of other folders.
        session: for what only an installation knows; None where there is none.
    """
    forms, findings = read_forms(runtime, files, check=True)
    declaration = read_declaration(runtime, files)
    compiled = compile_files(
        runtime, files, forms, declaration, external_processes=external_processes, external_decisions=external_decisions
    )
    found = [*compiled.findings, *findings, *unused_outputs(runtime, files, compiled)]
    if runtime.declarations is not None:
        known = frozenset(external_processes) | frozenset(compiled.processes)
        given = Deployable(files, compiled.processes, compiled.decisions, frozenset(forms), known, others, session)
        found += runtime.declarations.check(given)
    found.sort(key=lambda each: (each.file, each.severity is not Severity.ERROR, each.line or 0))
    return Checked(found, compiled, forms, declaration)


def unused_outputs(runtime: Runtime, files: Files, compiled: Compiled) -> Iterator[Finding]:
    """What a service gives and its output parameters do not take, although an expression of the folder reads it."""
    read = Counter(name for text in map(_text_of, files.items()) for name in _NAMES.findall(text))
    for process in compiled.processes.values():
        for element in process.elements.values():
            given = runtime.services.outputs_of(element.attributes.get("topic", "")) if element.outputs else ()
            taken = {name for value in element.outputs.values() for name in _NAMES.findall(f"${{{value}}}")}
            for name in sorted({each.rstrip("?") for each in given} - taken):
                if read[name]:
                    said = f"{name}, which the service gives and others read, is lost: no output parameter takes it"
                    yield Finding(process.file, said, element.id, element.name, Severity.WARNING, "output_unused")


def _text_of(file: tuple[str, bytes]) -> str:
    """The expressions of a diagram."""
    name, content = file
    return " ".join(_EXPRESSION.findall(content.decode(errors="replace"))) if name.endswith(".bpmn") else ""


def check_together(
    runtime: Runtime,
    folders: Mapping[str, Files],
    beside: Mapping[str, Beside] | None = None,
    *,
    session: Session | None = None,
) -> dict[str, Checked]:
    """Read and check folders, each beside the others, by their keys.

    Args:
        runtime: as for `check`.
        folders: the folders by their keys.
        beside: what else is there, by the keys of the folders; one of `folders` takes the place of its like.
        session: as for `check`.
    """
    others = {key: each for key, each in (beside or {}).items() if key not in folders}
    drawn = {key: draw(runtime, files) for key, files in folders.items()} if len(folders) > 1 else {}
    every = (others | drawn).values()
    contracts = contracts_of(each.compiled for each in every)
    decisions = frozenset(key for each in every for key in each.compiled.decisions)
    checked = {
        folder: check(
            runtime,
            files,
            external_processes=contracts,
            external_decisions=decisions,
            others=[each.declaration for key, each in (others | drawn).items() if key != folder],
            session=session,
        )
        for folder, files in folders.items()
    }
    twice: dict[str, list[Finding]] = {}
    there = {key: each.compiled for key, each in others.items()}
    for folder, finding in _twice(there | {key: each.compiled for key, each in checked.items()}):
        twice.setdefault(folder, []).append(finding)
    return {key: replace(each, findings=[*twice.get(key, ()), *each.findings]) for key, each in checked.items()}


def contracts_of(compiled: Iterable[Compiled]) -> dict[str, Contract | None]:
    """What the processes of some folders declare to take and give, by their keys."""
    return {key: process.contract for each in compiled for key, process in each.processes.items()}


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
            message = f"the folder {folder} calls it: {finding.message}; deploy both together"
            yield replace(finding, message=message)


def draw(runtime: Runtime, files: Files) -> Beside:
    """A folder as drawn and declared, not checked."""
    return Beside(read(files, language=ReadOptions(trusted=True)), read_declaration(runtime, files))


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
                message = (
                    f"the folders {other} and {folder} both define the {kind} {key}: take it out of one of them, or"
                    " give it another key; a copy keeps the key of its folder in procedure.toml"
                )
                yield folder, Finding(file, message, key, code="key_twice")
