"""The people of the demo hospital, and the units and roles they are in."""

from processes.demo.model import Figure, Unit

UNITS = {
    "nurse": Unit("接待登记", "Reception", "role"),
    "after_sales": Unit("售后服务", "After-sales", "unit"),
    "leader": Unit("单位领导", "Leader", "role"),
    "hospital_board": Unit("院领导班子", "Hospital board", "role"),
    "finance": Unit("财务", "Finance", "unit"),
    "gift_admin": Unit("礼品管理", "Gift administration", "role"),
    "legal": Unit("法务", "Legal affairs", "unit"),
    "dept_surgery": Unit("外科", "Surgery", "unit"),
    "dept_internal": Unit("内科", "Internal medicine", "unit"),
    "dept_nursing": Unit("护理部", "Nursing", "unit"),
}
"""The groups that the procedure names, by key."""

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
