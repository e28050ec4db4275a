"""Sums of money as letters name them: in digits, in Chinese numerals, in English words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

_HAN_SIGNS = ("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
HAN_DIGITS: Mapping[str, int] = {sign: value for value, signs in enumerate(_HAN_SIGNS) for sign in signs}
HAN_SCALES: Mapping[str, int] = dict(zip("十拾百佰千仟", (10, 10, 100, 100, 1000, 1000), strict=True))
MYRIADS: Mapping[str, int] = {"万": 10**4, "萬": 10**4, "亿": 10**8}

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS: Mapping[str, Decimal] = {
    **{word: Decimal(value) for value, word in enumerate(_ONES.split(), 1)},
    **{word: Decimal(10 * value) for value, word in enumerate(_TENS.split(), 2)},
    "half": Decimal("0.5"),
}
SCALES: Mapping[str, int] = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6}

_ARABIC = r"(?<!\d)(?<!\d[.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HAN = f"[{''.join((*HAN_DIGITS, *HAN_SCALES, *MYRIADS))}]"
_WORD = rf"(?:{'|'.join((*WORDS, *SCALES))})\b"
NUMBER = (
    rf"(?:(?:{_ARABIC}|{_HAN})(?:\s?{_HAN}\d{{0,4}}){{0,24}}"
    rf"|\b(?:an?\s+)?{_WORD})(?:[\s-]*(?:and\s+)?(?:an?\s+)?{_WORD}){{0,12}}"
)
_PART = re.compile(rf"{_ARABIC}|{_HAN}|[a-z]+")

OURS = (r"(?:¥|人民币|\b(?:RMB|CNY))", r"(?:元(?![器件素旦])|圆|块(?:钱|(?!\w))|人民币|(?:yuan|kuai|RMB|CNY)\b)")
FOREIGN = (r"(?:[$€£]|\b(?:USD|EUR|GBP))", r"(?:美元|欧元|英镑|港币|(?:dollars?|euros?|pounds?|USD|EUR|GBP)\b)")
"""The signs of a currency before and after a sum."""
PROMISING = r"(?:赔偿|赔付|补偿|退还|退款|减免|compensat\w*|indemni\w*|reimburse\w*|refund\w*|pay\w*)"
BETWEEN = r"(?:[\s:]|您|贵司|贵方|客户|金额?|款|共计?|合计|总计|为|约|you|to|of|with|the|an?|amount|sum|in|total)*"
LEAST_BARE = 100
"""A number without a currency is a sum when it ends a clause after a promise, and is no mere count of pieces."""


def _sums(before: str, after: str) -> re.Pattern[str]:
    """Finds numbers with a sign of the currency on either side."""
    return re.compile(rf"{before}[\s:]*({NUMBER})|({NUMBER})\s*{after}", re.IGNORECASE)


_OURS, _FOREIGN = _sums(*OURS), _sums(*FOREIGN)
_BARE = re.compile(rf"{PROMISING}{BETWEEN}({NUMBER})(?=\s*(?:$|[,;。!?)\n]|\.(?!\d)))", re.IGNORECASE)


@dataclass(frozen=True)
class Sum:
    """A sum that a text names."""

    amount: Decimal
    foreign: bool
    start: int
    """Where it stands in the plain text."""


def plain(text: str) -> str:
    """The text with full-width digits and signs as the narrow ones; as long as it was."""
    return "".join(narrow if len(narrow := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text)


def sums_in(text: str) -> Iterator[Sum]:
    """The sums of money that a text names, one without a currency only where it is promised."""
    found: dict[int, Sum] = {}
    for pattern, foreign, least in ((_BARE, False, LEAST_BARE), (_OURS, False, 0), (_FOREIGN, True, 0)):
        for match in pattern.finditer(text):
            number = next(number for number in range(1, len(match.groups()) + 1) if match[number])
            amount = value_of(match[number])
            if amount >= least:
                found[match.start(number)] = Sum(amount, foreign, match.start(number))
    return iter(found.values())


def value_of(text: str) -> Decimal:
    """The value of a number: 18,000, 1.8万, 1万8, 壹万捌仟, 18k, one and a half thousand."""
    parts = _PART.findall(text.lower())
    return _chinese(parts) if any(part in _SIGNS for part in parts) else _english(parts)


_SIGNS = {**HAN_DIGITS, **HAN_SCALES, **MYRIADS}


def _chinese(parts: list[str]) -> Decimal:
    whole, section, last, zero = Decimal(0), Decimal(0), 1, False
    digit: Decimal | None = None
    for part in parts:
        if part in HAN_DIGITS:
            zero = zero or part in _HAN_SIGNS[0]
            digit = (digit or Decimal(0)) * 10 + HAN_DIGITS[part]
        elif part in HAN_SCALES:
            section += (digit or Decimal(1)) * HAN_SCALES[part]
            digit, last = None, HAN_SCALES[part]
        elif part in MYRIADS:
            whole += (section + (digit or Decimal(0)) or Decimal(1)) * MYRIADS[part]
            section, digit, last = Decimal(0), None, MYRIADS[part]
        else:
            digit = Decimal(part.replace(",", ""))
    if digit is not None and digit < 10 and last > 10 and not zero:
        digit *= last // 10  # 一万八 is 18,000
    return whole + section + (digit or Decimal(0))


def _english(parts: list[str]) -> Decimal:
    whole, current = Decimal(0), Decimal(0)
    for part in parts:
        if part == "hundred":
            current = (current or Decimal(1)) * SCALES[part]
        elif part in SCALES:
            whole, current = whole + (current or Decimal(1)) * SCALES[part], Decimal(0)
        elif part[0].isdigit():
            current += Decimal(part.replace(",", ""))
        else:
            current += WORDS.get(part, 0)
    return whole + current
