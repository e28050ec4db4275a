"""The functions that process owners may call, and their manual."""

from pathlib import Path

import pytest

from engine.errors import Busy
from engine.language.expressions import STANDARD_FUNCTIONS, ExpressionError, compile_expression
from engine.language.library import MANUAL

MANUAL_PAGE = Path(__file__).parents[3] / "docs" / "expressions.md"


def test_a_database_that_is_busy_is_no_fault_of_the_expression():
    def busy():
        raise Busy

    for text in ("busy()", "[x for x in [1] if busy()]", "busy() or true", "count(busy())"):
        with pytest.raises(Busy):
            compile_expression(text).evaluate({}, {"busy": busy})


CASES = [
    ("upper('ab')", "AB"),
    ("lower('AB')", "ab"),
    ("trim('  a b ')", "a b"),
    ("upper(null)", None),
    ("starts_with('KB-1', 'KB')", True),
    ("ends with('KB-1', '1')", True),
    ("starts_with(null, 'x')", False),
    ("upper(5)", "error"),
    ("substring('KB-2026', 4)", "2026"),
    ("substring('KB-2026', 1, 2)", "KB"),
    ("substring('KB-2026', -4)", "2026"),
    ("replace('a.b.c', '.', '-')", "a-b-c"),
    ("replace('abc', '', '-')", "abc"),
    ("join(['a', null, 2, true], ', ')", "a, 2, true"),
    ("join([['a']], ', ')", "error"),
    ("split('a,b', ',')", ["a", "b"]),
    ("split('a', '')", "error"),
    ("string(1.5) + string(null) + string(money('2'))", "1.52.00"),
    ("string([1])", "error"),
    ("matches('KB-2026-000123', '^KB-[0-9]{4}-[0-9]{6}$')", True),
    (r"matches('抱怨 12', '\d+$')", True),
    ("matches(null, 'x')", False),
    ("matches('x', trim('('))", "error"),
    ("number('12')", 12),
    ("number(' 3.5 ')", 3.5),
    ("number('12a')", "error"),
    ("number('007')", "error"),
    ("money('3600')", "3600.00"),
    ("money(2.005)", "2.01"),
    ("money('x')", "error"),
    ("money(null)", None),
    ("money(3600) * 0.15", "540.0000"),
    ("round(2.5)", 3),
    ("round(-2.5)", -3),
    ("round(2.345, 2)", 2.35),
    ("round('2.345', 2)", "2.35"),
    ("round(1, 20)", "error"),
    ("floor(2.7)", 2),
    ("ceil(2.1)", 3),
    ("ceiling('2.1')", 3),
    ("abs(-2)", 2),
    ("abs('-2.50')", "2.50"),
    ("len([1, 2]) + count([1]) + length('abc') + len(null)", 6),
    ("len(5)", "error"),
    ("sum([1, null, 2.5])", 3.5),
    ("sum(['100.00', '50.50'])", "150.50"),
    ("sum(['100.00'])", "100.00"),
    ("sum([])", 0),
    ("sum(null)", 0),
    ("sum(['a'])", "error"),
    ("sum(1, 2)", 3),
    ("min([3, null, 1])", 1),
    ("max('900.00', '5000.00')", "5000.00"),
    ("max([])", None),
    ("min([1, 'a'])", "error"),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ("reverse([1, 2])", [2, 1]),
    ("distinct(['a', 'b', 'a', 1, true])", ["a", "b", 1, True]),
    ("distinct values([1, 1])", [1]),
    ("first([1, 2])", 1),
    ("last([])", None),
    ("flatten([[1], 2, [3, [4]]])", [1, 2, 3, [4]]),
    ("any([false, true])", True),
    ("all([true, null])", False),
    ("all(null)", False),
    ("all([])", True),
    ("all([true, false])", False),
    ("any('x')", "error"),
    ("contains('abc', 'b')", True),
    ("contains(['5.00'], 5)", True),
    ("empty('')", True),
    ("empty([])", True),
    ("empty({})", True),
    ("empty(0)", False),
    ("coalesce(null, '', 'c')", "c"),
    ("coalesce(null)", None),
    ("date('2026-01-31T23:30:00+08:00')", "2026-01-31"),
    ("date(2026, 2, 28)", "2026-02-28"),
    ("date(2026, 2, 30)", "error"),
    ("date('next week')", "error"),
    ("datetime('2026-01-31')", "error"),
    ("datetime('2026-01-31T08:00:00+19:00')", "error"),
    ("date and time('2026-01-31T08:30:00Z')", "2026-01-31T08:30:00+00:00"),
    ("duration('P7D')", "P7D"),
    ("duration('-P1DT1H')", "-P1DT1H"),
    ("duration('P1M')", "error"),
    ("duration('P')", "error"),
    ("duration('PT')", "error"),
    ("duration('P2W') == duration('P14D')", True),
    ("days_between('2026-01-01', '2026-01-08')", 7),
    ("days_between('2026-01-01', null)", None),
    ("hours_between('2026-01-01T08:00:00+08:00', '2026-01-01T01:30:00Z')", 1.5),
    ("hours_between('2026-01-01T08:00:00+08:00', '2026-01-01T01:30:00')", "error"),
    ("add_days('2026-01-31', 1)", "2026-02-01"),
    ("add_days('2026-01-31', '1')", "error"),
    ("add_days('2026-01-31', 0.5)", "error"),
    ("add_days('9999-12-31', 1)", "error"),
    ("add_days(null, 1)", None),
    ("add_hours('2026-01-31T23:00:00+08:00', 2)", "2026-02-01T01:00:00+08:00"),
    ("add_months('2026-01-31', 1)", "2026-02-28"),
    ("add_months('2028-01-31', 1)", "2028-02-29"),
    ("add_months('2026-01-31', -2)", "2025-11-30"),
    ("add_months('2026-01-31', 99999)", "error"),
    ("year('2026-03-04') + month('2026-03-04') + day('2026-03-04')", 2033),
    ("weekday('2026-01-05')", 1),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_function(text, expected):
    if expected == "error":
        with pytest.raises(ExpressionError):
            compile_expression(text).evaluate({})
        return
    value = compile_expression(text).evaluate({})
    assert value == expected
    assert type(value) is type(expected)


def test_every_function_is_tried_here():
    tried = frozenset().union(*(compile_expression(text).functions for text, _ in CASES))
    assert set(STANDARD_FUNCTIONS) - tried == {"is_defined"}


def test_the_page_for_process_owners_names_every_function_as_it_is():
    lines = MANUAL_PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    expected = [
        f"| {' '.join(f'`{form}`' for form in entry.usage.split(' or '))} | {entry.line} |"
        for group in ("conditions", "text", "numbers", "dates", "lists")
        for entry in MANUAL
        if entry.group == group
    ]
    assert rows == expected


def test_the_examples_on_the_page_are_true():
    names = {"severity": "S1", "joint": False, "amount": "3600.00", "limit": "900.00", "remedies": [], "note": None}
    text = MANUAL_PAGE.read_text(encoding="utf-8")
    examples = [line[4:] for line in text.splitlines() if line.startswith("    ")]
    assert len(examples) >= 6
    for example in examples:
        expression, _, value = example.partition("→")
        assert repr(compile_expression(expression.strip()).evaluate(names)) == value.strip(), example
