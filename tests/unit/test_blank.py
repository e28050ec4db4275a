"""What nobody sees is the same for the engine and for forms, which know nothing of each other."""

from itertools import chain

import engine
from forms.language.characters import is_blank

PLANES = chain(range(0x20000), range(0xE0000, 0xE1000))
"""Between them stand Chinese characters and what has no meaning yet."""


def test_reasons_and_answers_are_blank_alike():
    assert [hex(each) for each in PLANES if engine.is_blank(chr(each)) != is_blank(chr(each))] == []
