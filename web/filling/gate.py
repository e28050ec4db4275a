"""The gate between the engine and the forms: every answer passes it, whichever door it comes through."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine import Actor, Expression, Finding, Json, Pattern, Severity, compile_expression, compile_pattern
from engine.errors import FormRefused
from forms import Form, Problem, Signature, accept, read_form

Functions = Mapping[str, Callable[..., Any]]

_functions: ContextVar[Functions] = ContextVar("functions", default={})  # noqa: B039 - never changed in place


@dataclass(frozen=True)
class _Bound:
    """An expression that calls the functions of the installation whose gate is at work."""

    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    @property
    def guarded(self) -> frozenset[str]:
        return self.expression.guarded

    def evaluate(self, names: Mapping[str, Json]) -> Json:
        return self.expression.evaluate(names, _functions.get())


class _Language:
    """The engine's expression language, as forms ask for it."""

    def compile(self, text: str) -> _Bound:
        """Understand an expression; ExpressionError says what is wrong with it."""
        return _Bound(compile_expression(text))

    def pattern(self, text: str) -> Pattern:
        """Understand a regular expression; Problem says what is wrong with it."""
        return compile_pattern(text)


LANGUAGE = _Language()

_verified: ContextVar[Mapping[str, Signature]] = ContextVar("verified", default={})  # noqa: B039 - never changed in place


@contextmanager
def verified(signatures: Mapping[str, Signature]) -> Iterator[None]:
    """What is accepted within carries these signatures, by path: the page has checked the password or has the drawing.

    They cannot come with the answers, which are what a client sends: its claim to have signed is never taken.
    """
    token = _verified.set(signatures)
    try:
        yield
    finally:
        _verified.reset(token)


@lru_cache(maxsize=512)
def compiled(content: bytes, file: str = "form") -> tuple[Form | None, tuple[Problem, ...]]:
    """A form file, understood once; None with the problems that prevent it."""
    form, problems = read_form(content, file=file, language=LANGUAGE)
    return form, tuple(problems)


def get_form(content: bytes) -> Form:
    """A form of a deployment, which was checked when it was deployed; LookupError if it cannot be read any more."""
    form, problems = compiled(content)
    if form is None:
        raise LookupError(f"the form cannot be read: {problems[0]}")
    return form


@contextmanager
def calling(functions: Functions) -> Iterator[None]:
    """Within, the expressions of forms may call these functions."""
    token = _functions.set(functions)
    try:
        yield
    finally:
        _functions.reset(token)


class Gate:
    """What the engine asks about forms."""

    def __init__(self, zone: ZoneInfo, *, functions: Functions | None = None, actor_signs: bool = False) -> None:
        """Set up a gate.

        Args:
            zone: of the installation; dates without an offset are meant in it.
            functions: what the rules of forms may call beside the standard functions: the clock, working days.
            actor_signs: a plain `true` in a signature field signs for the actor. For scenarios and demo cases,
                where no password can be asked; never for the pages.
        """
        self.zone = zone
        self.functions = functions or {}
        self.actor_signs = actor_signs

    def check(self, name: str, content: bytes) -> list[Finding]:
        """What is wrong with a form file."""
        _, problems = compiled(content, name)
        return [
            Finding(problem.file, problem.message, problem.component, severity=Severity(problem.severity), code="form")
            for problem in problems
        ]

    def accept(
        self, content: bytes, answers: Mapping[str, Json], variables: Mapping[str, Json], *, actor: Actor, now: datetime
    ) -> Mapping[str, Json]:
        """The values to keep for these answers.

        Raises:
            FormRefused: with a message for each field by its path, as `forms.messages.Message`.
        """
        form = get_form(content)
        signatures = dict(_verified.get())
        if self.actor_signs:
            signatures |= _sign(form, answers, actor, now.astimezone(self.zone))
        with calling(self.functions):
            outcome = accept(form, answers, variables, now=now, zone=self.zone, signatures=signatures)
        if not outcome.accepted:
            raise FormRefused(outcome.errors)
        return outcome.values


def _sign(form: Form, answers: Mapping[str, Json], actor: Actor, now: datetime) -> dict[str, Signature]:
    return {
        field.path: Signature("password", actor.id, now.isoformat(timespec="seconds"))
        for field in form.fields
        if field.signs and answers.get(field.path) is True
    }
