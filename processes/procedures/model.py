"""What the declaration of a folder says, read and checked: plain values, the same for every procedure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal

Expression = Annotated[str, "expression"]
"""As the diagrams write them: `=severity`; evaluated over the variables of the case."""

Text = Annotated[Mapping[str, str], "text"]
"""A text by language: en and zh, both."""

Terms = Annotated[Mapping[str, Mapping[str, str]], "terms"]
"""Words and what they are called instead, by language."""

WorkingTime = Annotated[str, "working time"]
"""Hours or minutes of work, or ordinary working days: 4h, 30m, 0.5d."""

Role = Literal[
    "",
    "complainant",
    "company",
    "phone",
    "email",
    "address",
    "product",
    "quantity",
    "quality",
    "lot",
    "channel",
    "kind",
    "area",
    "cause",
    "remedies",
    "cost",
    "redone",
    "mediated",
]
"""What a fact is in every procedure: of the statistics channel, kind, area and cause of a complaint, product and lot,
the remedies, what they cost, how often measures were drawn up again and how often it was mediated."""

LineKind = Literal[
    "text", "choice", "moment", "day", "money", "number", "person", "unit", "contact", "identity", "list"
]
"""How a value is shown; `choice` takes its words from the options of the form field of the same name."""


@dataclass(frozen=True)
class Guide:
    """A short list beside a form."""

    title: Text
    """What stands above it."""
    items: tuple[Text, ...]
    """Its lines, each to be ticked off."""
    rules: tuple[str, ...] = ()
    """The rules of a document that it says: how people should behave, which no step can do for them."""


@dataclass(frozen=True)
class Line:
    """A line of a summary."""

    label: Text
    """What stands before the value."""
    value: Expression
    """What is shown; a line without a value is left out."""
    kind: LineKind = "text"
    """How the value is shown; a choice takes its words from the options of a form field."""
    field: str = ""
    """The form field whose options say what a choice is called; by default the variable of the expression."""
    note: Expression = ""
    """What stands below the value, smaller."""


@dataclass(frozen=True)
class Registration:
    """How a case of the procedure begins."""

    process: str
    """The key of the process that a new case starts with."""
    groups: frozenset[str]
    """Who may register one."""
    purpose: Text = field(default_factory=dict)
    """What it is for, in one line, where there are several to choose from."""
    keep: tuple[str, ...] = ()
    """Answers that the next registration begins with."""
    guide: tuple[Guide, ...] = ()
    """What stands beside the form: words for the telephone, the reception checklist."""
    steps: tuple[Text, ...] = ()
    """What will happen, in words, while the form is not complete enough to tell."""
    outlook: tuple[Line, ...] = ()
    """What will happen, read from a case that is tried out and taken back."""


@dataclass(frozen=True)
class Phase:
    """A reporting phase; elements and call activities name theirs in the diagram."""

    key: str
    """As the property `phase` of elements has it."""
    name: Text
    """What pages call it."""
    rounds: Expression = ""
    """How often it was gone through, where that shows more than that it was entered again."""


@dataclass(frozen=True)
class Outcome:
    """How a case may end."""

    key: str
    """The value of the column outcome: the name of the table in the file."""
    name: Text
    """What pages call it."""
    kind: Literal["upheld", "partly", "declined", "withdrawn", "open"]
    """What it counts as in figures."""


@dataclass(frozen=True)
class Share:
    """Who reads those cases that know something in a role."""

    groups: frozenset[str]
    """Units and roles."""
    role: Role
    """The role of the fact: `quality` for the complaints about the quality of a product."""


@dataclass(frozen=True)
class Readers:
    """Who sees the cases beside those who work on them."""

    groups: frozenset[str] = frozenset()
    """Units and roles that read every case."""
    shares: tuple[Share, ...] = ()
    """Who reads some of the cases without working on them; figures are of the same cases."""
    admins: Literal["everything", "diagram only"] = "everything"
    """Whether administrators read the cases, or see only where they stand until they give a reason."""
    private: bool = False
    """Whether of a unit only those read a case who have, had or may take a task in it; then administrators see only
    where it stands, and every look at a case is written down."""
    apart: frozenset[str] = frozenset()
    """Processes and tasks that let nobody see the case: who is asked or pays there sees what its form shows."""
    look_minutes: int = 60
    """For how long a reason lets an administrator read a case that is closed to administrators."""

    @property
    def closed(self) -> bool:
        """Whether administrators have to give a reason."""
        return self.private or self.admins == "diagram only"


@dataclass(frozen=True)
class Reopening:
    """How a closed case may be opened again: a request that somebody else decides on, then a further round."""

    process: str
    """The key of the process that is started beside the case; it begins with the request, a task with a form, and is
    told `askers`, `deciders`, `decided` and `severity`."""
    groups: frozenset[str]
    """Who may ask for it."""
    deciders: frozenset[str]
    """Who decides."""
    decided: tuple[str, ...]
    """Steps that decide in a round: whoever did one of them does not decide whether there is another."""
    within: Expression = ""
    """Working days after the end of the case; without them at any time."""


MOMENTS = {
    "nominal": "nominal_due",
    "due": "due",
    "warn": "warn_at",
    "l2": "l2_at",
    "l3": "l3_at",
    "provisional": "provisional",
}
"""What a clock tells the diagram, and what its variables are called after its name unless it says otherwise."""


@dataclass(frozen=True)
class Clock:
    """A clock of a case: one row for each case, several clocks a procedure."""

    name: str
    """As diagrams name it in the input `clock` of a service."""
    label: Text
    """What pages call it."""
    start: Expression
    """The moment from which it runs; null: not yet."""
    rule: Expression
    """The row of the table of deadlines, as a map: limit, unit, roll, warn …"""
    limit: str = "hard_reply"
    """The column of the row that holds the limit."""
    soft: bool = False
    """A target: shown and counted, never a breach."""
    stops: str = ""
    """The variable whose moment stops it; null again: it runs again."""
    sets: Mapping[str, str] = field(default_factory=dict)
    """The variables that hold its moments: nominal, due, warn, l2, l3, provisional; by default `<name>_due` …"""
    tell: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Whom a warning, a breach, a level (l2, l3) and a move tell: groups, or owner."""

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The variables that hold its moments, by what they are."""
        return {role: self.sets.get(role, f"{self.name}_{usual}") for role, usual in MOMENTS.items()}


@dataclass(frozen=True)
class Fact:
    """Something that only this procedure knows of its cases, kept beside the register."""

    name: str
    """As it is kept; the same name in two procedures may be sorted and filtered together."""
    label: Text
    """What pages call it."""
    value: Expression
    """What it is, from the variables of the case."""
    kind: LineKind = "text"
    """How it is shown and sorted."""
    role: Role = ""
    """What all procedures may ask for: letters, the look-up of callers and the statistics go by it."""
    words: Terms = field(default_factory=dict)
    """What its values are called, where no field of a form has them as options: `en = { quality = "Quality" }`."""
    searched: bool = False
    """Found by the search."""
    listed: bool = False
    """A column of lists."""
    filtered: bool = False
    """Offered as a filter of lists."""
    veiled: bool = False
    """Hidden until somebody asks to see it, because it is about a person."""

    @property
    def personal(self) -> bool:
        """Whether the search finds it only by the whole of it: nobody can guess it sign by sign."""
        return self.veiled or self.kind in ("contact", "identity") or self.role in ("phone", "email", "address")


@dataclass(frozen=True)
class Option:
    """A decision of the procedure's own that an installation may take otherwise."""

    name: str
    """As `setting('name')` asks for it: the name of the table in the file."""
    type: Literal["integer", "text", "boolean", "money", "duration", "time", "cycle", "list"]
    """What it is: an amount is written "5000.00", working time 4h or 0.5d, a clock time 09:00, the rhythm of a timer (a
    cycle) R/P1D or 0 0 9 ? * MON."""
    default: Any
    """What holds where an installation says nothing."""
    reason: Text
    """Why it is as it is, with the clause it comes from."""
    choices: tuple[str, ...] = ()
    """What a text may be; empty: anything."""


