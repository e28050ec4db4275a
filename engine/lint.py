"""Everything that is wrong with the files of a procedure, found without deploying them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from engine.core.api import ReadOptions, read
from engine.values import Finding, Severity

FormCheck = Callable[[str, bytes], Iterable[Finding]]
"""Checks a form by its file name and content."""


def lint(
    files: Mapping[str, bytes], options: ReadOptions | None = None, *, check_form: FormCheck | None = None
) -> list[Finding]:
    """The findings of diagrams, tables and forms, by file, the errors of each first.

    Args:
        files: content by name; .bpmn, .dmn and .form are looked at.
        options: what is known around the files; the forms among them are known in any case.
        check_form: the checks of a form, where there is somebody who knows forms.
    """
    options = options or ReadOptions()
    forms = {key for name, content in files.items() if name.endswith(".form") and (key := _form_id(content))}
    compiled = read(files, language=replace(options, forms={*forms, *(options.forms or ())}))
    findings = list(compiled.findings)
    for name, content in files.items():
        if name.endswith(".form") and _form_id(content) is None:
            findings.append(Finding(name, "this is no form: JSON with an id is expected", code="bad_form"))
        elif name.endswith(".form") and check_form is not None:
            findings.extend(check_form(name, content))
    return sorted(findings, key=lambda finding: (finding.file, finding.severity is not Severity.ERROR))


def _form_id(content: bytes) -> str | None:
    """The id of a form, None when the file is none."""
    try:
        key = json.loads(content)["id"]
    except (ValueError, RecursionError, TypeError, LookupError):
        return None
    return key if isinstance(key, str) and key else None
