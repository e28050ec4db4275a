"""The people of the demo installation, and the units and roles they are in: those of all folders."""

from collections.abc import Iterator, Mapping

from engine import SYSTEM, Session
from processes import folders
from processes.demo.model import Figure
from processes.demo.shipped import demos
from processes.people import chart, organisation, passwords
from processes.people.chart import Unit
from processes.people.schema import DbPerson

PASSWORD = passwords.DEMO
"""The password of all demo people."""

ADMINS = Unit(organisation.ADMIN, "role", "系统管理员", "Administrator")
ADMIN = Figure("admin", "管理员", "Administrator", (organisation.ADMIN,))


def units() -> Mapping[str, Unit]:
    """The groups that the procedures name, by key; the first that names one says what it is called."""
    return {each.key: each for each in (ADMINS, *chart.of_folders(folders.shipped()))}


def everybody() -> list[Figure]:
    """The demo people of all folders; whoever is in several of them is in the groups of each."""
    found: dict[str, Figure] = {}
    for figure in (*(each for demo in demos() for each in demo.people), ADMIN):
        known = found.get(figure.login, figure)
        groups = dict.fromkeys((*known.groups, *figure.groups))
        found[figure.login] = Figure(known.login, known.name_zh, known.name_en, tuple(groups))
    return list(found.values())


def settle(session: Session, hashed: passwords.Hashed) -> None:
    """Make the units and the people that are not there yet, with that password; whoever is there stays as they are."""
    chart.create(session, units().values(), by=SYSTEM)
    for figure in everybody():
        if session.get(DbPerson, figure.login) is None:
            organisation.create_person(
                session,
                figure.login,
                name_zh=figure.name_zh,
                name_en=figure.name_en,
                password=hashed,
                email=f"{figure.login}@kesu.example",
                groups=figure.groups,
            )


def introduce() -> Iterator[tuple[str, str]]:
    """Login, name and groups of each, for the line printed at the start."""
    named = units()
    for figure in everybody():
        groups = ", ".join(f"{named[group].name_zh} {named[group].name_en}" for group in figure.groups)
        yield figure.login, f"{figure.name_zh} {figure.name_en} · {groups}"
