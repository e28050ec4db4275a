"""What a sheet of paper says: plain values, nothing of how it is set."""

from collections.abc import Sequence
from dataclasses import dataclass

LANGUAGES = ("zh", "en")
PICTURES = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
}
"""What can be shown as a picture, with its ending."""


@dataclass(frozen=True)
class Heading:
    """The head of a section."""

    text: str
    level: int = 1
    """1 or 2."""
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A text; its line breaks are kept."""

    text: str
    tone: str = ""
    """Empty, or `small` for what explains, `note` for what must not be overlooked."""


@dataclass(frozen=True)
class Clauses:
    """Numbered clauses, each a text."""

    texts: Sequence[str]
    first: int = 1


@dataclass(frozen=True)
class Facts:
    """Labels with their values."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Grid:
    """A table; its head is repeated on every page."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    """How wide the columns are beside each other; by default all the same."""
    right: Sequence[int] = ()
    """The columns whose values stand at the right: amounts."""
    last_is_sum: bool = False
    """Whether the last row is set apart."""


@dataclass(frozen=True)
class Event:
    """Something that happened, with the answers that were given."""

    when: str
    title: str
    who: str = ""
    text: str = ""
    answers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Timeline:
    """What happened, one after the other."""

    events: Sequence[Event]


@dataclass(frozen=True)
class Picture:
    """A picture; SVG stays as sharp as it is drawn. One that cannot be read is named in its place."""

    content: bytes
    type: str
    """A media type of `PICTURES`."""
    caption: str = ""
    own_page: bool = False
    """On a page of its own, lying where the picture is wide."""
    most_height: float = 100
    """In millimetres, where it has no page of its own."""


@dataclass(frozen=True)
class Pages:
    """The pages of another PDF; one that cannot be read is named in its place."""

    content: bytes
    caption: str
    most: int = 200
    """How many are shown; it is said how many there are more."""


@dataclass(frozen=True)
class Signature:
    """A box in which somebody has signed, or is to sign by hand."""

    label: str
    """For whom: Patient, For the hospital."""
    name: str = ""
    picture: bytes | None = None
    """What was drawn, PNG or JPEG; None leaves the place free."""
    picture_type: str = "image/png"
    at: str = ""
    """When; empty leaves a line for the date."""
    note: str = ""


@dataclass(frozen=True)
class Signatures:
    """Boxes beside each other, never torn apart by the end of a page."""

    boxes: Sequence[Signature]


@dataclass(frozen=True)
class Sheet:
    """A letter, by the places that its words have on the paper of the house."""

    language: str
    """zh or en: where the day stands, how paragraphs begin."""
    house: str
    """Who writes, at the head."""
    reach: Sequence[str]
    """Lines below it: the address, how to call and write."""
    addressee: Sequence[str]
    """Lines in the window of the envelope."""
    number: str
    """Of the case, with its label."""
    day: str
    subject: str
    salutation: str
    body: Sequence[str]
    """Paragraphs; each of their lines begins as a paragraph does."""
    closing: Sequence[str]
    """The lines with which a letter ends."""
    signed: Sequence[str]
    """Who signs: house, function and name."""


Part = Heading | Paragraph | Clauses | Facts | Grid | Timeline | Picture | Pages | Signatures


@dataclass(frozen=True)
class Paper:
    """A document on A4, upright."""

    title: str
    language: str
    """zh or en: of the words that the paper adds, and how lines are broken."""
    parts: Sequence[Part]
    subtitle: str = ""
    sender: str = ""
    """Who gives it out, at the head of each page: the name of the house."""
    number: str = ""
    """Of the case or the document, at the head and foot of each page."""
    digest: str = ""
    """At the foot of each page: by which the content is known."""
    remark: str = ""
    """At the foot of each page: the version, a draft, as of when."""
