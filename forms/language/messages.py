"""What people are told about their answers: English sentences with named gaps, translated where they are shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

GAP = re.compile(r"\{\{((?:(?!\{\{|\}\}).)*)\}\}|\{(\w+)\}", re.DOTALL)


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
        name = found[1].strip() if found[1] is not None else found[2]
        return str(self.params[name]) if name in self.params else found[0]


def _same(text: str) -> str:
    return text


def N_(text: str) -> str:  # noqa: N802 the name by which Babel finds texts that are translated later
    """Mark a text for the catalogue."""
    return text


SENTENCES: dict[str, str] = {}
"""Every sentence of the package by its code; each stands beside what says it."""


def sentence(code: str, text: str) -> Callable[..., Message]:
    """A sentence that people may be told: called with what fills its gaps, it makes the message."""
    SENTENCES[code] = text

    def say(**params: Any) -> Message:
        return Message(code, text, params)

    return say
