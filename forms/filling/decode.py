"""From the names and values that an HTML form sends to nested answers."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from forms.language.expressions import Json
from forms.language.paths import put
from forms.model.component import Level
from forms.model.form import Form

INDEX = re.compile(r"\d{1,4}", re.ASCII)
ROW = "_row"
"""The mark by which a row is known whose fields are all empty."""
GONE = "_gone"
"""The mark of a field that does not stand on the page."""


@dataclass(frozen=True)
class Sent:
    """What came, by the names of fields; what was understood is taken out of the texts."""

    texts: dict[str, list[str]]
    files: Mapping[str, list[Json]]
    unseen: Collection[str]
    """What did not stand on the page and is left out."""


def decode(
    form: Form,
    pairs: Iterable[tuple[str, str]],
    files: Mapping[str, Sequence[Json]] | None = None,
    *,
    without_unseen: bool = False,
) -> dict[str, Json]:
    """The answers as accept takes them; what the form does not declare stays in, so that accept can refuse it by name.

    A declared field that was not sent is an empty answer (null, false or no values): its default is not taken, because
    nobody has seen it on the page. To show the page again, leave out what did not stand there (`_gone`): it then starts
    as the form says.

    Args:
        form: as read_form gave it.
        pairs: all names and values in their order, as a browser sends them; `csrf_token` and names that start with an
            underscore (buttons, passwords) are not the form's.
        files: the values of file fields, by name: what the caller kept and what it has just received.
        without_unseen: leave out the fields that did not stand on the page.
    """
    sent: dict[str, list[str]] = {}
    unseen: set[str] = set()
    for name, value in pairs:
        if without_unseen and name == GONE:
            unseen.add(value)
        if name != "csrf_token" and not name.startswith("_"):
            sent.setdefault(name, []).append(value)
    received = {name: list(value) for name, value in (files or {}).items()}
    answers = _level(form.level, Sent(sent, received, unseen), "")
    for name, values in sent.items():
        answers.setdefault(name, values[-1])
    return answers


def _level(level: Level, sent: Sent, prefix: str) -> dict[str, Json]:
    """The answers of one level; takes what it knows out of `texts`."""
    found: dict[str, Json] = {}
    sent.texts.pop(prefix + ROW, None)
    for each in level.valued:
        name, kind = prefix + each.key, each.input
        if name in sent.unseen:
            continue
        if each.inside is not None:
            put(found, each.path, _rows(each.inside, sent, f"{name}."))
        elif kind is None or kind.signs:
            continue  # computed, or verified by the caller: nothing is taken from the page
        elif kind.uploads:
            sent.texts.pop(name, None)
            put(found, each.path, sent.files.get(name, []))
        else:
            put(found, each.path, kind.sent(sent.texts.pop(name, None)))
    return found


def _rows(level: Level, sent: Sent, prefix: str) -> list[Json]:
    numbers = set()
    for name in [*sent.texts, *sent.files]:
        number = name.removeprefix(prefix).partition(".")[0]
        if name.startswith(prefix) and INDEX.fullmatch(number):
            numbers.add(number)
    return [_level(level, sent, f"{prefix}{number}.") for number in sorted(numbers, key=int)]
