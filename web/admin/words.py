"""What administrators filter by and are told in sums."""

from collections.abc import Mapping

from engine import EventKind, InstanceStatus
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
    EventKind.LOOKED,
)
"""What administrators do."""


def statuses() -> Mapping[str, str]:
    """What the list can be filtered by."""
    return {
        "open": _("not over"),
        InstanceStatus.RUNNING: _("running"),
        InstanceStatus.INCIDENT: _("with incidents"),
        InstanceStatus.COMPLETED: _("finished"),
        InstanceStatus.CANCELLED: _("cancelled"),
        "any": _("any"),
    }


def counts_text(counts: Mapping[InstanceStatus, int]) -> str:
    """How many instances there are of each status, in words."""
    said = [
        ngettext("%(num)s running", "%(num)s running", counts.get(InstanceStatus.RUNNING, 0)),
        ngettext("%(num)s with an incident", "%(num)s with incidents", counts.get(InstanceStatus.INCIDENT, 0)),
    ]
    if finished := counts.get(InstanceStatus.COMPLETED):
        said.append(ngettext("%(num)s finished", "%(num)s finished", finished))
    if cancelled := counts.get(InstanceStatus.CANCELLED):
        said.append(ngettext("%(num)s cancelled", "%(num)s cancelled", cancelled))
    return ("，" if language.current() == "zh" else ", ").join(said)
