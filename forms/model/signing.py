"""The hash of what was signed."""

import hashlib
import json
from collections.abc import Mapping

from forms.language.expressions import Json
from forms.language.paths import MISSING, find
from forms.model.component import Component, Level
from forms.model.form import Form


def signed_digest(form: Form, values: Mapping[str, Json]) -> str:
    """SHA-256, in hexadecimal, of what a signature stands for.

    Canonical JSON (sorted keys, no spaces, UTF-8) of the form's id and digest and of the answers, signatures left out.
    """
    signed = {"form": form.id, "digest": form.digest, "answers": _without_signatures(form.level, values)}
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _without_signatures(level: Level, values: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for each in level.valued:
        kind, value = each.input, find(values, each.path)
        if value is not MISSING and not (kind is not None and kind.signs):
            found[each.key] = _rows(each, value)
    return found


def _rows(component: Component, value: Json) -> Json:
    level = component.inside
    if level is None or not isinstance(value, list):
        return value
    return [_without_signatures(level, row) if isinstance(row, Mapping) else row for row in value]
