"""How the words are written down that promise something to a customer, and what they have in common."""

from dataclasses import dataclass

from processes.promises.sums import NUMBER

GOODS = (
    r"(?:defective|faulty|cracked|damaged|broken|goods|pieces|parts|casings|items|products|units|shipment|batch|lot)"
)
WITHIN = r"[^,;。.\n]{0,%d}"
OWN = (
    r"(?!了?\s*(?:磨损的?|老化的?)?(?:模|刀|夹|治具|加热|设备|机|轴|滤|供应|操作|人员|工艺|密封|传感|油|生产线|检具"
    r"|原料|料))"
)
"""What a house changes within its own walls."""


@dataclass(frozen=True)
class Kind:
    """Something that can be done for a customer."""

    en: str
    zh: str
    sure: tuple[str, ...] = ()
    """Words that promise it, as patterns."""
    unsure: tuple[str, ...] = ()
    """Words that may promise it."""
    covered: frozenset[str] = frozenset()
    """Kinds of remedies of a plan, besides its own, whose promise is worded alike."""
    asked: frozenset[str] = frozenset()
    """Kinds of remedies that it may belong to: a person has to say."""


WORKS = frozenset(
    {"return", "exchange", "substitute", "free_repair", "rework", "reexamination", "treatment", "reoperation"}
)
YEARS = rf"{NUMBER}\s*(?:年|个?月|天)"
AT = "(?P<at>)"
"""Where the promise itself begins, if words of the sentence stand before it: what denies it stands there."""
MONEY = r"(?:货款|款项|款|钱|定金|订金|押金|预付金|金额|价款|余额)"
MEND = r"(?:维修|修理|返修|检修|修复|修补|修整|修缮|修好|抛光|喷涂|校正|调校|返工|重新安装|加固|补漆|挑选|分拣)"
REPORTED = r"(?<!已)(?<!曾)"
