"""Cells and expressions that look like something else than they are read as, and moments without an offset."""

from zoneinfo import ZoneInfo

import pytest
from tables import decide, file_of, literal, read

from engine.language.doubts import doubts
from engine.language.expressions import compile_expression
from engine.tables.cells import compile_cell
from engine.tables.decisions import parse_dmn
from engine.values import ZONE, Severity

SHANGHAI = {ZONE: lambda: ZoneInfo("Asia/Shanghai")}


@pytest.mark.parametrize(
    ("cell", "kind", "told"),
    [
        ("> 1,000", "number", "two values"),
        ("100,000", "number", "two values"),
        ("< 1,5", "number", "two values"),
        ("1-9", "number", "[1..9]"),
        ("> 1-9", "number", "[1..9]"),
        ("[1...9]", "number", "three dots"),
        ("[9..1]", "number", "the smaller end comes first"),
        ("(5..5)", "number", "nothing lies"),
        ('[date("2026-12-31")..date("2026-01-01")]', "date", "the smaller end comes first"),
        ("007", "number", '"007"'),
        ("< 2026-02-01", "date", "calculated"),
        ("2026/02/01", "date", "calculated"),
        ('< "2026/02/01"', "date", "compared as a text"),
        ('"2026-2-1"', "date", "compared as a text"),
        ('< "2026/02/01"', "string", "compared as a text"),
        ('> "2026年2月1日"', "", "compared as a text"),
        ('"2026-02-30"', "date", "no date of the calendar"),
        ('"2026-02-01"', "dateTime", "compared as a text"),
        ('> "1,000"', "number", "without quotes"),
        ("[1,9]", "number", "[1..9]"),
        ("(0.5, 2)", "number", "[0.5..2]"),
        ('date("2026-02-30")', "date", "no date of the calendar"),
        ('> @"soon"', "date", "no date, date with time or duration"),
        ('> duration("P1M")', "dayTimeDuration", "months"),
        ('> "10 days"', "dayTimeDuration", "a length of time"),
        ('> "a week"', "yearMonthDuration", "a length of time"),
        ('"a" or "b"', "string", "neither true nor false"),
    ],
)
def test_what_looks_like_something_else(cell, kind, told):
    decision, findings = read([(cell, "1"), ("-", "2")], inputs=(("x", kind),), policy="FIRST")
    assert [(f.code, f.element) for f in findings if f.severity == "error"] == [("cell", "r1")]
    assert told in findings[0].message
    assert cell in findings[0].message
    assert decision is not None  # what is deployed already goes on with it


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("1, 2, 300", "number"),
        ("1,2,3", "number"),
        ("[9,1]", "number"),
        ("(1,2,3)", "number"),
        ('> "P10D"', "dayTimeDuration"),
        ('> "P1Y"', "yearMonthDuration"),
        ('date("2026-02-28")', "date"),
        ("-5", "number"),
        ("> n - 5", "number"),
        ("[0.5..1]", "number"),
        ("[5..5]", "number"),
        ("> 0.5", "number"),
        ('"1-9"', "string"),
        ('"1,000"', "string"),
        ('"2026/02/01"', "string"),
        ('< date("2026-02-01")', "date"),
        ('["2026-01-01".."2026-02-01"]', "date"),
        ('< date and time("2026-02-01T00:00:00")', "date"),
        ('"3600.00"', "number"),
    ],
)
def test_what_is_meant_as_it_is_read(cell, kind):
    findings = read([(cell, "1"), ("-", "2")], inputs=(("x", kind),), policy="FIRST")[1]
    assert findings == []


@pytest.mark.parametrize(
    "text",
    [
        *("x > 2026-02-01", "x in [1...9]", "x between 9 and 1", "x == 007", "x == 'a' or 'b'", "x and 5"),
        *("x > date('2026-02-30')", "x > 1 / 0", "x == number('a')", "if x then @'soon' else null", "not 'a'"),
    ],
)
def test_expressions_are_looked_at_too(text):
    assert len(list(doubts(compile_expression(text)))) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('10 * "10"', "a number is written 10"),
        ('-"10"', "a number is written 10"),
        ('10 + "10"', "a number is written 10"),
        ('floor("1.5")', "a number is written 1.5"),
        ('100 = "100"', "never the same"),
        ("true = 1", "never the same"),
        ("[] = 0", "never the same"),
        ("5 in [null..10]", "an end that is null"),
        ("5 between 1 and null", "an end that is null"),
        ("null in [1..2]", "null lies in no interval"),
        ("all([true, null])", "asked about null"),
        ('contains("foo", null)', "asked about null"),
        ("[1] + [2]", "two lists are not added"),
        ('replace(a, "[iouy]", "[$0]")', "not as a pattern"),
        ("{a: 1} in {a: 1}", "not in a list"),
    ],
)
def test_what_gives_null_elsewhere_is_refused_where_it_is_written_out(text, told):
    assert [told in said for said in doubts(compile_expression(text))] == [True]


