"""The people of the demo installation, and the units and roles they are in."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import Actor, Session
from processes.people import organisation
from processes.people.schema import DbPerson

PASSWORD = "kesu-demo"  # noqa: S105 - printed at the start, for people who do not exist
"""The password of all demo people."""

UNITS = {
    "intake": ("受理", "Intake", "role"),
    "sales": ("营业单位", "Sales", "unit"),
    "dept_head": ("部门主管", "Department head", "role"),
    "qc": ("品管单位", "Quality control", "unit"),
    "injection_workshop": ("注塑车间", "Injection workshop", "unit"),
    "manufacturing": ("制造部", "Manufacturing", "unit"),
    "packaging_storage": ("包装仓储", "Packaging and storage", "unit"),
    "logistics": ("物流", "Logistics", "unit"),
    "contract_mgmt": ("合同管理", "Contract management", "unit"),
    "warehouse": ("仓库", "Warehouse", "unit"),
    "finance": ("财务", "Finance", "unit"),
    "gm_office": ("总经理室", "General manager's office", "unit"),
    "gm": ("总经理", "General manager", "role"),
    "manager": ("经理", "Manager", "role"),
    "admin": ("系统管理员", "Administrator", "role"),
}
"""Chinese and English name and kind of each group that the procedures name."""


@dataclass(frozen=True)
class Figure:
    """One of the demo people."""

    login: str
    name_zh: str
    name_en: str
    groups: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """As the engine knows the person."""
        return Actor(self.login, frozenset(self.groups), admin=organisation.ADMIN in self.groups)


PEOPLE = (
    Figure("zhou", "周敏", "Zhou Min", ("intake",)),
    Figure("fang", "方圆", "Fang Yuan", ("intake",)),
    Figure("li", "李娜", "Li Na", ("sales",)),
    Figure("zhao", "赵强", "Zhao Qiang", ("sales",)),
    Figure("he", "何静", "He Jing", ("sales",)),
    Figure("chen", "陈刚", "Chen Gang", ("dept_head",)),
    Figure("wang", "王芳", "Wang Fang", ("qc",)),
    Figure("xu", "徐磊", "Xu Lei", ("qc",)),
    Figure("sun", "孙伟", "Sun Wei", ("injection_workshop", "manufacturing")),
    Figure("tang", "唐杰", "Tang Jie", ("packaging_storage", "logistics", "warehouse")),
    Figure("wu", "吴婷", "Wu Ting", ("contract_mgmt", "finance")),
    Figure("gao", "高峰", "Gao Feng", ("gm_office",)),
    Figure("ma", "马建国", "Ma Jianguo", ("gm", "manager")),
    Figure("admin", "管理员", "Administrator", ("admin",)),
)


def settle(session: Session) -> None:
    """Make the units and the people that are not there yet; whoever is there stays as they are."""
    for key, (name_zh, name_en, kind) in UNITS.items():
        organisation.create_unit(session, key, name_zh=name_zh, name_en=name_en, kind=kind)
    for figure in PEOPLE:
        if session.get(DbPerson, figure.login) is None:
            organisation.create_person(
                session,
                figure.login,
                name_zh=figure.name_zh,
                name_en=figure.name_en,
                password=PASSWORD,
                email=f"{figure.login}@kesu.example",
                groups=figure.groups,
                cost="low",  # everybody knows it
            )


def introduce() -> Iterator[tuple[str, str]]:
    """Login, name and groups of each, for the line printed at the start."""
    for figure in PEOPLE:
        units = ", ".join(f"{UNITS[group][0]} {UNITS[group][1]}" for group in figure.groups)
        yield figure.login, f"{figure.name_zh} {figure.name_en} · {units}"