@dataclass(frozen=True)
class Procedure:
    """One folder: a procedure, or processes that several procedures call (`shared`)."""

    key: str
    """The name of the folder: of its versions, and of its table in the settings of an installation."""
    shared: bool
    """Whether it holds no procedure, only processes that several call; default false."""
    name: Text
    """What pages call the procedure."""
    prefix: str = ""
    """What case numbers begin with: KB-2026-000123."""
    kind: Literal["complaint", "management"] = "complaint"
    """Whether its cases are complaints, or what the house does about them: a meeting, a report. Lists, counts and
    statistics show complaints unless such a procedure is asked for."""
    changed_by: str = ""
    """The key of the procedure whose cases approve a new version of this one (KB-1.3-2), where the setting
    `changes_approved` asks for it. Empty: administrators deploy it as they see fit."""
    monthly: bool = False
    """Whether there is one case about each month: by hand a second one is refused, by date it ends at once. The month
    is the fact `period`."""
    reports: frozenset[Literal["R09"]] = frozenset()
    """The reports of the statistics that are made of what its cases record: R09 of rewards and penalties."""
    registration: Registration | None = field(default=None, metadata={"key": "register"})
    """How a case begins; a procedure that only messages start has none."""
    phases: tuple[Phase, ...] = ()
    """The reporting phases, in their order."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """How a case may end, by key."""
    readers: Readers = Readers()
    """Who sees the cases beside those who work on them."""
    heads: frozenset[str] = frozenset()
    """Roles of those who head a unit: whoever has one and is in the unit of a late step is told of it; where nobody in
    the unit has one, whoever has one is."""
    reopening: Reopening | None = field(default=None, metadata={"key": "reopen"})
    """How a closed case may be opened again; without it none is."""
    case: Mapping[str, Expression] = field(default_factory=dict)
    """Core columns of the register and where they come from: title, description, received, severity, priority, unit,
    owner, outcome, language."""
    clocks: tuple[Clock, ...] = ()
    """The first one is the case's due date in lists."""
    facts: tuple[Fact, ...] = ()
    """What only this procedure knows of its cases, kept beside the register."""
    summary: tuple[Line, ...] = ()
    """The head of the case page, in `lines`."""
    start: Mapping[str, Any] = field(default_factory=dict)
    """Variables that a case begins with; a text that begins with `=` is an expression, `setting('name')` included."""
    stages: Mapping[str, WorkingTime] = field(default_factory=dict)
    """Working time that a step should take; `stage_due('name', …)` reckons with it."""
    options: Mapping[str, Option] = field(default_factory=dict, metadata={"key": "settings"})
    """The decisions that an installation may take otherwise, by name: see [settings](settings.md)."""
    terms: Terms = field(default_factory=dict)
    """Words of shared forms, tasks and letters that this procedure calls otherwise, by language:
    `en = { customer = "patient" }`; that of the house (our company) only where the installation has not named it."""

    def phase(self, key: str | None) -> Phase | None:
        """The phase of that key; None for one that is not declared."""
        return next((phase for phase in self.phases if phase.key == key), None)


