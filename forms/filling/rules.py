"""Rules over several fields, applied to answers."""

from collections.abc import Iterator

from forms.filling.findings import Findings
from forms.language.expressions import Broken
from forms.language.messages import N_, sentence
from forms.language.template import told
from forms.model.component import Component, Rule
from forms.model.form import Form
from forms.model.scope import Scope

EMPTY = sentence("rule_empty", N_("This cannot be checked as long as “{name}” is empty."))
BROKEN = sentence("rule_broken", N_("This cannot be checked. Tell the administrator: {reason}"))


def apply_rules(form: Form, scope: Scope, findings: Findings) -> None:
    """Note every rule that does not hold and whose fields are right by themselves."""
    for rule in form.rules:
        _apply(rule, scope, "", "", findings)
    _apply_level(scope, "", findings)


def _apply_level(scope: Scope, prefix: str, findings: Findings) -> None:
    for each in scope.level.ruled:
        if scope.is_hidden(each):
            continue
        for rule in each.rules:
            _apply(rule, scope, prefix, each.key, findings)
        if each.inside is not None:
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
        findings.add(path, EMPTY(name=_name_of(empty[0])) if empty else BROKEN(reason=str(broken)))
        return
    findings.add(path, told("rule", rule.message, scope))


def _named(rule: Rule, scope: Scope) -> Iterator[Component]:
    for name in rule.expr.names:
        yield from scope.level.names.get(name, ())


def _name_of(component: Component) -> str:
    return component.label.source or component.key


def _is_in(error: str, paths: list[str]) -> bool:
    return any(error == path or error.startswith(f"{path}.") for path in paths)
