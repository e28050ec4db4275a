"""Conditions that are no question, found by trying them with every kind of value that they tell apart."""

import pytest

from engine.language.expressions import compile_expression
from engine.language.settled import parts_of, settled

ALWAYS = [
    "x == 'a' or x != 'a'",
    "n < 3 or n >= 3",
    "n < 5 or n > 3",
    "x == null or x != null",
    "not (x == 'a') or x == 'a'",
    "f or not f",
    "x == x",
    "x != 1 or x != 2",
    "3 > n or n > 2",
    "x not in ['a'] or x == 'a'",
    "1 == 1",
]
NEVER = [
    "x == 'a' and x == 'b'",
    "n > 3 and n < 2",
    "x in ['a', 'b'] and x == 'c'",
    "n in [1..5] and n > 6",
    "n between 1 and 3 and n > 5",
    "-1 < n and n < -3",
    "count(l) > 3 and count(l) < 2",
    "r.kind == 'a' and r.kind == 'b'",
    "a < b and not (a < b)",
    "x != x and y",
]
OPEN = [
    "f == true or f == false",
    "n < 3 or n > 5",
    "n > 3 and n < 4",
    "x != null and n < 3",
    "x != null or x < 3",
    "x == 'a' and x == 1",
    "x == 'a' or y == 'b' or x == 'c'",
    "a < b",
    "is_defined(x) and x == 'a'",
    "day < date('2026-01-01') or day >= date('2026-01-01')",
    " or ".join(f"v{number} == 'a'" for number in range(12)),
    "1",
]


@pytest.mark.parametrize(
    ("text", "holds"), [*((t, True) for t in ALWAYS), *((t, False) for t in NEVER), *((t, None) for t in OPEN)]
)
def test_a_condition_is_tried(text, holds):
    assert settled(compile_expression(text).tree) is holds


def test_what_is_settled_within_an_expression_is_found_once():
    def found(text):
        return [holds for _, holds in parts_of(compile_expression(text).tree)]

    assert found("(x == 'a' and x == 'b') or y") == [False]
    assert found("if x == 'a' and x != 'a' then 1 else 2") == [False]
    assert found("some r in l satisfies r.k == 'a' and r.k == 'b'") == [False]
    assert found("x == 'a' or x == 'a'") == [None]
    assert found("x == 'a' or x == 'b'") == found("true") == []