UNDECLARED = Procedure(key="", shared=False, name=MappingProxyType({"en": "", "zh": ""}), prefix="C")
"""What holds for diagrams that were deployed without a declaration."""


def expressions_of(procedure: Procedure) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The expressions over the variables of a case, each with where it stands in the file."""
    for key, text in procedure.case.items():
        yield ("case", key), text
    for place, fact in enumerate(procedure.facts):
        yield ("facts", place, "value"), fact.value
    for place, clock in enumerate(procedure.clocks):
        yield ("clocks", place, "start"), clock.start
        yield ("clocks", place, "rule"), clock.rule
    if procedure.reopening is not None and procedure.reopening.within:
        yield ("reopen", "within"), procedure.reopening.within
    for place, line in enumerate(procedure.summary):
        yield ("summary", "lines", place, "value"), line.value
    for place, line in enumerate(procedure.registration.outlook if procedure.registration else ()):
        yield ("register", "outlook", place, "value"), line.value


__all__ = [
    "UNDECLARED",
    "Clock",
    "Expression",
    "Fact",
    "Guide",
    "Line",
    "LineKind",
    "Option",
    "Outcome",
    "Phase",
    "Procedure",
    "Readers",
    "Registration",
    "Reopening",
    "Role",
    "Terms",
    "Text",
    "WorkingTime",
    "expressions_of",
]
