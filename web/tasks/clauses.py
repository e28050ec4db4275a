"""The clause and the rules that govern a step, as the procedure of the case says them."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import Element, Session, TaskItem, instances, loading
from processes import rules
from processes.rules import Rule


@dataclass(frozen=True)
class Governed:
    """What a step follows."""

    clause: str = ""
    """In the words of the source."""
    rules: Sequence[Rule] = ()


def governing(session: Session, task: TaskItem, element: Element | None) -> Governed:
    """What a step follows.

    In a shared process that is its own clause where the procedure of the case follows the rule, too; else what the
    procedure says where it calls the process: a patient's case is under no clause of a sales office.
    """
    if element is None:
        return Governed()
    files = loading.load(session, task.deployment_id).others
    own = Governed(element.documentation, rules.rules_of(element.properties, files))
    root = loading.load(session, instances.deployment_of(session, task.instance_id))
    named, followed = rules.named(element.properties), rules.of_files(root.others)
    if root.id == task.deployment_id or not named or named[0] in followed:
        return own
    calls = (each for process in root.compiled.processes.values() for each in process.elements.values())
    for call in calls:
        if call.called == task.process_key:
            said = rules.rules_of(call.properties, root.others)
            if said:
                kept = [each for each in own.rules if each.id in followed and each not in said]
                return Governed(call.documentation, [*said, *kept])
    return own
