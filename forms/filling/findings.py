"""What is wrong with some answers."""

from dataclasses import dataclass, field

from forms.language.messages import Message

MOST = 100
"""More are not collected: nobody reads them."""


@dataclass
class Findings:
    """What is wrong so far, by path."""

    errors: dict[str, Message] = field(default_factory=dict)

    def add(self, path: str, found: Message | None) -> None:
        """Keep the first message of a path."""
        if found is not None and len(self.errors) < MOST:
            self.errors.setdefault(path, found)
