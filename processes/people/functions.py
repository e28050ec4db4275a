"""Functions on the organisation for the expressions of forms."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine import Json, Prepared, parted
from processes.office import Office
from processes.people.schema import DbMembership, DbPerson, DbUnit

_UNITS = Prepared(select(DbUnit.key, DbUnit.name_en, DbUnit.name_zh).where(DbUnit.kind == "unit").order_by(DbUnit.key))


def functions(office: Office) -> Mapping[str, Callable[..., Any]]:
    """The functions by name.

    Only forms have them: whom they offer may leave while a diagram waits, so an expression of a diagram that asked
    would not come to the same when it is worked out again.
    """

    def members(groups: str | None) -> list[Json]:
        """The people who may sign in and are in one of the units and roles, as the options of a choice."""
        keys = parted(groups or "")
        able = select(DbMembership.person).where(DbMembership.unit.in_(keys))
        query = select(DbPerson).where(DbPerson.active, DbPerson.login.in_(able))
        with office.database.reading() as session:
            people = session.scalars(query.order_by(DbPerson.login)).all()
            return [{"label": {"en": each.name_en, "zh": each.name_zh}, "value": each.login} for each in people]

    def units() -> list[Json]:
        """The units of the organisation, roles left out, as the options of a choice."""
        with office.database.reading() as session:
            found = _UNITS.rows(session.connection(), {})
            return [{"label": {"en": english, "zh": chinese}, "value": key} for key, english, chinese in found]

    return {"members": members, "units": units}
