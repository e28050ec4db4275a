"""What the engine refuses, and how it says so."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from engine.values import Finding, Severity


class KesuError(Exception):
    """Something is wrong."""

    code: ClassVar[str] = "kesu_error"
    """A stable name for programs, scenarios and translations: the class name in snake case, or what a class says."""

    deployment_id: int | None = None
    """In whose texts the names of elements stand, where that is known: a case keeps those it began with."""

    def __init__(self, message: str | None = None, /, **fields: object) -> None:
        """Take the facts as keywords; they become attributes and fill the template, which is the class docstring.

        Args:
            message: a complete sentence instead of the template, where the text is only known when it is raised.
            fields: what the template names in braces.
        """
        self.template = message if message is not None else self.template_of()
        self.fields: Mapping[str, object] = fields
        for name, value in fields.items():
            setattr(self, name, value)
        super().__init__(message if message is not None else self.template.format(**fields))

    def __init_subclass__(cls) -> None:
        """Derive the code from the name of the class."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def template_of(cls) -> str:
        """The sentence with its gaps in braces: the beginning of the docstring."""
        return " ".join((cls.__doc__ or cls.__name__).split("\n\n")[0].split())


class BpmnError(KesuError):
    """A business error that the diagram knows by its code: a service or script raises it, an error event catches it."""

    error_code: str
    text: str

    def __init__(self, error_code: str, text: str = "") -> None:
        """Take the code as the diagram's error events name it, and a text for people."""
        super().__init__(f"{error_code}: {text}" if text else error_code, error_code=error_code, text=text)


class NotFound(KesuError):
    """There is no {what} {key} that you may see.

    The same answer is given for what does not exist and for what the asking person may not see.
    """

    what: str
    key: object


class Refused(KesuError):
    """This is not allowed."""


class SnoozedPastDue(Refused):
    """{element} is due at {due:%Y-%m-%d %H:%M} and cannot be put off past that."""

    element: str
    due: datetime


class SnoozedIntoPast(Refused):
    """{element} can only be put off until a day to come."""

    element: str


class AlreadyCompleted(Refused):
    """{element} was completed by {by} at {at:%Y-%m-%d %H:%M}."""

    element: str
    by: str
    at: datetime


class TaskCancelled(Refused):
    """{element} is no longer needed since {at:%Y-%m-%d %H:%M}."""

    element: str
    at: datetime


class ClaimedByOther(Refused):
    """{element} has been with {who} since {since:%Y-%m-%d %H:%M}."""

    element: str
    who: str
    since: datetime


class NotClaimed(Refused):
    """Nobody has claimed {element}."""

    element: str


class NotCandidate(Refused):
    """{who} is not among those who may do {element}."""

    element: str
    who: str


class SeparationOfDuties(Refused):
    """{who} completed “{done}” in this case and therefore may not do “{element}”; somebody else has to."""

    element: str
    done: str
    who: str


class OwnWork(SeparationOfDuties):
    """{who} answers for this case or has decided on it and therefore may not do “{element}”; somebody else has to."""


class StandInOver(Refused):
    """You took {element} to stand in for {who}, and no longer do; hand it back."""

    element: str
    who: str


class TaskChanged(Refused):
    """{element} was changed in the meantime; look at it again."""

    element: str


class AlreadyRecorded(Refused):
    """{element} was recorded by {by} at {at:%Y-%m-%d %H:%M}; the case has gone on, and nothing else is waited for."""

    element: str
    by: str
    at: datetime


class NoLongerWaitedFor(Refused):
    """{element} is waited for no longer since {at:%Y-%m-%d %H:%M}: nobody recorded it, the case has gone on without."""

    element: str
    at: datetime


class InstanceEnded(Refused):
    """Instance {instance_id} is {status}; nothing can be changed any more."""

    instance_id: int
    status: str


class ReasonMissing(Refused):
    """Give a reason."""


class FormRefused(Refused):
    """The form was not accepted: {summary}."""

    errors: Mapping[str, object]
    """What is wrong, by the path of the field; the empty path is the form as a whole. As text: the English message."""

    def __init__(self, errors: Mapping[str, object]) -> None:
        """Take a plain message for each field by its path."""
        summary = "; ".join(f"{path or 'form'}: {message}" for path, message in errors.items())
        super().__init__(errors=errors, summary=summary)


