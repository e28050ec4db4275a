"""Our patterns against those of Python, and those that Python would never finish."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@given(PATTERNS, st.text("abc1 .-", max_size=10))
@settings(max_examples=600)
def test_finds_what_python_finds(pattern, text):
    assert compile_pattern(pattern).found_in(text) == bool(re.search(pattern.replace("$", r"\Z"), text))


def test_a_pattern_that_python_never_finishes():
    begun = time.perf_counter()
    assert not compile_pattern("(a+)+$").found_in("a" * 5000 + "b")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(",
            "a)",
            "[a",
            "*",
            "a**",
            "a++",
            "a{2",
            "a{,2}",
            "a{99999999}",
            r"(a)\1",
            "(?=a)",
            "(?P<n>a)",
            r"\b",
            "a" * 400,
        ),
        *("(" * 50 + ")" * 50, "[z-a]", "\\", "(((a{100}){100}){100})", "(((){100}){100}){100}", "{2}", "[]"),
    ],
)
def test_refused(pattern):
    with pytest.raises(Problem):
        compile_pattern(pattern)


def test_a_text_that_is_too_long():
    with pytest.raises(Problem):
        compile_pattern("a{100}").found_in("a" * 90_000)
