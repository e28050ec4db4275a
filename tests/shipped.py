"""The shipped procedures in one database after the other: deployed once a run, then the same rows anew."""

from functools import cache

from sqlalchemy import delete, func, insert, select

from engine.deploy import deployments
from engine.deploy.digests import digest_of
from engine.session import now
from engine.store import definitions
from engine.store.schema import DbSubscription, DbTimer
from engine.values import SYSTEM
from processes import folders
from processes.people.schema import DbUnit
from web.compose import deploy_shipped

TABLES = (
    definitions.DbDeployment,
    definitions.DbActivation,
    definitions.DbResource,
    definitions.DbProcessDefinition,
    definitions.DbDecisionDefinition,
    DbSubscription,
)
MOMENTS = ("deployed_at", "at")


def as_own(database):
    """As versions of the house, one folder after the other."""
    with database.transaction() as session:
        for each in folders.shipped():
            deployments.deploy(session, each.key, each.files, by=SYSTEM)


@cache
def _kept(deploy):
    """What was deployed first: the rows to come, filled in by `put`, and what was parsed."""
    return {}, {}


def put(database, deploy=deploy_shipped):
    """What `deploy` does with the shipped folders; without reading them anew where there is no other."""
    rows, parsed = _kept(deploy)
    with database.reading() as session:
        others = session.scalar(select(func.count(definitions.DbDeployment.id)))
    if others:
        deploy(database)
        let_nothing_begin(database)
        return
    if not rows:
        deploy(database)
        let_nothing_begin(database)
        with database.reading() as session:
            assert session.scalar(select(func.count(DbTimer.id))) == 0, "timers would have to be armed anew"
            for table in TABLES:
                rows[table] = [dict(row) for row in session.execute(select(*table.__table__.c)).mappings()]
        parsed.update(database.runtime.deployments)
        return
    with database.transaction() as session:
        for table, kept in ((table, kept) for table, kept in rows.items() if kept):
            moments = {key: now(session) for key in MOMENTS if key in table.__table__.c}
            session.execute(insert(table), [row | moments for row in kept])
            if session.connection().dialect.name == "postgresql":
                counter = func.pg_get_serial_sequence(table.__tablename__, "id")
                session.execute(select(func.setval(counter, max(row["id"] for row in kept))))
    database.runtime.deployments.update(parsed)


def let_nothing_begin(database):
    """What begins by date would begin in whatever test lets a month go by."""
    with database.transaction() as session:
        session.execute(delete(DbTimer).where(DbTimer.instance_id.is_(None)))


_checked = {}
_check_beside = deployments.check_beside


def _found_beside(session, given):
    """What is found of folders beside the current ones, as an installation of the same settings found it before."""
    table, office = definitions.DbDeployment, getattr(session.runtime.declarations, "office", None)
    there = tuple(session.execute(select(table.digest, table.is_current).order_by(table.id)).all())
    units = frozenset(session.scalars(select(DbUnit.key)))
    known = (repr(office and office.settings), frozenset(session.runtime.topics), units, there)
    asked = (*known, tuple(digest_of(name, files) for name, files in given.items()))
    if asked not in _checked:
        _checked[asked] = _check_beside(session, given)
    return dict(_checked[asked])


def check_once(monkeypatch):
    """Let folders that were found to go with what is there be deployed again without being read and checked anew."""
    monkeypatch.setattr(deployments, "check_beside", _found_beside)
