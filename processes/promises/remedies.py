"""The words that promise a remedy, kind by kind."""

from collections.abc import Mapping

from processes.promises.counts import COUNT
from processes.promises.sums import NUMBER
from processes.promises.undertakings import US, YOU
from processes.promises.wording import AT, GOODS, MEND, MONEY, OWN, REPORTED, WITHIN, Kind

REMEDIES: Mapping[str, Kind] = {
    "return": Kind(
        "return",
        "退货",
        sure=(
            *(
                r"退货(?!条件|条款|政策)",
                "退款",
                r"退还(?!您?的?(?:样品|原件|资料|证件))",
                "退回货款",
                "退钱",
                "返还",
                "返现",
            ),
            *(
                "奉还",
                "退掉",
                "退费",
                rf"打(?:回|到|进|给){WITHIN % 6}(?:账|卡|{YOU})",
                rf"退(?:至|到|回|给){WITHIN % 8}(?:账户|账上|卡|{YOU}|原路)",
                rf"{MONEY}{WITHIN % 12}(?:退|返还|归还|还给)",
            ),
            *(
                r"take (?:\w+ ){0,4}back",
                "return of the goods",
                "refund",
                "money back",
                r"\bpa(?:y|id) (?:\w+ ){0,3}back",
            ),
            r"\b(?:money|deposit|price|payment|amount|sum|fee)\b (?:\w+ ){0,6}(?:returned|back)\b",
            r"\bcredit (?:your|you|it to|the amount)",
        ),
        unsure=(
            rf"(?:可|能|同意|准予|予以|全部|整批|随时){WITHIN % 14}退(?:回|换|订|单)",
            rf"(?:拉回|收回|运回|召回|取回){WITHIN % 2}",
            rf"(?:订单|合同){WITHIN % 8}(?:取消|解除|作废)|(?:取消|解除){WITHIN % 6}(?:订单|合同)",
            r"\byou (?:may|can) (?:\w+ ){0,2}(?:send|return|ship)\b|\boff your hands\b|\bcancel (?:\w+ ){0,3}order",
        ),
        covered=frozenset({"price_cut", "compensation"}),
    ),
    "exchange": Kind(
        "exchange",
        "换货",
        sure=(
            *(
                r"换货(?!条件|条款|政策)",
                "换新",
                "更换新",
                "调换",
                "免费更换",
                r"补[发货齐寄送足]",
                "重新发货",
                "重发",
                "以旧换新",
                "照单调",
            ),
            r"重新(?:生产|制作|制造|加工|印刷?|染制?|织造?|做|发|订制|定制|供货)|重(?:做|制|印|染|造)(?!成)",
            rf"更换{OWN}{WITHIN % 10}(?:整批|全批|全部|所有|该批|不良|不合格|货|产品)",
            rf"更换{OWN}{WITHIN % 6}{COUNT}{OWN}",
            rf"(?:整批|全批|该批|不良品|次品|不合格品){WITHIN % 8}更换{OWN}",
            r"换(?:给|成|一批|一台|一件|一套|一个|全新)",
            rf"(?:再|另外?|额外)(?:发|寄|送|补|给){WITHIN % 6}(?:{COUNT}|您|贵)",
            *("exchange", "replacement", rf"replac(?:e|ing) (?:\w+ ){{0,4}}(?:{GOODS}|entire|whole)"),
            rf"(?:send|ship|deliver)\w* (?:\w+ ){{0,3}}new {GOODS}",
            r"\bswap\w*\b|\bremak(?:e|ing)\b|\bmake (?:\w+ ){0,4}(?:anew|once more)|\bin place of (?:the|your)\b",
            r"\b(?:new|another|fresh) \w+ (?:is|are) (?:already )?on (?:its|their|the) way",
        ),
        unsure=(
            rf"(?:新|另行?|另外){WITHIN % 4}(?:发|寄|送|供|一批|一台|一套|货)",
            r"\bmake (?:good|up) (?:\w+ ){0,3}(?:shortfall|shortage|missing|difference)",
            r"\b(?:fresh|new|sound|another) (?:goods|stock|batch|lot|material|ones?)\b",
            rf"{COUNT}{WITHIN % 12}(?:送达|交付|发货|寄出|发出|送到|到货)",
            rf"(?:交付|发出|寄出|提供|送上|供应){WITHIN % 6}{COUNT}",
            rf"\b(?:replac|send|ship|deliver|suppl|provid)\w* (?:you )?(?:with )?(?:\w+ ){{0,2}}{COUNT}",
            rf"\bswap\w* (?:\w+ ){{0,3}}{COUNT}",
        ),
        covered=frozenset({"substitute", "rework"}),
    ),
    "price_cut": Kind(
        "price_cut",
        "减价",
        sure=(
            *(
                "减价",
                "降价",
                r"折扣(?!不受)",
                "折让",
                r"[\d一二三四五六七八九]折",
                "减免",
                "优惠(?!券)",
                "让利",
                "返利",
            ),
            *("抵扣", "冲抵", "冲减", "降低单价", "discount", "price reduction", "price cut", "rebate", "credit note"),
            *(r"(?:reduce|lower|cut) (?:the|your) price", r"(?:%|per ?cent) off", r"deduct\w* (?:\w+ ){0,5}invoice"),
            rf"(?:单价|价格|价款|货价){WITHIN % 6}(?:下调|调低|降低|下浮)",
            rf"(?:下调|调低|下浮){WITHIN % 6}(?:价|{NUMBER}\s*元)",
            rf"(?:只收|仅收|收)(?:一半|半价|{NUMBER}\s*成)|半价|少[付收]|不再收取",
            rf"免[付收缴交除](?!责)|豁免|抹[去零]|{MONEY}{WITHIN % 10}(?:不收|减|抵|少)",
            r"(?:特采|次品|处理|优惠|成本|让步)价|(?:quarter|half|third) off",
            r"knock\w* (?:\w+ ){0,4}off|\bwrit\w+ off\b",
            r"\b(?:charge|pay) (?:\w+ )?(?:only )?half\b|\bless (?:per|a|for each)\b",
            r"\bwaiv|\b(?:reduced|special|lower|preferential) (?:rate|price)",
        ),
        unsure=(
            rf"(?:价格|价钱|货款|金额){WITHIN % 8}(?:让步|商量|优待|照顾)|差额{WITHIN % 6}(?:由|归)",
            r"\b(?:on|about) the price\b|\bdeduct|\bcheaper\b|\bhalfway\b",
        ),
    ),
    "free_repair": Kind(
        "free_repair",
        "免费维修",
        sure=(
            rf"(?:免费|无偿){WITHIN % 6}(?:维修|修理|返修|检修|修复)",
            *("repair free", "free repair", r"repair (?:\w+ ){0,4}(?:free|at no cost|without charge)"),
        ),
        unsure=(
            rf"(?:{US}|由|负责|安排|派|上门|为{YOU}|予以|直至|{YOU}){WITHIN % 18}?{AT}{REPORTED}{MEND}",
            rf"{MEND}{WITHIN % 8}(?:由|归){US}",
            r"\bput (?:\w+ ){1,4}right\b",
            r"\b(?:repair|mend|respray|rework|recondition|overhaul|re-?paint|refurbish)\w*\b(?! after)",
            r"\b(?:we|our \w+|people|engineers?) (?:\w+ ){0,3}(?:fix|sort|rework)\b",
            r"\bnot be (?:billed|charged|invoiced)",
        ),
        covered=frozenset({"rework"}),
    ),
    "compensation": Kind(
        "compensation",
        "赔偿",
        sure=(
            *(
                r"赔偿(?!事宜|问题|要求|请求|方案|标准|条款)",
                r"赔付",
                "补偿",
                "偿付",
                "违约金",
                "慰问金",
                rf"赔(?:您|给|贵|款|\s*{NUMBER})",
            ),
            rf"(?:承担|负担|弥补){WITHIN % 12}损失",
            rf"损失{WITHIN % 6}(?:由|归){US}",
            rf"(?:算|记在){US}",
            rf"{US}{WITHIN % 10}?{AT}(?:认账|扛|兜底|补足|买单|埋单|补上|赔|认下|照价)",
            r"(?:双倍|加倍|照价|足额|全额)(?:赔|补|返|给付)",
            (
                rf"(?:扣款|扣罚|罚款|罚金|索赔|款项"
                rf"|赔款){WITHIN % 8}{US}{WITHIN % 4}?{AT}(?:承担|负担|支付|付|出|认)"
            ),
            rf"(?:支付|给付|付给|补助|资助)(?:给)?(?:{YOU}|您){WITHIN % 6}{NUMBER}|一次性(?:支付|给付|补助|补偿)",
            r"lump sum|ex gratia|\bmake (?:it )?up (?:to you|for)\b|\b(?:not|never) (?:be )?out of pocket",
            r"\b(?:losses|loss|earnings|wages|damage)\b (?:\w+ ){0,4}(?:covered|made good|paid|met)\b",
            *("compensation (?:of|for)", r"compensate\b", "pay you", "indemnif", "reimburse"),
            r"(?:make good|bear|cover|absorb)\w* (?:\w+ ){0,4}(?:loss|damage)",
        ),
        unsure=(r"\b(?:cheque|settlement|compensat\w+)\b|该赔|赔[多少]|误工|慰问",),
        covered=frozenset({"price_cut", "return"}),
    ),
}
"""By the kind of remedy that a plan has to have for it."""
