"""What the management's own procedures leave in the record of a case, in sentences."""

from collections.abc import Callable, Mapping

from processes.cases.timeline import Entry
from processes.management import agenda, penalties
from web.shell.language import gettext as _
from web.shell.people import Names


def _resolved(entry: Entry, names: Names, _label: str) -> tuple[str, str]:
    data = entry.data
    whose = _("%(unit)s, due %(day)s", unit=names.unit(str(data.get("unit"))), day=data.get("due"))
    return _("Resolution %(number)s", number=data.get("no")), f"{data.get('text')}\n{whose}"


def _settled(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    effective, number = entry.data.get("effective"), entry.data.get("no")
    title = (
        _("Resolution %(number)s: effective", number=number)
        if effective
        else _("Resolution %(number)s: without effect, for the next meeting", number=number)
    )
    return title, str(entry.data.get("performance") or "")


def _superseded(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    said = _("In its place: %(number)s", number=entry.data.get("by"))
    return _("Resolution %(number)s is superseded", number=entry.data.get("no")), said


def _ineffective(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    return _("Improvement without effect: for the review meeting"), str(entry.data.get("root_cause") or "")


def _record(entry: Entry) -> str:
    return f"{entry.data.get('source')} {entry.data.get('ref')}"


def _taken(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    return _("Registration begun from record %(record)s", record=_record(entry)), ""


def _dismissed(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    said = str(entry.data.get("reason") or "")
    return _("Record %(record)s is no complaint", record=_record(entry)), said


def _penalty(entry: Entry, _names: Names, label: str) -> tuple[str, str]:
    return f"{label}: {entry.data.get('case')}", str(entry.data.get("decision_reason") or "")


SENTENCES: Mapping[str, Callable[[Entry, Names, str], tuple[str, str]]] = {
    agenda.RESOLVED: _resolved,
    agenda.RESULT: _settled,
    agenda.SUPERSEDED: _superseded,
    agenda.INEFFECTIVE: _ineffective,
    "source_taken": _taken,
    "source_dismissed": _dismissed,
    penalties.RECORDED: _penalty,
}
