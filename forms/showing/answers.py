"""Answers given before, as a list to read; beside an earlier version, with what was removed and added."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from markupsafe import Markup

from forms.kit.comparison import Comparison
from forms.kit.kind import is_nothing
from forms.kit.reader import reader_of
from forms.language.expressions import Json
from forms.language.paths import MISSING, find
from forms.model.component import Component, Level, valued_of
from forms.model.form import Form
from forms.model.scope import Around, Scope
from forms.showing.pairs import pairs_of
from forms.showing.templates import fragment

NOTHING = Markup()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One field: its label and its value, or the table of its rows."""

    label: str
    html: Markup = NOTHING
    digits: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Markup, ...], ...] = ()


@dataclass
class Block:
    """Fields under one heading."""

    heading: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """How the answers are read, and which of them."""

    reading: Comparison
    without: frozenset[str]


def render_answers(
    form: Form,
    values: Mapping[str, Json],
    *,
    translate: Callable[[str], str],
    locale: Locale | str,
    zone: ZoneInfo,
    previous: Mapping[str, Json] | None = None,
    variables: Mapping[str, Json] | None = None,
    file_url: Callable[[Mapping[str, Json]], str] | None = None,
    veil: bool = False,
    without: Collection[str] = (),
) -> Markup:
    """The answers of a submission as a definition list: `div.answers` with `h3`, `dl.dl`, `table.tab`, `ins` and `del`.

    Empty when there is nothing to show.

    Args:
        form: the version that was filled in.
        values: as accept gave them; empty ones and those that the form does not declare are left out.
        translate: gives the reader's words for English ones.
        locale: for numbers and dates.
        zone: of the installation.
        previous: an earlier version: what was removed since is struck, what was added is underlined.
        variables: where options come from that the form does not list itself.
        file_url: gives the address of a kept file.
        veil: keep personal data veiled.
        without: the keys of what the reader sees elsewhere; only where it differs from the earlier version it is shown.
    """
    around = Around(variables or {}, EPOCH, zone)
    reading = Comparison(reader_of(translate, locale, zone, file_url, veil=veil), previous is not None)
    new, old = Scope(form.level, values, around), Scope(form.level, previous or {}, around)
    blocks = [Block()]
    _collect(form.level.components, new, old, Wanted(reading, frozenset(without)), blocks)
    filled = [each for each in blocks if each.entries]
    return fragment("answers.html", blocks=filled) if filled else NOTHING


def _collect(components: tuple[Component, ...], new: Scope, old: Scope, wanted: Wanted, blocks: list[Block]) -> None:
    for each in components:
        if each.children:
            own = bool(each.label)
            if own:
                blocks.append(Block(wanted.reading.reader.say(each.label, new)))
            _collect(each.children, new, old, wanted, blocks)
            if own:
                blocks.append(Block())
        elif each.has_value and not each.kind.quiet:
            entry = _entry(each, new, old, wanted)
            if entry is not None:
                blocks[-1].entries.append(entry)


def _entry(component: Component, new: Scope, old: Scope, wanted: Wanted) -> Entry | None:
    after, before, reading = _stored(new, component), _stored(old, component), wanted.reading
    if component.key in wanted.without and (after == before or not reading.compare):
        return None
    if is_nothing(after) and (is_nothing(before) or not reading.compare):
        return None
    label = reading.reader.say(component.label, new)
    if component.inside is not None:
        return _table(component.inside, label, (before, after), (old, new), reading)
    kind = valued_of(component)
    html = kind.compared(before, after, (old, new), reading).replace("\n", Markup("<br>"))
    return Entry(label, html, digits=kind.digits)


def _stored(scope: Scope, component: Component) -> Json:
    found = find(scope.raw, component.path)
    return None if found is MISSING else found


# -- rows


def _table(
    level: Level, label: str, values: tuple[Json, Json], scopes: tuple[Scope, Scope], reading: Comparison
) -> Entry:
    old, new = (_mappings(each) for each in values)
    columns = [each for each in level.valued if any(_is_filled(row, each) for row in (*old, *new))]
    rows = []
    for before, after in pairs_of(old, new) if reading.compare else ((None, row) for row in new):
        was = Scope(level, before or {}, scopes[0].around, case={}, outer=scopes[0])
        now = Scope(level, after or {}, scopes[1].around, case={}, outer=scopes[1])
        cells = ((valued_of(each), _stored(was, each), _stored(now, each)) for each in columns)
        rows.append(tuple(kind.compared(first, last, (was, now), reading) for kind, first, last in cells))
    headings = tuple(reading.reader.say(each.label, scopes[1]) for each in columns)
    return Entry(label, columns=headings, rows=tuple(rows))


def _is_filled(row: Mapping[str, Json], component: Component) -> bool:
    found = find(row, component.path)
    return found is not MISSING and not is_nothing(found)


def _mappings(value: Json) -> list[Mapping[str, Json]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
