"""Forms as HTML that works without JavaScript and prints well.

Classes, from the style guide: `stack`, `f` (a field), `lab`, `req`, `hint`, `err`, `in`, `n` (digits), `opts` `opt`
`off` (cards), `chips` `chip`, `seg`, `tab`, `dl`, `note` `bad`, `btn` `sm` `q`, `m`, `vh`, `i` (icons alert-triangle,
lock, plus, trash, signature). Added here: `form-fields`, `form-errors`, `cols` (a line of fields, a grid of 16) with
`c2` … `c16` (their widths), `affix` `pre` `suf` (signs before and after an input), `tick` `ticks` (boxes and circles
with their label), `seg-i` (a label in `seg`), `set` (a group), `rows` `rows-b` `row-set` (repeated groups), `files`,
`sign` `sign-pad` `signed`, `prose` (text), `gap`, `tab-w` (scrolls a table). What is chosen is styled by
`:has(:checked)`.

For the page's script: `data-field` (path), `data-depends` (names a component looks at; a hidden one leaves `<template
data-gone>`), `data-refresh` (when this field changes, ask for the form again), `data-rows` `data-min` `data-max`
`data-rows-body` `data-row` `data-row-blank` (its number is `__i__`) `data-row-add` `data-row-remove`,
`data-signature`, `data-focus` (focus goes there). Names beginning with an underscore are not answers: `_add:PATH`,
`_remove:PATH:N`, `_keep:PATH` and `_drop:PATH` (file ids), `_sign:PATH:password`, `_sign:PATH:drawn`, `PATH.N._row`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from forms.display import reader_of
from forms.fields import lines_of
from forms.language import Json
from forms.messages import N_, Message
from forms.model import Component, Form, Level, RowsSpec
from forms.scope import Around, Scope, open_scope
from forms.views import Page, element_id

ONE, MANY = N_("One answer needs a change"), N_("{count} answers need a change")
SAID = (
    N_("required"),
    N_("Choose …"),
    N_("There is nothing to choose from."),
    N_("Remove"),
    N_("Add"),
    N_("Row"),
    N_("Table"),
    N_("Nothing yet."),
    N_("Your password, in place of a signature"),
    N_("Drawing a signature needs JavaScript."),
)
"""What the templates say, for the catalogue."""


@cache
def templates() -> Environment:
    """The templates of the package: everything escaped, nothing undefined."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def fragment(name: str, **values: object) -> Markup:
    """A template of the package, filled in."""
    return Markup(templates().get_template(name).render(values))  # noqa: S704 its environment escapes everything


def render(
    form: Form,
    values: Mapping[str, Json] | None,
    errors: Mapping[str, Message] | None,
    variables: Mapping[str, Json],
    *,
    translate: Callable[[str], str],
    locale: Locale | str,
    zone: ZoneInfo,
    now: datetime,
    name_prefix: str = "",
    readonly: bool = False,
    icons: str = "/static/icons.svg",
    file_url: Callable[[Mapping[str, Json]], str] | None = None,
    veil: bool = False,
) -> Markup:
    """The fields of a form, without `<form>` and buttons.

    Args:
        form: as read_form gave it.
        values: a draft or what was just sent, typed or as text, wrong or not; what is missing starts as the form says.
        errors: of accept, by path.
        variables: of the case, as the person may see them.
        translate: gives the reader's words for English ones.
        locale: for numbers and dates.
        zone: of the installation.
        now: the moment, aware.
        name_prefix: put before names and ids, for several forms on one page.
        readonly: to be read, not filled in.
        icons: the address of the sprite.
        file_url: gives the address of a kept file.
        veil: keep personal data veiled where it is only read; what can be changed is shown.
    """
    scope = open_scope(form, values or {}, Around(variables, now, zone, prefill=True))
    reader = reader_of(translate, locale, zone, file_url, veil=veil)
    page = Page(form, reader, errors or {}, name_prefix, readonly, icons)
    lines = lines_of(page, scope, form.level.components, "")
    has_rows = not readonly and any(isinstance(each.spec, RowsSpec) for each in form.level.valued())
    return fragment(
        "form.html", form_id=form.id, lines=lines, icons=icons, prefix=name_prefix, t=translate, has_rows=has_rows
    )


def render_errors(
    form: Form,
    errors: Mapping[str, Message],
    *,
    translate: Callable[[str], str],
    name_prefix: str = "",
    icons: str = "/static/icons.svg",
) -> Markup:
    """All errors in one list that links to the fields; empty when there are none."""
    if not errors:
        return Markup()
    found = []
    for path, error in sorted(errors.items(), key=lambda each: _place(form.level, each[0].split("."))):
        component = _find(form.level, path.split("."))
        label = translate(component.label.source) if component is not None else path
        href = element_id(name_prefix, path) if component is not None else ""
        found.append({"label": label, "href": href, "text": error.translated(translate)})
    heading = translate(ONE) if len(found) == 1 else translate(MANY).format(count=len(found))
    return fragment("errors.html", errors=found, heading=heading, icons=icons)


def _find(level: Level, parts: list[str]) -> Component | None:
    for each in level.valued():
        size = len(each.path)
        if list(each.path) != parts[:size]:
            continue
        if len(parts) == size:
            return each
        if isinstance(each.spec, RowsSpec) and len(parts) > size + 1:
            return _find(each.spec.level, parts[size + 1 :])
    return None


def _place(level: Level, parts: list[str]) -> tuple[int, ...]:
    """Where a path stands in the form; what the form does not have comes last."""
    for number, each in enumerate(level.valued()):
        size = len(each.path)
        if list(each.path) == parts[:size]:
            rest = parts[size:]
            inside = _place(each.spec.level, rest[1:]) if isinstance(each.spec, RowsSpec) and rest[1:] else ()
            return (number, *(int(part) for part in rest[:1] if part.isdigit()), *inside)
    return (len(level.names) + 1000,)


def title_of(
    form: Form,
    variables: Mapping[str, Json],
    *,
    translate: Callable[[str], str],
    locale: Locale | str,
    zone: ZoneInfo,
    now: datetime,
) -> str:
    """The title of the form in the reader's language."""
    scope = Scope(form.level, {}, Around(variables, now, zone, prefill=True))
    return form.title.render(scope.lookup, translate=translate, show=reader_of(translate, locale, zone).plain)
