"""The reader's language: the browser's wish, then the person's; catalogues of all packages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_login import current_user

from engine import loading
from engine.errors import NotFound
from processes import catalogue
from processes.procedures.model import Terms
from processes.procedures.terms import in_terms
from web.shell import here

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


def current() -> str:
    """`en` or `zh`; chosen once a request, since every text asks."""
    try:
        chosen: str | None = g._get_current_object().get("language")  # noqa: SLF001 - as werkzeug says
    except RuntimeError:  # outside of a request
        return "en"
    if chosen is None:
        chosen = g.language = choose()
    return chosen


def tag() -> str:
    """As HTML names it."""
    return "zh-CN" if current() == "zh" else "en"


def gettext(text: str, **gaps: object) -> str:
    """A sentence of the pages in the reader's language, `%(name)s` filled in."""
    said = word(text)
    return said % gaps if gaps else said


def ngettext(one: str, many: str, number: int, **gaps: object) -> str:
    """A sentence with a number, `%(num)s`, in the reader's language."""
    said = str(translations(current()).ungettext(one, many, number))
    return said % {"num": number, **gaps}


def word(text: str) -> str:
    """A text of the pages that was marked elsewhere, in the reader's language."""
    return _word(text, current()) if text else text


@lru_cache(maxsize=10_000)
def _word(text: str, language: str) -> str:
    return str(translations(language).ugettext(text))


def say(text: str, deployment: int | None = None, terms: Terms | None = None) -> str:
    """A text of a procedure, of its diagrams, tables and forms, in the reader's language; see `spoken`."""
    return spoken(text, current(), deployment, terms)


def speak_in(terms: Terms) -> None:
    """Let this page, which is about one case, call things as the procedure of the case does."""
    g.terms = terms


def sayer(deployment: int | None) -> Callable[[str], str]:
    """What says the texts of a deployment in the reader's language."""
    return partial(say, deployment=deployment)


def label(text: str, deployment: int | None = None, language: str | None = None) -> str:
    """A label of a diagram on one line, in a language, the reader's as a rule; labels are drawn in several lines."""
    return spoken(" ".join(text.split()), language or current(), deployment)


def spoken(text: str, language: str, deployment: int | None = None, terms: Terms | None = None) -> str:
    """A text of a procedure in a language.

    The translations kept with the deployment that it stands in come first; then, for a text whose deployment is not
    known or has no word for it, those of the current versions; then those of the pages. Files are written in English,
    which is therefore asked for in the deployment alone. What a procedure calls otherwise than the shared processes
    is said its way: by the terms that are given, or those that the page speaks in.
    """
    own: Terms = g.get("terms", {}) if terms is None else terms
    return in_terms(_spoken(text, language, deployment), own.get(language, {}))


def _spoken(text: str, language: str, deployment: int | None) -> str:
    """The same texts stand on a page again and again: each is looked up once a request."""
    said: dict[tuple[str, str, int | None], str] = g.setdefault("said", {})
    key = text, language, deployment
    found = said.get(key)
    if found is None:
        found = said[key] = _looked_up(text, language, deployment)
    return found


def _looked_up(text: str, language: str, deployment: int | None) -> str:
    known = text.strip()
    if not known:
        return text
    if deployment is not None and (own := _texts(deployment, language).get(known)):
        return own
    if language == "en":
        return text
    found = (_texts(each, language).get(known) for each in _current())
    return next(filter(None, found), None) or str(translations(language).ugettext(text))


def _texts(deployment: int, language: str) -> Mapping[str, str]:
    """What a deployment says in a language, from memory as a rule; nothing for one that is only tried out."""
    loaded = here.kesu().runtime.deployments.get(deployment)
    if loaded is None:
        try:
            with here.reading() as session:
                loaded = loading.load(session, deployment)
        except NotFound:
            return {}
    return catalogue.translations(loaded.others, language)


def _current() -> Sequence[int]:
    """The current versions of all folders, asked for once a request."""
    if "current_versions" not in g:
        with here.reading() as session:
            g.current_versions = list(loading.current(session).folders.values())
    found: Sequence[int] = g.current_versions
    return found


def choose() -> str:
    """The person's language, that of the last choice on this browser, or the one the browser asks for."""
    if not request:
        return "en"
    chosen = getattr(current_user, "language", None) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def install(app: Flask) -> None:
    """Let pages speak the reader's language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        word, lambda one, many, number: translations(current()).ungettext(one, many, number), newstyle=True
    )
