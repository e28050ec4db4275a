"""What a kind of component is: a class, its fields what the file says, its methods what it can; see forms.kinds."""

from collections.abc import Callable, Iterator
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from markupsafe import Markup

from forms.kit.comparison import Comparison
from forms.kit.field import Field
from forms.kit.reader import Reader
from forms.kit.source import Source
from forms.kit.view import View
from forms.kit.written import Written
from forms.language.characters import is_blank
from forms.language.expressions import Broken, Expr, Json, Limit, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.template import Template

LONGEST = 200_000
"""Texts beyond this are refused before anything else looks at them."""
REQUIRED = sentence("required", N_("Fill this in."))
TOO_LONG = sentence("too_long", N_("Write at most {limit} characters; these are {count}."))
LIMIT_BROKEN = sentence("limit_broken", N_("This cannot be checked. Tell the administrator: {reason}"))

LookedAt = Expr | Template | Limit | None


class Refused(ValueError):
    """A value is not what its field takes."""

    def __init__(self, reason: Message) -> None:
        """Take the sentence for the person."""
        super().__init__(reason.code)
        self.reason = reason


class Kind:
    """Any component; by itself one that has no value and is only looked at."""

    name: ClassVar[str]
    written: ClassVar[tuple[Written, ...]]
    """The types of the form editor that it is read from."""
    said: ClassVar[tuple[str, ...]] = ()
    """What its template says, for the catalogue."""
    has_value: ClassVar[bool] = False
    computes: ClassVar[bool] = False
    """Its value comes from the other answers."""
    quiet: bool = False
    """It works in the background and is never shown."""

    @classmethod
    def takes(cls, source: Source) -> bool:  # noqa: ARG003 the other kinds of the same type look
        """Whether a component of its type is of this kind; a kind that always says yes is asked last."""
        return True

    @classmethod
    def read(cls, source: Source) -> Self:  # noqa: ARG003 most look
        """The kind as the file says it, reporting what is not understood."""
        return cls()

    @classmethod
    def label(cls, source: Source) -> Template:
        """The label, for kinds that name it otherwise."""
        return source.template("label")

    def looks_at(self) -> Iterator[LookedAt]:
        """What decides how it looks, beside what every component has."""
        yield from ()

    def view(self, field: Field) -> View:
        """Worked out for its template."""
        return field.plain(self.name)


class Valued(Kind):
    """A component with a value; by itself one that nobody fills in."""

    has_value = True
    digits: ClassVar[bool] = False
    """Its value is shown in digits of one width."""
    wordy: ClassVar[bool] = False
    """Two versions of its value are compared word by word."""

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:  # noqa: ARG002 others look around
        """A value that is not empty, as text."""
        return reader.plain(value)

    def compared(self, before: Json, after: Json, sights: tuple[Sight, Sight], reading: Comparison) -> Markup:
        """A value that was given, marked where it differs from an earlier one."""
        texts = [
            "" if is_nothing(value) else self.shown(value, sight, reading.reader)
            for value, sight in zip((before, after), sights, strict=True)
        ]
        return reading.marked(texts[0], texts[1], whole=not self.wordy)

    def read_view(self, field: Field) -> View:
        """The value to be read."""
        value = field.written
        return field.to_read("" if is_nothing(value) else self.shown(value, field.sight, field.reader))


class Input(Valued):
    """A component that people fill in."""

    nothing: ClassVar[Json] = None
    """The value of an empty answer."""
    is_list: ClassVar[bool] = False
    """Its values are lists, and an empty answer is an empty list."""
    signs: ClassVar[bool] = False
    """It is a signature: verified by the caller, never sent."""
    uploads: ClassVar[bool] = False
    """Its values are files, which the caller keeps."""
    starts_empty: bool = False
    """It is not filled in beforehand unless the file says so."""
    missed: ClassVar[Callable[..., Message]] = staticmethod(REQUIRED)

    @property
    def beforehand(self) -> bool:
        """Whether it can start with a value of the case or a default at all."""
        return not (self.signs or self.uploads)

    # -- what was sent

    def sent(self, values: list[str] | None) -> Json:
        """The answer in what a page has sent under its name; None: nothing."""
        return values[-1] if values else self.nothing

    def unveiled(self, raw: Json, known: Callable[[], Json]) -> Json:  # noqa: ARG002 most show what they hold
        """The answer; what the case knows, where that was shown veiled and came back as it was shown."""
        return raw

    def typed(self, raw: Json, zone: ZoneInfo) -> Json:
        """The value in its type. Raises Refused when it is not of that type."""
        if isinstance(raw, str) and len(raw) > LONGEST:
            raise Refused(TOO_LONG(limit=LONGEST, count=len(raw)))
        if not self.is_list and (raw is None or (isinstance(raw, str) and is_blank(raw))):
            return self.nothing
        return self.convert(raw, zone)

    def convert(self, raw: Json, zone: ZoneInfo) -> Json:
        """What is not empty, in its type; knows nothing of limits. Raises Refused."""
        raise NotImplementedError

    # -- whether it may be

    def judge(self, value: Json, sight: Sight, *, required: bool) -> Message | None:
        """What is wrong with the value of a visible field, or None."""
        if self.is_empty(value):
            if required:
                return self.missed()
            if not self.is_list:
                return None
        try:
            return self.check(value, sight)
        except Broken as broken:
            return LIMIT_BROKEN(reason=str(broken))

    def is_empty(self, value: Json) -> bool:
        """Whether the value is none."""
        return value is None or value == []

    def check(self, value: Json, sight: Sight) -> Message | None:  # noqa: ARG002 most look
        """What is wrong with a value of the right type. Raises Broken when a limit cannot be computed."""
        return None

    # -- how it is shown

    def view(self, field: Field) -> View:
        """Worked out for its template: to be read, or with its control."""
        return self.read_view(field) if field.fixed else self.control(field)

    def control(self, field: Field) -> View:
        """The field as it is filled in."""
        raise NotImplementedError


def is_nothing(value: Json) -> bool:
    """Whether there is nothing to show."""
    return value is None or value in ("", [])
