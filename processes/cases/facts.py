"""What a case's declaration wants to be known of it: computed from its variables, kept to be searched and sorted."""

import unicodedata
from collections.abc import Iterable, Mapping

from engine import Json, Session, compile_expression, functions_with
from engine.errors import ExpressionError
from processes.cases import grams
from processes.cases.held import hang_fact
from processes.cases.schema import DbCase
from processes.procedures.model import Fact, LineKind, Procedure
from processes.values import money_of

MOST_FOLDED = 200
"""Of a longer text the beginning is compared and sorted."""

CORE = ("title", "description", "severity", "priority", "unit", "outcome", "owner")
"""The columns of the register that a declaration may fill beside the moment of receipt and the language."""


def fold(text: str, kind: LineKind = "text") -> str:
    """As texts are compared: one way of writing each sign, lower case, one blank between words; numbers by their size.

    Args:
        text: as it is shown.
        kind: of the fact.
    """
    if kind in ("number", "money"):
        amount = money_of(text)  # none of what somebody searches for that would be a gigabyte when written out
        if amount is not None:
            return f"{amount:024.4f}"
    if kind == "contact" and "@" not in text and (digits := digits_of(text)):
        return digits
    if kind == "identity":
        return "".join(sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum())
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def digits_of(phone: str | None) -> str:
    """A phone number without the signs that people put between its digits."""
    plain = unicodedata.normalize("NFKC", phone or "")
    return "".join(sign for sign in plain if sign.isascii() and sign.isdigit())


def text_of(value: Json) -> str | None:
    """A value as the register keeps it; None for nothing, and for what is no text."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(text_of, value))) or None
    return None


class Values:
    """The variables of a case at a moment, for expressions of its declaration; what is not known is null."""

    def __init__(self, session: Session, procedure: Procedure, variables: Mapping[str, Json]) -> None:
        """Take them."""
        self._variables, self._functions = variables, functions_with(session.runtime, procedure)

    def get(self, text: str) -> Json:
        """The value of an expression; null for none, and for one that cannot be computed from what is known."""
        try:
            return compile_expression(text).evaluate(self._variables.get, self._functions) if text else None
        except ExpressionError:
            return None


def touched(text: str, changed: Iterable[str]) -> bool:
    """Whether an expression asks for one of the changed variables."""
    return not compile_expression(text).names.isdisjoint(changed)


def project(procedure: Procedure, case: DbCase, changed: Iterable[str], values: Values) -> None:
    """Bring the core columns and the facts up to date with changed variables.

    A column keeps what it says when its expression gives nothing: what people have once entered is not lost because a
    called process knows nothing of it.

    Args:
        procedure: that the case follows.
        case: what it is about.
        changed: the names of the variables.
        values: all of them.
    """
    changed = frozenset(changed)
    columns = [(column, text) for column in CORE if (text := procedure.case.get(column)) and touched(text, changed)]
    known = [fact for fact in procedure.facts if touched(fact.value, changed)]
    if not (columns or known):
        return
    searched = columns or any(fact.searched and not fact.personal for fact in known)
    before = _said(procedure, case) if searched else []
    for column, text in columns:
        if found := text_of(values.get(text)):
            setattr(case, column, _shortened(column, found))
    for fact in known:
        keep(case, fact, text_of(values.get(fact.value)))
    if searched and _said(procedure, case) != before:
        index(procedure, case)


def keep(case: DbCase, fact: Fact, text: str | None) -> None:
    """Write down a fact of a case; nothing leaves it as it is."""
    if text is None:
        return
    row = case.facts.get(fact.name)
    if row is not None and row.text == text:
        return
    folded = fold(text, "contact" if fact.role == "phone" else fact.kind)[:MOST_FOLDED]
    if row is None:
        whole = fact.searched and fact.personal
        hang_fact(case, {"name": fact.name, "text": text, "folded": folded, "role": fact.role, "whole": whole})
    else:
        row.text, row.folded = text, folded


def index(procedure: Procedure, case: DbCase) -> None:
    """Write down what the case is searched by; what is about a person is found by the whole of it, in its facts."""
    case.searched = "\n".join(fold(text) for text in _said(procedure, case) if text)
    case.grams = grams.column(case.searched)


def _said(procedure: Procedure, case: DbCase) -> list[str | None]:
    return [
        case.number,
        case.title,
        *(case.fact(fact.name) for fact in procedure.facts if fact.searched and not fact.personal),
        case.description,
    ]


def _shortened(column: str, text: str) -> str:
    longest: int | None = getattr(DbCase.__table__.c[column].type, "length", None)
    return " ".join(text.split())[:MOST_TITLE] if column == "title" else text[:longest]


MOST_TITLE = 120
