"""Signatures among answers: laid there by the caller, sealed with the hash of what was signed."""

from collections.abc import Mapping
from dataclasses import replace

from forms.filling.findings import Findings
from forms.kinds.signature import Signature, as_signature
from forms.language.expressions import Json
from forms.language.messages import N_, sentence
from forms.language.paths import find, put, put_copying
from forms.model.form import Form
from forms.model.scope import Scope
from forms.model.signing import signed_digest

CHANGED = sentence("signature_changed", N_("The answers were changed after they were signed. Sign again."))

Signatures = Mapping[str, Signature | Mapping[str, Json]]


def with_signatures(form: Form, answers: Mapping[str, Json], signatures: Signatures) -> dict[str, Json]:
    """The answers, with verified signatures laid at their fields."""
    found: dict[str, Json] = dict(answers)
    for each in form.level.signed:
        signature = as_signature(signatures.get(each.key))
        if signature is not None:
            put_copying(found, each.path, signature)
    return found


def seal(form: Form, scope: Scope, values: dict[str, Json], findings: Findings) -> None:
    """Lay the hash of what was signed into each signature."""
    digest = ""
    for each in scope.level.signed:
        if scope.is_hidden(each):
            continue
        signature = as_signature(find(values, each.path))
        if signature is None:
            continue
        digest = digest or signed_digest(form, values)
        if signature.sha256 and signature.sha256 != digest:
            findings.add(each.key, CHANGED())
        put(values, each.path, replace(signature, sha256=digest).as_json())
