"""The people of the demo who work on complaints about goods, and the units and roles they are in."""

from processes.demo.model import Figure, Unit

UNITS = {
    "intake": Unit("受理", "Intake", "role"),
    "sales": Unit("营业单位", "Sales", "unit"),
    "dept_head": Unit("部门主管", "Department head", "role"),
    "qc": Unit("品管单位", "Quality control", "unit"),
    "injection_workshop": Unit("注塑车间", "Injection workshop", "unit"),
    "manufacturing": Unit("制造部", "Manufacturing", "unit"),
    "packaging_storage": Unit("包装仓储", "Packaging and storage", "unit"),
    "logistics": Unit("物流", "Logistics", "unit"),
    "contract_mgmt": Unit("合同管理", "Contract management", "unit"),
    "warehouse": Unit("仓库", "Warehouse", "unit"),
    "finance": Unit("财务", "Finance", "unit"),
    "gm_office": Unit("总经理室", "General manager's office", "unit"),
    "gm": Unit("总经理", "General manager", "role"),
    "manager": Unit("经理", "Manager", "role"),
}
"""The groups that the procedure names, by key."""

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
    Figure("tang", "唐杰", "Tang Jie", ("packaging_storage", "logistics", "warehouse")),
    Figure("wu", "吴婷", "Wu Ting", ("contract_mgmt", "finance")),
    Figure("gao", "高峰", "Gao Feng", ("gm_office",)),
    Figure("ma", "马建国", "Ma Jianguo", ("gm", "manager")),
)
