"""The one door: what a page, a program or a scenario sends becomes values, or is refused field by field."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from forms.filling.findings import Findings
from forms.filling.rules import apply_rules
from forms.filling.signatures import Signatures, seal, with_signatures
from forms.filling.undeclared import NO_ROW, find_undeclared
from forms.kinds.files import Files
from forms.language.expressions import Json
from forms.language.messages import N_, sentence
from forms.language.paths import MISSING, put
from forms.model.component import Component, rows_of
from forms.model.form import Form, Outcome
from forms.model.scope import Around, Scope, open_scope

NO_ANSWERS = sentence("form", N_("The answers must be an object with one entry a field."))
READONLY = sentence("readonly", N_("This is taken from the case and cannot be changed here."))
NO_ROWS = sentence("rows", N_("This must be a list of rows."))
FEW = sentence("few_rows", N_("Add rows until there are {limit} or more."))
MANY = sentence("many_rows", N_("Remove rows until there are {limit} or fewer."))
FIXED = sentence("fixed_rows", N_("The rows are those of the case: {limit}. None can be added or removed."))

Known = Mapping[str, Mapping[str, Json]]
"""The files that the caller has received, by id."""


def accept(
    form: Form,
    answers: Mapping[str, Json],
    variables: Mapping[str, Json],
    *,
    now: datetime,
    zone: ZoneInfo,
    signatures: Signatures | None = None,
    files: Known | None = None,
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
        return Outcome({}, {"": NO_ANSWERS()})
    findings = Findings()
    find_undeclared(form.level, answers, "", findings)
    given = with_signatures(form, answers, signatures or {})
    scope = open_scope(form, given, Around(variables, now, zone))
    values = _accept_level(scope, "", findings, files)
    apply_rules(form, scope, findings)
    seal(form, scope, values, findings)
    return Outcome(values, findings.errors)


def _accept_level(scope: Scope, prefix: str, findings: Findings, files: Known | None) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for each in scope.visible():
        path = prefix + each.key
        if each.inside is not None:
            put(values, each.path, _accept_rows(each, scope, path, findings, files))
        elif each.kind.computes:
            put(values, each.path, scope.typed(each)[0])
        elif scope.is_readonly(each):
            _refuse_change(each, scope, path, findings)
            if prefix or len(each.path) > 1:
                # it lies in one variable with answers; left out, it would be lost from that variable
                put(values, each.path, scope.typed(each)[0])
        else:
            put(values, each.path, _accept_input(each, scope, path, findings, files))
    return values


def _accept_input(component: Component, scope: Scope, path: str, findings: Findings, files: Known | None) -> Json:
    kind = component.input
    assert kind is not None
    value, wrong = scope.typed(component)
    if wrong is None and files is not None and isinstance(kind, Files):
        value, wrong = kind.known(value, files)
    found = wrong or kind.judge(value, scope, required=scope.is_required(component))
    if found is not None:
        findings.add(path, found)
    return value


def _refuse_change(component: Component, scope: Scope, path: str, findings: Findings) -> None:
    given = scope.given(component)
    if given is MISSING or given is None or given in ("", [], False):
        return
    if given != scope.from_case(component):
        findings.add(path, READONLY())


def _accept_rows(component: Component, scope: Scope, path: str, findings: Findings, files: Known | None) -> list[Json]:
    kind, given, rows = rows_of(component), scope.given(component), scope.rows(component)
    if given is not MISSING and given is not None and not isinstance(given, list | tuple):
        findings.add(path, NO_ROWS())
    elif kind.fixed and isinstance(given, list | tuple) and len(given) != len(rows):
        findings.add(path, FIXED(limit=len(rows)))
    elif len(rows) > kind.most:
        findings.add(path, MANY(limit=kind.most))
    elif not kind.fixed and len(rows) < kind.least:
        findings.add(path, FEW(limit=kind.least))
    for number, row in enumerate(given[: kind.most] if isinstance(given, list | tuple) else ()):
        if not isinstance(row, Mapping):
            findings.add(f"{path}.{number}", NO_ROW())
    found = [_accept_level(row, f"{path}.{number}.", findings, files) for number, row in enumerate(rows)]
    return [{**row.case, **value} for row, value in zip(rows, found, strict=True)] if kind.fixed else list(found)
