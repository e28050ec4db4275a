"""The words that promise what is more than a remedy, kind by kind."""

from collections.abc import Mapping

from processes.promises.sums import NUMBER
from processes.promises.undertakings import US, YOU
from processes.promises.wording import AT, WITHIN, WORKS, YEARS, Kind

FAVOURS: Mapping[str, Kind] = {
    "gift": Kind(
        "gift",
        "礼品",
        sure=(
            *(
                "礼品",
                "礼物",
                "礼盒",
                "礼包",
                "礼券",
                "薄礼",
                "赠送",
                "奉送",
                "附送",
                "多送",
                "赠品",
                "赠予",
                "代金券",
                "优惠券",
            ),
            *(
                "抵用券",
                "购物卡",
                "充值卡",
                "送您",
                r"积分",
                r"\bgift",
                "voucher",
                "coupon",
                "hamper",
                r"bonus (?:points?|card)",
            ),
        ),
        unsure=(
            r"(?<!此函)(?<!此信)(?<!特此)[,]?以表(?:歉意|心意|诚意)",
            rf"小小心意|会员|{NUMBER}\s*[份张]{WITHIN % 4}(?:礼|券|卡)",
            "聊表|寸心|谨奉|敬赠|with our compliments|small thank you|token of|goodwill|on the house",
        ),
    ),
    "warranty": Kind(
        "warranty",
        "保修",
        sure=(
            rf"(?:免费|延长|提供|终身|增加|再|享受){WITHIN % 8}(?:保修|质保|维保|三包)",
            rf"(?:保修|质保|维保)期?(?:延长|为|至|到)*\s*{YEARS}",
            rf"(?:质保|保修|维保|保固)期?{WITHIN % 6}(?:重新计算|重新起算|顺延|延长|延至)",
            (
                rf"(?:终身|终生|永久|长期|{YEARS}(?:之?内)?){WITHIN % 16}{AT}(?:包修"
                rf"|包换|包退|保修|质保|维保|维护|保养|检修)"
            ),
            r"\b(?:cover|warranty|guarantee) (?:\w+ ){0,5}(?:another|further|extra|new|extended|anew)\b",
            rf"(?:within|for|in) the (?:next|coming) {NUMBER} (?:years?|months?)",
            rf"再保{WITHIN % 2}{YEARS}|再(?:质保|保修)",
            rf"\b(?:covered|guaranteed|insured) for (?:\w+ ){{0,2}}{NUMBER} (?:more |further )?(?:years?|months?)",
            *(
                "终身保修",
                "延保",
                "包修",
                "包换",
                r"(?:for life|lifelong|lifetime)\b",
                r"extend\w* (?:\w+ ){0,4}(?:warranty|guarantee)",
            ),
            r"(?:years?|months?|lifetime|free)['’]? (?:\w+ )?(?:warranty|guarantee)",
            rf"(?:warranty|guarantee) (?:of|for) {NUMBER} (?:years?|months?)",
        ),
        asked=frozenset({"free_repair"}),
    ),
    "costs": Kind(
        "costs borne by us",
        "费用承担",
        sure=(
            rf"(?:承担|负担|支付|报销|垫付){WITHIN % 14}费",
            rf"费用?{WITHIN % 10}(?:由|归)?{US}{WITHIN % 4}?{AT}(?:承担|负担|支付|垫付|付|出|掏|报销|来出|认)",
            (
                rf"(?:费|钱|开销|花销|开支|成本){WITHIN % 6}(?:由|归|算"
                rf"|记)?{WITHIN % 2}{US}{WITHIN % 2}(?:的|掏|出|扛|头上|付)"
            ),
            r"\bgoes? to us\b|\bpaid by (?:us|our)\b",
            rf"(?:由|归){US}(?:全数|全部|全额|如数)?{AT}(?:支付|承担|负担|出资|来出|付|报销)",
            rf"(?:向|找|与|和){US}(?:列账|请款|报销|报账|结算|核销|申领)",
            rf"实报实销|凭[票据单证]{WITHIN % 8}(?:报销|请款|结算|支付)",
            r"\b(?:is|are|be) on us\b|pick(?:ing)? up the (?:tab|bill|costs?)",
            r"\bcharged? (?:\w+ )?to us\b|\bwe(?:['’]ll| will| shall)? pay (?:it|them|for)\b",
            r"\b(?:bill|charge|invoice) us\b",
            r"(?:bear|cover|absorb|assume|pay)\w* (?:\w+ ){0,4}(?:costs?|expenses?|freight|fees?)",
            r"at our (?:own )?(?:cost|expense)",
        ),
        asked=WORKS | {"compensation", "price_cut"},
    ),
    "free": Kind(
        "work or goods free of charge",
        "免费服务或商品",
        sure=(
            r"免费(?!热线|电话|咨询|客服|索取)",
            *(
                "无偿",
                r"不(?:另|再)?收取?(?:任何|您)?费",
                "免单",
                "免收",
                r"(?:费|费用|一切|全部)(?:全部|全|一律|予以)?(?:免除|全免|免)",
                "分文不[收取]",
            ),
            *("free of charge", r"\bfor free", r"(?:at )?no (?:extra |additional )?(?:cost|charge)", "without charge"),
        ),
        covered=WORKS,
    ),
    "terms": Kind(
        "better terms",
        "商务条件",
        sure=(
            *("账期", "独家", r"优先(?:安排)?(?:供货|排产|发货|交货|交付)", "payment terms?"),
            rf"(?:付款|结算|还款)(?:期限?|时间|日)?{WITHIN % 4}(?:延|放宽|宽限|缓)|延[长期](?:付款|结算)",
            rf"\b{NUMBER} days to pay\b|\b(?:front|top|head) of the (?:queue|line|list)\b|preferential|\bpriority\b",
        ),
        unsure=(
            (
                rf"(?:今后|以后|往后|后续|下次|下批|长期|本年度"
                rf"|永久){WITHIN % 18}(?:享受|享有|免|优惠|优先|附|给予|执行|赠|不收|价)"
            ),
            r"(?:专用|专门|安全)(?:库存|备货|产线|通道)|备货|随要随发",
            r"随叫随到|金牌|[vV][iI][pP]|级客户|[升列]为[^,;]{0,4}客户",
            r"\b(?:safety|buffer|reserve) stock\b|\bfrom now on\b|\bhencefor\w+|\byour (?:future|next) orders?\b",
        ),
    ),
    "treatment": Kind(
        "treatment",
        "诊疗",
        unsure=(
            (
                rf"(?:安排|提供|给予|为您|邀?请|由){WITHIN % 14}{AT}(?:复查"
                rf"|治疗|手术|护理|复诊|会诊|理疗|康复|修复|诊治|换药)"
            ),
            rf"(?:复查|治疗|手术|护理|复诊|会诊|理疗|康复|修复){WITHIN % 14}(?:由(?:本院|我院|我科)|负责|免)",
            "further treatment|operate again|physiotherapy|rehabilitation",
            (
                r"\b(?:follow-?up|further|second|another"
                r"|corrective) (?:\w+ ){0,2}(?:operation|surgery|treatment|therapy|course)"
            ),
        ),
        covered=frozenset({"reexamination", "treatment", "reoperation"}),
    ),
    "visit": Kind(
        "somebody sent to the customer",
        "上门服务",
        unsure=(
            rf"(?:派|安排|指派){WITHIN % 14}(?:到|赴|去|前往){WITHIN % 6}(?:贵|现场|您)",
            *("上门", "驻厂", r"send (?:\w+ ){0,3}(?:engineer|technician|team)", r"\bon[- ]site"),
            r"登门|府上|到府|家访|亲[赴临]|亲自(?:前往|到|赴|上)",
            rf"(?:当面|登门)[^,;]{{0,4}}(?:致歉|道歉|赔)|(?:看望|探望){YOU}?",
            r"\bin person\b|\b(?:visit|call on) you\b|\b(?:come|travel|drive) (?:\w+ )?to (?:you\b|your)",
            r"\bat your (?:plant|site|premises|home|factory|works)\b",
        ),
        covered=frozenset({"free_repair", "rework", "exchange", "treatment", "discussion"}),
    ),
    "anything": Kind(
        "whatever is asked",
        "无限度的承诺",
        unsure=(
            *(
                "负责到底",
                r"(?:什么|任何|一切|所有|凡)[^,;]{0,8}(?:要求|条件)",
                r"满意的?(?:结果|答复|交代)|好商量|尽管(?:开口|提)|照办|绝不让|一分(?:都)?不(?:会)?少",
                r"[至到]您?(?:完全)?满意",
                "包您满意",
                "不惜(?:一切)?代价",
                "满足您的?(?:一切|全部|所有|任何)",
            ),
            *(
                r"until you are (?:\w+ )?satisfied",
                "whatever you (?:ask|want|need)",
                "all your (?:demands|claims|requests)",
                r"whatever it takes|whatever is needed|see to it",
                r"that you are satisfied|everything (?:in our power|we can)",
            ),
        ),
    ),
    "promise": Kind(
        "a promise",
        "承诺",
        unsure=(
            r"(?<!质量)保证(?!书|金|部|体系|质量|产品质量)|绝不|决不|绝对不",
            r"\b(?:my|our) word\b|\bnever happen again\b|\bwe stand (?:behind|by)\b",
            (
                rf"{US}{WITHIN % 6}(?:承诺|答应|担保)"
                rf"(?!{WITHIN % 8}(?:加强|改进|整改|培训|严格|持续|认真|杜绝|不再|答复))"
            ),
            (
                r"\bwe (?:hereby )?(?:promise|guarantee|undertake|commit)\b"
                r"(?!(?: \w+){0,6} (?:not|never|again|improve|check|train|reply|answer))"
            ),
        ),
    ),
    "undertaking": Kind("something done for the customer", "为客户办理的事项"),
}
"""By a name of their own: few of them are remedies of a plan."""
