"""Our patterns against those of Python, and those that Python would never finish."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language.expressions import ExpressionError, compile_expression
from engine.language.patterns import compile_pattern
from engine.language.tokens import Problem

ATOMS = st.sampled_from(["a", "b", "1", ".", r"\d", r"\w", r"\D", r"\.", "[ab]", "[^a]", "[a-c1]", "[.-]", "^", "$"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{1,}", "{0}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=8,
)


@given(PATTERNS, st.text("abc1 .-\x00中\n", max_size=10))
@settings(max_examples=600)
def test_finds_what_python_finds(pattern, text):
    assert compile_pattern(pattern).found_in(text) == bool(re.search(pattern.replace("$", r"\Z"), text, re.ASCII))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "^(a|a?)+$", "(.*)*$x", "^(([a-z])+.)+[A-Z]$"])
def test_a_pattern_that_python_never_finishes_takes_as_long_as_its_text(pattern):
    begun = time.perf_counter()
    assert not compile_pattern(pattern).found_in("a" * 90_000 + "b")
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        *((each, "looks ahead or behind") for each in ("(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(?>a)")),
        *((each, "refers back") for each in (r"(a)\1", r"(?P<n>a)\k<n>", "(?P<n>a)(?P=n)")),
        *((each, "repeats too much") for each in ("a{99999999}", "(((a{100}){100}){100})", r"(\PN{1,30}){33}")),
        *(
            (each, "not understood")
            for each in ("(", "a)", "[a", "*", "a**", "a++", "[z-a]", "\\", "{2}", "[]", r"\p{X}")
        ),
        ("a" * 400, "longer than 300"),
        ("\ud800", "half of a character"),
    ],
)
def test_refused(pattern, words):
    with pytest.raises(Problem, match=words):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a\x00b", "xa\x00bx", True), ("a\x00b", "a\x00c", False), ("^a$", "a\x00", False), (r"\x00", "a\x00", True),
        ("^.$", "\x00", True), ("^.$", "中", True), ("^.$", "👍", True), ("[一-龥]{2}", "批号", True), (r"^\p{Han}+$", "批号", True),
        (r"\d", "３", False), (r"\w", "é", False), ("a$", "a\n", False), ("(?i)KB", "kb", True), ("", "", True),
    ],
)  # fmt: skip
def test_every_character_counts_as_one_and_the_null_is_one_of_them(pattern, text, found):
    assert compile_pattern(pattern).found_in(text) is found


def test_a_text_that_is_too_long():
    with pytest.raises(Problem, match="too long"):
        compile_pattern("a{900}").found_in("a" * 90_000)
    with pytest.raises(Problem, match="half of a character"):
        compile_pattern("a").found_in("a\ud800")


def test_a_written_pattern_is_refused_when_the_expression_is_read_and_a_computed_one_when_it_is_evaluated():
    with pytest.raises(ExpressionError, match="looks ahead"):
        compile_expression('=matches(lot, "(?=L)")')
    computed = compile_expression('=matches(lot, pattern + "")')
    with pytest.raises(ExpressionError, match="refers back"):
        computed.evaluate({"lot": "L", "pattern": r"(L)\1"})


@given(st.text(alphabet="ab(){}[]|*+?.^$\\dpwPQEzC19,:<=!-\x00\ud800中", max_size=30), st.text(max_size=20))
@settings(max_examples=500)
def test_nothing_but_a_problem_ever_comes_out(pattern, text):
    with suppress(Problem):
        assert compile_pattern(pattern).found_in(text) in {True, False}
