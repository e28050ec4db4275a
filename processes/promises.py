"""What a letter promises, read from its own words, against what was approved."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from processes.settings import Settings

KINDS: Mapping[str, tuple[str, ...]] = {
    "return": ("退货", "take back", "return of the goods", "refund"),
    "exchange": ("换货", "更换新", "exchange", "replacement"),
    "price_cut": ("减价", "降价", "折扣", "discount", "price reduction", "price cut"),
    "free_repair": ("免费维修", "免费修理", "repair free", "free repair", "repair it free"),
    "compensation": ("赔偿", "赔付", "补偿金", "compensation of", "pay you", "indemnif"),
    "gift": ("礼品", "礼物", "gift"),
}
"""Words of a letter that promise a remedy, by the kind of remedy that has to be in the plan."""

ALIKE: Mapping[str, frozenset[str]] = {
    "exchange": frozenset({"substitute", "rework"}),
    "return": frozenset({"price_cut", "compensation"}),
    "compensation": frozenset({"price_cut", "return"}),
}
"""Remedies whose promise is worded alike: a refund may be a return, a price cut or a compensation."""

OTHER = "other"
"""A remedy described in words of its own, which may be any."""

NEGATIONS = re.compile(r"(不|无|未|没有|非|\bno|\bnot|cannot|\bwithout|\bnone|n't)[^，。；,.;\n]{0,12}$", re.IGNORECASE)

_NUMBER = r"(\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_BEFORE = re.compile(rf"(?:[¥￥$€£]|\b(?:RMB|CNY|USD|EUR)\b|人民币)\s*{_NUMBER}\s*(万)?", re.IGNORECASE)
_AFTER = re.compile(rf"{_NUMBER}\s*(万)?\s*(?:元|块|\b(?:yuan|RMB|CNY|USD|EUR)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Promise:
    """A letter that is about to go out, and what was approved."""

    plan_version: object
    approved_version: object
    approved_amount: Decimal | None
    amounts: tuple[Decimal | None, ...]
    """The sums that the letter's form and the plan's remedies name, if any."""
    channel: str
    kinds: frozenset[str]
    """Of the remedies in the plan."""
    text: str
    """The parts in which something can be promised."""


def find_objections(promise: Promise, settings: Settings) -> list[str]:
    """Why the letter may not go out; empty when it may (KB-3.6-5a, KB-3.6-5b).

    Each is a sentence with the two facts that clash, in English and in Chinese, because it is kept as text.
    """
    limit = promise.approved_amount or Decimal(0)
    named = [*amounts_in(promise.text), *(amount for amount in promise.amounts if amount is not None)]
    found = [*_version(promise), *_sum(max(named, default=None), limit), *_remedies(promise)]
    if promise.channel.replace("-", "").lower() not in settings.written_channels:
        way = promise.channel or "–"
        found.append(f"A reply has to be in writing, not by {way}. 答复须为书面，不能以 {way} 方式。")
    return found


def _version(promise: Promise) -> Iterator[str]:
    plan, approved = promise.plan_version, promise.approved_version
    if approved is None:
        yield f"Version {plan} of the plan is not approved. 第 {plan} 版方案尚未核准。"
    elif approved != plan:
        yield (
            f"The letter follows version {plan} of the plan, approved is version {approved}. "
            f"答复依据第 {plan} 版方案，核准的是第 {approved} 版。"
        )


def _sum(most: Decimal | None, limit: Decimal) -> Iterator[str]:
    if most is not None and most > limit:
        yield (
            f"The letter promises ¥{most:,.2f}, approved are ¥{limit:,.2f}. 答复承诺 ¥{most:,.2f}，核准 ¥{limit:,.2f}。"
        )


def _remedies(promise: Promise) -> Iterator[str]:
    allowed = promise.kinds
    beyond = sorted(
        kind for kind in kinds_in(promise.text) if not allowed & ({kind, OTHER} | ALIKE.get(kind, frozenset()))
    )
    if beyond:
        english, chinese = ", ".join(beyond), "、".join(KINDS[kind][0] for kind in beyond)
        yield f"The letter promises what the plan does not have: {english}. 答复承诺了方案中没有的内容：{chinese}。"


def amounts_in(text: str) -> Iterator[Decimal]:
    """The sums of money that a text names, in yuan; 1.8万 is 18,000."""
    for pattern in (_BEFORE, _AFTER):
        for number, ten_thousands in pattern.findall(text):
            yield Decimal(re.sub(r"[,，]", "", number)) * (10_000 if ten_thousands else 1)


def kinds_in(text: str) -> Iterator[str]:
    """The kinds of remedies that a text promises; what it denies is no promise."""
    lower = text.lower()
    for kind, words in KINDS.items():
        places = (match.start() for word in words for match in re.finditer(re.escape(word), lower))
        if any(not NEGATIONS.search(lower[max(0, start - 16) : start]) for start in places):
            yield kind
