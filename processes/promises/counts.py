"""How many pieces a letter names."""

import re
from collections.abc import Iterator
from decimal import Decimal

from processes.promises.sums import NUMBER, plain, value_of

_UNITS = (
    r"(?:件|台|只|套|箱|双|片|支|瓶|袋|包|卷|吨|公斤|千克|批(?!次)|个(?!工作|月|小时|班|星期|自然|人)|块(?!钱)"
    r"|(?:(?:new|defective|faulty|cracked|replacement|further|more|other|additional)\s+)*"
    r"(?:pieces?|pcs|units?|casings?|items?|parts?|boxes|sets?|products?|machines?)\b)"
)
COUNT = rf"(?!零件){NUMBER}\s*{_UNITS}"
_FOUND = re.compile(rf"(?!零件)({NUMBER})\s*{_UNITS}", re.IGNORECASE)
_OUT_OF = re.compile(
    rf"{NUMBER}\s*{_UNITS}\s*(?:产品)?(?:中的?|里的?|之中)|(?<=\d of )(?:the )?{NUMBER}(?=\s)", re.IGNORECASE
)
"""Of how many: 200 件中的 12 件, 12 of 200 pieces."""
_SOME_OF = re.compile(rf"({NUMBER}) of (?:the )?(?={_UNITS})", re.IGNORECASE)

ALL = re.compile(
    r"整批|全批|整单|^(?!.*(?:不良|不合格|缺陷|损坏|开裂)).*(?:全部|所有)"
    r"|\b(?:all(?! defective| faulty| cracked)|entire|whole)\b",
    re.IGNORECASE,
)
"""Words for each piece there is."""


def counts_in(sentence: str) -> list[Decimal]:
    """The numbers of pieces that a sentence names, not those of which they are a part."""
    narrow = _OUT_OF.sub("", plain(sentence))
    return list(_counts(narrow))


def _counts(text: str) -> Iterator[Decimal]:
    for pattern in (_SOME_OF, _FOUND):
        for match in pattern.finditer(text):
            yield value_of(match[1])
