"""One component as it stands in the file, read attribute by attribute; what is wrong is collected, not raised."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from forms.kit.said import said
from forms.language.characters import has_controls
from forms.language.expressions import Expr, Json, Language, Limit, Pattern
from forms.language.template import PART, Template

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*", re.ASCII)
SIZE = re.compile(r"(\d{1,6})\s*(B|KB|MB|GB)?", re.IGNORECASE)
RESERVED = frozenset({"this", "true", "false", "null", "and", "or", "not", "in", "if", "then", "else"})


@dataclass(frozen=True)
class Problem:
    """Something in a form file that is not understood or not allowed."""

    file: str
    component: str | None
    message: str
    severity: str = "error"
    """error or warning."""

    def __str__(self) -> str:
        """As `file:component: message`."""
        where = f"{self.file}:{self.component}" if self.component else self.file
        return f"{where}: {self.message}"


@dataclass
class Reading:
    """The reading of one file: its language and what was found wrong."""

    file: str
    language: Language
    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def report(self, component: str | None, text: str, severity: str = "error") -> None:
        """Note that something is not understood, once."""
        problem = Problem(self.file, component, text, severity)
        if problem not in self.problems:
            self.problems.append(problem)


@dataclass(frozen=True)
class Source:
    """A component's attributes; every method reports what it cannot read and goes on with a harmless value."""

    reading: Reading
    id: str
    data: Mapping[str, Json]

    def report(self, text: str) -> None:
        """Note an error at this component."""
        self.reading.report(self.id, text)

    def warn(self, text: str) -> None:
        """Note what has no effect."""
        self.reading.report(self.id, text, "warning")

    def within(self, name: str) -> "Source":
        """The attributes of an object inside: validate, layout, appearance, properties."""
        found = self.data.get(name)
        if found is None:
            return Source(self.reading, self.id, {})
        if not isinstance(found, Mapping):
            self.report(said("{name} must be an object", name=name))
            return Source(self.reading, self.id, {})
        return Source(self.reading, self.id, found)

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        found = self.data.get(name)
        if found is None:
            return default
        if not isinstance(found, str):
            self.report(said("{name} must be a text", name=name))
            return default
        if has_controls(found, lines=True):
            self.report(said("{name} contains control characters; remove them", name=name))
            return default
        return found.strip()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false; custom properties write them as texts."""
        found = self.data.get(name)
        if found is None or found == "":
            return default
        if isinstance(found, str) and found.strip().lower() in {"true", "false"}:
            return found.strip().lower() == "true"
        if not isinstance(found, bool):
            self.report(said("{name} must be true or false", name=name))
            return default
        return found

    def says(self, name: str) -> bool:
        """Whether a flag is written and true; what is neither true nor false is for `flag` to report."""
        return str(self.data.get(name)).strip().lower() == "true"

    def whole(self, name: str, default: int, *, least: int = 0, most: int = 1000) -> int:
        """A whole number between two bounds."""
        found = self.data.get(name)
        if found is None or found == "":
            return default
        text = str(found).strip()
        if isinstance(found, bool) or not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            self.report(said("{name} must be a whole number from {least} to {most}", name=name, least=least, most=most))
            return default
        return int(text)

    def size(self, name: str, default: int) -> int:
        """A number of bytes: 500 KB, 20 MB."""
        found = self.data.get(name)
        if found is None or found == "":
            return default
        read = SIZE.fullmatch(str(found).strip())
        if read is None:
            self.report(said("{name} must be a size like 20 MB", name=name))
            return default
        factor = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}[(read[2] or "B").upper()]
        return int(read[1]) * factor

    def word(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of some words."""
        found = self.text(name, default) or default
        if found not in allowed:
            self.report(
                said(
                    "{name} must be one of {names}, not {found}",
                    name=name,
                    names=", ".join(each for each in allowed if each),
                    found=found[:40],
                )
            )
            return default
        return found

    def key(self, name: str, *, needed: bool = True) -> tuple[str, ...]:
        """A key, split at its dots."""
        found = self.text(name)
        if not found:
            if needed:
                self.report(said("{name} is missing: the name of the variable that takes the answer", name=name))
            return ()
        if not KEY.fullmatch(found):
            self.report(
                said(
                    "{name} {found} must be ASCII letters, digits, underscores and dots, first a letter",
                    name=name,
                    found=repr(found[:60]),
                )
            )
            return ()
        parts = tuple(found.split("."))
        if RESERVED.intersection(parts):
            self.report(
                said(
                    "{name} {found} is a word of the expression language; choose another", name=name, found=repr(found)
                )
            )
            return ()
        return parts

    def expr(self, name: str) -> Expr | None:
        """An expression, with or without its leading `=`."""
        found = self.text(name)
        return self.compile(name, found) if found else None

    def compile(self, name: str, text: str) -> Expr | None:
        """Understand an expression, reporting when that fails."""
        try:
            return Expr(text, self.reading.language.compile(text))
        except Exception as error:  # noqa: BLE001 the language is injected: whatever it raises is a refusal
            self.report(
                said("{name}: {error}", name=name, error=_why(error) or said("this expression is not understood"))
            )
            return None

    def pattern(self, name: str) -> Pattern | None:
        """A regular expression, which only `validate` holds."""
        found = self.text(name)
        try:
            return self.reading.language.pattern(found) if found else None
        except Exception as error:  # noqa: BLE001 as for expressions
            self.report(
                said("validate.{name}: {error}", name=name, error=_why(error) or said("this pattern is not understood"))
            )
            return None

    def template(self, name: str) -> Template:
        """A text that may contain expressions."""
        return self.template_of(name, self.text(name))

    def template_of(self, name: str, text: str) -> Template:
        """A text of any origin that may contain expressions; `name` for messages."""
        if text.startswith("="):
            return Template(text, whole=self.compile(name, text))
        if re.search(r"\{\{\s*[#/^]", text):
            self.report(
                said(
                    "{name}: loops and conditions inside {{{{ }}}} are not read; use a table or conditional.hide",
                    name=name,
                )
            )
            return Template(text)
        parts = {part: self.compile(name, part) for part in dict.fromkeys(map(str.strip, PART.findall(text)))}
        return Template(text, {part: expr for part, expr in parts.items() if expr is not None})

    def limit(self, name: str, kind: type = int) -> Limit:
        """A bound: a number (`int`, `Decimal`), or an expression when it is a text that starts with `=`."""
        found = self.data.get(name)
        if found is None or found == "":
            return Limit()
        if isinstance(found, str) and found.strip().startswith("="):
            expr = self.compile(name, found.strip())
            return Limit(expr=expr)
        try:
            number = Decimal(str(found).strip())
        except InvalidOperation:
            number = Decimal("NaN")
        # written out, 1e-999999999 is a text of a gigabyte
        short = number.is_finite() and -15 <= number.adjusted() < 15
        whole = short and number == number.to_integral_value()
        if isinstance(found, bool) or not short or (kind is int and not whole):
            self.report(
                said("{name} must be a whole number or an =expression", name=name)
                if kind is int
                else said("{name} must be a number or an =expression", name=name)
            )
            return Limit()
        return Limit(int(number) if kind is int else format(number, "f"))

    def in_order(self, low: str, high: str, limits: tuple[Limit, Limit]) -> None:
        """Report two bounds that nothing can keep: the smallest above the largest."""
        smallest, largest = (each.value if each.expr is None else None for each in limits)
        if smallest is not None and largest is not None and Decimal(smallest) > Decimal(largest):
            self.report(said("{low} is above {high}: nothing could be entered", low=low, high=high))

    def switch(self, name: str) -> tuple[bool, Expr | None]:
        """True, false, or an expression: the plain value and the expression."""
        found = self.data.get(name)
        if isinstance(found, str) and found.strip().startswith("="):
            return False, self.compile(name, found.strip())
        return self.flag(name), None


def _why(error: Exception) -> object:
    """What an exception of the language was raised with, whatever sentence that is."""
    return error.args[0] if len(error.args) == 1 else str(error)
