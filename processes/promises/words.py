"""Remedies in words, as a letter or a slip begins with them: whoever writes it goes on from there."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine import Json
from processes.promises.reading import Plan, read
from processes.values import money_of

NAMES: Mapping[str, tuple[str, str]] = {
    "return": ("退货", "return"),
    "exchange": ("换货", "exchange"),
    "substitute": ("以代用品替换", "substitute"),
    "price_cut": ("减价", "price cut"),
    "free_repair": ("免费维修", "free repair"),
    "rework": ("返工", "rework"),
    "compensation": ("赔偿", "compensation"),
    "gift": ("礼品", "small gift"),
    "reexamination": ("复查", "examination once more"),
    "treatment": ("后续治疗", "further treatment"),
    "reoperation": ("再次手术", "operation once more"),
    "visit": ("探望", "visit"),
    "apology": ("致歉", "apology"),
    "improvement": ("改进", "improvement"),
    "explanation": ("说明", "explanation"),
}
"""By kind, in Chinese and in English; one in words of its own has none."""


def remedies_in_words(remedies: Sequence[Any] | None, language: str | None = None) -> str | None:
    """A line for each remedy of a plan: what, how many, how much, and for when it is promised."""
    lines = [_line(row, english=language == "en") for row in remedies or [] if isinstance(row, Mapping)]
    return "\n".join(line for line in lines if line) or None


def demands_in_words(demands: Sequence[Any] | None, language: str | None = None) -> str | None:
    """What a customer asks for, by name."""
    names = [NAMES[str(each)][language == "en"] for each in demands or [] if str(each) in NAMES]
    return (", ".join(names).capitalize() + "." if language == "en" else "、".join(names) + "。") if names else None


def letter_objections(
    parts: Sequence[Any] | None,
    remedies: Sequence[Any] | None = None,
    limit: Any = None,
    fault: str | None = "not_ours",
) -> str | None:
    """Why a letter that only explains may not go out: what it promises or admits for sure; null for nothing."""
    return _said(parts, remedies, limit, fault, sure=True)


def letter_doubts(
    parts: Sequence[Any] | None,
    remedies: Sequence[Any] | None = None,
    limit: Any = None,
    fault: str | None = "not_ours",
) -> str | None:
    """What whoever confirms such a letter has to read it for; null for nothing."""
    return _said(parts, remedies, limit, fault, sure=False)


FUNCTIONS = {each.__name__: each for each in (remedies_in_words, demands_in_words, letter_objections, letter_doubts)}
"""For the expressions of forms."""


def _said(
    parts: Sequence[Any] | None, remedies: Sequence[Any] | None, limit: Json, fault: str | None, *, sure: bool
) -> str | None:
    plan = Plan([row for row in remedies or [] if isinstance(row, Mapping)], money_of(limit) or Decimal(0), fault=fault)
    found = read({str(at): str(text or "") for at, text in enumerate(parts or [])}, plan)
    return "\n".join(str(each) for each in found if each.sure is sure) or None


def _line(row: Mapping[str, Any], *, english: bool) -> str | None:
    name = NAMES.get(str(row.get("kind")), ("", ""))[english] or str(row.get("detail") or "")
    amount, pieces, day = (
        money_of(row.get("amount")),
        money_of(row.get("quantity")),
        str(row.get("promised_date") or "")[:10],
    )
    if not name:
        return None
    if english:
        parts = [
            name.capitalize(),
            f"of {pieces:f} pieces" if pieces else "",
            f"of {amount:,.2f} yuan" if amount else "",
        ]
        return " ".join(part for part in parts if part) + (f", by {day}." if day else ".")
    parts = [name, f" {pieces:f} 件" if pieces else "", f" {amount:,.2f} 元" if amount else ""]
    return "".join(parts) + (f"，于 {day} 前办理。" if day else "。")
