"""All checks of the diagrams of a deployment."""

from collections.abc import Collection, Mapping

from engine.core.parser.check_collaboration import check_message_flows
from engine.core.parser.check_contract import check_contract
from engine.core.parser.check_events import check_event
from engine.core.parser.check_nodes import check_condition, check_inside, check_node, check_plain, check_words
from engine.core.parser.check_scopes import check_file, check_process
from engine.core.parser.check_work import Known
from engine.core.parser.contract import contract_of
from engine.core.parser.drawing import NODES, Diagram
from engine.core.parser.report import Report
from engine.core.parser.xml import local, properties
from engine.phrases import phrase
from engine.values import Contract, Finding

NOT_EXECUTABLE = phrase(
    "the process is kept as a drawing only, it is not executable: tick Executable in the "
    "properties of the process, or of its pool"
)

PUBLIC = phrase("a public process is a view for others, and this one runs: make it private, or not executable")


def check(
    diagrams: list[Diagram],
    *,
    topics: Collection[str] | None,
    functions: Collection[str] | None,
    forms: Collection[str] | None,
    processes: Mapping[str, Contract | None],
    decisions: Collection[str],
) -> list[Finding]:
    """Everything that is wrong with some diagrams.

    Args:
        diagrams: the files.
        topics: of the services; None leaves the check out.
        functions: that expressions may call beside the standard ones; None leaves the check out.
        forms: of the deployment; None leaves the check out.
        processes: what may be called beside the processes of these files, with what it declares.
        decisions: what tables may be asked, those of the deployment among them.
    """
    runnable = [drawn for diagram in diagrams for drawn in diagram.processes if drawn.executable]
    own = [drawn.key for drawn in runnable]
    contracts = {drawn.key: contract_of(properties(drawn.node)) for drawn in runnable}
    elements = {number for diagram in diagrams for drawn in diagram.processes for number in drawn.nodes}
    known = Known(topics, forms, {**processes, **contracts}, decisions, elements)
    findings: list[Finding] = []
    for diagram in diagrams:
        report = Report(diagram, functions)
        check_file(report)
        for drawn in diagram.processes:
            if not drawn.executable:
                report.warn(drawn.node, "not_executable", NOT_EXECUTABLE)
                check_plain(report, drawn.node, "process")
                continue
            if own.count(drawn.key) > 1:
                report.error(
                    drawn.node,
                    "duplicate_process",
                    phrase("the process {key} is in the deployment twice", key=drawn.key),
                )
            check_words(report, drawn.node, "process")
            for lane in drawn.node.iter("{*}lane"):
                check_inside(report, lane)
            if drawn.node.get("processType") == "Public":
                report.warn(drawn.node, "public", PUBLIC)
            check_contract(report, drawn.node)
            check_process(report, drawn)
            for node in drawn.nodes.values():
                if local(node) in NODES:
                    check_node(report, drawn, node, known)
                    check_event(report, drawn, node, known)
            for flow in drawn.flow_nodes.values():
                check_condition(report, flow)
        check_message_flows(report)
        report.tell_foreign()
        findings.extend(report.findings)
    return findings
