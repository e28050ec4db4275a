"""Folders that are checked beside one another: their processes call each other, and no key is defined twice."""

from collections.abc import Iterator, Mapping

from engine.core import Compiled
from engine.deploy.deployments import lint
from engine.deploy.loading import NONE_DEPLOYED, compile_files, read_declaration, read_forms
from engine.runtime import Runtime
from engine.values import Contract, Finding

Files = Mapping[str, bytes]
"""The files of a folder by their paths in it."""


def lint_together(
    runtime: Runtime,
    checked: Mapping[str, Files],
    *,
    beside: Mapping[str, Files] | None = None,
    external_processes: Mapping[str, Contract | None] = NONE_DEPLOYED,
    external_decisions: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Everything that a deployment of these folders would find, each beside the others.

    Args:
        runtime: as for `lint`.
        checked: the folders by their keys.
        beside: other folders that are there with them, not checked themselves.
        external_processes: as for `lint`.
        external_decisions: as for `lint`.
    """
    compiled = {key: _compiled(runtime, files) for key, files in {**(beside or {}), **checked}.items()}
    contracts = {**external_processes}
    decisions = set(external_decisions)
    for each in compiled.values():
        contracts |= {key: process.contract for key, process in each.processes.items()}
        decisions |= set(each.decisions)
    findings = list(_twice(compiled))
    declared = [read_declaration(runtime, files) for files in {**(beside or {}), **checked}.values()]
    for files in checked.values():
        findings += lint(
            runtime,
            files,
            external_processes=contracts,
            external_decisions=frozenset(decisions),
            others=declared,
        )
    return findings


def _compiled(runtime: Runtime, files: Files) -> Compiled:
    forms, _ = read_forms(runtime, files, check=False)
    return compile_files(runtime, files, forms, read_declaration(runtime, files))


def _twice(compiled: Mapping[str, Compiled]) -> Iterator[Finding]:
    """What is said of each key that two folders define."""
    first: dict[tuple[str, str], str] = {}
    for folder, each in compiled.items():
        named = [("process", key, process.file) for key, process in each.processes.items() if process.executable]
        named += [("decision", key, decision.file) for key, decision in each.decisions.items()]
        for kind, key, file in named:
            other = first.setdefault((kind, key), folder)
            if other != folder:
                yield defined_twice(kind, key, file, folder, other)


def defined_twice(kind: str, key: str, file: str, folder: str, other: str) -> Finding:
    """The finding for a key that two folders define."""
    message = (
        f"the folders {other} and {folder} both define the {kind} {key}; take it out of one of them,"
        f" or give it another key in {folder}"
    )
    return Finding(file, message, key, code="key_twice")
