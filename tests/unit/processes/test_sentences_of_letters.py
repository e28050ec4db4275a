"""How well the guard reads letters that nobody wrote for it: what it finds of promises, what it finds of nothing.

The sentences were written before anybody looked at the patterns; patterns were added for kinds of the half `tried`, the
half `held_out` only counts. `later` was written in colloquial words when that was done: see docs/security.md.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from processes.promises.reading import Plan, read

LIMIT = 500
SENTENCES = list(
    csv.DictReader(
        (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
)
NOTHING_APPROVED = Plan(fault="not_ours")
FLOORS = {
    ("tried", "zh"): (56, 56, 41, 0, 34),
    ("tried", "en"): (28, 29, 21, 0, 16),
    ("held_out", "zh"): (51, 51, 38, 3, 33),
    ("held_out", "en"): (19, 20, 13, 1, 15),
    ("later", "zh"): (24, 25, 13, 0, 15),
    ("later", "en"): (11, 13, 7, 0, 8),
}
"""Promises found, of how many, blocked at once; harmless sentences taken for promises, of how many."""


@pytest.fixture(scope="module")
def measured():
    """The same figures as the guard makes them now."""
    counts = {key: Counter() for key in FLOORS}
    for row in SENTENCES:
        remarks = read({"reply_solution": row["sentence"]}, NOTHING_APPROVED)
        kind = "harmless" if row["kind"] == "harmless" else "promise"
        counts[row["half"], row["language"]].update(
            {
                kind: 1,
                f"{kind} found": bool(remarks),
                f"{kind} blocked": any(each.sure for each in remarks),
            }
        )
    return counts


@pytest.mark.parametrize("key", FLOORS)
def test_the_guard_finds_no_less_and_stops_no_more_than_was_measured(measured, key):
    found, promises, blocked, taken, harmless = FLOORS[key]
    seen = measured[key]
    assert (seen["promise"], seen["harmless"]) == (promises, harmless)
    assert seen["promise found"] >= found
    assert seen["promise blocked"] >= blocked
    assert seen["harmless found"] <= taken


def test_a_letter_as_long_as_the_form_takes_is_read_at_once():
    text = "我司将于收到样品后为贵司由我们给您，" * LIMIT + "we will be paid by the our on with us " * LIMIT
    assert read({"reply_cause": text}, NOTHING_APPROVED)
