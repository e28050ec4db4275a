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
    """Why the letter may not go out, each a sentence with the facts that clash; empty when it may (KB-3.6-5a/b)."""
    found = []
    if promise.approved_version is None or promise.approved_version != promise.plan_version:
        approved = f"approved is version {promise.approved_version}" if promise.approved_version else "none is approved"
        found.append(f"The letter follows version {promise.plan_version} of the plan, {approved}.")
    limit = promise.approved_amount or Decimal(0)
    most = max([*amounts_in(promise.text), *(amount for amount in promise.amounts if amount is not None)], default=None)
    if most is not None and most > limit:
        found.append(f"The letter promises ¥{most:,.2f}, approved are ¥{limit:,.2f}.")
    beyond = sorted(
        kind for kind in kinds_in(promise.text) if not promise.kinds & ({kind, OTHER} | ALIKE.get(kind, frozenset()))
    )
    if beyond:
        found.append(f"The letter promises what the plan does not have: {', '.join(beyond)}.")
    if promise.channel.replace("-", "").lower() not in settings.written_channels:
        found.append(f"A reply has to be in writing, not by {promise.channel or 'an unnamed way'}.")
    return found


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
