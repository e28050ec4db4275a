"""Why an agreement may not be offered or signed: what was approved, by what is handed over and by the case's record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from engine import Json, Session
from processes.agreements import digest
from processes.cases.schema import DbCase, DbCaseEntry
from processes.values import money_of

VOID = "approval_void"
"""The line of the record after which a version that was approved is so no longer."""
KINDS = ("planned", "decided", VOID)


@dataclass(frozen=True)
class Terms:
    """What is to be agreed, and what is said to be approved."""

    version: Json
    remedies: Sequence[Json]
    approved_version: Json
    approved_amount: Decimal | None

    @property
    def total(self) -> Decimal:
        """What all remedies cost together, with two places."""
        amounts = (money_of(row.get("amount")) for row in self.remedies if isinstance(row, dict))
        return sum((amount for amount in amounts if amount is not None), Decimal(0)).quantize(Decimal("0.01"))


def objections(session: Session, case: DbCase | None, terms: Terms) -> list[str]:
    """Why the terms may not be agreed; empty when they may. Kept as text, and so in English and in Chinese.

    The record of the case decides, which nobody can change; what the diagram hands over has to say the same. Where
    there is no case, there is no record.
    """
    return [*_version(terms), *_amount(terms, terms.approved_amount), *_rows(terms), *_recorded(session, case, terms)]


def _version(terms: Terms) -> Iterator[str]:
    if terms.version is None or terms.approved_version != terms.version:
        approved = "–" if terms.approved_version is None else terms.approved_version
        yield (
            f"The agreement follows version {terms.version} of the plan, approved is version {approved}. "
            f"协议依据第 {terms.version} 版方案，核准的是第 {approved} 版。"
        )


def _amount(terms: Terms, approved: Decimal | None) -> Iterator[str]:
    limit = approved or Decimal(0)
    if terms.total > limit:
        yield (
            f"The agreement promises ¥{terms.total:,.2f}, approved are ¥{limit:,.2f}. "
            f"协议金额 ¥{terms.total:,.2f}，核准 ¥{limit:,.2f}。"
        )


def _rows(terms: Terms) -> Iterator[str]:
    """What an agreement has to say of each remedy: what, by when, by whom; an amount is none below zero."""
    if not terms.remedies:
        yield "The plan has no remedy to agree on. 方案中没有可以约定的补救措施。"
    for number, row in enumerate(terms.remedies, 1):
        known = row if isinstance(row, dict) else {}
        missing = [name for name in ("kind", "due", "executor") if known.get(name) in (None, "")]
        if missing:
            named = ", ".join(missing)
            yield f"Remedy {number} of the plan lacks {named}. 方案第 {number} 项缺少：{named}。"
        amount = known.get("amount")
        if amount not in (None, "") and ((value := money_of(amount)) is None or value < 0):
            yield f"The amount of remedy {number} is none. 方案第 {number} 项的金额无效。"


def _recorded(session: Session, case: DbCase | None, terms: Terms) -> Iterator[str]:
    """What the record says, and whether it costs no more than was approved."""
    if case is None:
        return
    found = on_record(session, case, terms.version, terms=digest.of_terms(list(terms.remedies)))
    yield from found.objections
    if not found.objections or found.amount is not None:
        yield from _amount(terms, found.amount)


@dataclass(frozen=True)
class Recorded:
    """What the record of a case says of the approval of a version of its plan."""

    objections: Sequence[str]
    """Why it is not approved; empty when it is."""
    amount: Decimal | None
    """Up to which amount."""
    role: str | None = None
    """The group of whoever approved it."""


def on_record(
    session: Session, case: DbCase, version: Json, *, plan: str | None = None, terms: str | None = None
) -> Recorded:
    """Whether the last plan is this version, unchanged, and the last word on it is that it is approved.

    Args:
        session: reads only.
        case: whose record decides.
        version: of the plan.
        plan: the digest of the plan as it is now.
        terms: the digest of what an agreement takes over from it, as it is now.
    """
    query = select(DbCaseEntry).where(DbCaseEntry.case_id == case.id, DbCaseEntry.kind.in_(KINDS))
    last = {entry.kind: entry for entry in session.scalars(query.order_by(DbCaseEntry.id))}
    planned, decided, void = (last.get(kind) for kind in KINDS)
    why = []
    if planned is None or planned.data.get("version") != version:
        newest = "–" if planned is None else planned.data.get("version")
        why.append(
            f"The record knows version {newest} as the newest plan, not version {version}. "
            f"记录中最新的方案是第 {newest} 版，不是第 {version} 版。"
        )
    if planned is not None and _is_other(planned.data, plan=plan, terms=terms):
        why.append(
            f"Version {version} of the plan was changed after it was recorded; draft it again (KB-3.6-5b). "
            f"第 {version} 版方案在记录之后被改动，须重新拟议并呈核（KB-3.6-5b）。"
        )
    is_approved = (
        decided is not None
        and decided.data.get("result") == "approved"
        and decided.data.get("plan_version") == version
        and (void is None or void.id < decided.id)
    )
    if decided is None or not is_approved:
        why.append(
            f"The record has no approval of version {version} that still holds. "
            f"记录中没有对第 {version} 版方案仍然有效的批准。"
        )
    if decided is None:
        return Recorded(why, None)
    return Recorded(why, money_of(decided.data.get("amount")), decided.data.get("role"))


def _is_other(planned: Mapping[str, Json], **now: str | None) -> bool:
    """Whether a plan differs from the one on record; records of former versions have no digest."""
    return any(value is not None and planned.get(name) not in (None, value) for name, value in now.items())
