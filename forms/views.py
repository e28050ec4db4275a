"""What the templates are given: each component with its name, texts, value and state worked out."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from forms.display import Reader
from forms.language import Template
from forms.messages import Message
from forms.model import Form
from forms.scope import Scope

NO_HTML = Markup()
ROW_NUMBER = "__i__"
"""What stands for the number of a row in the empty row that the page's script copies."""


@dataclass(frozen=True)
class Page:
    """What all fields of one rendering share."""

    form: Form
    reader: Reader
    errors: Mapping[str, Message]
    prefix: str
    readonly: bool
    icons: str

    def say(self, template: Template, scope: Scope) -> str:
        """A text of the form in the reader's language."""
        return template.render(scope.lookup, translate=self.reader.translate, show=self.reader.plain)

    def tell(self, found: Message | None) -> str:
        """A message in the reader's language."""
        if found is None:
            return ""
        params = {name: self.reader.plain(value) for name, value in found.params.items()}
        return Message(found.code, found.text, params).translated(self.reader.translate)


@dataclass(frozen=True)
class OptionView:
    """One option."""

    id: str
    value: str
    label: str
    chosen: bool
    closed: str
    """Why it cannot be chosen; empty when it can."""
    next: str
    number: int


@dataclass(frozen=True)
class RowView:
    """One row of a repeated group."""

    number: str
    heading: str
    error: str
    lines: "list[Line]"


@dataclass(frozen=True)
class View:
    """One component, ready for its template."""

    kind: str
    id: str
    name: str
    path: str
    label: str = ""
    help: str = ""
    error: str = ""
    required: bool = False
    readonly: bool = False
    depends: str = ""
    refresh: bool = False
    width: int = 16
    value: str = ""
    type: str = "text"
    mode: str = ""
    prefix: str = ""
    suffix: str = ""
    placeholder: str = ""
    autocomplete: str = ""
    lines: int = 1
    look: str = ""
    checked: bool = False
    multiple: bool = False
    accept: str = ""
    options: tuple[OptionView, ...] = ()
    files: tuple[dict[str, str], ...] = ()
    modes: tuple[str, ...] = ()
    signer: str = ""
    html: Markup = NO_HTML
    rows: tuple[RowView, ...] = ()
    blank: RowView | None = None
    can_add: bool = False
    can_remove: bool = False
    least: int = 0
    most: int = 0
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    inside: "tuple[Line, ...]" = ()

    @property
    def group_id(self) -> str:
        """The id of the fieldset: that of the field when nothing inside can take it."""
        inside = any(each.id == self.id for each in self.options) or ("password" in self.modes and not self.value)
        return f"{self.id}-group" if inside else self.id

    @property
    def described(self) -> str:
        """The ids of help and error, for aria-describedby."""
        return " ".join(f"{self.id}-{part}" for part, text in (("help", self.help), ("error", self.error)) if text)


@dataclass(frozen=True)
class Line:
    """Components side by side; their widths sum to 16."""

    views: tuple[View, ...]


def element_id(prefix: str, path: str) -> str:
    """The id of the control of a field."""
    return f"{prefix}f-{path.replace('.', '-')}"