class VariablesRefused(Refused):
    """{name} cannot be kept: {problem}."""

    name: str
    problem: str


class NotStartable(Refused):
    """{key} cannot be started by {who}."""

    key: str
    who: str


class NotCorrelated(Refused):
    """Nobody waits for {name}."""

    name: str


class Ambiguous(Refused):
    """{name} could be meant for {count} receivers; say for which one."""

    name: str
    count: int


class NotWaiting(Refused):
    """Token {token} does not wait for that any more."""

    token: int


class StaleInstance(Refused):
    """Instance {instance_id} was changed by somebody else at the same time."""

    instance_id: int


class DeploymentRefused(Refused):
    """The deployment was refused: {summary}."""

    findings: Sequence[Finding]

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Take all findings; the errors among them make the summary."""
        errors = [str(finding) for finding in findings if finding.severity is Severity.ERROR]
        super().__init__(findings=findings, summary="; ".join(errors))


class OutsideOfStep(KesuError):
    """The service {topic} acts outside of a step: let it give a variable, and a service within a step do the rest."""

    topic: str


class UndeclaredOutput(KesuError):
    """The service {topic} gave {names}, which its description does not name."""

    topic: str
    names: str


class UndeclaredValue(KesuError):
    """The service {topic} gave {name} as {value}, and its description says that it is one of {values}."""

    topic: str
    name: str
    value: str
    values: str


class UndeclaredCode(KesuError):
    """The service {topic} raised the error {error_code}, which the section Errors of its description does not name."""

    topic: str
    error_code: str


class UnknownTopic(KesuError):
    """No service is registered under the topic {topic}."""

    topic: str


class DuplicateTopic(KesuError):
    """A service is already registered under the topic {topic}."""

    topic: str


class OnlyRead(KesuError):
    """{name} cannot be changed in what a query gives: what changes it is found by the register (`processes.cases`)."""

    name: str


class Passing(KesuError):
    """This is over by itself in a while; try again."""


class Busy(Passing):
    """Somebody else is working on this; try again."""


class NotWritten(Passing):
    """Something that goes with this could not be written; nothing was changed. Do it again: it is told at its step."""


class DatabaseAway(Passing):
    """The database cannot be reached at the moment; try again."""


class DatabaseReadOnly(DatabaseAway):
    """The database can only be read at the moment; try again."""


class TablesChanged(DatabaseAway):
    """The tables have another form than this process knows, and it ends; try again."""


class DatabaseLost(DatabaseAway):
    """The database cannot be used any more: {reason}. Stop, restore a back-up or put the file back, and start again."""

    reason: str


class LeaseLost(Passing):
    """{what} was taken up by another process meanwhile."""

    what: str


class Suspended(Refused):
    """{what} stands still since {at:%Y-%m-%d %H:%M}, {by} said: {reason}."""

    what: str
    at: datetime
    by: str
    reason: str


class OnlyCalled(Refused):
    """Nothing of {what} stands still by itself: only {callers} call it. Stop those instead."""

    what: str
    callers: str


class DoesNotGo(Refused):
    """It cannot go on in version {version}: {count} of the places it is in are otherwise there; look at it again."""

    version: int
    count: int


class AnotherProcessRuns(KesuError):
    """Another process already works on {path}; SQLite takes one, use PostgreSQL for several."""

    path: str


class ExpressionError(KesuError, ValueError):
    """The expression “{text}” cannot be used: {reason}."""

    text: str
    reason: str


class UnknownName(ExpressionError):
    """The expression “{text}” asks for {name}, and nothing of that name is known."""

    name: str


class UnknownFunction(ExpressionError):
    """The expression “{text}” uses the function {name}, and there is none of that name."""

    name: str


class ScriptError(KesuError):
    """The script failed: {reason}."""

    line: int
    """From 1; 0 when no line is to blame."""
    reason: str


class ScriptLimit(ScriptError):
    """The script was stopped: {reason}."""


class ScriptBpmnError(BpmnError):
    """A script raised `BpmnError(code, text)`: a business error for the error events of the diagram."""


class DecisionError(KesuError):
    """Table {decision}: {reason}."""

    decision: str
    reason: str
    rows: tuple[int, ...]
    """Numbers of the rows concerned, from 1."""
