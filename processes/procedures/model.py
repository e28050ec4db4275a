"""What the declaration of a folder says, read and checked: plain values, the same for every procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

Expression = Annotated[str, "expression"]
"""As the diagrams write them: `=severity`; evaluated over the variables of the case."""

Text = Annotated[Mapping[str, str], "text"]
"""A text by language: en and zh, both."""

WorkingTime = Annotated[str, "working time"]
"""Hours or minutes of work, or ordinary working days: 4h, 30m, 0.5d."""

LineKind = Literal["text", "choice", "moment", "day", "money", "number", "person", "unit", "contact", "list"]
"""How a value is shown; `choice` takes its words from the options of the form field of the same name."""


@dataclass(frozen=True)
class Guide:
    """A short list beside a form."""

    title: Text
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Line:
    """A line of a summary."""

    label: Text
    value: Expression
    kind: LineKind = "text"
    field: str = ""
    """The form field whose options say what a choice is called; by default the variable of the expression."""
    note: Expression = ""


@dataclass(frozen=True)
class Registration:
    """How a case of the procedure begins."""

    process: str
    """The key of the process that a new case starts with."""
    groups: frozenset[str]
    """Who may register one."""
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
    name: Text


@dataclass(frozen=True)
class Outcome:
    """How a case may end."""

    key: str
    name: Text
    kind: Literal["upheld", "partly", "declined", "withdrawn", "open"]


@dataclass(frozen=True)
class Readers:
    """Who sees the cases beside those who work on them."""

    groups: frozenset[str] = frozenset()
    admins: Literal["everything", "diagram only"] = "everything"


@dataclass(frozen=True)
class Clock:
    """A clock of a case: one row for each case, several clocks a procedure."""

    name: str
    label: Text
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


@dataclass(frozen=True)
class Fact:
    """Something that only this procedure knows of its cases, kept beside the register."""

    name: str
    label: Text
    value: Expression
    kind: LineKind = "text"
    role: Literal["", "complainant", "company", "phone", "email", "product", "quantity"] = ""
    """What all procedures may ask for: letters and the look-up of callers go by it."""
    searched: bool = False
    listed: bool = False
    filtered: bool = False
    veiled: bool = False


@dataclass(frozen=True)
class Option:
    """A decision of the procedure's own that an installation may take otherwise."""

    name: str
    type: Literal["integer", "text", "boolean", "money", "duration", "time", "list"]
    default: Any
    reason: Text
    """Why it is as it is, with the clause it comes from."""
    choices: tuple[str, ...] = ()
    """What a text may be; empty: anything."""


@dataclass(frozen=True)
class Procedure:
    """One folder: a procedure, or processes that several procedures call (`shared`)."""

    key: str
    shared: bool
    name: Text
    prefix: str = ""
    """What case numbers begin with: KB-2026-000123."""
    registration: Registration | None = field(default=None, metadata={"key": "register"})
    phases: tuple[Phase, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    readers: Readers = Readers()
    case: Mapping[str, Expression] = field(default_factory=dict)
    """Core columns of the register and where they come from: title, description, received, severity, priority, unit,
    owner, outcome, language."""
    clocks: tuple[Clock, ...] = ()
    """The first one is the case's due date in lists."""
    facts: tuple[Fact, ...] = ()
    summary: tuple[Line, ...] = ()
    start: Mapping[str, Any] = field(default_factory=dict)
    """Variables that a case begins with; a text that begins with `=` is an expression, `setting('name')` included."""
    stages: Mapping[str, WorkingTime] = field(default_factory=dict)
    """Working time that a step should take; `stage_due('name', …)` reckons with it."""
    options: Mapping[str, Option] = field(default_factory=dict, metadata={"key": "settings"})

    def phase(self, key: str | None) -> Phase | None:
        """The phase of that key; None for one that is not declared."""
        return next((phase for phase in self.phases if phase.key == key), None)


UNDECLARED = Procedure(key="", shared=False, name=MappingProxyType({"en": "", "zh": ""}), prefix="C")
"""What holds for diagrams that were deployed without a declaration."""

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
    "Text",
    "WorkingTime",
]
