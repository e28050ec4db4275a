"""Checks of who does a task: people, services, tables, scripts, called processes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lxml import etree

from engine.core.errors import WrongTime
from engine.core.parser import vocabulary as words
from engine.core.parser.check_contract import check_handing_over
from engine.core.parser.check_parameters import check_transfers
from engine.core.parser.report import Report
from engine.core.parser.xml import camunda, child, children, extensions, local
from engine.core.timers import parse_duration, parse_moment
from engine.language.doubts import fixed_text
from engine.language.expressions import is_expression
from engine.language.sandbox import check_script
from engine.language.unreachable import unreachable
from engine.phrases import phrase
from engine.spelling import meant
from engine.values import Contract


@dataclass(frozen=True)
class Known:
    """What references may lead to; None leaves the check out."""

    topics: Collection[str] | None
    forms: Collection[str] | None
    processes: Mapping[str, Contract | None]
    """By key, with what they declare to take and give."""
    decisions: Collection[str]
    elements: Collection[str]
    """Ids of all nodes of the deployment."""


def check_people(report: Report, node: etree._Element, known: Known) -> None:
    """The attributes of a person's task."""
    for name in ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"):
        report.template(node, camunda(node, name), f"camunda:{name}")
    check_moments(report, node)
    report.template(node, node.get("name"), phrase("the label"))
    form, key = camunda(node, "formRef"), camunda(node, "formKey")
    elsewhere = key is not None and key.startswith(("embedded:", "app:", "camunda-forms:"))
    if elsewhere:
        report.error(node, "form", phrase("the form {key} is of another engine: link a form with formRef", key=key))
    wanted = form or (None if elsewhere else key)
    if wanted and known.forms is not None and not is_expression(wanted) and wanted not in known.forms:
        report.error(
            node,
            "unknown_form",
            phrase("there is no form {wanted} in the deployment{cure}", wanted=wanted, cure=meant(wanted, known.forms)),
            about=wanted,
        )
    _check_binding(report, node, "formRefBinding", "form")


def check_moments(report: Report, node: etree._Element) -> None:
    """That due dates and priorities without an expression are such."""
    for name in ("dueDate", "followUpDate"):
        written = (camunda(node, name) or "").strip()
        if "${" in written or is_expression(written):
            written = fixed_text(written) or ""
        if written:
            try:
                parse_duration(written) if written.startswith("P") else parse_moment(written, ZoneInfo("UTC"))
            except WrongTime as error:
                report.error(
                    node,
                    "bad_time",
                    phrase("camunda:{name}: {error} An expression is written ${{…}}", name=name, error=error),
                )
    priority = (camunda(node, "priority") or "").strip()
    if priority and "${" not in priority and not is_expression(priority) and not priority.lstrip("-").isdecimal():
        report.error(
            node,
            "bad_priority",
            phrase("camunda:priority is {priority}: write a whole number; 50 is usual", priority=priority),
        )


def check_service(report: Report, node: etree._Element, known: Known) -> None:
    """Who does a service, send or business rule task."""
    tag = local(node)
    if camunda(node, "type") is not None or camunda(node, "topic") is not None:
        check_topic(report, node, known)
    elif camunda(node, "expression") is not None:
        report.template(node, camunda(node, "expression"), "camunda:expression")
    elif tag == "businessRuleTask":
        check_rule(report, node, known)
    elif tag == "sendTask":
        if not report.diagram.messages.get(str(node.get("messageRef"))):
            report.error(
                node,
                "no_service",
                phrase("nobody sends: name a message, or choose the external implementation and a topic"),
            )
    elif not any(camunda(node, name) for name in ("class", "delegateExpression")):
        report.error(node, "no_service", phrase("nobody does it: choose the external implementation and name a topic"))
    if camunda(node, "resultVariable") and camunda(node, "topic"):
        report.warn(
            node,
            "not_read",
            phrase("camunda:resultVariable is not read: a service names its results, outputs map them"),
        )


def check_topic(report: Report, node: etree._Element, known: Known) -> None:
    """The topic of an external service."""
    kind, topic = camunda(node, "type"), camunda(node, "topic")
    if kind != "external" or not topic:
        report.error(node, "no_service", phrase("choose the external implementation and name a topic"))
    else:
        report.template(node, topic, "camunda:topic")
        if known.topics is not None and not is_expression(topic) and topic not in known.topics:
            cure = meant(topic, known.topics) or phrase(": choose one of those that kesu topics lists")
            report.error(
                node,
                "unknown_topic",
                phrase("no service is registered under the topic {topic}{cure}", topic=topic, cure=cure),
            )


