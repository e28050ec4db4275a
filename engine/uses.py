"""Who reads and writes which variables: what diagrams and forms say of it, as plain values for the checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.values import Json


@dataclass(frozen=True)
class Spot:
    """A place of a diagram as people find it."""

    file: str
    element: str
    """The id of the element or flow."""
    called: str
    """The label in quotes or, without one, what it is and where it stands."""
    label: str | None
    around: tuple[str, ...]
    """What holds it within its process, the innermost first: the activities whose own variables it sees."""
    undoes: str = ""
    """The activity that it undoes, whose own variables it sees as well."""


@dataclass(frozen=True)
class Read:
    """A text with expressions, or one that is an expression as a whole."""

    spot: Spot
    what: str
    """What it is to the element: the condition, camunda:dueDate …"""
    text: str
    whole: bool = False
    """Whether it is an expression without `${…}` around it, too."""
    own: bool = True
    """Whether it sees the input parameters of its element, too."""
    known: frozenset[str] = frozenset()
    """Names that are known here alone, such as nrOfInstances."""


@dataclass(frozen=True)
class Write:
    """A variable that an element sets."""

    spot: Spot
    name: str
    text: str | None = None
    """The text with expressions that gives its value, where there is one."""
    inside: bool = False
    """Whether only the element itself and what it holds see it."""
    item: bool = False
    """Whether it is one of what the text gives."""


@dataclass(frozen=True)
class Handing:
    """What a call hands over and takes back."""

    spot: Spot
    process: str
    """The key of what it calls, as written."""
    into: Mapping[str, str]
    """By the name that the called process has for it: an expression of the caller."""
    back: Mapping[str, str]
    """By the name that the caller has for it: an expression of the called process."""
    everything_in: bool = False
    everything_back: bool = False
    kept: bool = False
    """Whether what comes back stays with the call, whose output parameters alone go outside."""


@dataclass(frozen=True)
class Thrown:
    """What a message or signal that is thrown takes along."""

    spot: Spot
    kind: str
    name: str
    payload: Mapping[str, str]
    """By name, an expression of the thrower."""
    everything: bool = False


@dataclass(frozen=True)
class Caught:
    """A message or signal that is waited for."""

    spot: Spot
    kind: str
    name: str
    form: str | None
    """What is filled in where people record it."""
    keyed: bool = False
    """Whether a correlation key says for whom it is."""


@dataclass(frozen=True)
class Coded:
    """An error or escalation that is thrown or caught."""

    spot: Spot
    kind: str
    code: str | None
    """None where it is caught whatever its code is, or where nobody can tell what is thrown."""
    thrown: bool


@dataclass(frozen=True)
class Uses:
    """All uses of variables that a process draws; what forms, tables and services do is not in the drawing."""

    reads: tuple[Read, ...] = ()
    writes: tuple[Write, ...] = ()
    calls: tuple[Handing, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    caught: tuple[Caught, ...] = ()
    coded: tuple[Coded, ...] = ()
    spots: Mapping[str, Spot] = field(default_factory=dict)
    """Of each node, by its id."""


@dataclass(frozen=True)
class FormField:
    """A field of a form, which becomes a variable."""

    name: str
    """The first part of its key: the variable."""
    whole: bool = True
    """Whether its value is the whole variable."""
    values: frozenset[Json] | None = None
    """All that it can be beside null; None where nobody can tell."""
    many: bool = False
    """Whether it is a list of such values."""
    kind: str = ""
    """What kind of field it is: text, number, date …"""
    path: tuple[str, ...] = ()
    """All parts of its key."""
    inside: tuple["FormField", ...] = ()
    """The fields of its rows."""


@dataclass(frozen=True)
class FormRead:
    """An expression of a form, which sees the fields beside it and the variables of the case."""

    component: str
    label: str
    what: str
    text: str
    names: frozenset[str]
    """The variables that it asks for and that are no fields of the form."""
    fields: frozenset[str] = frozenset()
    """The fields of the form that it asks for, those of a row left out."""
    tested: frozenset[str] = frozenset()
    """The variables of the case that it only tests with is_defined."""


@dataclass(frozen=True)
class FormUses:
    """All uses of variables by a form."""

    fields: tuple[FormField, ...] = ()
    reads: tuple[FormRead, ...] = ()
    added: tuple[FormField, ...] = ()
    """Rows of a variable that it fills in further."""
    texts: tuple[str, ...] = ()
    """What people read of it."""
