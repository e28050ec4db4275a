"""The people of the demo office and of the units concerned, and the groups they are in."""

from processes.demo.model import Figure

OFFICE = (
    Figure("ouyang", "欧阳雪", "Ouyang Xue", ("office",)),
    Figure("situ", "司徒远", "Situ Yuan", ("office",)),
)
"""They accept complaints and record what customers say."""

PEOPLE = (
    *OFFICE,
    Figure("guan", "关志强", "Guan Zhiqiang", ("op_manager",)),
    Figure("zhong", "钟岩", "Zhong Yan", ("qa_finished",)),
    Figure("ren", "任杰", "Ren Jie", ("workshop",)),
    Figure("meng", "孟磊", "Meng Lei", ("warehouse",)),
    Figure("pan", "潘红", "Pan Hong", ("purchasing",)),
    Figure("ruan", "阮婷", "Ruan Ting", ("finance",)),
    Figure("kang", "康建业", "Kang Jianye", ("gm",)),
)
