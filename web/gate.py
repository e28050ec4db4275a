"""The gate between the engine and the forms: every answer passes it, whichever door it comes through."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine import (
    Actor,
    Expression,
    Finding,
    FormField,
    FormFile,
    FormRead,
    FormUses,
    Json,
    Pattern,
    Severity,
    compile_expression,
    compile_pattern,
    phrase,
    quoted,
    said_by,
)
from engine.errors import ExpressionError, FormRefused
from forms import Form, Problem, Said, Signature, Written, accept, added_by, asked_by, read_form, texts_of, written_by

Functions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class _Bound:
    """An expression that calls the functions of an installation."""

    expression: Expression
    functions: Functions

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    @property
    def guarded(self) -> frozenset[str]:
        return self.expression.guarded

    @property
    def tested(self) -> frozenset[str]:
        return self.expression.tested

    def evaluate(self, names: Mapping[str, Json]) -> Json:
        return self.expression.evaluate(names, self.functions)


@dataclass(frozen=True, eq=False)
class _Language:
    """The engine's expression language, as forms ask for it."""

    functions: Functions

    def compile(self, text: str) -> _Bound:
        """Understand an expression; ValueError says what is wrong with it, in words that can be translated."""
        try:
            return _Bound(compile_expression(text), self.functions)
        except ExpressionError as error:
            raise ValueError(said_by(error)) from error

    def pattern(self, text: str) -> Pattern:
        """Understand a regular expression; Problem says what is wrong with it."""
        return compile_pattern(text)


_READ_ONLY = _Language({})
"""For what is read of a form and never evaluated; the same for all installations, so that a file is read once."""


@lru_cache(maxsize=512)
def _compiled(content: bytes, file: str, language: _Language) -> tuple[Form | None, tuple[Problem, ...]]:
    """A form file, understood once; None with the problems that prevent it."""
    form, problems = read_form(content, file=file, language=language)
    return form, tuple(problems)


def _read(content: bytes, language: _Language) -> Form:
    form, problems = _compiled(content, "form", language)
    if form is None:
        raise LookupError(f"the form cannot be read: {problems[0]}")
    return form


@lru_cache(maxsize=512)
def _choices(content: bytes) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The options that a form gives to its fields."""
    return tuple((info.path, dict(info.options)) for info in _read(content, _READ_ONLY).fields if info.options)


class Gate:
    """What the engine asks about forms."""

    def __init__(
        self,
        zone: ZoneInfo,
        *,
        functions: Callable[[Any], Functions] = lambda _: {},
        actor_signs: bool = False,
    ) -> None:
        """Set up a gate.

        Args:
            zone: of the installation; dates without an offset are meant in it.
            functions: what the rules of forms may call beside the standard functions, by what their folder declares.
            actor_signs: a plain `true` in a signature field signs for the actor. For scenarios and demo cases,
                where no password can be asked; never for the pages.
        """
        self.zone = zone
        self._functions = functions
        self._languages: dict[int, tuple[Any, _Language]] = {}
        self.actor_signs = actor_signs

    def form(self, file: FormFile) -> Form:
        """A form of a deployment, checked when it was deployed; LookupError if it cannot be read any more."""
        return _read(file.content, self._language(file.declaration))

    def choices(self, file: FormFile) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The options that a form gives to its fields, by their paths; LookupError if it cannot be read any more."""
        return _choices(file.content)

    def check(self, name: str, content: bytes) -> list[Finding]:
        """What is wrong with a form file."""
        _, problems = _compiled(content, name, _READ_ONLY)
        labels = _labels(content) if problems else {}
        return [_finding(problem, labels.get(problem.component or "", "")) for problem in problems]

    def uses(self, name: str, content: bytes) -> FormUses | None:
        """The variables that a form writes and reads; None for one that cannot be read."""
        return _uses(content, name)

    def functions(self, declaration: Any) -> Functions:
        """What the rules of a folder's forms may call."""
        return self._functions(declaration)

    def accept(
        self,
        file: FormFile,
        answers: Mapping[str, Json],
        variables: Mapping[str, Json],
        *,
        actor: Actor,
        now: datetime,
        signatures: Mapping[str, Signature],
    ) -> Mapping[str, Json]:
        """The values to keep for these answers; the signatures are those that the page has verified.

        Raises:
            FormRefused: with a message for each field by its path, as `forms.messages.Message`.
        """
        form = self.form(file)
        signed = dict(signatures)
        if self.actor_signs:
            signed |= _sign(form, answers, actor, now.astimezone(self.zone))
        outcome = accept(form, answers, variables, now=now, zone=self.zone, signatures=signed)
        if not outcome.accepted:
            raise FormRefused(outcome.errors)
        return outcome.values

    def _language(self, declaration: Any) -> _Language:
        """The language of the forms of a folder; one for each declaration, so that a form is compiled once."""
        known = self._languages.get(id(declaration))
        if known is None:
            known = self._languages[id(declaration)] = (declaration, _Language(self._functions(declaration)))
        return known[1]


def _finding(problem: Problem, label: str) -> Finding:
    said = _phrase(problem.message)
    said = phrase("{called}: {said}", called=quoted(label), said=said) if label else said
    severity = Severity(problem.severity)
    return Finding(problem.file, said, problem.component, label or None, severity=severity, code="form")


def _phrase(text: object) -> Any:
    """A sentence of the forms, which know nothing of the engine, as one of the engine's."""
    if not isinstance(text, Said):
        return text
    return phrase(text.pattern, **{name: _phrase(gap) for name, gap in text.gaps.items()})


def _labels(content: bytes) -> dict[str, str]:
    """What the components of a form file are called, by their ids; nothing for a file that is none."""
    try:
        root = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, str] = {}
    todo: list[Any] = [root]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            todo += each.get("components") or [] if isinstance(each.get("components"), list) else []
            label = each.get("label")
            found[str(each.get("id"))] = " ".join(label.split()) if isinstance(label, str) else ""
    return found


@lru_cache(maxsize=512)
def _uses(content: bytes, file: str) -> FormUses | None:
    form, _ = _compiled(content, file, _READ_ONLY)
    if form is None:
        return None
    asked = [FormRead(*(_phrase(getattr(each, part.name)) for part in fields(each))) for each in asked_by(form)]
    texts = tuple(text for _, text in texts_of(content))
    return FormUses(tuple(map(_field, written_by(form))), tuple(asked), tuple(map(_field, added_by(form))), texts)


def _field(each: Written) -> FormField:
    inside = tuple(map(_field, each.inside))
    return FormField(each.name, each.whole, each.values, each.many, each.kind, each.path, inside)


def _sign(form: Form, answers: Mapping[str, Json], actor: Actor, now: datetime) -> dict[str, Signature]:
    return {
        field.path: Signature(field.signs[0], actor.id, now.isoformat(timespec="seconds"))
        for field in form.fields
        if field.signs and answers.get(field.path) is True
    }
