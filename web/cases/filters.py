"""What the list of cases is narrowed down to and in which order it stands: read from the address, shown as fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import request, url_for

from engine import Session
from processes import procedures
from processes.cases import offered, own
from processes.cases.case_filter import CaseFilter
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
    due_first: str = ""
    due_last: str = ""
    figure: figures.Asked = figures.NONE
    """The number of the statistics that led here."""
    sort: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.text or self.procedure or self.chosen or self.facts or self._days)

    @property
    def _days(self) -> str:
        return self.first or self.last or self.due_first or self.due_last

    @property
    def folded(self) -> bool:
        """Whether all that is asked for stands in the first row."""
        return not (self.chosen.keys() - {"phase"} or self.facts or self._days)

    def address(self, endpoint: str = "cases.list_cases", **changes: object) -> str:
        """The list with something else asked for, from its first page; or a page about the list."""
        wanted: dict[str, Any] = {**self.parameters, **changes}
        return url_for(endpoint, **{name: value or None for name, value in wanted.items()})

    @property
    def parameters(self) -> Mapping[str, str]:
        """What its address says, as a saved view keeps it."""
        wanted = {
            "q": self.text,
            "state": self.state,
            "procedure": self.procedure,
            "received_from": self.first,
            "received_to": self.last,
            "due_from": self.due_first,
            "due_to": self.due_last,
            "sort": self.sort,
            **self.figure.parameters,
            **self.chosen,
            **{FACT + name: text for name, text in self.facts.items()},
        }
        return {name: text for name, text in wanted.items() if text}

    def within(self, session: Session) -> CaseFilter:
        """As the search takes it, with the cases behind the figure only."""
        unit = self.chosen.get("unit", "")
        behind = figures.condition(session, self.figure, f"{self.first}..{self.last}", self.procedure, unit)
        return replace(self.filter(), within=behind)

    def filter(self) -> CaseFilter:
        """As the search takes it, without the figure."""
        first, last = _day(self.first), _day(self.last)
        due_first, due_last = _day(self.due_first), _day(self.due_last)
        return CaseFilter(
            text=self.text,
            status="open" if self.state in ("open", "late") else "closed" if self.state == "closed" else None,
            late=True if self.state == "late" else None,
            procedure=self.procedure or None,
            facts=self.facts,
            received_from=here.start_of(first) if first is not None else None,
            received_before=here.start_of(last + timedelta(days=1)) if last is not None else None,
            due_from=_after(due_first) if due_first is not None else None,
            due_before=_after(due_last + timedelta(days=1)) if due_last is not None else None,
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
    """What the address of this request asks for."""
    return replace(read(request.args), page=numbers.page())


def read(said: Mapping[str, str]) -> Asked:
    """What is asked for, from its first page; what nobody can mean is left out."""
    given = {name: text.strip()[:200] for name, text in said.items() if text.strip()}
    state = given.get("state", "all" if "q" in said else "open")
    sort = given.get("sort", "")
    return Asked(
        text=given.get("q", ""),
        state=state if state in STATES else "open",
        procedure=given.get("procedure", ""),
        chosen={name: given[name] for name in CHOSEN if name in given},
        facts={name.removeprefix(FACT): text for name, text in given.items() if name.startswith(FACT)},
        first=given.get("received_from", "") if _day(given.get("received_from", "")) else "",
        last=given.get("received_to", "") if _day(given.get("received_to", "")) else "",
        due_first=given.get("due_from", "") if _day(given.get("due_from", "")) else "",
        due_last=given.get("due_to", "") if _day(given.get("due_to", "")) else "",
        figure=figures.read(said),
        sort=sort,
    )


def declared(session: Session, wanted: Asked) -> Sequence[Procedure]:
    """The procedures whose words and facts the list offers: the one asked for, else all."""
    known = procedures.current(session)
    return [each for each in known if each.key == wanted.procedure] or known


def fields(
    session: Session, wanted: Asked, words: Words, called: Names, few: own.Part | None
) -> tuple[list[Field], list[Field]]:
    """The filters of the first row, and those that are folded away; for somebody who sees few cases, by these."""
    known = procedures.current(session)
    shown = declared(session, wanted)
    first = []
    if len(known) > 1:
        names = [(each.key, text_of(each.name)) for each in known]
        first.append(Field("procedure", _("Procedure"), wanted.procedure, names))
    used = offered.used(session, here.actor(), ("owner", "unit"), few)
    options: dict[str, list[tuple[str, str]]] = {
        "phase": _once((each.key, text_of(each.name)) for one in shown for each in one.phases),
        "outcome": _once((each.key, text_of(each.name)) for one in shown for each in one.outcomes.values()),
        "severity": _once(pair for one in shown for pair in words.named(one.key).severities().items()),
        "owner": _sorted(used["owner"], wanted.chosen.get("owner"), called.person),
        "unit": _sorted(used["unit"], wanted.chosen.get("unit"), called.unit),
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
    more.append(Field("due_from", _("Due from"), wanted.due_first, None, "date", _said(wanted.due_first)))
    more.append(Field("due_to", _("Due until"), wanted.due_last, None, "date", _said(wanted.due_last)))
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


def _sorted(keys: Iterable[str], chosen: str | None, called: Callable[[str], str]) -> list[tuple[str, str]]:
    """What is offered and what is chosen, by its words."""
    every = {*keys, *([chosen] if chosen else [])}
    return sorted(((key, called(key)) for key in every), key=lambda each: each[1])


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each key once, as it was first called."""
    return list(dict(reversed([*pairs])).items())[::-1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _after(day: date) -> datetime:
    """The first moment at which something is due on a day: its midnight is the 24:00 of the day before."""
    return here.start_of(day) + timedelta(microseconds=1)


def _said(text: str) -> str:
    day = _day(text)
    return dates.day_text(day, language.current(), this_year=0) if day is not None else ""
