"""What the kinds and states of the engine are called and how they look; one table for all pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import EventKind, InstanceStatus, JobKind, JobStatus, Wait
from web.shell import language
from web.shell.parts import Badge
from web.shell.words import N_


@dataclass(frozen=True)
class Look:
    """How a kind or state looks."""

    said: str
    """Marked for the catalogue; `text` is what is read."""
    icon: str = ""
    tone: str = ""
    """good, warn, bad or nothing in particular."""

    @property
    def text(self) -> str:
        """Its name in the reader's language."""
        return language.gettext(self.said)

    @property
    def badge(self) -> Badge:
        """Name, icon and tone together."""
        return Badge(self.text, self.tone, self.icon)


INSTANCES: Mapping[InstanceStatus, Look] = {
    InstanceStatus.RUNNING: Look(N_("running"), "player-play"),
    InstanceStatus.INCIDENT: Look(N_("incident"), "alert-octagon", "bad"),
    InstanceStatus.COMPLETED: Look(N_("finished"), "circle-check", "good"),
    InstanceStatus.CANCELLED: Look(N_("cancelled"), "x"),
}

JOBS: Mapping[JobStatus, Look] = {
    JobStatus.OPEN: Look(N_("waits"), "clock"),
    JobStatus.FAILED: Look(N_("failed"), "alert-octagon", "bad"),
}

JOB_KINDS: Mapping[JobKind, Look] = {
    JobKind.SERVICE: Look(N_("service")),
    JobKind.TIMER: Look(N_("due timer")),
    JobKind.MESSAGE: Look(N_("message")),
    JobKind.SIGNAL: Look(N_("signal")),
    JobKind.START: Look(N_("start")),
    JobKind.GO_ON: Look(N_("rest of a long step")),
}

WAITS: Mapping[Wait, Look] = {
    Wait.TASK: Look(N_("a person")),
    Wait.TIMER: Look(N_("a time")),
    Wait.MESSAGE: Look(N_("a message")),
    Wait.SIGNAL: Look(N_("a signal")),
    Wait.JOB: Look(N_("a service")),
    Wait.INCIDENT: Look(N_("somebody to mend it")),
    Wait.INSIDE: Look(N_("what is inside")),
    Wait.CONDITION: Look(N_("a condition")),
    Wait.OTHERS: Look(N_("others to arrive")),
}

EVENTS: Mapping[EventKind, Look] = {
    EventKind.STARTED: Look(N_("started"), "phone"),
    EventKind.ENTERED: Look(N_("entered"), "note"),
    EventKind.LEFT: Look(N_("left"), "note"),
    EventKind.CANCELLED: Look(N_("left unfinished"), "note"),
    EventKind.FLOW: Look(N_("went on"), "note"),
    EventKind.VARIABLE: Look(N_("variable"), "note"),
    EventKind.TIMER: Look(N_("timer fired"), "clock"),
    EventKind.MESSAGE: Look(N_("message"), "note"),
    EventKind.SIGNAL: Look(N_("signal"), "note"),
    EventKind.ERROR: Look(N_("error"), "note"),
    EventKind.ESCALATION: Look(N_("escalation"), "note"),
    EventKind.DECISION: Look(N_("decision"), "note"),
    EventKind.INCIDENT: Look(N_("incident"), "alert-octagon", "bad"),
    EventKind.RESOLVED: Look(N_("incident resolved"), "circle-check", "good"),
    EventKind.ENDED: Look(N_("ended"), "note"),
    EventKind.CLAIMED: Look(N_("claimed"), "user-check"),
    EventKind.UNCLAIMED: Look(N_("unclaimed"), "arrow-back-up"),
    EventKind.REASSIGNED: Look(N_("reassigned"), "user"),
    EventKind.SNOOZED: Look(N_("snoozed"), "player-pause"),
    EventKind.COMPLETED: Look(N_("completed"), "check"),
    EventKind.RECORDED: Look(N_("recorded"), "message"),
    EventKind.ABORTED: Look(N_("cancelled by hand"), "x", "bad"),
    EventKind.CHANGED: Look(N_("changed by hand"), "tool"),
    EventKind.GIVEN: Look(N_("changed from outside"), "tool"),
    EventKind.TIMER_MOVED: Look(N_("timer moved"), "calendar-event"),
    EventKind.TIMER_FIRED: Look(N_("timer fired by hand"), "bolt"),
    EventKind.RETRIED: Look(N_("retried"), "refresh"),
    EventKind.SUSPENDED: Look(N_("stopped by hand"), "player-pause", "warn"),
    EventKind.RESUMED: Look(N_("let go on"), "player-play"),
    EventKind.MIGRATED: Look(N_("moved to a new version"), "refresh"),
    EventKind.LOOKED: Look(N_("looked into the case"), "search", "warn"),
    EventKind.JOB_FAILED: Look(N_("attempt failed"), "alert-octagon", "bad"),
    EventKind.JOB_DONE: Look(N_("job done"), "note"),
}
