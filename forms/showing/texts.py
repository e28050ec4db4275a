"""Answers given before, as plain words: for paper."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel import Locale

from forms.kit.kind import is_nothing
from forms.kit.reader import Reader, reader_of
from forms.language.expressions import Json
from forms.language.paths import MISSING, find
from forms.model.component import Component, valued_of
from forms.model.form import Form
from forms.model.scope import Around, Scope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class AnswerText:
    """One field that was filled in."""

    label: str
    text: str


def answer_texts(
    form: Form,
    values: Mapping[str, Json],
    *,
    translate: Callable[[str], str],
    locale: Locale | str,
    zone: ZoneInfo,
    variables: Mapping[str, Json] | None = None,
    veil: bool = False,
) -> list[AnswerText]:
    """The answers of a submission as labels and texts, in the order of the form; rows one below the other.

    The arguments are those of `render_answers`.
    """
    scope = Scope(form.level, values, Around(variables or {}, EPOCH, zone))
    return list(_collected(form.level.components, scope, reader_of(translate, locale, zone, veil=veil)))


def _collected(components: tuple[Component, ...], scope: Scope, reader: Reader) -> Iterator[AnswerText]:
    for each in components:
        if each.children:
            yield from _collected(each.children, scope, reader)
        elif each.has_value and not each.kind.quiet:
            text = _text(each, scope, reader)
            if text:
                yield AnswerText(reader.say(each.label, scope), text)


def _text(component: Component, scope: Scope, reader: Reader) -> str:
    value = find(scope.raw, component.path)
    if value is MISSING or is_nothing(value):
        return ""
    if component.inside is None:
        return valued_of(component).shown(value, scope, reader)
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    said, (colon, between) = [], ("：", "；") if reader.chinese else (": ", "; ")
    for number, row in enumerate(rows, 1):
        inner = Scope(component.inside, row, scope.around, case={}, outer=scope)
        cells = _collected(component.inside.components, inner, reader)
        words = [f"{cell.label}{colon}{cell.text}" if cell.label else cell.text for cell in cells]
        said.append(f"{number}. {between.join(words)}")
    return "\n".join(said)
