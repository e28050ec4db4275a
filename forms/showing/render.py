"""Forms as HTML that works without JavaScript and prints well.

The templates stand in `templates/` here and beside the kinds.

Classes, from the style guide: `stack`, `f` (a field), `lab`, `req`, `hint`, `err`, `in`, `n` (digits), `opts` `opt`
`off` (cards), `chips` `chip`, `seg`, `tab`, `dl`, `note` `bad`, `btn` `sm` `q`, `m`, `vh`, `i` (icons alert-triangle,
lock, plus, trash, signature). Added here: `form-fields`, `form-errors`, `cols` (a line of fields, a grid of 16) with
`c2` … `c16` (their widths), `affix` `pre` `suf` (signs before and after an input), `tick` `ticks` (boxes and circles
with their label), `seg-i` (a label in `seg`), `set` (a group), `rows` `rows-b` `row-set` (repeated groups), `files`,
`sign` `sign-pad` `signed`, `prose` (text), `gap`, `tab-w` (scrolls a table). What is chosen is styled by
`:has(:checked)`.

For the page's script: `data-field` (path), `data-refresh` (when this field changes, ask for the form again),
`data-rows` `data-min` `data-max` `data-rows-body` `data-row` `data-row-blank` (its number is `__i__`) `data-row-add`
`data-row-remove`, `data-signature`, `data-focus` (focus goes there). Names beginning with an underscore are not
answers: `_add:PATH`, `_remove:PATH:N`, `_keep:PATH` and `_drop:PATH` (file ids), `_gone` (a field that is hidden),
`_sign:PATH:password`, `_sign:PATH:drawn`, `PATH.N._row`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from markupsafe import Markup

from forms.kit.reader import reader_of
from forms.language.expressions import Json
from forms.language.messages import N_, Message
from forms.model.form import Form
from forms.model.scope import Around, Scope, open_scope
from forms.showing.fields import Page, lines_of
from forms.showing.templates import fragment

SAID = (N_("required"),)
"""What the templates of the page say, for the catalogue; what those of a kind say stands in the kind."""


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
        readonly: to be read, not filled in.
        icons: the address of the sprite.
        file_url: gives the address of a kept file.
        veil: keep personal data veiled where it is only read; what can be changed is shown.
    """
    scope = open_scope(form, values or {}, Around(variables, now, zone, prefill=True))
    reader = reader_of(translate, locale, zone, file_url, veil=veil)
    page = Page(form.triggers, reader, errors or {}, readonly)
    lines = lines_of(page, scope, form.level.components, "")
    has_rows = not readonly and any(each.inside is not None for each in form.level.valued)
    return fragment("form.html", form_id=form.id, lines=lines, icons=icons, t=translate, has_rows=has_rows)


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
    return reader_of(translate, locale, zone).say(form.title, scope)
