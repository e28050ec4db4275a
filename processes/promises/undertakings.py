"""That a clause undertakes something for the customer though no word of a known kind is in it: a person has to say.

What is ordinary in an answer is told apart: to write, to look into it, to do better oneself.
"""

import re
from collections.abc import Iterator

from processes.promises.clauses import is_no_promise

US = r"(?:我们|我司|我公司|本公司|我方|我厂|本厂|我院|本院|我科|本科室|我部|本部|院方)"
YOU = r"(?:您|你们|贵司|贵公司|贵方|贵厂|贵单位|贵店|患者|家属)"
_CLAUSE = re.compile(r"[^,;]+")

_SIGNS = re.compile(
    rf"{US}[^,;]{{0,10}}?(?:将(?!来)|会(?!议|员|诊)|愿意?|可以?(?!能"
    rf"|见|知)|同意|拟|予以|负责|决定|准备|尽快|立即|马上|安排|派"
    r"|一定|一律|全部|全数|照|来|保证)"
    rf"|(?:由|归){US}"
    r"|^\s*(?:经[^,;]{0,8}?)?(?:现|特|兹|即|故|并)?(?:同意|愿意?|决定|安排|准予|批准|应允)"
    rf"|{YOU}[^,;]{{0,14}}?(?:可以?(?!能|见|知|疑)|无需|无须|不必|不用|免(?!责)|享受|享有|尽管|只需|随时|照常)"
    rf"|(?:为|给|替|帮|向|代){YOU}"
    rf"|(?:给|找|不会让){YOU}|算{US}的|{US}(?:头上|来扛|掏|出钱|认账)|(?:认账|包在|放心交给)"
    r"|(?:师傅|技师|工程师|人员|专人|专家|医生|院长|主任|经理|我们的人)[^,;]{0,12}(?:会"
    r"|将|到|过去|上门|来)[^,;]{0,8}(?:弄|做|修|换|处理|解决|改|装|看)"
    r"|怎么[办说]就怎么[办做]|说了算|一律|无条件|照办|尽管(?:开口|提)|好商量"
    r"|一分不|分文不|绝不让|包[您退换修赔]|负责到底|决不|绝不|绝对|在所不惜|不会少"
    r"|保证(?!书|金)"
    r"|\b(?:we|the \w+) ?(?:['’]ll|will|shall|would|can(?!not)|could|are going to"
    r"|(?:are|is) (?:happy|glad|pleased|prepared|willing|ready|able) to"
    r"|(?:hereby )?(?:offer|agree|undertake|intend|propose|accept))\b"
    r"|\byou(?:r \w+)? (?:will|may|can(?!not)|shall|need not"
    r"|do not (?:need|have) to|are (?:free|entitled|welcome) to)\b"
    r"|\b(?:is|are|was|were|be) (?:on|with) (?:us|our)\b|\b(?:have|give you|on) (?:my|our) word\b|\bsee to it\b"
    r"|\bwhatever it takes\b|\b(?:never|not) happen again\b|\brest assured\b|\bwe stand (?:behind|by)\b"
    r"|\b(?:will|shall|can) (?:also )?be \w+"
    r"|\b(?:is|are|goes?|leaves?|comes?) (?:\w+ ){0,3}(?:on its way"
    r"|on their way|to us|by us)\b|\byou (?:get|pay only|only pay)\b"
    r"|\b(?:a|an|our) (?:fitter|engineer|technician|colleague|specialist|mechanic|driver) (?:will|comes|is coming)\b",
    re.IGNORECASE,
)
"""How an undertaking is worded."""

_ORDINARY = re.compile(
    r"联系|回复|答复|复函|回函|函复|告知|通知|函告|说明|解释|报告"
    r"|通报|反馈|沟通|跟进|跟踪|转达|转交|移交|呈报|上报|汇报"
    r"|调查|核实|核查|核对|查明|查证|查看|了解|检测|检验|化验|复检"
    r"|抽检|取样|鉴定|分析|研究|商讨|商议|协商|讨论|评估|审核|审查"
    r"|登记|保存|封存|致歉|道歉|歉意|感谢|致谢|谢意|理解|重视"
    r"|遗憾|加强|加大|改进|改善|提高|提升|培训|教育|整改|完善|优化"
    r"|增设|严格|防止|杜绝|避免|监督|监控|约谈|交换意见|召开|寄上[^,;]{0,8}(?:报告|录像|照片|资料|记录)|(?:报告|录像"
    r"|照片|资料|记录)[^,;]{0,6}寄|总结|吸取|追究|处分|严肃|关注|听取|继续|努力|珍惜|恭候|期待|欢迎|出具|认为|相信"
    r"|确认|带来|造成|不便|麻烦|困扰|选择|投诉|来电|来函|来信|来访"
    r"|查阅|查询|申请|提出|起诉|诉讼|仲裁|调解|反映|拨打|书面|致电|登录"
    r"|咨询|需要|不(?:能|予|会|再)|无法|未能|未予|维持|坚持|寄回|送回|交回"
    r"|\b(?:writ|let you know|inform|tell|told|contact|get back"
    r"|come back to you|report|repl(?:y|ies)|answer|examin|test"
    r"|investigat|look into|check|inspect|analy|measur|forward|pass"
    r"|keep|kept|regret|thank|apolog|sorry|train|improv|monitor"
    r"|prevent|review|stud|discuss|learn|understand|only\b|confirm"
    r"|remind|consider|assess|find|found|hear|continue|update"
    r"|follow|ask|appeal|object|turn to|reach|call us|see\b(?! to)"
    r"|complain|choose|read|apply|not\b|never be|no longer|say|said"
    r"|hold (?:a|an|the) (?:meeting|hearing)|collect (?:a|the) copy|enclos|strengthen|tighten"
    r"|take (?:\w+ )?seriously|like to|happy to (?:help|hear)|registered|recorded|available|due|ready\b(?! to)"
    r"|notified|sent (?:to )?(?:the )?laborator)",
    re.IGNORECASE,
)
"""What follows such words where an answer only says what it is about."""


def undertaken_in(lower: str) -> Iterator[int]:
    """Where a sentence in plain small letters undertakes something."""
    for clause in _CLAUSE.finditer(lower):
        for sign in _SIGNS.finditer(clause[0]):
            rest = clause[0][sign.start() :]
            at = clause.start() + sign.end()
            if not _ORDINARY.search(rest) and not is_no_promise(lower, at):
                yield at
