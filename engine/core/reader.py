"""From the files of a deployment to what can be run, with everything that is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.core.parser.build import FileParser
from engine.core.parser.checks import check
from engine.core.parser.drawing import Diagram, draw, process_of
from engine.core.parser.usage import uses_of
from engine.core.parser.xml import Unreadable, parse
from engine.core.specs import ScopeSpec
from engine.phrases import phrase
from engine.tables.decisions import Decision, parse_dmn
from engine.uses import Uses
from engine.values import Contract, Finding, Process, Severity


@dataclass(frozen=True)
class ReadOptions:
    """What the checks may take for known; None leaves a check out."""

    topics: Collection[str] | None = None
    """The topics of the services."""
    functions: Collection[str] | None = None
    """What expressions may call, beside the standard functions."""
    forms: Collection[str] | None = None
    """The ids of the forms in the deployment."""
    external_processes: Mapping[str, Contract | None] = field(default_factory=dict)
    """By key, processes that are already deployed, with what they declare to take and give."""
    external_decisions: Collection[str] = ()
    """Keys of decisions that are already deployed."""
    trusted: bool = False
    """It passed the checks when it was deployed: what runs on it goes on, even if today's checks are stricter."""


@dataclass(frozen=True)
class Compiled:
    """A deployment that has been read; immutable, to be shared between threads."""

    processes: Mapping[str, Process]
    decisions: Mapping[str, Decision]
    findings: tuple[Finding, ...]
    specs: Mapping[str, ScopeSpec] = field(repr=False, compare=False)

    @property
    def has_errors(self) -> bool:
        """Whether the deployment is to be refused."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def read(files: Mapping[str, bytes], *, language: ReadOptions | None = None) -> Compiled:
    """Read the diagrams and tables of a deployment; whatever is wrong becomes a finding, nothing is raised.

    Args:
        files: content by name; .bpmn and .dmn are read, all others left alone.
        language: what is known around the deployment.
    """
    language = language or ReadOptions()
    findings: list[Finding] = []
    diagrams: list[Diagram] = []
    decisions: dict[str, Decision] = {}
    for name, content in sorted(files.items()):
        if name.endswith(".bpmn"):
            try:
                diagrams.append(draw(name, parse(name, content)))
            except Unreadable as error:
                findings.append(error.finding)
        elif name.endswith(".dmn"):
            findings.extend(read_table(name, content, decisions, language.functions))
    if not language.trusted:
        findings.extend(
            check(
                diagrams,
                topics=language.topics,
                functions=language.functions,
                forms=language.forms,
                processes=language.external_processes,
                decisions={*decisions, *language.external_decisions},
            )
        )
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    specs = {} if broken and not language.trusted else build(diagrams, findings)
    processes = {
        drawn.key: process_of(diagram, drawn) for diagram in diagrams for drawn in diagram.processes if drawn.executable
    }
    return Compiled(processes, decisions, tuple(findings), specs)


def read_table(
    file: str, content: bytes, decisions: dict[str, Decision], functions: Collection[str] | None
) -> list[Finding]:
    """Add the decisions of a file; what is wrong with it is returned."""
    found, findings = parse_dmn(content, file, functions=functions)
    twice = [
        Finding(file, phrase("the decision {key} is in the deployment twice", key=key), key, code="duplicate_decision")
        for key in found
        if key in decisions
    ]
    decisions.update(found)
    return [*findings, *twice]


def build(diagrams: list[Diagram], findings: list[Finding]) -> dict[str, ScopeSpec]:
    """The specs of all processes; what SpiffWorkflow still refuses becomes a finding."""
    specs: dict[str, ScopeSpec] = {}
    for diagram in diagrams:
        try:
            specs.update(FileParser(diagram).build())
        except (SpiffWorkflowException, LookupError, ValueError) as error:
            findings.append(
                Finding(
                    file=diagram.file, message=phrase("the diagram cannot be built: {error}", error=error), code="build"
                )
            )
    return specs


@lru_cache(maxsize=256)
def processes_in(file: str, content: bytes) -> Mapping[str, tuple[Process, Uses]]:
    """The executable processes of a diagram and which variables they read and write; none of one that is unreadable.

    Kept, because it is asked anew for all that is deployed whenever something is checked beside it.
    """
    try:
        diagram = draw(file, parse(file, content))
    except Unreadable:
        return {}
    executable = [drawn for drawn in diagram.processes if drawn.executable]
    return {drawn.key: (process_of(diagram, drawn), uses_of(diagram, drawn)) for drawn in executable}


@lru_cache(maxsize=256)
def decisions_in(file: str, content: bytes) -> frozenset[str]:
    """The keys of the decisions of a table's file; kept for the same."""
    return frozenset(parse_dmn(content, file)[0])
