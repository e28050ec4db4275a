"""What a letter promises, known by verb and object: remedies, and whatever else is done for a customer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from processes.promises.clauses import is_no_promise
from processes.promises.counts import COUNT
from processes.promises.sums import NUMBER, plain

_GOODS = (
    r"(?:defective|faulty|cracked|damaged|broken|goods|pieces|parts|casings|items|products|units|shipment|batch|lot)"
)
_WITHIN = r"[^,;。.\n]{0,%d}"
_US = r"(?:我们|我司|我公司|本公司|我方|我厂|本厂|我院|本院)"
_OWN = (
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


_WORKS = frozenset(
    {"return", "exchange", "substitute", "free_repair", "rework", "reexamination", "treatment", "reoperation"}
)
_YEARS = rf"{NUMBER}\s*(?:年|个?月|天)"

KINDS: Mapping[str, Kind] = {
    "return": Kind(
        "return",
        "退货",
        sure=(
            *("退货", "退款", r"退还(?!您?的?(?:样品|原件|资料|证件))", "退回货款", "退钱", "返还", "返现"),
            *(r"take (?:\w+ ){0,4}back", "return of the goods", "refund", "money back"),
        ),
        covered=frozenset({"price_cut", "compensation"}),
    ),
    "exchange": Kind(
        "exchange",
        "换货",
        sure=(
            *("换货", "换新", "更换新", "调换", "免费更换", "补发", "补货", "重新发货", "重发", "以旧换新"),
            rf"更换{_OWN}{_WITHIN % 10}(?:整批|全批|全部|所有|该批|不良|不合格|货|产品)",
            rf"更换{_OWN}{_WITHIN % 6}{COUNT}{_OWN}",
            rf"(?:整批|全批|该批|不良品|次品|不合格品){_WITHIN % 8}更换{_OWN}",
            r"换(?:给|成|一批|一台|一件|一套|一个|全新)",
            rf"(?:再|另外?|额外)(?:发|寄|送|补|给){_WITHIN % 6}(?:{COUNT}|您|贵)",
            *("exchange", "replacement", rf"replac(?:e|ing) (?:\w+ ){{0,4}}(?:{_GOODS}|entire|whole)"),
            rf"(?:send|ship|deliver)\w* (?:\w+ ){{0,3}}new {_GOODS}",
        ),
        unsure=(
            rf"{COUNT}{_WITHIN % 12}(?:送达|交付|发货|寄出|发出|送到|到货)",
            rf"(?:交付|发出|寄出|提供|送上|供应){_WITHIN % 6}{COUNT}",
            rf"\b(?:replac|send|ship|deliver|suppl|provid)\w* (?:you )?(?:with )?(?:\w+ ){{0,2}}{COUNT}",
            rf"\bswap\w* (?:\w+ ){{0,3}}{COUNT}",
        ),
        covered=frozenset({"substitute", "rework"}),
    ),
    "price_cut": Kind(
        "price_cut",
        "减价",
        sure=(
            *("减价", "降价", "折扣", "折让", r"[\d一二三四五六七八九]折", "减免", "优惠(?!券)", "让利", "返利"),
            *("抵扣", "冲抵", "降低单价", "discount", "price reduction", "price cut", "rebate", "credit note"),
            *(r"(?:reduce|lower|cut) (?:the|your) price", r"(?:%|per ?cent) off", r"deduct\w* (?:\w+ ){0,5}invoice"),
        ),
    ),
    "free_repair": Kind(
        "free_repair",
        "免费维修",
        sure=(
            rf"(?:免费|无偿){_WITHIN % 6}(?:维修|修理|返修|检修|修复)",
            *("repair free", "free repair", r"repair (?:\w+ ){0,4}(?:free|at no cost|without charge)"),
        ),
    ),
    "compensation": Kind(
        "compensation",
        "赔偿",
        sure=(
            *("赔偿", "赔付", "补偿", "偿付", "违约金", "慰问金", rf"赔(?:您|给|贵|款|\s*{NUMBER})"),
            rf"(?:承担|负担|弥补){_WITHIN % 12}损失",
            rf"损失{_WITHIN % 6}(?:由|归){_US}",
            *("compensation (?:of|for)", r"compensate\b", "pay you", "indemnif", "reimburse"),
            r"(?:make good|bear|cover|absorb)\w* (?:\w+ ){0,4}(?:loss|damage)",
        ),
        covered=frozenset({"price_cut", "return"}),
    ),
    "gift": Kind(
        "gift",
        "礼品",
        sure=("礼品", "礼物", "赠送", "赠品", "代金券", "优惠券", "送您", "积分", r"\bgift", "voucher", "coupon"),
    ),
    "warranty": Kind(
        "warranty",
        "保修",
        sure=(
            rf"(?:免费|延长|提供|终身|增加|再|享受){_WITHIN % 8}(?:保修|质保|维保|三包)",
            rf"(?:保修|质保|维保)期?(?:延长|为|至|到)*\s*{_YEARS}",
            *("终身保修", "延保", r"extend\w* (?:\w+ ){0,4}(?:warranty|guarantee)"),
            r"(?:years?|months?|lifetime|free)['’]? (?:\w+ )?(?:warranty|guarantee)",
            rf"(?:warranty|guarantee) (?:of|for) {NUMBER} (?:years?|months?)",
        ),
        asked=frozenset({"free_repair"}),
    ),
    "costs": Kind(
        "costs borne by us",
        "费用承担",
        sure=(
            rf"(?:承担|负担|支付|报销|垫付){_WITHIN % 14}费",
            rf"费用?{_WITHIN % 6}(?:由|归){_US}",
            r"(?:bear|cover|absorb|assume|pay)\w* (?:\w+ ){0,4}(?:costs?|expenses?|freight|fees?)",
            r"at our (?:own )?(?:cost|expense)",
        ),
        asked=_WORKS | {"compensation", "price_cut"},
    ),
    "free": Kind(
        "work or goods free of charge",
        "免费服务或商品",
        sure=(
            r"免费(?!热线|电话|咨询|客服|索取)",
            *("无偿", r"不(?:另)?收取?(?:任何|您)?费", "免单", "免收"),
            *("free of charge", r"\bfor free", r"(?:at )?no (?:extra |additional )?(?:cost|charge)", "without charge"),
        ),
        covered=_WORKS,
    ),
    "terms": Kind(
        "better terms",
        "商务条件",
        sure=("账期", "付款期限?延长", "延长付款", "独家", "优先(?:供货|排产)", r"\bwaive", "payment terms?"),
    ),
    "treatment": Kind(
        "treatment",
        "诊疗",
        unsure=(rf"(?:安排|提供|给予|为您){_WITHIN % 8}(?:复查|治疗|手术|护理)", "further treatment", "operate again"),
        covered=frozenset({"reexamination", "treatment", "reoperation"}),
    ),
    "visit": Kind(
        "somebody sent to the customer",
        "上门服务",
        unsure=(
            rf"(?:派|安排|指派){_WITHIN % 14}(?:到|赴|去|前往){_WITHIN % 6}(?:贵|现场|您)",
            *("上门", "驻厂", r"send (?:\w+ ){0,3}(?:engineer|technician|team)", r"\bon[- ]site"),
        ),
        covered=frozenset({"free_repair", "rework", "exchange", "treatment", "discussion"}),
    ),
    "anything": Kind(
        "whatever is asked",
        "无限度的承诺",
        unsure=(
            *(
                "负责到底",
                r"[至到]您?(?:完全)?满意",
                "包您满意",
                "不惜(?:一切)?代价",
                "满足您的?(?:一切|全部|所有|任何)",
            ),
            *(
                r"until you are (?:\w+ )?satisfied",
                "whatever you (?:ask|want|need)",
                "all your (?:demands|claims|requests)",
            ),
        ),
    ),
    "promise": Kind(
        "a promise",
        "承诺",
        unsure=(
            (
                rf"{_US}{_WITHIN % 6}(?:承诺|答应|担保)"
                rf"(?!{_WITHIN % 8}(?:加强|改进|整改|培训|严格|持续|认真|杜绝|不再|答复))"
            ),
            (
                r"\bwe (?:hereby )?(?:promise|guarantee|undertake|commit)\b"
                r"(?!(?: \w+){0,6} (?:not|never|again|improve|check|train|reply|answer))"
            ),
        ),
    ),
}
"""By the kind of remedy that a plan has to have for it."""

OTHER = "other"
"""A remedy described in words of its own, which may be any."""


@dataclass(frozen=True)
class Found:
    """That words of a sentence promise a kind of remedy."""

    kind: str
    sure: bool
    start: int


def found_in(sentence: str) -> Iterator[Found]:
    """What a sentence promises, the sure word of a kind before an unsure one; what it denies or reports is none."""
    lower = plain(sentence).lower()
    for name, kind in KINDS.items():
        for sure, words in ((True, kind.sure), (False, kind.unsure)):
            places = (match.start() for word in words for match in re.finditer(word, lower))
            start = next((place for place in places if not is_no_promise(lower, place)), None)
            if start is not None:
                yield Found(name, sure, start)
                break


def is_covered(found: Found, planned: frozenset[str]) -> bool | None:
    """Whether the remedies of a plan have what was promised; None where a person has to say."""
    kind = KINDS[found.kind]
    if planned & ({found.kind, OTHER} | kind.covered):
        return True
    return None if not found.sure or planned & kind.asked else False
