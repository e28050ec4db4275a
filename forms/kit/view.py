"""What the templates are given: each component with its name, texts and state; kinds add what is theirs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """One component, ready for its template."""

    piece: str
    """The macro that shows it: `line`, `fixed`, `gone` of the page, or one that stands beside a kind."""
    id: str
    path: str
    label: str = ""
    help: str = ""
    error: str = ""
    required: bool = False
    readonly: bool = False
    refresh: bool = False
    width: int = 16

    @property
    def described(self) -> str:
        """The ids of help and error, for aria-describedby."""
        return " ".join(f"{self.id}-{part}" for part, text in (("help", self.help), ("error", self.error)) if text)


@dataclass(frozen=True)
class LineView(View):
    """An input of one line."""

    value: str = ""
    type: str = "text"
    mode: str = ""
    prefix: str = ""
    suffix: str = ""
    placeholder: str = ""
    autocomplete: str = ""
    digits: bool = False
    said: str | None = None
    """What stands in it as the rest of the page writes it, where the browser writes it otherwise."""


@dataclass(frozen=True)
class GoneView(View):
    """A component that does not stand on the page."""

    unseen: tuple[str, ...] = ()
    """The names of the fields that stand there no more, its own and those inside."""


@dataclass(frozen=True)
class FixedView(View):
    """A value to be read."""

    value: str = ""
    lines: int = 1


@dataclass(frozen=True)
class Line:
    """Components side by side; their widths sum to 16."""

    views: tuple[View, ...]


def element_id(path: str) -> str:
    """The id of the control of a field."""
    return f"f-{path.replace('.', '-')}"
