"""What people are told about their answers: English sentences with named gaps, translated where they are shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

GAP = re.compile(r"\{\{\s*(.*?)\s*\}\}|\{(\w+)\}", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """One sentence: a stable code for programs, the English text, and what fills its gaps."""

    code: str
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in English."""
        return self.translated(_same)

    def translated(self, translate: Callable[[str], str]) -> str:
        """The sentence in the reader's language; gaps that no param knows are left as they are."""
        return GAP.sub(self._gap, translate(self.text))

    def _gap(self, found: re.Match[str]) -> str:
        name = found[1] if found[1] is not None else found[2]
        return str(self.params[name]) if name in self.params else found[0]


def _same(text: str) -> str:
    return text


def N_(text: str) -> str:  # noqa: N802 the name by which Babel finds texts that are translated later
    """Mark a text for the catalogue."""
    return text


TEXTS: Mapping[str, str] = {
    "form": N_("The answers must be an object with one entry a field."),
    "undeclared": N_("This form has no field “{name}”."),
    "too_many": N_("There are more answers than this form can take."),
    "required": N_("Fill this in."),
    "required_choice": N_("Choose one."),
    "required_choices": N_("Choose at least one."),
    "required_flag": N_("Tick this to go on."),
    "required_files": N_("Add a file."),
    "required_signature": N_("Sign here."),
    "readonly": N_("This is taken from the case and cannot be changed here."),
    "text": N_("Write text here."),
    "controls": N_("Remove the invisible control characters."),
    "one_line": N_("Write this in one line."),
    "too_short": N_("Write at least {limit} characters; these are {count}."),
    "too_long": N_("Write at most {limit} characters; these are {count}."),
    "pattern": N_("This does not have the form that is asked for."),
    "email": N_("Write an e-mail address like name@example.com."),
    "phone": N_("Write a phone number with 5 to 20 digits, for example 0574 8765 4321."),
    "number": N_("Write a number like 12 or 12.5: digits and a dot."),
    "whole": N_("Write a whole number."),
    "decimals": N_("Write at most {limit} digits after the dot."),
    "money": N_("Write the amount like 18000.00: digits and a dot."),
    "too_small": N_("Write at least {limit}."),
    "too_big": N_("Write at most {limit}."),
    "increment": N_("Write a multiple of {limit}."),
    "date": N_("Write a date like 2026-09-30."),
    "time": N_("Write a time like 09:30."),
    "datetime": N_("Write a date and a time like 2026-09-30 09:30."),
    "too_early": N_("Choose {limit} or later."),
    "too_late": N_("Choose {limit} or earlier."),
    "future": N_("This cannot lie in the future."),
    "past": N_("This cannot lie in the past."),
    "flag": N_("Answer yes or no."),
    "choice": N_("Choose one of the options shown."),
    "disabled": N_("This cannot be chosen now: {reason}"),
    "disabled_broken": N_("This cannot be offered now. Tell the administrator: {reason}"),
    "few_items": N_("Choose at least {limit}."),
    "many_items": N_("Choose at most {limit}."),
    "tag": N_("Write words of at most {limit} characters."),
    "rows": N_("This must be a list of rows."),
    "row": N_("This row must be an object with one entry a field."),
    "few_rows": N_("Add rows until there are {limit} or more."),
    "many_rows": N_("Remove rows until there are {limit} or fewer."),
    "fixed_rows": N_("The rows are those of the case: {limit}. None can be added or removed."),
    "file": N_("This file was not received as it should be. Add it again."),
    "unknown_file": N_("“{name}” is no longer there. Add it again."),
    "file_kind": N_("“{name}” is of a kind that is not taken here. Allowed: {allowed}."),
    "file_size": N_("“{name}” is larger than {limit}."),
    "file_empty": N_("“{name}” is empty."),
    "file_limit": N_("At most {size} each."),
    "file_limits": N_("{kinds}; at most {size} each."),
    "many_files": N_("Add at most {limit} files."),
    "signature": N_("The signature was not confirmed. Sign again."),
    "signature_mode": N_("Sign in one of these ways: {allowed}."),
    "signature_changed": N_("The answers were changed after they were signed. Sign again."),
    "limit_broken": N_("This cannot be checked. Tell the administrator: {reason}"),
    "rule_empty": N_("This cannot be checked as long as “{name}” is empty."),
    "rule_broken": N_("This cannot be checked. Tell the administrator: {reason}"),
}
"""Every sentence of the package by its code."""


def message(code: str, **params: Any) -> Message:
    """The sentence of that code."""
    return Message(code, TEXTS[code], params)
