"""The people of the demo hospital, and the units and roles they are in."""

from processes.demo.model import Figure

NURSES = (
    Figure("qin", "秦岚", "Qin Lan", ("nurse",)),
    Figure("lu", "陆萍", "Lu Ping", ("nurse",)),
)
"""They register."""

AFTER_SALES = (
    Figure("shen", "沈静", "Shen Jing", ("after_sales",)),
    Figure("yang", "杨帆", "Yang Fan", ("after_sales",)),
)
"""They talk with the patients and record what these say."""

PEOPLE = (
    *NURSES,
    *AFTER_SALES,
    Figure("gu", "顾明", "Gu Ming", ("leader",)),
    Figure("bai", "白敬之", "Bai Jingzhi", ("hospital_board",)),
    Figure("hao", "郝莉", "Hao Li", ("finance",)),
    Figure("lyu", "吕倩", "Lü Qian", ("gift_admin",)),
    Figure("ning", "宁远", "Ning Yuan", ("legal",)),
    Figure("jiang", "蒋涛", "Jiang Tao", ("dept_surgery",)),
    Figure("peng", "彭慧", "Peng Hui", ("dept_internal",)),
    Figure("yan", "严淑华", "Yan Shuhua", ("dept_nursing",)),
)
