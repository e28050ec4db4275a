"""The reader's language: the browser's wish, then the person's; catalogues of all packages."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as _gettext
from flask_babel import ngettext as _ngettext
from flask_login import current_user

from processes import catalogue

LANGUAGES = ("en", "zh")
NAMES = {"en": "English", "zh": "中文"}
COOKIE = "language"
PAGES = ("engine", "forms", "web")


def catalogues(language: str, packages: Sequence[str]) -> Iterator[Path]:
    """The .po files of some packages for a language, in their order: later ones win."""
    root = Path(__file__).parents[2]
    for package in packages:
        yield from sorted((root / package).glob(f"**/{language}/LC_MESSAGES/*.po"))


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """What the pages say in a language, from the sources: nothing has to be compiled beforehand.

    Pages and procedures are kept apart, because the same English word may stand for different things in them.
    """
    merged = Translations()
    for path in catalogues(language, PAGES):
        with path.open("rb") as file:
            read = read_po(file, locale=language)
        compiled = BytesIO()
        write_mo(compiled, read)
        compiled.seek(0)
        part = Translations(fp=compiled)
        merged.merge(part)
        merged.plural = part.plural
    return merged


class _Catalogues(Domain):  # type: ignore[misc] # publishes no types
    def get_translations(self) -> NullTranslations:
        """Those of the reader."""
        return translations(current())


class _Babel(Babel):  # type: ignore[misc] # publishes no types
    """Flask-Babel on our catalogues."""

    catalogues = _Catalogues()

    @property
    def domain_instance(self) -> Domain:
        """Asked for by gettext."""
        return self.catalogues


def current() -> str:
    """`en` or `zh`."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


def tag() -> str:
    """As HTML names it."""
    return "zh-CN" if current() == "zh" else "en"


def gettext(text: str, **gaps: object) -> str:
    """A sentence of the pages in the reader's language, `%(name)s` filled in."""
    return str(_gettext(text, **gaps))


def ngettext(one: str, many: str, number: int, **gaps: object) -> str:
    """A sentence with a number, `%(num)s`, in the reader's language."""
    return str(_ngettext(one, many, number, **gaps))


def word(text: str) -> str:
    """A text of the pages that was marked elsewhere, in the reader's language."""
    return translations(current()).ugettext(text) if text else text


def say(text: str) -> str:
    """A text of a procedure, of its diagrams, tables and forms, in the reader's language."""
    return spoken(text, current())


def label(text: str, language: str | None = None) -> str:
    """A label of a diagram on one line, in a language, the reader's as a rule; labels are drawn in several lines."""
    return spoken(" ".join(text.split()), language or current())


def spoken(text: str, language: str) -> str:
    """A text of a procedure in a language; what its catalogue does not know, that of the pages may."""
    found = catalogue.translate(text, language)
    return found if found != text or not text else str(translations(language).ugettext(text))


def choose() -> str:
    """The person's language, that of the last choice on this browser, or the one the browser asks for."""
    chosen = getattr(current_user, "language", None) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def install(app: Flask, zone: str) -> None:
    """Let pages speak the reader's language."""
    babel = _Babel()
    babel.init_app(app, default_locale="en", default_timezone=zone, locale_selector=choose)