def check_rule(report: Report, node: etree._Element, known: Known) -> None:
    """The table of a business rule task."""
    decision = camunda(node, "decisionRef")
    mapping = camunda(node, "mapDecisionResult")
    _check_binding(report, node, "decisionRefBinding")
    if not decision:
        report.error(node, "no_decision", phrase("no decision is named: set decisionRef, or an external topic"))
        return
    report.template(node, decision, "camunda:decisionRef")
    if not is_expression(decision) and decision not in known.decisions:
        report.error(
            node,
            "unknown_decision",
            phrase(
                "there is no decision {decision} in the deployment{cure}",
                decision=decision,
                cure=meant(decision, known.decisions),
            ),
            about=decision,
        )
    if mapping is not None and mapping not in words.DECISION_RESULTS:
        allowed = ", ".join(sorted(words.DECISION_RESULTS))
        report.error(
            node,
            "decision_result",
            phrase("camunda:mapDecisionResult is {mapping}: use one of {allowed}", mapping=mapping, allowed=allowed),
        )
    outputs = any(local(entry) == "outputParameter" for holder in extensions(node, "inputOutput") for entry in holder)
    if not camunda(node, "resultVariable") and not outputs:
        report.error(node, "no_result", phrase("the result would be lost: name a camunda:resultVariable"))


def check_script_task(report: Report, node: etree._Element) -> None:
    """The script and its language."""
    language = (node.get("scriptFormat") or "").lower()
    script = child(node, "script")
    if language not in words.SCRIPT_LANGUAGES:
        report.error(
            node, "script_language", phrase("scripts in {language} are not run: write it in Python", language=language)
        )
    elif script is None or not (script.text or "").strip():
        report.error(node, "no_script", phrase("there is no script in it"))
    else:
        for problem in (*check_script(script.text or ""), *unreachable(script.text or "")):
            report.error(node, "bad_script", problem)
    if camunda(node, "resultVariable"):
        report.error(
            node, "script_result", phrase("camunda:resultVariable is not read: assign the variable in the script")
        )


def _check_binding(report: Report, node: etree._Element, name: str, code: str = "binding") -> None:
    binding = camunda(node, name)
    if binding not in {None, *words.BINDINGS}:
        said = phrase(
            "camunda:{name} is {binding}: use {names}",
            name=name,
            binding=binding,
            names=", ".join(sorted(words.BINDINGS)),
        )
        report.error(node, code, said)


def _check_version(report: Report, node: etree._Element, binding: str | None) -> None:
    """That a call of one version says which."""
    name = {"version": "calledElementVersion", "versionTag": "calledElementVersionTag"}.get(binding or "")
    if name is not None and not camunda(node, name):
        said = phrase(
            "camunda:calledElementBinding is {binding}, and camunda:{name} does not say which",
            binding=binding,
            name=name,
        )
        report.error(node, "binding", phrase("{said}: write it, or choose latest or deployment", said=said))


def check_call(report: Report, node: etree._Element, known: Known) -> None:
    """The called process and what is handed over."""
    key = node.get("calledElement")
    binding = camunda(node, "calledElementBinding")
    if not key:
        if not camunda(node, "caseRef"):
            report.error(node, "no_process", phrase("no called process is named: name one"))
    elif is_expression(key):
        report.template(node, key, phrase("the called process"))
    elif binding in {None, "latest", "deployment"}:
        contract = known.processes.get(key)
        if key not in known.processes:
            said = phrase(
                "there is no process {key} in the deployment{cure}", key=key, cure=meant(key, known.processes)
            )
            if any(
                key == each.get("id") and local(each).startswith("global") for each in children(report.diagram.root)
            ):
                said = phrase(
                    "{key} is a global task, which is not executed: draw a process that holds the task, and call it",
                    key=key,
                )
            report.error(node, "unknown_process", said, about=key)
        elif contract is not None:
            check_handing_over(report, node, key, contract)
    _check_binding(report, node, "calledElementBinding")
    _check_version(report, node, binding)
    for name in ("calledElementVersion", "calledElementVersionTag"):
        report.template(node, camunda(node, name), f"camunda:{name}")
    check_transfers(report, node, node)
