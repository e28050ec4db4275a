"""One line of text; a phone number or an e-mail address when the file says so."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from forms.kit.addresses import wrong_address
from forms.kit.field import Field
from forms.kit.kind import LookedAt
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.texts import Texts, length_of, one_text
from forms.kit.view import LineView, View
from forms.kit.written import input_written
from forms.language.characters import DIGITS, narrow, plain_text
from forms.language.expressions import Json, Pattern, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.template import NO_TEXT, Template
from forms.language.veil import contact_veiled, veiled

HYPHENS = re.compile("[\u2010-\u2015\u2212]")
PHONE = re.compile(r"[+(]?[\d\s()./-]{3,40}((转|ext\.?|x)\s?\d{1,6})?", re.ASCII | re.IGNORECASE)
AUTOCOMPLETE = frozenset(
    [
        "off",
        "on",
        "name",
        "honorific-prefix",
        "given-name",
        "additional-name",
        "family-name",
        "honorific-suffix",
        "nickname",
        "username",
        "new-password",
        "current-password",
        "one-time-code",
        "organization-title",
        "organization",
        "street-address",
        "address-line1",
        "address-line2",
        "address-line3",
        "address-level4",
        "address-level3",
        "address-level2",
        "address-level1",
        "country",
        "country-name",
        "postal-code",
        "transaction-currency",
        "transaction-amount",
        "language",
        "bday",
        "bday-day",
        "bday-month",
        "bday-year",
        "sex",
        "url",
        "photo",
        "tel",
        "tel-country-code",
        "tel-national",
        "tel-area-code",
        "tel-local",
        "tel-extension",
        "email",
        "impp",
        "shipping",
        "billing",
        "home",
        "work",
        "mobile",
        "fax",
        "pager",
    ]
)
"""The words that HTML knows for what a browser may fill in by itself."""
INPUTS = {"email": ("email", "email"), "phone": ("tel", "tel")}
"""The type and the keyboard of the input."""

PATTERN = sentence("pattern", N_("This does not have the form that is asked for."))
WRONG_PHONE = sentence("phone", N_("Write a phone number with 5 to 20 digits, for example 0574 8765 4321."))


@dataclass(frozen=True)
class Text(Texts):
    """A text of one line."""

    name = "text"
    written = (
        input_written(
            "textfield",
            {"appearance"},
            ("placeholder", "autocomplete", "personal"),
            "appearance.prefixAdorner",
            "appearance.suffixAdorner",
            "properties.placeholder",
            checks=("minLength", "maxLength", "pattern", "validationType"),
        ),
    )

    pattern: Pattern | None = None
    validation: str | None = None
    """email or phone."""
    prefix: Template = NO_TEXT
    suffix: Template = NO_TEXT
    placeholder: Template = NO_TEXT
    autocomplete: str = ""
    personal: bool = False
    """Veiled to readers who have not asked for it."""

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        rules, looks, properties = source.within("validate"), source.within("appearance"), source.within("properties")
        autocomplete = properties.text("autocomplete")
        if not AUTOCOMPLETE.issuperset(autocomplete.split()):
            source.report(said("autocomplete must be a word of the HTML standard: off, name, tel, email …"))
        validation = rules.word("validationType", ("email", "phone", "custom", ""), "").replace("custom", "") or None
        lengths = length_of(rules, "minLength", 0, 500), length_of(rules, "maxLength", 500, 2000)
        rules.in_order("minLength", "maxLength", lengths)
        return cls(
            shortest=lengths[0],
            longest=lengths[1],
            pattern=rules.pattern("pattern"),
            validation=validation,
            prefix=looks.template("prefixAdorner"),
            suffix=looks.template("suffixAdorner"),
            placeholder=properties.template("placeholder"),
            autocomplete=autocomplete,
            personal=properties.flag("personal", default=validation is not None),
        )

    def looks_at(self) -> Iterator[LookedAt]:
        """The texts around the input."""
        yield from (self.prefix, self.suffix, self.placeholder)

    def convert(self, raw: Json, zone: ZoneInfo) -> str:  # noqa: ARG002 it has no time
        """The text without spaces around it; digits are digits, however wide they were typed."""
        text = one_text(raw, lines=False)
        if self.validation == "phone":
            return HYPHENS.sub("-", narrow(text)).strip()
        if self.validation == "email":
            return narrow(text).strip()
        return text.translate(DIGITS)

    def check(self, value: Json, sight: Sight) -> Message | None:
        """Its length, its pattern, what it is meant to be."""
        wrong = super().check(value, sight)
        if wrong is not None:
            return wrong
        if self.pattern is not None and not self.pattern.found_in(value):
            return PATTERN()
        if self.validation == "email" and (said := wrong_address(value)) is not None:
            return said
        return WRONG_PHONE() if self.validation == "phone" and not _is_phone(value) else None

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """The text, or what may be read of it."""
        return veiled(plain_text(value)) if self.personal and reader.veil else super().shown(value, sight, reader)

    def unveiled(self, raw: Json, known: Callable[[], Json]) -> Json:
        """What was filled in beforehand under the veil and came back untouched."""
        if not (self.personal and isinstance(raw, str) and "*" in raw):
            return raw
        found = known()
        return found if isinstance(found, str) and raw.strip() == contact_veiled(found) else raw

    def view(self, field: Field) -> View:
        """Personal data that is only read is veiled, too."""
        veils = field.view.readonly and self.personal and field.reader.veil
        return self.read_view(field) if veils else super().view(field)

    def control(self, field: Field) -> View:
        """An input with the keyboard that fits."""
        kind, mode = INPUTS.get(self.validation or "", ("text", ""))
        # what the case knows; what somebody types is theirs to see
        veils = self.personal and field.reader.veil and field.written == field.known
        return field.made(
            LineView,
            "line",
            value=contact_veiled(field.text) if veils else field.text,
            type=kind,
            mode=mode,
            prefix=field.say(self.prefix),
            suffix=field.say(self.suffix),
            placeholder=field.say(self.placeholder),
            autocomplete=self.autocomplete,
        )


def _is_phone(text: str) -> bool:
    return bool(PHONE.fullmatch(text)) and 5 <= sum(each.isdigit() for each in text) <= 20
