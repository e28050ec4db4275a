"""The one door: what a page, a program or a scenario sends becomes values, or is refused field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from forms.check import check
from forms.convert import has_controls, plain_text
from forms.kinds import Kind
from forms.language import Broken, Json
from forms.messages import Message, message
from forms.model import Component, Form, Level, Outcome, RowsSpec, Rule
from forms.scope import MISSING, Around, Scope, find, open_scope, put
from forms.signature import Signature, as_signature, signed_digest

MOST_ERRORS = 100
"""More are not collected: nobody reads them."""


@dataclass
class Findings:
    """What is wrong so far, by path."""

    errors: dict[str, Message] = field(default_factory=dict)

    def add(self, path: str, found: Message | None) -> None:
        """Keep the first message of a path."""
        if found is not None and len(self.errors) < MOST_ERRORS:
            self.errors.setdefault(path, found)


def accept(
    form: Form,
    answers: Mapping[str, Json],
    variables: Mapping[str, Json],
    *,
    now: datetime,
    zone: ZoneInfo,
    signatures: Mapping[str, Signature | Mapping[str, Json]] | None = None,
    files: Mapping[str, Mapping[str, Json]] | None = None,
) -> Outcome:
    """Check the answers to a form; never raises, whatever they are.

    Args:
        form: as read_form gave it.
        answers: nested by key, typed or as text; a missing key takes its default, null or "" is an empty answer.
        variables: of the case, as the person may see them.
        now: the moment, aware.
        zone: of the installation; dates without an offset are meant in it.
        signatures: verified by the caller, by path; a client's own claim to have signed is never taken.
        files: the files the caller has received, by id, instead of what a client says about them; None: taken as sent.

    Returns:
        The values in their types, and messages by path (`remedies.0.amount`, empty for the whole form).
    """
    if not isinstance(answers, Mapping):
        return Outcome({}, {"": message("form")})
    findings = Findings()
    _find_undeclared(form.level, answers, "", findings)
    given = _with_signatures(form, answers, signatures or {})
    scope = open_scope(form, given, Around(variables, now, zone))
    values = _accept_level(scope, "", findings, files)
    _apply_rules(form, scope, "", findings)
    _seal(form, scope, values, findings)
    return Outcome(values, findings.errors)


# -- what was sent that nobody asked for


def _find_undeclared(level: Level, answers: Mapping[str, Json], prefix: str, findings: Findings) -> None:
    declared: dict[str, Json] = {}
    for each in level.valued():
        put(declared, each.path, each)
    _compare(declared, answers, prefix, findings)


def _compare(declared: Mapping[str, Json], answers: Mapping[str, Json], prefix: str, findings: Findings) -> None:
    if len(answers) > 5000:
        findings.add(prefix.rstrip("."), message("too_many"))
        return
    for key, value in answers.items():
        known = declared.get(key) if isinstance(key, str) else None
        if known is None:
            name = printable(key)
            findings.add(prefix + name, message("undeclared", name=prefix + name))
        elif isinstance(known, Mapping):
            if isinstance(value, Mapping):
                _compare(known, value, f"{prefix}{key}.", findings)
            elif value is not None:
                findings.add(f"{prefix}{key}", message("row"))
        elif isinstance(known, Component) and isinstance(known.spec, RowsSpec):
            for number, row in enumerate(value[: known.spec.max_rows] if isinstance(value, list | tuple) else ()):
                if isinstance(row, Mapping):
                    _find_undeclared(known.spec.level, row, f"{prefix}{key}.{number}.", findings)


def printable(name: Json) -> str:
    """A name that somebody sent, fit to be shown: short, without control characters."""
    text = plain_text(name)[:60] if isinstance(name, str | int | float) else type(name).__name__
    return "".join("�" if has_controls(each) else each for each in text)


# -- the fields


def _accept_level(
    scope: Scope, prefix: str, findings: Findings, files: Mapping[str, Mapping[str, Json]] | None
) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for each in scope.visible():
        path = prefix + each.key
        if each.kind is Kind.ROWS:
            put(values, each.path, _accept_rows(each, scope, path, findings, files))
        elif each.kind is Kind.COMPUTED:
            put(values, each.path, scope.typed(each)[0])
        elif scope.is_readonly(each):
            _refuse_change(each, scope, path, findings)
            if prefix or len(each.path) > 1:
                # it lies in one variable with answers; left out, it would be lost from that variable
                put(values, each.path, scope.typed(each)[0])
        else:
            value, wrong = scope.typed(each)
            if wrong is None and each.kind is Kind.FILES:
                value, wrong = _known_files(value, files)
            findings.add(path, wrong or check(each, value, scope))
            put(values, each.path, value)
    return values


def _refuse_change(component: Component, scope: Scope, path: str, findings: Findings) -> None:
    given = scope.given(component)
    if given is MISSING or given is None or given in ("", [], False):
        return
    if given != scope.from_case(component):
        findings.add(path, message("readonly"))


def _known_files(value: Json, files: Mapping[str, Mapping[str, Json]] | None) -> tuple[Json, Message | None]:
    if files is None:
        return value, None
    for each in value:
        if str(each["id"]) not in files:
            return value, message("unknown_file", name=each["name"])
    return [dict(files[str(each["id"])]) for each in value], None


def _accept_rows(
    component: Component,
    scope: Scope,
    path: str,
    findings: Findings,
    files: Mapping[str, Mapping[str, Json]] | None,
) -> list[Json]:
    spec = component.spec
    assert isinstance(spec, RowsSpec)
    given, rows = scope.given(component), scope.rows(component)
    if given is not MISSING and given is not None and not isinstance(given, list | tuple):
        findings.add(path, message("rows"))
    elif spec.fixed and isinstance(given, list | tuple) and len(given) != len(rows):
        findings.add(path, message("fixed_rows", limit=len(rows)))
    elif len(rows) > spec.max_rows:
        findings.add(path, message("many_rows", limit=spec.max_rows))
    elif not spec.fixed and len(rows) < spec.min_rows:
        findings.add(path, message("few_rows", limit=spec.min_rows))
    for number, row in enumerate(given[: spec.max_rows] if isinstance(given, list | tuple) else ()):
        if not isinstance(row, Mapping):
            findings.add(f"{path}.{number}", message("row"))
    found = [_accept_level(row, f"{path}.{number}.", findings, files) for number, row in enumerate(rows)]
    return [{**row.case, **value} for row, value in zip(rows, found, strict=True)] if spec.fixed else list(found)


# -- rules over several fields


def _apply_rules(form: Form, scope: Scope, prefix: str, findings: Findings) -> None:
    for rule in form.rules:
        _apply(rule, scope, prefix, "", findings)
    _apply_level(scope, prefix, findings)


def _apply_level(scope: Scope, prefix: str, findings: Findings) -> None:
    for each in scope.level.walk():
        if scope.is_hidden(each):
            continue
        for rule in each.rules:
            _apply(rule, scope, prefix, each.key, findings)
        if isinstance(each.spec, RowsSpec):
            for number, row in enumerate(scope.rows(each)):
                _apply_level(row, f"{prefix}{each.key}.{number}.", findings)


def _apply(rule: Rule, scope: Scope, prefix: str, carrier: str, findings: Findings) -> None:
    path = (prefix + (rule.target or carrier)).rstrip(".")
    named = list(_named(rule, scope))
    paths = [prefix + each.key for each in named]
    if any(_is_in(error, paths) for error in findings.errors):
        return
    try:
        if scope.evaluate(rule.expr, strict=True) is True:
            return
    except Broken as broken:
        empty = [each for each in named if scope.value(each) in (None, [])]
        reason = message("rule_broken", reason=str(broken))
        findings.add(path, message("rule_empty", name=_name_of(empty[0])) if empty else reason)
        return
    findings.add(path, Message("rule", rule.message.source, scope.words(rule.message)))


def _named(rule: Rule, scope: Scope) -> Iterator[Component]:
    for name in rule.expr.names:
        yield from scope.level.names.get(name, ())


def _name_of(component: Component) -> str:
    return component.label.source or component.key


def _is_in(error: str, paths: list[str]) -> bool:
    return any(error == path or error.startswith(f"{path}.") for path in paths)


# -- signatures


def _with_signatures(
    form: Form, answers: Mapping[str, Json], signatures: Mapping[str, Signature | Mapping[str, Json]]
) -> dict[str, Json]:
    """The answers, with verified signatures laid at their fields."""
    found: dict[str, Json] = dict(answers)
    for each in form.level.valued():
        signature = as_signature(signatures.get(each.key)) if each.kind is Kind.SIGNATURE else None
        if signature is not None:
            _put_copying(found, each.path, signature)
    return found


def _put_copying(values: dict[str, Json], path: tuple[str, ...], value: Json) -> None:
    for name in path[:-1]:
        inner = values.get(name)
        values[name] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[name]
    values[path[-1]] = value


def _seal(form: Form, scope: Scope, values: dict[str, Json], findings: Findings) -> None:
    """Lay the hash of what was signed into each signature."""
    digest = ""
    for each in scope.visible():
        value = find(values, each.path)
        if each.kind is not Kind.SIGNATURE or not isinstance(value, Mapping):
            continue
        digest = digest or signed_digest(form, values)
        if value["sha256"] and value["sha256"] != digest:
            findings.add(each.key, message("signature_changed"))
        signature = as_signature(value)
        assert signature is not None
        put(values, each.path, replace(signature, sha256=digest).as_json())
