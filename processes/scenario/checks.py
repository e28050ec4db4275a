"""What a scenario can check, and how the difference is said."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from processes.scenario.coverage import Way
from processes.scenario.errors import Mismatch
from processes.scenario.format import moment


@dataclass(frozen=True)
class Facts:
    """How the case stands, read from the database before a check."""

    zone: ZoneInfo
    state: str
    open: Sequence[tuple[str, str]]
    """Element id and label of each open task."""
    due: Mapping[str, datetime | None]
    timers: Mapping[str, datetime]
    incidents: Mapping[str, str]
    """Element id and what went wrong."""
    variables: Mapping[str, Any]
    way: Way
    sent: Mapping[str, int]


def check(facts: Facts, wanted: Mapping[str, Any]) -> None:
    """Compare the facts with what a scenario wants.

    Raises:
        Mismatch: the first difference, with what was wanted and what was there.
    """
    for name, value in wanted.items():
        CHECKS[name](facts, value)


def _open(facts: Facts, wanted: list[str]) -> None:
    labels = {label: element for element, label in facts.open}
    want = Counter(labels.get(name, name) for name in wanted)
    have = Counter(element for element, _ in facts.open)
    if want != have:
        raise Mismatch(f"open: wanted {_list(want.elements())}, there was {_list(have.elements())}")


def _moments(kind: str, wanted: Mapping[str, datetime], have: Mapping[str, datetime | None], zone: ZoneInfo) -> None:
    for name, at in wanted.items():
        if name not in have:
            raise Mismatch(f"{kind}: wanted {name} at {_time(at, zone)}, there was {_list(have)}")
        if have[name] != at:
            raise Mismatch(f"{kind}: wanted {name} at {_time(at, zone)}, there was {_time(have[name], zone)}")


def _due(facts: Facts, wanted: Mapping[str, datetime]) -> None:
    _moments("due", wanted, facts.due, facts.zone)


def _timers(facts: Facts, wanted: Mapping[str, datetime]) -> None:
    _moments("timers", wanted, facts.timers, facts.zone)


def _incident(facts: Facts, wanted: list[str]) -> None:
    for name in wanted:
        if name not in facts.incidents:
            raise Mismatch(f"incident: wanted one on {name}, there was {_list(facts.incidents)}")


def _variables(facts: Facts, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name not in facts.variables:
            raise Mismatch(f"variables: wanted {name} = {value!r}, there is none of that name")
        if not same(value, facts.variables[name]):
            raise Mismatch(f"variables: wanted {name} = {value!r}, there was {facts.variables[name]!r}")


def _state(facts: Facts, wanted: str) -> None:
    if facts.state != wanted:
        because = f" ({'; '.join(facts.incidents.values())})" if facts.incidents else ""
        where = f", open: {_list(element for element, _ in facts.open)}" if facts.open else ""
        raise Mismatch(f"state: wanted {wanted}, there was {facts.state}{because}{where}")


def _ended(facts: Facts, wanted: list[str]) -> None:
    for name in wanted:
        if name not in facts.way.end_events:
            raise Mismatch(f"ended: wanted {name}, there was {_list(facts.way.end_events)}")


def _took(facts: Facts, wanted: list[str]) -> None:
    rest = iter(facts.way.arrived)
    for position, name in enumerate(wanted):
        if name not in rest:
            before = f" after {wanted[position - 1]}" if position else ""
            raise Mismatch(f"took: wanted {name}{before}, the way was {_list(facts.way.arrived)}")


def _never(facts: Facts, wanted: list[str]) -> None:
    for name in wanted:
        if name in facts.way.passed:
            raise Mismatch(f"never: {name} was entered {facts.way.passed.count(name)} times")


def _times(facts: Facts, wanted: Mapping[str, int]) -> None:
    for name, count in wanted.items():
        if facts.way.passed.count(name) != count:
            raise Mismatch(f"times: wanted {name} {count} times, there were {facts.way.passed.count(name)}")


def _sent(facts: Facts, wanted: Mapping[str, int]) -> None:
    for name, count in wanted.items():
        if facts.sent.get(name, 0) != count:
            raise Mismatch(f"sent: wanted {name} {count} times, there was {dict(facts.sent)}")


CHECKS: Mapping[str, Callable[[Facts, Any], None]] = {
    "open": _open,
    "due": _due,
    "timers": _timers,
    "incident": _incident,
    "variables": _variables,
    "state": _state,
    "ended": _ended,
    "took": _took,
    "never": _never,
    "times": _times,
    "sent": _sent,
}


def same(wanted: Any, have: Any) -> bool:
    """Whether two values are the same to a reader: `3600` is `"3600.00"`, one moment is itself in another zone."""
    if isinstance(wanted, Mapping) and isinstance(have, Mapping):
        return wanted.keys() == have.keys() and all(same(wanted[key], have[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(have, list):
        return len(wanted) == len(have) and all(map(same, wanted, have))
    if any(each is None or isinstance(each, bool) for each in (wanted, have)):
        return wanted is have
    if any(isinstance(each, int | float) for each in (wanted, have)):
        return _same_number(wanted, have)
    return bool(wanted == have) or _same_moment(wanted, have)


def _same_number(wanted: Any, have: Any) -> bool:
    try:
        return Decimal(str(wanted)) == Decimal(str(have))
    except InvalidOperation:
        return False


def _same_moment(wanted: Any, have: Any) -> bool:
    try:
        return moment(wanted) == moment(have)
    except ValueError:
        return False


def _list(names: Any) -> str:
    return ", ".join(names) or "none"


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes") if at else "no date"