@pytest.mark.parametrize(
    "text",
    ['"KB-" + string(n)', 'money("18000.00")', "contains(rows, null)", "amount - 100", 'code = "100"', "a + [1]"],
)
def test_what_is_written_out_and_means_what_it_says(text):
    assert not list(doubts(compile_expression(text)))


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("1 + 1", "string", 1),
        ('"foo"', "number", 1),
        ('["foo"]', "string", 0),
        ('["foo", "bar"]', "string", 1),
        ('"1.50"', "number", 0),
        ("x", "number", 0),
    ],
)
def test_a_result_of_another_type_than_declared(text, kind, told):
    drawn = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
      <decision id="x" name="x"><variable name="x" typeRef="{kind}"/>
      <literalExpression><text>{text}</text></literalExpression></decision></definitions>"""
    _, findings = parse_dmn(drawn.encode(), "x.dmn")
    assert len(findings) == told, findings


def test_a_decision_of_nothing_but_an_expression_that_fails_is_warned_of():
    (finding,) = parse_dmn(file_of(literal("x", "(10 + 20) / 0")), "x.dmn")[1]
    assert (finding.severity, finding.code, "divides by zero" in finding.message) == (Severity.WARNING, "cell", True)


def test_a_result_that_is_no_date():
    findings = read([("-", "2026-02-01")])[1]
    assert [(f.code, f.element) for f in findings] == [("cell", "r1")]


@pytest.mark.parametrize(
    ("cell", "moment", "passes"),
    [
        ('< date and time("2026-02-01T00:00:00")', "2026-01-31T23:59:00+08:00", True),
        ('< date and time("2026-02-01T00:00:00")', "2026-01-31T16:00:00Z", False),
        ('>= @"2026-02-01T00:00:00"', "2026-01-31T16:00:00Z", True),
        ('"2026-02-01T00:00:00"', "2026-01-31T16:00:00Z", True),
        ('< "2026-02-01T00:00:00"', "2026-01-31T15:59:59Z", True),
        ('["2026-01-01T00:00:00".."2026-02-01T00:00:00"]', "2026-01-31T16:00:00Z", True),
        ('"2026-02-01T00:00:00","2027-02-01T00:00:00"', "2026-01-31T16:00:00Z", True),
        ('> "2026-01-31T16:00:00Z"', "2026-02-01T00:00:01", True),
    ],
)
def test_a_moment_without_an_offset_is_meant_in_the_zone_of_the_installation(cell, moment, passes):
    assert compile_cell(cell).passes(moment, {}, SHANGHAI) is passes


def test_hours_to_a_moment_without_an_offset():
    hours = compile_expression("hours_between('2026-02-01T00:00:00', '2026-01-31T18:00:00Z')")
    assert hours.evaluate({}, SHANGHAI) == 2.0


def test_a_single_output_without_a_name():
    assert decide([("-", "1")], {"x": 1}, outputs=("",)).result == {"k": 1}
    assert [f.code for f in read([("-", "1", "2")], outputs=("", ""))[1]] == ["dmn", "dmn"]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (lambda n: (f'"{n}"', "1"), {"inputs": (("x", "string"),)}),
        (lambda n: (f"[{n * 10}..{n * 10 + 9}]", "1"), {}),
        (lambda n: (str(n // 50), f'"{n % 50}"', "1"), {"inputs": (("x", "number"), ("y", "string"))}),
    ],
)
@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_the_rows_of_a_large_table_are_compared_with_few(row, named, policy):
    rows = [row(number) for number in range(1500)]
    code = {"UNIQUE": "overlap", "FIRST": "unreachable"}[policy]
    findings = read([*rows, row(700)], policy=policy, **named)[1]
    assert [(f.code, f.element) for f in findings if f.code != "gap"] == [(code, "r1501")]


def test_a_table_whose_rows_share_everything_says_that_they_are_not_compared():
    rows = [(f"[{number}..{6000 - number}]", "1") for number in range(2500)]
    assert "not-compared" in [finding.code for finding in read(rows)[1]]
