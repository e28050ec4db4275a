"""The words of an agreement: amounts in the numerals of contracts, codes, what a file carries in plain sight."""

import hashlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.agreements.verifying import MOST_MARKS, look_at
from processes.agreements.wording import capitals, digest, short, within
from processes.promises.sums import value_of


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("3.05", "叁元零伍分"),
        ("10.00", "壹拾元整"),
        ("1200.00", "壹仟贰佰元整"),
        ("3600.50", "叁仟陆佰元伍角"),
        ("10001.00", "壹万零壹元整"),
        ("200000.00", "贰拾万元整"),
        ("1005020.31", "壹佰万伍仟零贰拾元叁角壹分"),
        ("100000001.00", "壹亿零壹元整"),
    ],
)
def test_amounts_stand_in_capital_numerals(amount, words):
    assert capitals(Decimal(amount)) == words


@given(st.integers(1, 10**11))
def test_what_is_written_is_what_was_meant(number):
    assert value_of(capitals(Decimal(number)).removesuffix("元整")) == number


def test_a_note_stands_within_a_sentence():
    assert [within(note) for note in ("按约定办理。", "Free; ", "住院费用", "", None)] == [
        *("按约定办理", "Free", "住院费用", None, None)
    ]


def test_a_code_is_the_beginning_of_the_hash():
    assert digest("协议") == hashlib.sha256("协议".encode()).hexdigest()
    assert short("3f2a90c177d40b6e" + "0" * 48) == "3F2A-90C1-77D4-0B6E"


@given(st.integers(1, 200))
def test_a_hash_is_seen_wherever_the_pieces_are_cut(size):
    content = b"%PDF " + b"x" * 100 + b" " + b"ab" * 32 + b" " + b"0" * 65 + b" end"
    seen = look_at(content[start : start + size] for start in range(0, len(content), size))
    assert seen.sha256 == hashlib.sha256(content).hexdigest()
    assert "ab" * 32 in seen.marks


def test_a_file_full_of_hashes_costs_no_more():
    content = b" ".join(f"{number:064x}".encode() for number in range(1000))
    assert len(look_at([content]).marks) == MOST_MARKS
