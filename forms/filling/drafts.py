"""Half-filled answers that meet another version of their form."""

from collections.abc import Mapping

from forms.language.expressions import Json
from forms.language.paths import MISSING, find, put
from forms.model.component import Level
from forms.model.form import Form


def fit(form: Form, answers: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """The answers that this version of the form still asks for, and those that it does not.

    Args:
        form: the version that is filled in now.
        answers: a draft of any version; it is not changed.

    Returns:
        What moves along, and what has no field any more, by path, empty answers left out: to be shown, not lost.
    """
    left: dict[str, Json] = {}
    return _fit(form.level, answers, "", left), left


def _fit(level: Level, answers: Mapping[str, Json], prefix: str, left: dict[str, Json]) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for each in level.valued:
        value = find(answers, each.path)
        if value is MISSING:
            continue
        inside = each.inside
        if inside is not None and isinstance(value, list):
            value = [
                _fit(inside, row if isinstance(row, Mapping) else {}, f"{prefix}{each.key}.{number}.", left)
                for number, row in enumerate(value)
            ]
        put(kept, each.path, value)
    _note_left(answers, kept, prefix, left)
    return kept


def _note_left(answers: Mapping[str, Json], kept: Mapping[str, Json], prefix: str, left: dict[str, Json]) -> None:
    for name, value in answers.items():
        inside = kept.get(name)
        if name not in kept:
            if value not in (None, "", [], {}, False):
                left[f"{prefix}{name}"] = value
        elif isinstance(value, Mapping) and isinstance(inside, Mapping):
            _note_left(value, inside, f"{prefix}{name}.", left)
