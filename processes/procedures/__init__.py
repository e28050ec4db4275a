"""Procedures as their folders declare them: which there are, which one a case follows, what their expressions say."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from engine import (
    Actor,
    Call,
    Json,
    Session,
    compile_expression,
    deployments,
    functions_with,
    instances,
    is_expression,
    loading,
    nearest,
)
from engine.errors import NotFound
from processes.identity import Same
from processes.office import Office
from processes.procedures import options
from processes.procedures.model import UNDECLARED, Procedure
from processes.settings import Settings

__all__ = [
    "UNDECLARED",
    "Procedure",
    "check_settings",
    "current",
    "decision",
    "evaluate",
    "find",
    "management",
    "of_call",
    "of_deployment",
    "of_instance",
    "registrable",
    "start_of",
]


def of_deployment(session: Session, deployment_id: int) -> Procedure:
    """The procedure that a deployment declares; `UNDECLARED` for diagrams that came without a declaration."""
    declared = loading.load(session, deployment_id).declaration
    return declared if isinstance(declared, Procedure) else UNDECLARED


def of_instance(session: Session, instance_id: int) -> Procedure:
    """The procedure that an instance follows, whatever newer version there is; NotFound."""
    return of_deployment(session, instances.deployment_of(session, instance_id))


def of_call(session: Session, call: Call) -> Procedure:
    """The procedure of the case that a service works for."""
    return of_deployment(session, call.root_deployment_id)


def current(session: Session) -> Same[Procedure]:
    """The newest version of each procedure, shared processes left out, by key; the same object while they are."""
    return _current(Same(each for each in deployments.declarations(session) if isinstance(each, Procedure)))


@lru_cache(maxsize=32)
def _current(declared: Same[Procedure]) -> Same[Procedure]:
    latest = {each.key: each for each in declared}
    return Same(latest[key] for key in sorted(latest) if key and not latest[key].shared)


def management(session: Session) -> frozenset[str]:
    """The keys of the procedures whose cases are no complaints: a meeting, a report, a notice."""
    return _management(current(session))


@lru_cache(maxsize=32)
def _management(known: Same[Procedure]) -> frozenset[str]:
    return frozenset(each.key for each in known if each.kind == "management")


def check_settings(session: Session, settings: Settings) -> None:
    """SettingRefused for the first thing that an installation says of a procedure and that cannot be taken."""
    if not settings.procedures:  # nothing has to be read for that
        return
    declared = {each.key: each for each in deployments.declarations(session) if isinstance(each, Procedure)}
    for key in settings.procedures:
        if key not in declared:
            why = f"no procedure of that name is deployed{nearest(key, filter(None, declared))}"
            raise options.refusal(settings, f"procedures.{key}", why)
        for refused in options.refused(settings, declared[key]):
            raise refused


def find(session: Session, key: str) -> Procedure:
    """The newest version of a procedure; NotFound."""
    declared = (each for each in deployments.declarations(session) if isinstance(each, Procedure))
    found = next((each for each in declared if each.key == key and not each.shared), None)
    if found is None:
        raise NotFound(what="procedure", key=key)
    return found


def registrable(session: Session, actor: Actor) -> Sequence[Procedure]:
    """The procedures of which a person may register a case, also for somebody whose work the person does now."""
    return [
        each
        for each in current(session)
        if each.registration is not None and (actor.admin or each.registration.groups & actor.reach)
    ]


def evaluate(session: Session, procedure: Procedure, expression: str, variables: Mapping[str, Json]) -> Json:
    """The value of an expression of the declaration over the variables of a case; unknown variables are null.

    Raises ExpressionError for all else that goes wrong.
    """
    functions = functions_with(session.runtime, procedure)
    return compile_expression(expression).evaluate(variables.get, functions)


def start_of(session: Session, procedure: Procedure, variables: Mapping[str, Json]) -> dict[str, Json]:
    """The variables that a case of the procedure begins with, beside those that are there already."""
    functions = functions_with(session.runtime, procedure)
    return {
        name: compile_expression(value).evaluate(variables.get, functions)
        if isinstance(value, str) and is_expression(value)
        else value
        for name, value in procedure.start.items()
        if name not in variables
    }


def decision(office: Office, session: Session, call: Call, name: str) -> Json:
    """A decision that a service goes by: of the folder that its task is drawn in, else of the case's procedure.

    Raises SettingRefused when neither declares it.
    """
    own = of_deployment(session, call.deployment_id)
    return options.value(office.settings, own if name in own.options else of_call(session, call), name)
