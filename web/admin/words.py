"""What administrators filter by and are told in sums."""

from collections.abc import Mapping

from engine import EventKind, InstanceStatus, admin
from web.shell import language
from web.shell.language import gettext as _
from web.shell.language import ngettext

ADMIN_KINDS = (
    EventKind.ABORTED,
    EventKind.CHANGED,
    EventKind.TIMER_MOVED,
    EventKind.TIMER_FIRED,
    EventKind.RETRIED,
    EventKind.REASSIGNED,
    EventKind.SUSPENDED,
    EventKind.RESUMED,
    EventKind.MIGRATED,
    EventKind.LOOKED,
)
"""What administrators do."""


def statuses() -> Mapping[str, str]:
    """What the list can be filtered by."""
    return {
        "open": _("not over"),
        InstanceStatus.RUNNING: _("running"),
        InstanceStatus.INCIDENT: _("with incidents"),
        "still": _("standing still"),
        InstanceStatus.COMPLETED: _("finished"),
        InstanceStatus.CANCELLED: _("cancelled"),
        "any": _("any"),
    }


def counts_text(counts: Mapping[InstanceStatus, int]) -> str:
    """How many instances there are of each status, in words."""
    shown = {status: min(counts.get(status, 0), admin.MOST_COUNTED) for status in InstanceStatus}
    running, broken = shown[InstanceStatus.RUNNING], shown[InstanceStatus.INCIDENT]
    finished, cancelled = shown[InstanceStatus.COMPLETED], shown[InstanceStatus.CANCELLED]
    texts = {
        InstanceStatus.RUNNING: ngettext("%(num)s running", "%(num)s running", running),
        InstanceStatus.INCIDENT: ngettext("%(num)s with an incident", "%(num)s with incidents", broken),
        InstanceStatus.COMPLETED: ngettext("%(num)s finished", "%(num)s finished", finished) if finished else "",
        InstanceStatus.CANCELLED: ngettext("%(num)s cancelled", "%(num)s cancelled", cancelled) if cancelled else "",
    }
    said = [
        _("more than %(count)s", count=text) if counts.get(status, 0) > admin.MOST_COUNTED else text
        for status, text in texts.items()
        if text
    ]
    return ("，" if language.current() == "zh" else ", ").join(said)
