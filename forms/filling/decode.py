"""From the names and values that an HTML form sends to nested answers."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from forms.language.expressions import Json
from forms.language.paths import put
from forms.model.component import Level, input_of
from forms.model.form import Form

INDEX = re.compile(r"\d{1,4}", re.ASCII)
ROW = "_row"
"""The mark by which a row is known whose fields are all empty."""


def decode(
    form: Form,
    pairs: Iterable[tuple[str, str]],
    files: Mapping[str, Sequence[Json]] | None = None,
    *,
    name_prefix: str = "",
    ignore: Collection[str] = ("csrf_token",),
) -> dict[str, Json]:
    """The answers as accept takes them; what the form does not declare stays in, so that accept can refuse it by name.

    A declared field that was not sent is an empty answer (null, false or no values): its default is not taken, because
    nobody has seen it on the page.

    Args:
        form: as read_form gave it.
        pairs: all names and values in their order, as a browser sends them.
        files: the values of file fields, by name: what the caller kept and what it has just received.
        name_prefix: what render put before each name; other names are left alone.
        ignore: names that are not the form's. Names that start with an underscore are not either: buttons, passwords.
    """
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith(name_prefix) and name not in ignore and not name.removeprefix(name_prefix).startswith("_"):
            sent.setdefault(name.removeprefix(name_prefix), []).append(value)
    received = {name.removeprefix(name_prefix): list(value) for name, value in (files or {}).items()}
    answers = _level(form.level, sent, received, "")
    for name, values in sent.items():
        answers.setdefault(name, values[-1])
    return answers


def _level(level: Level, sent: dict[str, list[str]], files: Mapping[str, list[Json]], prefix: str) -> dict[str, Json]:
    """The answers of one level; takes what it knows out of `sent`."""
    found: dict[str, Json] = {}
    sent.pop(prefix + ROW, None)
    for each in level.valued():
        name, kind = prefix + each.key, input_of(each)
        if each.inside is not None:
            put(found, each.path, _rows(each.inside, sent, files, f"{name}."))
        elif kind is None or kind.signs:
            continue  # computed, or verified by the caller: nothing is taken from the page
        elif kind.uploads:
            sent.pop(name, None)
            put(found, each.path, files.get(name, []))
        else:
            put(found, each.path, kind.sent(sent.pop(name, None)))
    return found


def _rows(level: Level, sent: dict[str, list[str]], files: Mapping[str, list[Json]], prefix: str) -> list[Json]:
    numbers = set()
    for name in [*sent, *files]:
        number = name.removeprefix(prefix).partition(".")[0]
        if name.startswith(prefix) and INDEX.fullmatch(number):
            numbers.add(number)
    return [_level(level, sent, files, f"{prefix}{number}.") for number in sorted(numbers, key=int)]
