"""Answers given before, as a list to read; beside an earlier version, with what was removed and added."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from babel import Locale
from markupsafe import Markup, escape

from forms.compare import marked
from forms.display import Reader, file_text, reader_of, shown
from forms.kinds import ComputedSpec, Kind
from forms.language import Json
from forms.messages import N_
from forms.model import Component, Form, RowsSpec
from forms.render import fragment
from forms.scope import MISSING, Around, Scope, find
from forms.signature import as_signature

REMOVED, ADDED = N_("removed:"), N_("added:")
DIGITS = frozenset({Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.TIME, Kind.DATETIME})
WORDY = frozenset({Kind.TEXT, Kind.AREA, Kind.CHOICES, Kind.TAGS})
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
class Reading:
    """Answers beside earlier ones; without earlier ones nothing is marked."""

    reader: Reader
    compare: bool

    def marked(self, before: str, after: str, *, whole: bool) -> Markup:
        """The new text, marked when there is an old one to compare with; `whole` values are not taken apart."""
        if not self.compare:
            return escape(after)
        removed, added = self.reader.translate(REMOVED), self.reader.translate(ADDED)
        return marked(before, after, removed=removed, added=added, whole=whole)


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
) -> Markup:
    """The answers of a submission as a definition list: `div.answers` with `h3`, `dl.dl`, `table.tab`, `ins` and `del`.

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
    """
    around = Around(variables or {}, EPOCH, zone)
    reading = Reading(reader_of(translate, locale, zone, file_url, veil=veil), previous is not None)
    new, old = Scope(form.level, values, around), Scope(form.level, previous or {}, around)
    blocks = [Block()]
    _collect(form.level.components, new, old, reading, blocks)
    return fragment("answers.html", blocks=[each for each in blocks if each.entries])


def _collect(components: tuple[Component, ...], new: Scope, old: Scope, reading: Reading, blocks: list[Block]) -> None:
    for each in components:
        if each.kind is Kind.GROUP:
            own = bool(each.label)
            if own:
                blocks.append(Block(_label(each, new, reading)))
            _collect(each.children, new, old, reading, blocks)
            if own:
                blocks.append(Block())
            continue
        entry = _entry(each, new, old, reading) if each.has_value else None
        if entry is not None:
            blocks[-1].entries.append(entry)


def _label(component: Component, scope: Scope, reading: Reading) -> str:
    return component.label.render(scope.lookup, translate=reading.reader.translate, show=reading.reader.plain)


def _entry(component: Component, new: Scope, old: Scope, reading: Reading) -> Entry | None:
    if isinstance(component.spec, ComputedSpec) and not component.label:
        return None
    after, before = _stored(new, component), _stored(old, component)
    if _is_empty(after) and (_is_empty(before) or not reading.compare):
        return None
    label = _label(component, new, reading)
    if isinstance(component.spec, RowsSpec):
        return _table(component.spec, label, (before, after), (old, new), reading)
    if component.kind is Kind.FILES:
        return Entry(label, _files(before, after, reading))
    if component.kind is Kind.SIGNATURE:
        return Entry(label, _signature(component, after, new, reading))
    texts = shown(component, before, old, reading.reader), shown(component, after, new, reading.reader)
    html = reading.marked(*texts, whole=component.kind not in WORDY).replace("\n", Markup("<br>"))
    return Entry(label, html, digits=component.kind in DIGITS)


def _stored(scope: Scope, component: Component) -> Json:
    found = find(scope.raw, component.path)
    return None if found is MISSING else found


def _is_empty(value: Json) -> bool:
    return value is None or value in ("", [])


def _signature(component: Component, value: Json, scope: Scope, reading: Reading) -> Markup:
    signature = as_signature(value)
    said = escape(shown(component, value, scope, reading.reader))
    if signature is None or not signature.sha256:
        return said
    return said + Markup(' <span class="m x" title="SHA-256 {}">SHA-256 {}…</span>').format(
        signature.sha256, signature.sha256[:12]
    )


def _files(before: Json, after: Json, reading: Reading) -> Markup:
    new, old = _mappings(after), _mappings(before) if reading.compare else []
    known = {each.get("sha256") for each in old}
    found = []
    for each in new:
        link = _link(each, reading.reader)
        found.append(
            Markup("<ins>{}</ins>").format(link) if reading.compare and each.get("sha256") not in known else link
        )
    kept = {each.get("sha256") for each in new}
    found += [Markup("<del>{}</del>").format(file_text(each)) for each in old if each.get("sha256") not in kept]
    items = Markup().join(Markup("<li>{}</li>").format(each) for each in found)
    return Markup('<ul class="files">{}</ul>').format(items)


def _link(file: Mapping[str, Json], reader: Reader) -> Markup:
    if reader.file_url is None:
        return escape(file_text(file))
    return Markup('<a href="{}">{}</a>').format(reader.file_url(file), file_text(file))


def _mappings(value: Json) -> list[Mapping[str, Json]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


# -- rows


def _table(
    spec: RowsSpec, label: str, values: tuple[Json, Json], scopes: tuple[Scope, Scope], reading: Reading
) -> Entry:
    old, new = (_mappings(each) for each in values)
    columns = [each for each in spec.level.valued() if any(_is_filled(row, each) for row in (*old, *new))]
    pairs = _pairs(old, new) if reading.compare else ((None, row) for row in new)
    rows = []
    for before, after in pairs:
        was = Scope(spec.level, before or {}, scopes[0].around, case={}, outer=scopes[0])
        now = Scope(spec.level, after or {}, scopes[1].around, case={}, outer=scopes[1])
        rows.append(tuple(_cell(each, was, now, reading) for each in columns))
    return Entry(label, columns=tuple(_label(each, scopes[1], reading) for each in columns), rows=tuple(rows))


def _is_filled(row: Mapping[str, Json], component: Component) -> bool:
    found = find(row, component.path)
    return found is not MISSING and not _is_empty(found)


def _cell(component: Component, was: Scope, now: Scope, reading: Reading) -> Markup:
    before, after = _stored(was, component), _stored(now, component)
    if component.kind is Kind.FILES:
        return _files(before, after, reading)
    reader = reading.reader
    texts = shown(component, before, was, reader), shown(component, after, now, reader)
    return reading.marked(*texts, whole=component.kind not in WORDY)


def _pairs(
    old: list[Mapping[str, Json]], new: list[Mapping[str, Json]]
) -> Iterator[tuple[Mapping[str, Json] | None, Mapping[str, Json] | None]]:
    """Rows that belong together: equal ones, then those that stand in the place of others; None where there is none."""
    keys = [[json.dumps(row, sort_keys=True, default=str) for row in rows] for rows in (old, new)]
    for _, low, high, start, end in SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_opcodes():
        for number in range(max(high - low, end - start)):
            yield (
                old[low + number] if low + number < high else None,
                new[start + number] if start + number < end else None,
            )
