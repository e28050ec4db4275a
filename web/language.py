"""The reader's language: catalogues of all packages, read from their .po files; the browser's wish, then the person's."""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user

LANGUAGES = ("en", "zh")
NAMES = {"en": "English", "zh": "中文"}
COOKIE = "language"
PACKAGES = ("web", "forms", "engine", "processes")


def catalogues(language: str) -> Iterator[Path]:
    """The .po files of all packages for a language; those of the pages come last and win."""
    root = Path(__file__).parent.parent
    for package in reversed(PACKAGES):
        yield from sorted((root / package).glob(f"**/{language}/LC_MESSAGES/*.po"))


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """Everything that is said in a language, from the sources: nothing has to be compiled beforehand."""
    merged = Translations()
    for path in catalogues(language):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        part = Translations(fp=compiled)
        merged.merge(part)
        merged.plural = part.plural
    return merged


class _Catalogues(Domain):
    def get_translations(self) -> NullTranslations:
        """Those of the reader."""
        return translations(current())


class _Babel(Babel):
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


def say(text: str) -> str:
    """A text that was marked elsewhere, in the reader's language."""
    return translations(current()).ugettext(text) if text else text


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
