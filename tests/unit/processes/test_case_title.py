"""A case has a short title: the first sentence of what was written, without the greeting."""

import pytest

from processes.cases.titles import short


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("您好！200 件中 12 件壳体浇口处开裂。10月12日停线。", "200 件中 12 件壳体浇口处开裂"),
        ("Dear Sir or Madam, twelve casings of v1.5 are cracked. The line stands still.", None),
        ("Hello, the lid does not close", "the lid does not close"),
        ("First line\nsecond line", "First line"),
        ("您好。", ""),
        ("", ""),
    ],
)
def test_the_first_sentence_is_the_title(description, title):
    assert short(description) == (title if title is not None else "twelve casings of v1.5 are cracked")


def test_a_long_sentence_is_cut():
    assert (len(short("壳" * 60)), short("壳" * 60)[-1]) == (40, "…")
    assert len(short("word " * 40)) <= 80
