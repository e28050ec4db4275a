"""The sentences of a letter, and what in them is no promise though it is worded like one."""

import re
from collections.abc import Iterator

_END = re.compile(r"[。!?;！？；\n]+|\.(?=\s|$)")

DENIED = re.compile(
    r"(?:(?:不(?:能|予|会|同意|接受|再|承担|支付|给予|提供|支持|考虑|可|作|做|属于?|在|存在|符合|具备|宜|便|负)"
    r"|无(?:法|权|需|须|义务)|未予|未能|没有|拒绝|恕|难以|并非|超过|超出"
    r"|\b(?:no|not)\b(?! only| less| more| later)|cannot|\bnone|n't|\bunable to|\bdeclin|\brefuse)[^。;,.\n]{0,20}"
    r"|无(?:任何)?|[不未非没]|\bwithout (?:any )?)$",
    re.IGNORECASE,
)
"""What denies the words that follow. Few: a promise taken for a denial would go out, and 不良品换货 is a promise."""

REPORTED = re.compile(
    r"(?:您|贵司|贵公司|贵方|贵厂|客户|对方|患者|家属)[^,;。]{0,10}(?:要求"
    r"|提出|希望|请求|主张|索赔|索要|认为|诉求|期望)[^,;。]*$"
    r"|\b(?:you|the customer|the patient|the dealer)\b[^,.;]{0,20}\b(?:ask|request|claim|demand|want|wish)\w*[^,.;]*$"
    r"|\byour (?:demand|request|claim)\b[^,.;]*$",
    re.IGNORECASE,
)
"""What tells that a customer asks for the words that follow."""
AGREED = re.compile(
    r"(?:同意|接受|满足|按|按照|根据|依|依照|答应|遵照|应"
    r"|\b(?:as|accept|grant|meet|fulfil|agree\w* (?:to|with)|according to|honou?r))\s*$",
    re.IGNORECASE,
)
"""What agrees to it all the same: 根据您的要求更换."""

REQUESTED = re.compile(
    r"(?:请(?!您?(?:放心|相信|允许|接受|查收|收下|笑纳|凭))"
    r"|\bplease\b(?! (?:accept|find|enjoy|deduct|settle|take)))[^,;。.]{0,30}$",
    re.IGNORECASE,
)
"""What asks the customer to do it: 请将样品退还我司."""

THEIRS_BEFORE = re.compile(
    r"(?:供应商|承运人|保险公司|厂商|(?<!为)(?<!给)(?<!向)您(?:需|须|应"
    r"|自行|可自费)|由(?:您|贵司|贵方|客户|患者|供应商|承运人|保险公司)"
    r"|自费|有偿|\b(?:supplier|carrier|insurer)\b|\byou (?:have to|must|would|will|need to))[^,;。.]{0,12}$",
    re.IGNORECASE,
)
THEIRS_AFTER = re.compile(
    r"^[^,;。.]{0,16}(?:由(?:您|贵司|贵方|客户|患者|供应商|承运人|保险公司)|at your (?:own )?(?:expense|cost))",
    re.IGNORECASE,
)
"""What says that it is not us who give it."""


UNDECIDED = re.compile(
    r"^[^,;。.]{0,20}(?:分歧|争议|恕[难不]|难以|"
    r"(?:不|未|无法|不能)(?:予?同意|予?接受|予?支持|予?采纳|予?认可)|"
    r"(?:未|无法|不能|没有)能?达成|不予|不成立|(?:没有|缺乏)依据|届满|到期"
    r"|[^,;。]{0,4}(?:须|需|有)?待[^,;。]*(?:再|后)|另行协商|尚[无未]|不受"
    r"|见(?:合同|附件)|is not|are not|cannot|was discussed|(?:could|can) only)",
    re.IGNORECASE,
)
"""What says that there was no agreement on it, or that it is over."""

BEFORE = re.compile(
    r"(?:上次|前次|此前|以往|历次|早前)[^,;。]*$|\b(?:last time|earlier|in the past)\b[^,;.]*$", re.IGNORECASE
)
"""What tells of another time."""

STATED = re.compile(
    r"(?:发票|合同|订单)(?:的)?(?:总)?(?:金额|价款|货值|总价|额)[^,;。]{0,8}$"
    r"|(?:您|贵司|贵公司|贵方)[^,;。]{0,14}(?:支付|付|预付|缴纳|交)了?[^,;。]{0,6}$"
    r"|\b(?:invoice|order|contract)\b[^,;.]{0,20}$|\byou (?:have )?paid\b[^,;.]{0,20}$",
    re.IGNORECASE,
)
"""What tells what a sum was, which nobody gives."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, as they stand in it."""
    return (part.strip() for part in _END.split(text) if part.strip())


def is_no_promise(sentence: str, start: int) -> bool:
    """Whether the words at a place of a sentence are denied, asked for, or done by somebody else."""
    before, after = sentence[:start], sentence[start:]
    if DENIED.search(before[-32:]) or REQUESTED.search(before) or THEIRS_BEFORE.search(before):
        return True
    if THEIRS_AFTER.search(after) or UNDECIDED.search(after) or BEFORE.search(before):
        return True
    reported = REPORTED.search(before)
    return bool(reported and not AGREED.search(before[: reported.start()]))


def bare(text: str) -> str:
    """A text without blanks and signs, to compare words only."""
    return re.sub(r"[\W_]+", "", text).lower()
