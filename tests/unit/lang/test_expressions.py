"""What an expression means, in each of its spellings."""

from enum import StrEnum
from types import MappingProxyType

import pytest

from engine.language.expressions import (
    ExpressionError,
    UnknownFunction,
    UnknownName,
    compile_expression,
    compile_template,
    interpolate,
    is_expression,
)


class Colour(StrEnum):
    RED = "red"


NAMES = {
    "a": "x",
    "yes": True,
    "no": False,
    "nothing": None,
    "n": 7,
    "amount": "5200.00",
    "limit": "900.00",
    "lot": "007",
    "half": 0.5,
    "fives": "5",
    "fivefold": 5,
    "tags": ["a", "b"],
    "remedy": {"kind": "money", "note": None, "class": "S1"},
    "shares": [{"unit": "qc", "percent": 30}, {"unit": "sales", "percent": 70}],
    "due": "2026-01-08T00:00:00+08:00",
    "same_due": "2026-01-07T16:00:00Z",
    "day": "2026-01-31",
    "empty_text": "",
    "投诉": "KB",
    "empty": "name",
    "mod": 3,
    "colour": Colour.RED,
    "pair": (1, 2),
    "proxy": MappingProxyType({"k": 1}),
}

CASES = [
    # spellings
    ("${a == 'x' && !no}", True),
    ("#{a == 'x'}", True),
    ('=a = "x" and not(no)', True),
    ('a == "x"', True),
    (" ${ n } ", 7),
    ("${n ne 7 || yes}", True),
    ("n gt 5 and n le 7 and n lt 8 and n ge 7 and n eq 7", True),
    ("n <> 7", False),
    ("n is not null and nothing is null", True),
    ("if yes then 1 else 2", 1),
    ("yes ? 1 : 2", 1),
    ("no ? 1 : yes ? 2 : 3", 2),
    ("1 if no else 2", 2),
    ("empty nothing", True),
    ("empty tags", False),
    ("empty", "name"),
    ("mod + 1", 4),
    ("7 mod mod", 1),
    ("7 div 2", 3.5),
    ("not not yes", True),
    ("yes == not no", True),
    ("'it''s' == \"it\"", "error"),
    (r"'it\'s'", "it's"),
    ('"a && b || !c = d"', "a && b || !c = d"),
    ('"${x}"', "${x}"),
    ("投诉 == 'KB'", True),
    ("true and not false", True),
    ("True and None == null", True),
    # null
    ("nothing < 5", False),
    ("nothing >= 5", False),
    ("5 > nothing", False),
    ("nothing == null", True),
    ("nothing != 5", True),
    ("nothing and yes", False),
    ("not nothing", True),
    ("nothing.kind", None),
    ("remedy.note > 5", False),
    ("remedy.absent", None),
    ("remedy['kind']", "money"),
    ("remedy['absent']", None),
    ("tags[9]", None),
    ("nothing[0]", None),
    ("'a' in nothing", False),
    ("nothing + 1", "error"),
    # money and numbers
    ("amount > 5000", True),
    ("amount > limit", True),
    ("limit < amount", True),
    ("amount == 5200", True),
    ("5200.0 = amount", True),
    ("amount in [5000..6000]", True),
    ("amount - limit", "4300.00"),
    ("amount * 0.1", "520.000"),
    ("money(amount) + money(limit)", "6100.00"),
    ("money(amount * 0.155)", "806.00"),
    ("amount + limit", "6100.00"),
    ("'900.5' + amount", "6100.50"),
    ("limit + half", "900.50"),
    ("'5' + n", "12"),
    ("fives + fives", "error"),
    ("fives + '7'", "57"),
    ("string(1.5) + string(2.5)", "1.52.5"),
    ("amount == '5200'", True),
    ("'900.5' in ['1', '900.50']", True),
    ("lot == '7'", False),
    ("5 in [0..nothing]", False),
    ("5 in [nothing..9]", False),
    ("5 between 0 and nothing", False),
    ("'P10D' > 'P3D'", True),
    ("'P1W' == 'P7D'", True),
    ("'PT36H' > 'P1D'", True),
    ("'P1Y' > 'P3M'", True),
    ("'P1M' > 'P3D'", "error"),
    ("'PT1.5S' > 'PT1S'", True),
    ("'Peter' > 'Paul'", True),
    ("duration('PT0.5S') + duration('PT1S')", "PT1.5S"),
    ("=count(shares[percent > 50]) = 1", True),
    ("=shares[item.percent > 50].unit", ["sales"]),
    ("=shares[unit = 'qc'][1].percent", 30),
    ("=tags[item = 'b']", ["b"]),
    ("=tags[not(item = 'b')]", ["a"]),
    ("=shares[unit = a]", []),
    ("=tags[count(tags)]", "b"),
    ("=tags[fivefold]", None),
    ("=nothing[k = 1]", None),
    ("=[][k = 1]", []),
    ("=[][n]", None),
    ("count(shares[percent > 50])", 1),
    ("(-2) ** 2", 4),
    ("-(2 ** 2)", -4),
    ("lot == 7", False),
    ("lot > 5", "error"),
    ("a > 5", "error"),
    ("yes > 0", "error"),
    ("yes == 1", False),
    ("0.1 + 0.2 == 0.3", True),
    ("0.1 + 0.2", 0.3),
    ("1 + 2 * 3 - 4 / 2", 5.0),
    ("7 // 2", 3),
    ("-7 // 2", -4),
    ("-7 % 3", 2),
    ("2 ** 3 ** 2", "error"),
    ("-2 ** 2", "error"),
    ("2 ** -1", 0.5),
    ("1 / 0", "error"),
    ("n - -n", 14),
    ("+n", 7),
    ("'ab' + 'cd'", "abcd"),
    ("'ab' * 3", "error"),
    ("[1] + [2]", [1, 2]),
    ("1 < n < 9", True),
    ("1 < n < 5", False),
    # dates
    ("due < '2026-01-08T12:00:00+08:00'", True),
    ("due == same_due", True),
    ("due > day", "error"),
    ("date(due) > day", False),
    ("date(day) < date('2026-02-01')", True),
    ("day < '2026-02-01'", True),
    ("day == date('2026-01-31')", True),
    ("due + duration('P1D')", "2026-01-09T00:00:00+08:00"),
    ("duration('PT12H') + due", "2026-01-08T12:00:00+08:00"),
    ("date(day) - date('2026-01-01')", "P30D"),
    ("date(day) + duration('PT5H')", "error"),
    ("duration('P1D') > duration('PT23H')", True),
    ('@"2026-01-31" == day', True),
    ('@"PT90M"', "PT1H30M"),
    ('@"soon"', "error"),
    ("date('2026-02-30')", "error"),
    ("due > '2026-01-08T12:00:00'", "error"),
    # lists, groups, intervals, loops
    ("'a' in tags", True),
    ("'z' not in tags", True),
    ("'on' in 'money'", True),
    ("'kind' in remedy", True),
    ("n in (1, 7)", True),
    ("n in [1..7[", False),
    ("n in ]6..7]", True),
    ("n in (6..8)", True),
    ("n in [1, [5..8]]", True),
    ("n between 1 and 7 and yes", True),
    ("[1..5]", "error"),
    ("shares.percent", [30, 70]),
    ("sum(shares.percent) = 100", True),
    ("[s.unit for s in shares if s.percent > 50]", ["sales"]),
    ("[x + y for x in [1, 2] for y in [10, 20]]", [11, 21, 12, 22]),
    ("[x for x in [[y for y in [1, 2]]]]", [[1, 2]]),
    ("for s in shares return s.percent * 2", [60, 140]),
    ("some s in shares satisfies s.percent > 50", True),
    ("every s in shares satisfies s.percent > 50", False),
    ("any(s.percent > 50 for s in shares)", True),
    ("all([])", True),
    ("tags[0]", "a"),
    ("tags[-1]", "b"),
    ("=tags[1]", "a"),
    ("=tags[-1]", "b"),
    ("=tags[0]", "error"),
    ("shares[1].unit", "sales"),
    ("{kind: 'gift', \"for\": [n]}", {"kind": "gift", "for": [7]}),
    ("remedy.class", "S1"),
    ("pair", [1, 2]),
    ("proxy.k", 1),
    ("colour == 'red'", True),
    ("a.b", "error"),
    ("n[0]", "error"),
    ("'x' in 5", "error"),
    # functions
    ("list contains(tags, 'a')", True),
    ("string length(a)", 1),
    ("is defined(a)", True),
    ("is defined(nothing)", True),
    ("is defined(zzz)", False),
    ("is defined(remedy.absent)", False),
    ("is defined(zzz.kind)", False),
    ("is_defined(zzz) and zzz > 5", False),
    ("upper case(a)", "X"),
    # conditions are true or false
    ("a and yes", "error"),
    ("not n", "error"),
    ("n ? 1 : 2", "error"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_value(text, expected):
    if expected == "error":
        with pytest.raises(ExpressionError):
            compile_expression(text).evaluate(NAMES)
        return
    value = compile_expression(text).evaluate(NAMES)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a value is missing before the end"),
        ("a ==", "a value is missing before the end"),
        ("(a", "“)” or a comma is missing before the end"),
        ("a b", "“b” (character 3) is not expected here"),
        ("“x”", "use \" or '"),
        ("'x", "has no closing quote"),
        ("a.upper()", "there are only functions"),
        ("a ; b", "; at character 3 is not understood"),
        ("${a} and ${b}", "one ${…} encloses the whole expression"),
        ("12abc", "neither a number nor a name"),
        ("upper(a, b)", "upper is written upper(text)"),
        ("if a then b", "“else” is missing"),
        ("x := 1", "“:” (character 3) is not expected here"),
        ("[1, 2", "“]” or a comma is missing"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(text, message):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert message in str(caught.value)


def test_unknown_name_and_function():
    with pytest.raises(UnknownName) as caught:
        compile_expression("a == b").evaluate({"a": 1})
    assert caught.value.name == "b"
    assert caught.value.code == "unknown_name"
    with pytest.raises(UnknownFunction) as missing:
        compile_expression("double(2)").evaluate({})
    assert missing.value.name == "double"


def test_names_from_a_function():
    asked = []

    def find(name):
        asked.append(name)
        if name == "a":
            return 1
        raise UnknownName(text="", name=name)

    assert compile_expression("a + a").evaluate(find) == 2
    assert asked == ["a", "a"]
    with pytest.raises(UnknownName) as caught:
        compile_expression("b").evaluate(find)
    assert "“b” asks for b" in str(caught.value)


def test_functions_are_given_beside_the_standard_ones():
    expression = compile_expression("double(n) + len([1])")
    assert expression.evaluate({"n": 2}, {"double": lambda x: x * 2, "len": lambda x: 100}) == 5
    with pytest.raises(ExpressionError, match="boom: out of order"):
        compile_expression("boom()").evaluate({}, {"boom": _boom})
    with pytest.raises(ExpressionError, match="no value of the language"):
        compile_expression("thing()").evaluate({}, {"thing": object})


def _boom():
    raise RuntimeError("out of order")


def test_what_it_asks_for_is_known_without_evaluating():
    expression = compile_expression("sum([s.p for s in shares if s.q > low]) + f(z) > 1 and is defined(w) and w > 1")
    assert expression.names == {"shares", "low", "z", "w"}
    assert expression.functions == {"sum", "f"}
    assert expression.guarded == {"w"}
    assert compile_expression("[x for x in x]").names == {"x"}
    assert compile_expression("=xs[1]").functions == frozenset()


def test_holds():
    assert compile_expression("n > 5").holds(NAMES)
    assert not compile_expression("nothing").holds(NAMES)
    with pytest.raises(ExpressionError, match="neither true nor false"):
        compile_expression("n").holds(NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reply to ${a}", "Reply to x"),
        ("${a}-#{n}: ${yes}", "x-7: true"),
        ("${nothing}!", "!"),
        ("${tags}", ["a", "b"]),
        (" ${n} ", 7),
        ("${{x: '}'}}", {"x": "}"}),
        ("${'${' + a}.", "${x."),
        ("no expression", "no expression"),
        ("100 $ {a}", "100 $ {a}"),
        ("", ""),
        ("=n + 1", 8),
        ("${amount} ${half}", "5200.00 0.5"),
    ],
)
def test_interpolate(text, expected):
    assert interpolate(text, NAMES) == expected


@pytest.mark.parametrize("text", ["${a", "x ${'}", "a ${tags} b", "${} x"])
def test_interpolate_refuses(text):
    with pytest.raises(ExpressionError):
        interpolate(text, NAMES)


def test_template_says_what_it_asks_for():
    template = compile_template("Reply to ${name} by ${add_days(due, 7)}")
    assert template.names == {"name", "due"}
    assert template.functions == {"add_days"}
    assert compile_template("plain").names == frozenset()


def test_is_expression():
    assert all(map(is_expression, ["${a}", " #{a}", "=a"]))
    assert not any(map(is_expression, ["a", "$a", ""]))
