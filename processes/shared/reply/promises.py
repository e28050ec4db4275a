"""What a letter promises, read from its own words, against what was approved."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from processes.shared.reply.amounts import Sum, plain, sums_in

_GOODS = (
    r"(?:defective|faulty|cracked|damaged|broken|goods|pieces|parts|casings|items|products|units|shipment|batch|lot)"
)
KINDS: Mapping[str, tuple[str, ...]] = {
    "return": ("退货", "退款", "退还", "退回货款", "退钱", r"take (?:\w+ ){0,4}back", "return of the goods", "refund"),
    "exchange": (
        *("换货", "换新", "更换新", "调换", "免费更换", "补发", "补货", "重新发货", "重发"),
        *("exchange", "replacement", rf"replace (?:\w+ ){{0,4}}{_GOODS}", rf"send (?:\w+ ){{0,3}}new {_GOODS}"),
    ),
    "price_cut": (
        *("减价", "降价", "折扣", r"[\d一二三四五六七八九]折", "减免", "优惠(?!券)"),
        *("discount", "price reduction", "price cut", "reduce the price", r"(?:%|per ?cent) off"),
    ),
    "free_repair": (
        *("免费维修", "免费修理", "免费返修", "无偿维修", "无偿修理"),
        *("repair free", "free repair", r"repair (?:\w+ ){0,4}(?:free|at no cost|without charge)"),
    ),
    "compensation": (
        *("赔偿", "赔付", "补偿", "赔您", "赔给"),
        *("compensation (?:of|for)", r"compensate\b", "pay you", "indemnif", "reimburse"),
    ),
    "gift": ("礼品", "礼物", "赠送", "赠品", "代金券", "优惠券", "gift", "voucher", "coupon"),
}
"""What promises a remedy, as patterns, by the kind of remedy that has to be in the plan; the first is its name."""

ALIKE: Mapping[str, frozenset[str]] = {
    "exchange": frozenset({"substitute", "rework"}),
    "return": frozenset({"price_cut", "compensation"}),
    "compensation": frozenset({"price_cut", "return"}),
}
"""Remedies whose promise is worded alike: a refund may be a return, a price cut or a compensation."""

OTHER = "other"
"""A remedy described in words of its own, which may be any."""

NEGATIONS = re.compile(
    r"(?:(?:不(?:能|予|会|同意|接受|再|承担|支付|给予|提供|支持|考虑|可|作|做)|无法|无权|未予|未能|没有|拒绝|恕"
    r"|\b(?:no|not)\b(?! only| less| more| later)|cannot|\bnone|n't|\bunable to|\bdeclin|\brefuse)[^。;,.\n]{0,20}"
    r"|无(?:任何)?|\bwithout (?:any )?)$",
    re.IGNORECASE,
)
"""What denies the words that follow. Few: a promise taken for a denial would go out, and 不良品换货 is a promise."""


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


def find_objections(promise: Promise, written: Collection[str]) -> list[str]:
    """Why the letter may not go out; empty when it may (KB-3.6-5a, KB-3.6-5b).

    Each is a sentence with the two facts that clash, in English and in Chinese, because it is kept as text.
    """
    limit = promise.approved_amount or Decimal(0)
    sums = list(promised_sums(promise.text))
    named = [
        *(each.amount for each in sums if not each.foreign),
        *(amount for amount in promise.amounts if amount is not None),
    ]
    found = [*_version(promise), *_sum(max(named, default=None), limit), *_remedies(promise)]
    if any(each.foreign for each in sums):
        found.append("Sums are approved in yuan, the letter names another currency. 核准以人民币计，答复写了其他货币。")
    if promise.channel.replace("-", "").lower() not in written:
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


def promised_sums(text: str) -> Iterator[Sum]:
    """The sums that a text promises; what it denies is no promise."""
    narrow = plain(text)
    return (each for each in sums_in(narrow) if not _is_denied(narrow, each.start))


def kinds_in(text: str) -> Iterator[str]:
    """The kinds of remedies that a text promises; what it denies is no promise."""
    lower = plain(text).lower()
    for kind, words in KINDS.items():
        places = (match.start() for word in words for match in re.finditer(word, lower))
        if any(not _is_denied(lower, start) for start in places):
            yield kind


def _is_denied(text: str, start: int) -> bool:
    return bool(NEGATIONS.search(text[max(0, start - 32) : start]))
