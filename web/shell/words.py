"""What the values of cases are called: by the declarations and forms of their procedures, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from engine import Json, LoadedDeployment, Session, compile_expression, instances, loading
from engine.errors import NotFound
from processes import procedures
from processes.cases.schema import DbCase
from processes.identity import Same
from processes.procedures.model import UNDECLARED, Fact, Line, Procedure
from processes.procedures.terms import titled
from web.gate import Gate
from web.shell import here, language
from web.shell.people import joined


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel finds texts that are translated later
    """Mark a text for the catalogue."""
    return text


MANNERS: Mapping[str, str] = {
    "email": N_("by e-mail"),
    "letter": N_("by letter"),
    "fax": N_("by fax"),
    "counter": N_("at the counter"),
    "phone": N_("by phone"),
    "portal": N_("on the tracking page"),
}
"""The ways that letters go."""

STATES: Mapping[str, str] = {
    "open": N_("open"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
}


def word(known: Mapping[str, str], key: str | None) -> str:
    """What a value is called; the value itself where nobody has named it."""
    return language.word(known.get(key or "", key or ""))


@dataclass(frozen=True)
class Vocabulary:
    """The words of one procedure."""

    session: Session
    procedure: Procedure
    deployment: int | None = None
    """Whose forms have the options."""

    @property
    def name(self) -> str:
        """What the procedure is called."""
        return text_of(self.procedure.name) or self.procedure.key

    def title(self, case: DbCase) -> str:
        """What a case is about, with the words that the procedure puts into it in the reader's language."""
        return titled(case.title, self.procedure, language.current())

    def phase(self, key: str | None) -> str:
        """What a phase is called."""
        found = self.procedure.phase(key)
        return text_of(found.name) if found is not None else key or ""

    def outcome(self, key: str | None) -> str:
        """What an outcome is called."""
        found = self.procedure.outcomes.get(key or "")
        return text_of(found.name) if found is not None else key or ""

    def choice(self, name: str, value: Json) -> str:
        """What the options of a field call a value, or each of several."""
        if isinstance(value, list):
            return joined(self.choice(name, each) for each in value)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return language.say(self.options.get(name, {}).get(text, text), self.deployment)

    def values_of(self, fact: Fact) -> Mapping[str, str]:
        """What the values of a fact are called that is chosen from a list; by its own words, else by its form field."""
        if fact.words:
            return fact.words.get(language.current()) or fact.words.get("en", {})
        known = self.options.get(field_of(fact), {})
        return {key: language.say(label, self.deployment) for key, label in known.items()}

    def fact(self, fact: Fact, text: str) -> str:
        """What a fact says, in words: each of several values."""
        known = self.values_of(fact) if fact.kind == "choice" else {}
        return joined(known.get(each, each) for each in text.split(", ")) if known else text

    def severity(self, key: str | None) -> str:
        """What a severity is called."""
        return self.choice(self.variable("severity"), key) if key else ""

    def severities(self) -> Mapping[str, str]:
        """The severities that its forms know."""
        known = self.options.get(self.variable("severity"), {})
        return {key: language.say(label, self.deployment) for key, label in known.items()}

    def variable(self, column: str) -> str:
        """The variable that a core column of the register is read from."""
        return variable_of(self.procedure.case.get(column, ""))

    @cached_property
    def options(self) -> Mapping[str, Mapping[str, str]]:
        """Values and English labels of the options of its forms, then of those of shared processes, by the field."""
        if self.deployment is None:
            return {}
        shared = [
            number
            for number in loading.current(self.session).folders.values()
            if procedures.of_deployment(self.session, number).shared
        ]
        loaded = Same(loading.load(self.session, number) for number in [self.deployment, *shared])
        return _options(here.gate(), loaded)


@lru_cache(maxsize=100)
def _options(gate: Gate, loaded: Same[LoadedDeployment]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in (form for each in loaded for form in each.forms.values()):
        for path, options in gate.choices(file):
            name = path.rpartition(".")[2]
            found[name] = {**options, **found.get(name, {})}
    return found


@dataclass
class Words:
    """The words of all procedures as they are now, for lists of many cases; each is read when it is first asked for."""

    session: Session
    known: dict[str, Vocabulary] = field(default_factory=dict)

    def say(self, text: str, case: DbCase | None, deployment: int | None = None) -> str:
        """A text of a shared process as the procedure of a case calls things."""
        return language.say(text, deployment, self.of(case).procedure.terms if case is not None else None)

    def of(self, case: DbCase) -> Vocabulary:
        """The words of a case's procedure."""
        return self.named(case.procedure)

    def named(self, key: str) -> Vocabulary:
        """The words of a procedure; its keys themselves where it is deployed no more."""
        if key not in self.known:
            try:
                procedure = procedures.find(self.session, key)
            except NotFound:
                procedure = UNDECLARED
            self.known[key] = Vocabulary(self.session, procedure, loading.current(self.session).folders.get(key))
        return self.known[key]


def of_case(session: Session, case: DbCase) -> Vocabulary:
    """The words of the very version of the procedure that a case follows."""
    deployment = instances.deployment_of(session, case.instance_id)
    return Vocabulary(session, procedures.of_deployment(session, deployment), deployment)


def variable_of(expression: str) -> str:
    """The variable of an expression that asks for only one; empty for all others."""
    names = compile_expression(expression).names if expression else frozenset()
    return next(iter(names)) if len(names) == 1 else ""


def field_of(line: Line | Fact) -> str:
    """The form field whose options say what the values of a line are called."""
    return (line.field if isinstance(line, Line) else "") or variable_of(line.value)


def text_of(text: Mapping[str, str]) -> str:
    """A text of a declaration in the reader's language."""
    return text.get(language.current()) or text.get("en", "")
