"""What begins with a form: its process is started and its first task completed, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from engine import (
    SYSTEM,
    Completed,
    Element,
    FormFile,
    Json,
    Session,
    TaskFilter,
    candidates,
    deployments,
    instances,
    loading,
    queries,
    tasks,
)
from engine.errors import NotFound
from processes.procedures.starting import way_in
from web.filling.submission import Sent
from web.shell import here


def first_form(session: Session, key: str) -> tuple[Element, FormFile]:
    """The first task of a process, to which its start leads, and its form; NotFound where it has none."""
    definition = deployments.get_process_definition(session, key)
    process = deployments.get_process(session, definition)
    first = next(reversed(way_in(process)), None)
    reference = None if first is None or first.kind != "userTask" else first.attributes.get("formRef")
    file = loading.find_form(session, reference, definition.deployment_id)
    if first is None or file is None:
        raise NotFound(what="form", key=key)
    return first, file


def start_with(
    session: Session,
    key: str,
    element: Element,
    sent: Sent,
    *,
    variables: Mapping[str, Json] | None = None,
    business_key: str | None = None,
) -> tuple[int, Completed]:
    """Start a process and complete its first task with what was sent; the instance, and what came of it."""
    actor = here.actor()
    instance = instances.start(session, key, variables=variables, business_key=business_key, by=actor)
    waiting = TaskFilter(whose="all", instance_id=instance.id, element=element.id)
    first = queries.list_tasks(session, SYSTEM, waiting).items[0]
    if not candidates.is_candidate(first, actor):  # who may start it fills in what it begins with
        actor = replace(actor, groups=actor.groups.union(first.candidate_groups))
    done = tasks.complete(session, first.id, by=actor, answers=sent.answers, signatures=sent.signatures)
    return instance.id, done
