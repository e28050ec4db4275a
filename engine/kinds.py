"""The kinds and states of everything that is remembered; each is named here and nowhere else."""

from enum import StrEnum

SUB_PROCESSES = frozenset({"subProcess", "adHocSubProcess", "transaction"})
"""The tags of activities with something drawn inside."""


class InstanceStatus(StrEnum):
    """How an instance stands."""

    RUNNING = "running"
    INCIDENT = "incident"
    """It runs, but a token of it cannot go on."""
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen in it any more."""
        return self in (InstanceStatus.COMPLETED, InstanceStatus.CANCELLED)


UNDER_WAY = tuple(status for status in InstanceStatus if not status.is_over)
"""The states of instances that are not over."""


class TaskStatus(StrEnum):
    """How a task stands."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    """It is not needed any more."""


class JobStatus(StrEnum):
    """How a job stands; one that is done is no longer there."""

    OPEN = "open"
    FAILED = "failed"
    """No attempt is left."""


class JobKind(StrEnum):
    """Why there is a job."""

    TIMER = "timer"
    """A timer of an instance is due."""
    MESSAGE = "message"
    SIGNAL = "signal"
    """An instance threw one."""
    SERVICE = "service"
    """Effects outside the database."""
    START = "start"
    """A start event has been triggered."""
    GO_ON = "go_on"
    """A step took too long and was cut."""


class Trigger(StrEnum):
    """What a waiting token or a start event is set off by, where it is not a person."""

    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"


class Wait(StrEnum):
    """What a token waits for."""

    TASK = "task"
    """A person."""
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    JOB = "job"
    INCIDENT = "incident"
    """Somebody who mends the cause."""
    CONDITION = "condition"
    INSIDE = "inside"
    """What a sub-process or call activity holds."""
    OTHERS = "others"
    """Tokens that have not reached the gateway yet."""


class Misfit(StrEnum):
    """Why an instance cannot go on in another version of its process."""

    GOING = "going"
    """A token goes on by itself at this moment."""
    GONE = "gone"
    """What it is in, or might have to undo, is not there."""
    OTHER = "other"
    """What it is in is drawn otherwise: another kind, another time, other people."""
    BORDER = "border"
    """Other events are at the border of what it is in, or behind the gateway that waits for the first of several."""
    AROUND = "around"
    """Other event sub-processes listen around it, or other activities are offered."""
    ARROWS = "arrows"
    """Other arrows lead to the gateway at which it waits for others."""


class EventKind(StrEnum):
    """What a line of the history tells."""

    # of the execution
    ENTERED = "entered"
    LEFT = "left"
    CANCELLED = "cancelled"
    FLOW = "flow"
    VARIABLE = "variable"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    DECISION = "decision"
    INCIDENT = "incident"
    RESOLVED = "resolved"
    ENDED = "ended"
    # of people; a timer that follows its variables has moved, too
    STARTED = "started"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    REASSIGNED = "reassigned"
    SNOOZED = "snoozed"
    COMPLETED = "completed"
    RECORDED = "recorded"
    ABORTED = "aborted"
    CHANGED = "changed"
    GIVEN = "given"
    """A service that acted for another instance, or the calendar, has given variables other values."""
    TIMER_MOVED = "timer_moved"
    TIMER_FIRED = "timer_fired"
    RETRIED = "retried"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    MIGRATED = "migrated"
    """An administrator has moved it to another version of its process."""
    LOOKED = "looked"
    """An administrator was let into what the instance is about."""
    # of jobs
    JOB_FAILED = "job_failed"
    JOB_DONE = "job_done"


class Origin(StrEnum):
    """Where a version of a folder came from."""

    SHIPPED = "shipped"
    """With the program: never current in the place of what somebody chose."""
    OWN = "own"
    """From somebody of the installation."""
