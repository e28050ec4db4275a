"""The words of the engine, as administrators read them: statuses, events, places."""

from collections.abc import Mapping

from web.shell import language
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Badge


def status_badge(status: str) -> Badge:
    """running, incident, completed or cancelled."""
    looks = {
        "running": Badge(_("running"), "", "player-play"),
        "incident": Badge(_("incident"), "bad", "alert-octagon"),
        "completed": Badge(_("finished"), "good", "circle-check"),
        "cancelled": Badge(_("cancelled"), "", "x"),
    }
    return looks.get(status) or Badge(status)


def statuses() -> Mapping[str, str]:
    """What the list can be filtered by."""
    return {
        "open": _("not over"),
        "running": _("running"),
        "incident": _("with incidents"),
        "completed": _("finished"),
        "cancelled": _("cancelled"),
        "any": _("any"),
    }


def counts_text(counts: Mapping[str, int]) -> str:
    """How many instances there are of each status, in words."""
    said = [
        ngettext("%(num)s running", "%(num)s running", counts.get("running", 0)),
        ngettext("%(num)s with an incident", "%(num)s with incidents", counts.get("incident", 0)),
    ]
    if counts.get("completed"):
        said.append(ngettext("%(num)s finished", "%(num)s finished", counts["completed"]))
    if counts.get("cancelled"):
        said.append(ngettext("%(num)s cancelled", "%(num)s cancelled", counts["cancelled"]))
    return ("，" if language.current() == "zh" else ", ").join(said)


def kinds() -> Mapping[str, str]:
    """The events of the history."""
    return {
        "started": _("started"),
        "entered": _("entered"),
        "left": _("left"),
        "cancelled": _("left unfinished"),
        "flow": _("went on"),
        "variable": _("variable"),
        "timer": _("timer fired"),
        "message": _("message"),
        "signal": _("signal"),
        "error": _("error"),
        "escalation": _("escalation"),
        "decision": _("decision"),
        "incident": _("incident"),
        "resolved": _("incident resolved"),
        "ended": _("ended"),
        "claimed": _("claimed"),
        "unclaimed": _("unclaimed"),
        "reassigned": _("reassigned"),
        "snoozed": _("snoozed"),
        "completed": _("completed"),
        "recorded": _("recorded"),
        "aborted": _("cancelled by hand"),
        "changed": _("changed by hand"),
        "timer_moved": _("timer moved"),
        "timer_fired": _("timer fired by hand"),
        "retried": _("retried"),
        "job_failed": _("attempt failed"),
        "job_done": _("job done"),
    }


ADMIN_KINDS = ("aborted", "changed", "timer_moved", "timer_fired", "retried", "reassigned")
"""What administrators do."""


def waits() -> Mapping[str, str]:
    """What a token waits for."""
    return {
        "task": _("a person"),
        "timer": _("a time"),
        "message": _("a message"),
        "signal": _("a signal"),
        "job": _("a service"),
        "incident": _("somebody to mend it"),
        "inside": _("what is inside"),
        "condition": _("a condition"),
        "others": _("others to arrive"),
    }


def job_kinds() -> Mapping[str, str]:
    """Why there is a job."""
    return {
        "service": _("service"),
        "timer": _("due timer"),
        "message": _("message"),
        "signal": _("signal"),
        "start": _("start"),
    }
