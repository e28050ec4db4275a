"""Rows of two versions that belong together."""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from forms.language.expressions import Json

Row = Mapping[str, Json]


def pairs_of(old: list[Row], new: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Equal rows, then those that stand in the place of others; None where there is none."""
    keys = [[json.dumps(row, sort_keys=True, default=str) for row in rows] for rows in (old, new)]
    for _, low, high, start, end in SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_opcodes():
        for number in range(max(high - low, end - start)):
            yield (
                old[low + number] if low + number < high else None,
                new[start + number] if start + number < end else None,
            )
