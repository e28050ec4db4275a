"""Why a reply may not go out, and what of it a second person has to read first."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from processes.promises.reading import Plan, Remark, read


@dataclass(frozen=True)
class Promise:
    """A letter that is about to go out, and what was approved."""

    plan_version: object
    approved_version: object
    plan: Plan
    amounts: tuple[Decimal | None, ...]
    """The sums that the letter's form and the plan's remedies name, if any."""
    channel: str
    parts: Mapping[str, str]
    """Of the letter, each of them: a promise stands wherever it is written."""


def find_objections(promise: Promise, written: Collection[str]) -> tuple[list[str], list[Remark]]:
    """What stands against the letter for sure, and what a person has to say (KB-3.6-5a, KB-3.6-5b).

    Each is a sentence with the two facts that clash, in English and in Chinese, because it is kept as text.
    """
    found = [*_version(promise), *_sum(promise)]
    if promise.channel.replace("-", "").lower() not in written:
        way = promise.channel or "–"
        found.append(
            f"A reply has to be in writing, not by {way} (KB-3.6-3a). 答复须为书面，不能以 {way} 方式（KB-3.6-3a）。"
        )
    remarks = read(promise.parts, promise.plan)
    sure = [str(each) for each in remarks if each.sure]
    return [*found, *sure], [each for each in remarks if not each.sure]


def _version(promise: Promise) -> Iterator[str]:
    plan, approved = promise.plan_version, promise.approved_version
    if approved is None:
        yield f"Version {plan} of the plan is not approved (KB-3.6-5b). 第 {plan} 版方案尚未核准（KB-3.6-5b）。"
    elif approved != plan:
        yield (
            f"The letter follows version {plan} of the plan, approved is version {approved} (KB-3.6-5b). "
            f"答复依据第 {plan} 版方案，核准的是第 {approved} 版（KB-3.6-5b）。"
        )


def _sum(promise: Promise) -> Iterator[str]:
    limit = promise.plan.limit
    most = max((amount for amount in promise.amounts if amount is not None), default=None)
    if most is not None and most > limit:
        yield (
            f"The letter promises ¥{most:,.2f}, approved are ¥{limit:,.2f} (KB-3.6-5a). "
            f"答复承诺 ¥{most:,.2f}，核准 ¥{limit:,.2f}（KB-3.6-5a）。"
        )
