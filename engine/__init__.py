"""Who keeps it going: deploys diagrams, runs instances, remembers them. No HTTP, no HTML, no complaints.

This is its one face: whatever pages and procedures use of the engine stands in `__all__`; what it refuses is in
`engine.errors`. Functions are called by the module of their subject (`tasks.complete`, `history.of`), values and their
types by name. Each name is loaded when it is first asked for, so that a command that needs little starts quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.clock import Clock, SetClock, SystemClock, clock_functions
    from engine.core.timers import check_cycle
    from engine.database import Database
    from engine.deploy import checks, contents, deployments, loading, versions
    from engine.deploy.deployments import Deployment
    from engine.deploy.digests import digest_of
    from engine.deploy.names.ahead import Lack
    from engine.deploy.names.relations import KIND_WORDS
    from engine.kinds import (
        SUB_PROCESSES,
        EventKind,
        InstanceStatus,
        JobKind,
        JobStatus,
        Misfit,
        Origin,
        TaskStatus,
        Wait,
    )
    from engine.language.expressions import Expression, compile_expression, is_expression
    from engine.language.patterns import Pattern, compile_pattern
    from engine.loaded import FormFile, LoadedDeployment
    from engine.look import admin, askers, drawings, history, joins, overview, pending, queries
    from engine.look.admin import InstanceFilter, InstanceItem
    from engine.look.history import Event, Submission, Visit
    from engine.look.overview import Place
    from engine.look.pending import IncidentItem, JobItem, TimerItem
    from engine.look.queries import Sort, TaskCounts, TaskFilter
    from engine.look.task_items import TaskItem
    from engine.phrases import GAP, Patterns, in_words, kept, kept_in_words, phrase, quoted, said_by, subject_of
    from engine.run import candidates, follow_ups, incidents, instances, messages, moves, suspensions, task_forms, tasks
    from engine.run.instances import Instance
    from engine.run.messages import Recordable
    from engine.run.moves import Move
    from engine.run.steps import lock_instance, read_variables
    from engine.run.suspensions import Suspension
    from engine.run.tasks import Completed
    from engine.runtime import Limits, Runtime, functions_with, make_runtime
    from engine.seams import Beside, Change, Deployable, Dispatcher, JobRow, Mention, StepResult
    from engine.services import Call, Service, Services
    from engine.session import Session, now
    from engine.spelling import meant, meant_in, mistyped, nearest, slipped
    from engine.store.base import Base, at_once, of_owner
    from engine.store.columns import UtcTime
    from engine.store.prepared import Prepared
    from engine.store.rows import only_read
    from engine.store.variables import is_blank
    from engine.store.whole import Whole
    from engine.throttle import Throttle
    from engine.uses import FormField, FormRead, FormUses
    from engine.values import (
        SYSTEM,
        Actor,
        Address,
        Element,
        Finding,
        Handed,
        Json,
        OpenTask,
        Process,
        Severity,
        StandIn,
        Trace,
        parted,
    )
    from engine.work import broker, dispatch, jobs, leases, timers
    from engine.work.dispatch import EmbeddedDispatcher
    from engine.work.procrastination import ProcrastinateDispatcher

# where each name is at home, blanks between
_MODULES = {
    "engine.deploy": "checks contents deployments loading versions",
    "engine.look": "admin askers drawings history joins overview pending queries",
    "engine.run": "candidates follow_ups incidents instances messages moves suspensions task_forms tasks",
    "engine.work": "broker dispatch jobs leases timers",
}
_NAMES = {
    "engine.clock": "Clock SetClock SystemClock clock_functions",
    "engine.core.timers": "check_cycle",
    "engine.deploy.deployments": "Deployment",
    "engine.deploy.digests": "digest_of",
    "engine.deploy.names.ahead": "Lack",
    "engine.deploy.names.relations": "KIND_WORDS",
    "engine.kinds": "SUB_PROCESSES EventKind InstanceStatus JobKind JobStatus Misfit Origin TaskStatus Wait",
    "engine.language.expressions": "Expression compile_expression is_expression",
    "engine.language.patterns": "Pattern compile_pattern",
    "engine.loaded": "FormFile LoadedDeployment",
    "engine.look.admin": "InstanceFilter InstanceItem",
    "engine.look.history": "Event Submission Visit",
    "engine.look.overview": "Place",
    "engine.look.pending": "IncidentItem JobItem TimerItem",
    "engine.look.queries": "Sort TaskCounts TaskFilter",
    "engine.look.task_items": "TaskItem",
    "engine.phrases": "GAP Patterns in_words kept kept_in_words phrase quoted said_by subject_of",
    "engine.spelling": "meant meant_in mistyped nearest slipped",
    "engine.run.instances": "Instance",
    "engine.run.messages": "Recordable",
    "engine.run.moves": "Move",
    "engine.run.steps": "lock_instance read_variables",
    "engine.run.suspensions": "Suspension",
    "engine.run.tasks": "Completed",
    "engine.runtime": "Limits Runtime functions_with make_runtime",
    "engine.seams": "Beside Change Deployable Dispatcher JobRow Mention StepResult",
    "engine.session": "Session now",
    "engine.services": "Call Service Services",
    "engine.database": "Database",
    "engine.store.base": "Base at_once of_owner",
    "engine.store.columns": "UtcTime",
    "engine.store.prepared": "Prepared",
    "engine.store.variables": "is_blank",
    "engine.store.rows": "only_read",
    "engine.store.whole": "Whole",
    "engine.uses": "FormField FormRead FormUses",
    "engine.throttle": "Throttle",
    "engine.values": "SYSTEM Actor Address Element Finding Handed Json OpenTask Process Severity StandIn Trace parted",
    "engine.work.dispatch": "EmbeddedDispatcher",
    "engine.work.procrastination": "ProcrastinateDispatcher",
}

__all__ = [
    "GAP",
    "KIND_WORDS",
    "SUB_PROCESSES",
    "SYSTEM",
    "Actor",
    "Address",
    "Base",
    "Beside",
    "Call",
    "Change",
    "Clock",
    "Completed",
    "Database",
    "Deployable",
    "Deployment",
    "Dispatcher",
    "Element",
    "EmbeddedDispatcher",
    "Event",
    "EventKind",
    "Expression",
    "Finding",
    "FormField",
    "FormFile",
    "FormRead",
    "FormUses",
    "Handed",
    "IncidentItem",
    "Instance",
    "InstanceFilter",
    "InstanceItem",
    "InstanceStatus",
    "JobItem",
    "JobKind",
    "JobRow",
    "JobStatus",
    "Json",
    "Lack",
    "Limits",
    "LoadedDeployment",
    "Mention",
    "Misfit",
    "Move",
    "OpenTask",
    "Origin",
    "Pattern",
    "Patterns",
    "Place",
    "Prepared",
    "Process",
    "ProcrastinateDispatcher",
    "Recordable",
    "Runtime",
    "Service",
    "Services",
    "Session",
    "SetClock",
    "Severity",
    "Sort",
    "StandIn",
    "StepResult",
    "Submission",
    "Suspension",
    "SystemClock",
    "TaskCounts",
    "TaskFilter",
    "TaskItem",
    "TaskStatus",
    "Throttle",
    "TimerItem",
    "Trace",
    "UtcTime",
    "Visit",
    "Wait",
    "Whole",
    "admin",
    "askers",
    "at_once",
    "broker",
    "candidates",
    "check_cycle",
    "checks",
    "clock_functions",
    "compile_expression",
    "compile_pattern",
    "contents",
    "deployments",
    "digest_of",
    "dispatch",
    "drawings",
    "follow_ups",
    "functions_with",
    "history",
    "in_words",
    "incidents",
    "instances",
    "is_blank",
    "is_expression",
    "jobs",
    "joins",
    "kept",
    "kept_in_words",
    "leases",
    "loading",
    "lock_instance",
    "make_runtime",
    "meant",
    "meant_in",
    "messages",
    "mistyped",
    "moves",
    "nearest",
    "now",
    "of_owner",
    "only_read",
    "overview",
    "parted",
    "pending",
    "phrase",
    "queries",
    "quoted",
    "read_variables",
    "said_by",
    "slipped",
    "subject_of",
    "suspensions",
    "task_forms",
    "tasks",
    "timers",
    "versions",
]


def __getattr__(name: str) -> Any:
    """Load a name of the face when it is first asked for."""
    for room, names in _MODULES.items():
        if name in names.split():
            return import_module(f"{room}.{name}")
    for module, names in _NAMES.items():
        if name in names.split():
            found = globals()[name] = getattr(import_module(module), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
