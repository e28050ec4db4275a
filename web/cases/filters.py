"""What the list of cases is narrowed down to and in which order it stands: read from the address, shown as fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request, url_for

from engine import Session
from processes import procedures
from processes.cases import search
from processes.cases.search import CaseFilter
from processes.procedures.model import Fact, Procedure
from web.cases import figures
from web.shell import dates, here, language, numbers
from web.shell.language import gettext as _
from web.shell.people import Names
from web.shell.words import Words, text_of

STATES = ("open", "late", "closed", "all")
CHOSEN = ("phase", "outcome", "severity", "owner", "unit", "part")
"""Core columns that are chosen from a list."""
FACT = "fact."
"""What the parameters of facts begin with."""
PER_PAGE = 25


@dataclass(frozen=True)
class Field:
    """A filter as the page shows it."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]] | None = None
    """Values and words; None for one that is typed."""
    type: str = "text"
    hint: str = ""


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    text: str = ""
    state: str = "open"
    procedure: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    figure: figures.Asked = figures.NONE
    """The number of the statistics that led here."""
    sort: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.text or self.procedure or self.chosen or self.facts or self.first or self.last)

    @property
    def folded(self) -> bool:
        """Whether all that is asked for stands in the first row."""
        return not (self.chosen.keys() - {"phase"} or self.facts or self.first or self.last)

    def address(self, **changes: object) -> str:
        """The list with something else asked for, from its first page."""
        wanted: dict[str, Any] = {
            "q": self.text,
            "state": self.state,
            "procedure": self.procedure,
            "received_from": self.first,
            "received_to": self.last,
            "sort": self.sort,
            **self.figure.parameters,
            **self.chosen,
            **{FACT + name: text for name, text in self.facts.items()},
            **changes,
        }
        return url_for("cases.list_cases", **{name: value or None for name, value in wanted.items()})

    def within(self, session: Session) -> CaseFilter:
        """As the search takes it, with the cases behind the figure only."""
        unit = self.chosen.get("unit", "")
        behind = figures.condition(session, self.figure, f"{self.first}..{self.last}", self.procedure, unit)
        return replace(self.filter(), within=behind)

    def filter(self) -> CaseFilter:
        """As the search takes it, without the figure."""
        first, last = _day(self.first), _day(self.last)
        return CaseFilter(
            text=self.text,
            status="open" if self.state in ("open", "late") else "closed" if self.state == "closed" else None,
            late=True if self.state == "late" else None,
            procedure=self.procedure or None,
            facts=self.facts,
            received_from=_begins(first) if first is not None else None,
            received_before=_begins(last + timedelta(days=1)) if last is not None else None,
            sort=self.sort or ("due" if self.state in ("open", "late") else "-received"),
            page=self.page,
            per_page=PER_PAGE,
            phase=self.chosen.get("phase"),
            outcome=self.chosen.get("outcome"),
            severity=self.chosen.get("severity"),
            owner=self.chosen.get("owner"),
            unit=self.chosen.get("unit"),
            part=self.chosen.get("part"),
        )


def asked() -> Asked:
    """What this request asks for; what nobody can mean is left out."""
    given = {name: text.strip()[:200] for name, text in request.args.items() if text.strip()}
    state = given.get("state", "all" if "q" in request.args else "open")
    sort = given.get("sort", "")
    return Asked(
        text=given.get("q", ""),
        state=state if state in STATES else "open",
        procedure=given.get("procedure", ""),
        chosen={name: given[name] for name in CHOSEN if name in given},
        facts={name.removeprefix(FACT): text for name, text in given.items() if name.startswith(FACT)},
        first=given.get("received_from", "") if _day(given.get("received_from", "")) else "",
        last=given.get("received_to", "") if _day(given.get("received_to", "")) else "",
        figure=figures.read(request.args),
        sort=sort,
        page=numbers.page(),
    )


def declared(session: Session, wanted: Asked) -> Sequence[Procedure]:
    """The procedures whose words and facts the list offers: the one asked for, else all."""
    known = procedures.current(session)
    return [each for each in known if each.key == wanted.procedure] or known


def fields(session: Session, wanted: Asked, words: Words, called: Names) -> tuple[list[Field], list[Field]]:
    """The filters of the first row, and those that are folded away."""
    known = procedures.current(session)
    shown = declared(session, wanted)
    first = []
    if len(known) > 1:
        names = [(each.key, text_of(each.name)) for each in known]
        first.append(Field("procedure", _("Procedure"), wanted.procedure, names))
    used = search.used(session, here.actor(), ("owner", "unit"))
    options: dict[str, list[tuple[str, str]]] = {
        "phase": _once((each.key, text_of(each.name)) for one in shown for each in one.phases),
        "outcome": _once((each.key, text_of(each.name)) for one in shown for each in one.outcomes.values()),
        "severity": _once(pair for one in shown for pair in words.named(one.key).severities().items()),
        "owner": sorted(((key, called.person(key)) for key in used["owner"]), key=lambda each: each[1]),
        "unit": sorted(((key, called.unit(key)) for key in used["unit"]), key=lambda each: each[1]),
        "part": sorted(((key, called.unit(key)) for key in here.actor().groups), key=lambda each: each[1]),
    }
    labels = {
        "phase": _("Phase"),
        "outcome": _("Outcome"),
        "severity": _("Severity"),
        "owner": _("Owner"),
        "unit": _("Unit"),
        "part": _("Our cases"),
    }
    made = {name: Field(name, labels[name], wanted.chosen.get(name, ""), options[name]) for name in CHOSEN}
    more = [made[name] for name in CHOSEN if name != "phase" and (options[name] or name in wanted.chosen)]
    more.append(Field("received_from", _("Received from"), wanted.first, None, "date", _said(wanted.first)))
    more.append(Field("received_to", _("Received until"), wanted.last, None, "date", _said(wanted.last)))
    if len(shown) == 1:
        more += [_fact(fact, wanted, words, shown[0].key) for fact in shown[0].facts if fact.filtered]
    return [*first, made["phase"]], more


def listed(session: Session, wanted: Asked) -> Sequence[Fact]:
    """The facts that have a column of their own: those of the one procedure that is shown, but for the complainant."""
    shown = declared(session, wanted)
    if len(shown) != 1:
        return ()
    return [fact for fact in shown[0].facts if fact.listed and fact.role not in ("complainant", "company")]


def order(wanted: Asked, name: str) -> tuple[str, str]:
    """Where a click on the head of a column leads, and how the column stands: ascending, descending or empty."""
    now = wanted.filter().sort
    stands = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    return wanted.address(sort=f"-{name}" if now == name else name), stands


def who(session: Session, wanted: Asked) -> str:
    """The fact by which complainants are sorted; empty where the procedures do not agree about it."""
    names = {
        next((fact.name for role in ("company", "complainant") for fact in each.facts if fact.role == role), "")
        for each in declared(session, wanted)
    }
    return names.pop() if len(names) == 1 else ""


def _fact(fact: Fact, wanted: Asked, words: Words, procedure: str) -> Field:
    value, label = wanted.facts.get(fact.name, ""), text_of(fact.label)
    if fact.kind != "choice":
        return Field(FACT + fact.name, label, value)
    return Field(FACT + fact.name, label, value, list(words.named(procedure).values_of(fact).items()))


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each key once, as it was first called."""
    return list(dict(reversed([*pairs])).items())[::-1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), here.zone())


def _said(text: str) -> str:
    day = _day(text)
    return dates.day_text(day, language.current(), this_year=0) if day is not None else ""
