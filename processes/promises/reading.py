"""What is wrong with a letter: sure objections, and what a person has to read before it goes out."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from processes.promises.admissions import admitted_in
from processes.promises.clauses import STATED, bare, is_no_promise, sentences
from processes.promises.counts import ALL, counts_in
from processes.promises.days import days_in, ends_in
from processes.promises.kinds import KINDS, Found, found_in, is_covered
from processes.promises.sums import plain, sums_in
from processes.values import money_of

OFFER, PROMISE, FAULT = "KB-3.6-5a", "KB-3.6-5b", "G7-3b"
"""The rules: within the authority, nothing beyond the plan, no admission with an apology for the feelings."""

_WHOLLY = re.compile(r"全部|一切|完全|所有|全责|\b(?:full|fully|entire|entirely|sole|solely|all)\b", re.IGNORECASE)
_UNLIMITED = re.compile(
    r"(?:全部|一切|所有|任何)[^,;。]{0,6}损失|全额赔偿"
    r"|\b(?:all|any|every|full)\b (?:\w+ ){0,3}(?:loss|losses|damages)\b",
    re.IGNORECASE,
)
_GIVING = re.compile(
    r"(?:给|付|汇|转账|退|赔|补|减|免|扣|返|送|报销|承担|refund|compensat|pay|reimburs|credit|transfer|indemni|offer|give)",
    re.IGNORECASE,
)
_ANEW = re.compile(r"另|再|额外|此外|\b(?:additional|further|extra|on top|besides)", re.IGNORECASE)
_PARTS = re.compile(r"其中|包括|合计|共计|总计|即|\b(?:of which|including|in total|that is)\b", re.IGNORECASE)
_SHARE = re.compile(r"\d\s*%|百分之|[\d一二三四五六七八九]折|\bper ?cent\b", re.IGNORECASE)
LONGEST, LONGEST_SENTENCE = 20_000, 1000
"""Signs of a part of a letter and of a sentence: what is longer takes minutes to read, and goes to nobody."""
DATED = ("exchange", "substitute", "free_repair", "rework", "return", "compensation", "price_cut", "costs", "visit")


@dataclass(frozen=True)
class Plan:
    """What was approved for a letter; nothing of it for one that only explains."""

    remedies: Sequence[Mapping[str, Any]] = ()
    limit: Decimal = Decimal(0)
    """Up to which amount."""
    texts: Collection[str] = ()
    """What the approver read, word by word."""
    fault: str | None = None
    """What is stated on fault: ours, partly, not_ours, open."""
    today: date = date.min

    @property
    def kinds(self) -> frozenset[str]:
        """Those of its remedies."""
        return frozenset(str(row.get("kind")) for row in self.remedies)

    @property
    def days(self) -> frozenset[date]:
        """What its remedies are promised for."""
        found = (str(row.get("promised_date") or row.get("due") or "")[:10] for row in self.remedies)
        return frozenset(date.fromisoformat(each) for each in found if re.fullmatch(r"\d{4}-\d\d-\d\d", each))

    def knows(self, sentence: str) -> bool:
        """Whether the approver read these very words."""
        return any(bare(sentence) in bare(text) for text in self.texts)

    def pieces(self, kind: str) -> Decimal | None:
        """How many pieces it has of a kind and of what is worded alike; None where it does not say."""
        alike = {kind} | KINDS[kind].covered
        said = [row.get("quantity") for row in self.remedies if row.get("kind") in alike]
        known = [pieces for each in said if (pieces := money_of(each)) is not None]
        return sum(known, Decimal(0)) if said and len(known) == len(said) else None


@dataclass(frozen=True)
class Remark:
    """What is said of a sentence of a letter."""

    sure: bool
    rule: str
    sentence: str
    en: str
    zh: str

    @classmethod
    def blocked(cls, rule: str, sentence: str, en: str, zh: str) -> "Remark":
        """A sure objection."""
        return cls(sure=True, rule=rule, sentence=sentence, en=en, zh=zh)

    @classmethod
    def asked(cls, rule: str, sentence: str, en: str, zh: str) -> "Remark":
        """What a person has to decide."""
        return cls(sure=False, rule=rule, sentence=sentence, en=en, zh=zh)

    def __str__(self) -> str:
        """In English and in Chinese, because it is kept as text."""
        return f"{self.en}: “{self.sentence}” ({self.rule}). {self.zh}：“{self.sentence}”（{self.rule}）。"


@dataclass
class _Reading:
    """A reading on its way: the sums that were promised so far."""

    plan: Plan
    sums: list[tuple[Decimal, str]] = field(default_factory=list)


def read(parts: Mapping[str, str], plan: Plan) -> list[Remark]:
    """What is to be said of a letter, sentence by sentence; nothing where it may go out (KB-3.6-5a, KB-3.6-5b).

    Args:
        parts: of the letter, by name; in one whose name says schedule every day counts as promised.
        plan: what was approved.
    """
    reading, found = _Reading(plan), list[Remark]()
    for name, text in parts.items():
        for sentence in sentences(str(text or "")) if len(str(text or "")) <= LONGEST else (str(text),):
            long = _too_long(sentence)
            found += [long] if long else _sentence(reading, sentence, scheduled=name.endswith("schedule"))
    return [*found, *_together(reading)]


def _too_long(sentence: str) -> Remark | None:
    if len(sentence) <= LONGEST_SENTENCE:
        return None
    en = f"Too long to be read: write sentences of at most {LONGEST_SENTENCE} signs, {LONGEST} in all"
    zh = f"过长，无法核对：每句不超过 {LONGEST_SENTENCE} 字，全文不超过 {LONGEST} 字"
    return Remark.blocked(PROMISE, f"{sentence[:40]}…", en, zh)


def _sentence(reading: _Reading, sentence: str, *, scheduled: bool) -> Iterator[Remark]:
    plan = reading.plan
    promised = list(found_in(sentence))
    yield from _sums(reading, sentence, promises=bool(promised))
    yield from _fault(plan, sentence)
    lower = plain(sentence).lower()
    unlimited = any(not is_no_promise(lower, match.start()) for match in _UNLIMITED.finditer(lower))
    if unlimited and any(each.sure for each in promised):
        yield Remark.blocked(OFFER, sentence, "The letter promises without any limit", "答复作了没有限额的承诺")
    if plan.knows(sentence):
        return
    yield from _kinds(plan, sentence, promised)
    yield from _pieces(plan, sentence, promised)
    if scheduled or any(each.kind in DATED for each in promised):
        yield from _days(plan, sentence)
    shares = any(each.kind in {"price_cut", "return", "compensation"} for each in promised)
    if shares and _SHARE.search(plain(sentence)) and is_within(plan, promised):
        yield Remark.asked(
            OFFER, sentence, "The letter names a share that the plan does not", "答复写明了方案没有的比例"
        )


def is_within(plan: Plan, promised: Sequence[Found]) -> bool:
    """Whether the plan has every kind of remedy that was promised for sure."""
    return all(is_covered(each, plan.kinds) is not False for each in promised)


def _sums(reading: _Reading, sentence: str, *, promises: bool) -> Iterator[Remark]:
    narrow = plain(sentence)
    named = [each for each in sums_in(narrow) if not is_no_promise(narrow.lower(), each.start)]
    named = [each for each in named if promises or not STATED.search(narrow[: each.start])]
    if any(each.foreign for each in named):
        en, zh = "Sums are approved in yuan, the letter names another currency", "核准以人民币计，答复写了其他货币"
        yield Remark.blocked(OFFER, sentence, en, zh)
    ours, limit = [each.amount for each in named if not each.foreign], reading.plan.limit
    sure = promises or bool(_GIVING.search(narrow))
    most = max(ours, default=Decimal(0))
    if most > limit:
        verb_en, verb_zh = ("promises", "承诺") if sure else ("names", "写明")
        en, zh = (
            f"The letter {verb_en} ¥{most:,.2f}, approved are ¥{limit:,.2f}",
            f"答复{verb_zh} ¥{most:,.2f}，核准 ¥{limit:,.2f}",
        )
        yield (Remark.blocked if sure else Remark.asked)(OFFER, sentence, en, zh)
    elif ours and sure:
        kept = [most] if _PARTS.search(narrow) else ours
        reading.sums += [(each, sentence) for each in kept]


def _together(reading: _Reading) -> Iterator[Remark]:
    """Sums that are within the limit each and beyond it together; one that is named twice is one."""
    anew = [each for each in reading.sums if _ANEW.search(each[1])]
    plainly = {amount for amount, sentence in reading.sums if not _ANEW.search(sentence)}
    total = sum(plainly, Decimal(0)) + sum((amount for amount, _ in anew), Decimal(0))
    if total > reading.plan.limit and reading.sums:
        limit, sentence = reading.plan.limit, (anew or reading.sums)[-1][1]
        en = f"The sums of the letter come to ¥{total:,.2f} together, approved are ¥{limit:,.2f}"
        zh = f"答复中的金额合计 ¥{total:,.2f}，核准 ¥{limit:,.2f}"
        yield (Remark.blocked if anew else Remark.asked)(OFFER, sentence, en, zh)


def _fault(plan: Plan, sentence: str) -> Iterator[Remark]:
    words = next(admitted_in(plain(sentence).lower()), None)
    if words is None or plan.fault == "ours":
        return
    en, zh = "The letter admits a fault", "答复承认了责任"
    if plan.fault == "not_ours":
        yield Remark.blocked(FAULT, sentence, f"{en} that is not ours", f"{zh}，而结论为非本公司责任")
    elif plan.fault != "partly" or _WHOLLY.search(words):
        yield Remark.asked(PROMISE, sentence, f"{en} that the plan does not state", f"{zh}，方案未作此认定")


def _kinds(plan: Plan, sentence: str, promised: Sequence[Found]) -> Iterator[Remark]:
    said = {each: is_covered(each, plan.kinds) for each in promised}
    for sure, answer in ((True, False), (False, None)):
        beyond = sorted((each.kind for each, known in said.items() if known is answer))
        if beyond:
            english, chinese = (
                ", ".join(KINDS[kind].en for kind in beyond),
                "、".join(KINDS[kind].zh for kind in beyond),
            )
            verb_en, verb_zh = ("promises", "承诺了") if sure else ("may promise", "可能承诺了")
            en, zh = (
                f"The letter {verb_en} what the plan does not have: {english}",
                f"答复{verb_zh}方案中没有的内容：{chinese}",
            )
            yield (Remark.blocked if sure else Remark.asked)(PROMISE, sentence, en, zh)


def _pieces(plan: Plan, sentence: str, promised: Sequence[Found]) -> Iterator[Remark]:
    kinds = [each.kind for each in promised if each.kind in {"exchange", "return", "free_repair"}]
    if not kinds or not any({kind, *KINDS[kind].covered} & plan.kinds for kind in kinds):
        return
    planned = max((many for kind in kinds if (many := plan.pieces(kind)) is not None), default=None)
    counts = counts_in(sentence)
    most = max(counts, default=None)
    if most is not None and planned is None:
        en, zh = f"The letter names {most} pieces, the plan no number", f"答复写明 {most} 件，方案没有数量"
        yield Remark.asked(PROMISE, sentence, en, zh)
    elif most is not None and planned is not None and most > planned:
        en, zh = (
            f"The letter promises {most} pieces, the plan has {planned}",
            f"答复承诺 {most} 件，方案为 {planned} 件",
        )
        yield Remark.blocked(PROMISE, sentence, en, zh)
    elif most is None and planned is not None and ALL.search(plain(sentence)):
        en, zh = f"The letter promises all pieces, the plan has {planned}", f"答复承诺全部数量，方案为 {planned} 件"
        yield Remark.asked(PROMISE, sentence, en, zh)


def _days(plan: Plan, sentence: str) -> Iterator[Remark]:
    known = plan.days
    if not known or plan.today == date.min:
        return
    named = sorted(day for day in days_in(sentence, plan.today) if day > plan.today and day not in known)
    if named:
        en, zh = f"The letter names {named[0]}, which is no day of the plan", f"答复写明 {named[0]}，方案中没有这一日期"
        yield Remark.asked(PROMISE, sentence, en, zh)
    first = min(known)
    sooner = [day for day in ends_in(sentence, plan.today) if day < first]
    if sooner:
        en, zh = (
            f"The letter promises it by {sooner[0]}, the plan by {first}",
            f"答复承诺 {sooner[0]} 前办理，方案为 {first}",
        )
        yield Remark.asked(PROMISE, sentence, en, zh)
