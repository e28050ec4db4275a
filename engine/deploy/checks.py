"""What is wrong with the files of a folder, or of several beside one another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.core import Compiled, ReadOptions, read
from engine.deploy.loading import NONE_DEPLOYED, compile_files, read_forms
from engine.loaded import FormFile
from engine.runtime import Runtime
from engine.values import Contract, Finding, Severity

Files = Mapping[str, bytes]
"""The files of a folder by their paths in it."""


@dataclass(frozen=True)
class Checked:
    """A folder that was read and checked."""

    findings: Sequence[Finding]
    """The errors of a file before its warnings."""
    compiled: Compiled
    forms: Mapping[str, FormFile]


def check(
    runtime: Runtime,
    files: Files,
    *,
    external_processes: Mapping[str, Contract | None] = NONE_DEPLOYED,
    external_decisions: frozenset[str] = frozenset(),
) -> Checked:
    """Read and check a folder, without a database.

    Args:
        runtime: knows the topics and functions that diagrams may name, and the forms' checks.
        files: by path; what is no diagram, table or form is not looked at.
        external_processes: processes of other folders that may be called, with what they declare.
        external_decisions: likewise for decisions.
    """
    forms, findings = read_forms(runtime, files, check=True)
    compiled = compile_files(
        runtime, files, forms, external_processes=external_processes, external_decisions=external_decisions
    )
    found = [*compiled.findings, *findings]
    found.sort(key=lambda each: (each.file, each.severity is not Severity.ERROR))
    return Checked(found, compiled, forms)


def check_together(
    runtime: Runtime, folders: Mapping[str, Files], beside: Mapping[str, Compiled] | None = None
) -> dict[str, Checked]:
    """Read and check folders, each beside the others, by their keys.

    Args:
        runtime: as for `check`.
        folders: the folders by their keys.
        beside: what else is there, compiled, by the keys of the folders; one of `folders` takes the place of its like.
    """
    others = {key: compiled for key, compiled in (beside or {}).items() if key not in folders}
    drawn = {key: draw(files) for key, files in folders.items()} if len(folders) > 1 else {}
    contracts = {key: process.contract for each in (others | drawn).values() for key, process in each.processes.items()}
    decisions = frozenset(key for each in (others | drawn).values() for key in each.decisions)
    checked = {
        key: check(runtime, files, external_processes=contracts, external_decisions=decisions)
        for key, files in folders.items()
    }
    twice: dict[str, list[Finding]] = {}
    for folder, finding in _twice(others | {key: each.compiled for key, each in checked.items()}):
        twice.setdefault(folder, []).append(finding)
    return {key: replace(each, findings=[*twice.get(key, ()), *each.findings]) for key, each in checked.items()}


def draw(files: Files) -> Compiled:
    """The diagrams and tables of a folder as drawn, not checked."""
    return read(files, language=ReadOptions(trusted=True))


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
