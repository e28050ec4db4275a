"""The people of the demo who work on complaints about goods, and the units and roles they are in."""

from processes.demo.model import Figure

CLERKS = (
    Figure("zhou", "周敏", "Zhou Min", ("intake",)),
    Figure("fang", "方圆", "Fang Yuan", ("intake",)),
)
"""They register."""

SALES = (
    Figure("li", "李娜", "Li Na", ("sales",)),
    Figure("zhao", "赵强", "Zhao Qiang", ("sales",)),
    Figure("he", "何静", "He Jing", ("sales",)),
)
"""They record what the customer says."""

PEOPLE = (
    *CLERKS,
    *SALES,
    Figure("chen", "陈刚", "Chen Gang", ("dept_head",)),
    Figure("wang", "王芳", "Wang Fang", ("qc",)),
    Figure("xu", "徐磊", "Xu Lei", ("qc",)),
    Figure("sun", "孙伟", "Sun Wei", ("injection_workshop", "manufacturing")),
    Figure("tang", "唐杰", "Tang Jie", ("packaging_storage", "logistics", "warehouse", "repair")),
    Figure("wu", "吴婷", "Wu Ting", ("contract_mgmt", "finance")),
    Figure("gao", "高峰", "Gao Feng", ("gm_office",)),
    Figure("ma", "马建国", "Ma Jianguo", ("gm", "manager")),
    Figure("hong", "洪霞", "Hong Xia", ("hr",)),
    Figure("cai", "蔡明", "Cai Ming", ("payroll",)),
    Figure("wen", "温凯", "Wen Kai", ("mgmt_dept",)),
)
