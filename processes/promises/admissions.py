"""Whose fault it is in a letter: that it was ours, in the words of people who admit it."""

import re
from collections.abc import Iterator

from processes.promises.clauses import is_no_promise
from processes.promises.undertakings import US

_WITHOUT = r"(?:(?!不存在|没有|并无|并非|并未|未见|无任何|无关|[^,;。]{0,3}已)[^,;。])"
"""Any word but one that denies what follows."""
_LAPSE = (
    r"(?:疏忽|失误|过失|过错|失职|失察|不当|不严|不慎|不周|不到位"
    r"|不规范|出错|搞错|弄错|错误|大意|马虎|粗心|漏检|漏装|误操作"
    r"|有误|缺陷|缺失|失控|把关)"
)
_FAULTS = r"(?:fault|mistake|error|oversight|negligence|failure|lapse|slip|omission)"

_ADMITTED = re.compile(
    rf"(?:承担|负|担负)[^,;。]{{0,12}}(?:责任|后果)|负全责|(?:责任"
    rf"|过错|过失|错误?)(?:完全|全部|均|全)?(?:在|属于?|归){US}"
    rf"|{US}的?(?:过错|过失|责任|失职|失误|疏忽|错)|(?:由|因|是|系"
    rf"|缘于)于?{US}{_WITHOUT}{{0,10}}(?:造成|导致|引起|所致|{_LAPSE})"
    rf"|{US}{_WITHOUT}{{0,6}}(?:有错|有责|全责|理亏|承认|认错|难辞其咎|愧对)"
    rf"|{US}(?:员工|人员|工人|同事|医生|医师|护士|医护|检验|质检"
    rf"|仓库|生产|装配|包装|司机|客服){_WITHOUT}{{0,10}}{_LAPSE}"
    rf"|(?:是|都是|怪)?{US}(?:的)?(?:不对|不好|没做好|对不起)"
    rf"|{US}的{_WITHOUT}{{0,8}}(?:看|量|装|写|发|搞|算|弄|拿|填|记|用)错"
    rf"|{US}{_WITHOUT}{{0,10}}做得?(?:不够|不好|不足)|没有?(?:检|查|做|装|看|管|包|锁)[好住牢严]"
    rf"|(?:问题|原因|毛病|症结|根源|缺陷)(?:就|正|主要)?(?:出)?在于?{US}|(?:难辞其咎|无可推卸|责无旁贷)"
    rf"|(?:系|因|由于|是){_WITHOUT}{{0,8}}(?:员工|工人|医生|护士|仓库"
    rf"|检验员?|质检员?|操作员?|装配|包装){_WITHOUT}{{0,8}}{_LAPSE}"
    r"|\b(?:accept|take|bear|admit|assume|acknowledg)\w* (?:\w+ ){0,3}(?:responsib\w+|liab\w+|fault|blame)"
    rf"|\b(?:is|was|were) (?:\w+ )?our (?:\w+ )?{_FAULTS}"
    r"|\b(?:we|our \w+|our \w+ \w+) (?:are|is|was|were) (?:\w+ )?(?:at fault"
    r"|liable|to blame|responsible|in the wrong|negligent)"
    rf"|\b(?:caused|brought about) by (?:us|our)\b|\b{_FAULTS} (?:\w+ )?(?:is"
    rf"|was|lies|lay) (?:\w+ )?(?:ours|with us|with our|on our)"
    r"|\bwe (?:\w+ )?(?:admit|concede|acknowledge|accept) that\b"
    r"|\bwe (?:got it wrong|made (?:a|the) (?:mistake|error)|let you down"
    r"|failed to|overlooked|neglected|fell short|should have|were wrong|were at fault)\b"
    r"|\bour (?:\w+ )?(?:inspector|people|staff|driver|doctor|nurse|colleague"
    r"|worker|operator|clerk)s? (?:\w+ )?(?:missed|forgot|mixed|overlooked"
    r"|failed|neglected|damaged|dropped|made)\b",
    re.IGNORECASE,
)


def admitted_in(lower: str) -> Iterator[str]:
    """The words of a sentence in plain small letters that admit a fault of ours; what it denies is none."""
    return (match[0] for match in _ADMITTED.finditer(lower) if not is_no_promise(lower, match.start()))
