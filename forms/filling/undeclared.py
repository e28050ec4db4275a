"""What was sent that nobody asked for."""

from collections.abc import Mapping

from forms.filling.findings import Findings
from forms.language.characters import printable
from forms.language.expressions import Json
from forms.language.messages import N_, sentence
from forms.model.component import Component, Level, rows_of

MOST = 5000
UNDECLARED = sentence("undeclared", N_("This form has no field “{name}”."))
TOO_MANY = sentence("too_many", N_("There are more answers than this form can take."))
NO_ROW = sentence("row", N_("This row must be an object with one entry a field."))


def find_undeclared(level: Level, answers: Mapping[str, Json], prefix: str, findings: Findings) -> None:
    """Note every answer that the form does not declare, rows opened."""
    _compare(level.declared, answers, prefix, findings)


def _compare(declared: Mapping[str, Json], answers: Mapping[str, Json], prefix: str, findings: Findings) -> None:
    if len(answers) > MOST:
        findings.add(prefix.rstrip("."), TOO_MANY())
        return
    for key, value in answers.items():
        known = declared.get(key) if isinstance(key, str) else None
        if known is None:
            name = prefix + printable(key)
            findings.add(name, UNDECLARED(name=name))
        elif not isinstance(known, Component):
            if isinstance(value, Mapping):
                _compare(known, value, f"{prefix}{key}.", findings)
            elif value is not None:
                findings.add(f"{prefix}{key}", NO_ROW())
        elif known.inside is not None:
            for number, row in enumerate(value[: rows_of(known).most] if isinstance(value, list | tuple) else ()):
                if isinstance(row, Mapping):
                    find_undeclared(known.inside, row, f"{prefix}{key}.{number}.", findings)
