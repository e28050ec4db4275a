"""Which values pass which cells."""

import pytest

from engine.language.expressions import ExpressionError
from engine.tables.cells import compile_cell, compile_entry, constants

NAMES = {"lim": 7, "tags": ["a", "b"], "kind": "gift", "flag": True}


@pytest.mark.parametrize(
    ("cell", "value", "passes"),
    [
        ("", None, True),
        ("-", 3, True),
        (" - ", "x", True),
        ("3", 3, True),
        ("3", "3.00", True),
        ("3", "x", False),
        ("-1", -1, True),
        ("< -1", -2, True),
        ("1,2,3", 2, True),
        ("1,2,3", 4, False),
        ('"a","b"', "b", True),
        ('"a,b"', "a,b", True),
        ('"?"', "?", True),
        ("not(3)", 3, False),
        ("not(3)", 4, True),
        ('not("a","b")', "c", True),
        ('not("a","b")', "a", False),
        ("not(< 5)", 3, False),
        ("not([1..3], 7)", 7, False),
        ("not (contains(?, 'z'))", "a", True),
        ("[1..5]", 5, True),
        ("[1..5]", "5.00", True),
        ("]1..5[", 5, False),
        ("]1..5[", 1, False),
        ("]1..5]", 1, False),
        ("(1..5]", 1, False),
        ("(1..5]", 5, True),
        ("[1..5[", 5, False),
        ("[1..5)", 5, False),
        ("[1..5)", 4.9, True),
        ("[1..lim]", 6, True),
        ("[1..3], [5..7]", 4, False),
        ("< 5", 4, True),
        ("< 5", None, False),
        (">= 50000", "50000.00", True),
        (">= 50000", "9000.00", False),
        ("< 5, > 10", 12, True),
        ("= 3", 3, True),
        ("!= 3", 3, False),
        ("> lim", 8, True),
        ("lim", 7, True),
        ("lim + 1", 8, True),
        ("tags", "a", True),
        ("tags", "z", False),
        ('["a", "b"]', "b", True),
        ("kind", "gift", True),
        ("true", True, True),
        ("true", None, False),
        ("true", 1, False),
        ("false", False, True),
        ("false", None, False),
        ("not(true)", False, True),
        ("null", None, True),
        ("null", 0, False),
        ("not(null)", None, False),
        ("not(null)", 1, True),
        ("lim > 3", "anything", True),
        ("lim > 9", "anything", False),
        ("flag", True, True),
        ("flag", False, False),
        ("? > 3 and ? < 6", 5, True),
        ("? > 3 ? ? < 6 : false", 5, True),
        ("? > 3 > 4", 5, False),
        ("? > 3 > 2", 5, True),
        ('contains(?, "x")', "axb", True),
        ('starts with(?, "KB")', "KB-1", True),
        ('list contains(["a"], ?)', "a", True),
        ("? in tags", "a", True),
        ('date("2026-01-01")', "2026-01-01", True),
        ('@"2026-01-01"', "2026-01-01", True),
        ('< date("2026-01-01")', "2025-12-31", True),
        ('[date("2026-01-01")..date("2026-12-31")]', "2026-05-01", True),
        ('[date("2026-01-01")..date("2026-12-31")]', "2027-01-01", False),
        ('> duration("P3D")', "P4D", True),
        ('"yes" // yes', "yes", "error"),
        ("yes", "yes", "error"),
        ("< 5", "many", "error"),
        ("? + 1", 3, "error"),
        ("1..5", 2, "error"),
        ("[1..5", 2, "error"),
        ("x(", 1, "error"),
        ("< 5 and > 3", 4, "error"),
        ("not(3", 1, "error"),
        (",", 1, "error"),
        ("1,", 1, "error"),
        ("{", 1, "error"),
    ],
)
def test_cell(cell, value, passes):
    if passes == "error":
        with pytest.raises(ExpressionError):
            compile_cell(cell).passes(value, NAMES, {})
    else:
        assert compile_cell(cell).passes(value, NAMES, {}) is passes


def test_output_cells():
    assert compile_entry("") is None
    assert compile_entry(" - ") is None
    assert compile_entry('"a"').evaluate({}) == "a"
    assert compile_entry("xs[1]").evaluate({"xs": [5]}) == 5
    assert compile_entry("${xs[0]}").evaluate({"xs": [5]}) == 5


def test_allowed_values():
    assert constants('"a", "b",1,-2,true') == ("a", "b", 1, -2, True)
    for text in ("a", '"a', "1..5"):
        with pytest.raises(ExpressionError):
            constants(text)
