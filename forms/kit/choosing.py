"""What choosing one and choosing several have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms.kit.field import Field
from forms.kit.kind import Input, LookedAt
from forms.kit.options import Offered, Options
from forms.kit.reader import Reader
from forms.kit.view import View
from forms.kit.written import Written, input_written
from forms.language.characters import plain_text
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, sentence

NO_CHOICE = sentence("choice", N_("Choose one of the options shown."))
SAID = (N_("Choose …"), N_("There is nothing to choose from."))
TEXTS = ("properties.next.", "properties.disabledReason.", "values.label")


def options_written(name: str, attributes: tuple[str, ...] = (), properties: tuple[str, ...] = ()) -> Written:
    """A type of component with options."""
    own = (r"disabledWhen\..+", r"disabledReason\..+", r"next\..+", *properties)
    return input_written(name, {"values", "valuesKey", "valuesExpression", *attributes}, own, *TEXTS)


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
class OptionsView(View):
    """Options, in one of their looks."""

    look: str = "list"
    options: tuple[OptionView, ...] = ()
    multiple: bool = False
    missing: str = ""
    """Why there are none, where they cannot be found."""

    @property
    def group_id(self) -> str:
        """The id of the fieldset: that of the field when no option inside can take it."""
        return f"{self.id}-group" if any(each.id == self.id for each in self.options) else self.id


@dataclass(frozen=True)
class Choosing(Input):
    """A choice among options."""

    options: Options = Options()  # noqa: RUF009 it is frozen
    look: str = "list"
    """list, select, cards, chips, segments."""

    def looks_at(self) -> Iterator[LookedAt]:
        """Its options."""
        return self.options.looked_at()

    def stored(self, value: str) -> Json:
        """The value of an option in the type that is kept."""
        return value

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """The labels of what was chosen."""
        offered = {plain_text(self.stored(each.option.value)): each for each in self.options.known(sight)}
        texts = [plain_text(each) for each in (value if isinstance(value, list) else [value])]
        return reader.joined([label_of(offered[text], sight, reader) if text in offered else text for text in texts])

    def control(self, field: Field) -> View:
        """The options, those closed now with the reason."""
        raw, offered = field.written, self.options.offered(field.sight)
        first = next((number for number, each in enumerate(offered, 1) if each.closed is None), 0)
        chosen = {plain_text(each) for each in (raw if isinstance(raw, list) else [raw])}
        options = tuple(
            OptionView(
                id=field.view.id if number == first else f"{field.view.id}-{number}",
                value=each.option.value,
                label=label_of(each, field.sight, field.reader),
                chosen=str(self.stored(each.option.value)) in chosen,
                closed=field.reader.tell(each.closed),
                next=field.say(each.option.next),
                number=number,
            )
            for number, each in enumerate(offered, 1)
        )
        piece = "select" if self.look == "select" else "options"
        missing = "" if options else field.reader.tell(self.options.missing(field.sight))
        return field.made(OptionsView, piece, look=self.look, options=options, multiple=self.is_list, missing=missing)


def label_of(offered: Offered, sight: Sight, reader: Reader) -> str:
    """What an option is called for somebody who reads."""
    option = offered.option
    if offered.dynamic:
        return option.chinese if option.chinese and reader.chinese else option.label.source
    return reader.say(option.label, sight)
