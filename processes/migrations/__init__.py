"""The one chain of changes to the tables, for SQLite and PostgreSQL alike."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from time import sleep

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text
from sqlalchemy.exc import OperationalError

from engine.errors import Busy
from processes.errors import TablesNewer, TablesOlder

_LOCK = 0x6B657375
"""The number of the lock under which PostgreSQL lets one process at a time change the tables."""

_TRIES, _PAUSE_SECONDS = 60, 0.5
_IN_USE = frozenset({"57014", "40P01"})
"""What PostgreSQL says to who has waited as long as was asked for, and to one of a deadlock."""

PAGE_SIZE = 2048
"""Bytes of a page of a new SQLite file: a step writes thirty, each for a few rows. One that is there keeps its own."""
_OURS = "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
_OWNS = text(f"SELECT count(*) {_OURS} AND pg_has_role(:role, relowner, 'MEMBER')")
_LACKS = text(f"SELECT count(*) {_OURS} AND has_table_privilege(:role, oid, 'INSERT') = (relname = 'alembic_version')")
"""Where what was to be granted or taken away was not."""
_LOCKED = "SQLITE_BUSY"
"""What SQLite says after five seconds to who may not begin, as somebody else writes."""
_NOT_ALLOWED = "42501"
"""What PostgreSQL says to who does not own what is to be changed."""


def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables of a database to a revision, all or nothing; logging is left as it is.

    On PostgreSQL those of the dispatcher, too, where it is installed: they hold nothing that is not in ours.

    A batch change on SQLite makes a table anew and loses its triggers: a revision that changes `event` or `submission`
    that way calls `append_only` of the first revision again, one that changes `case_file` makes those of 0029 again.

    Args:
        url: as SQLAlchemy writes it, `sqlite:///file` or `postgresql+psycopg://…`.
        revision: an id of the chain, or head.

    TablesNewer where they have a form that this version does not know, TablesOlder for somebody who does not own them,
    Busy where others kept them in use all the time.
    """
    config = alembic_config()
    engine = create_engine(url, poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # without this the driver ends the transaction before each CREATE, and a crash leaves half a schema
                connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
                connection.exec_driver_sql(f"PRAGMA page_size = {PAGE_SIZE}")
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                # several processes may start at once; the others wait, and find that nothing is left to do
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            config.attributes["connection"] = connection
            before = revision_of(connection)
            _refuse_newer(before)
            if before is None or before != _chain().as_revision_number(revision):
                if engine.dialect.name == "postgresql":
                    _take_all(connection)
                command.upgrade(config, revision)
            if engine.dialect.name == "postgresql" and find_spec("procrastinate") is not None:
                from engine import broker  # noqa: PLC0415 - there only where procrastinate is

                broker.create_tables(connection)
            connection.commit()
    except Exception as error:
        if getattr(getattr(error, "orig", error), "sqlstate", None) == _NOT_ALLOWED:
            raise TablesOlder from None
        if getattr(getattr(error, "orig", error), "sqlite_errorname", None) == _LOCKED:
            raise Busy from error
        raise
    finally:
        engine.dispose()


def _take_all(connection: Connection) -> None:
    """Have all tables to oneself before the first one is changed; Busy.

    A revision would take one after the other, and whoever works takes them in another order: a deadlock. Nobody waits
    long for a try that comes to nothing, and PostgreSQL looks for deadlocks after a second only, so that none is found:
    the time is that for all tables together.
    """
    query = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    tables = [name for name in connection.exec_driver_sql(query).scalars() if not name.startswith("procrastinate_")]
    if not tables:
        return
    connection.exec_driver_sql("SET LOCAL statement_timeout = '700ms'")
    for left in reversed(range(_TRIES)):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _IN_USE:
                raise
            if not left:
                raise Busy from error
            sleep(_PAUSE_SECONDS)
        else:
            break
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def are_known(connection: Connection) -> bool:
    """Whether tables have the form that this version of Kesu knows, or there are none."""
    return revision_of(connection) in {None, newest()}


def newest() -> str | None:
    """The revision to which this version of Kesu brings tables."""
    return _chain().get_current_head()


@cache
def _chain() -> ScriptDirectory:
    """What this version of Kesu knows; each revision is a module that has to be imported."""
    return ScriptDirectory.from_config(alembic_config())


def _refuse_newer(revision: str | None) -> None:
    """TablesNewer where a newer version of Kesu has changed the tables."""
    if revision is not None and revision not in {each.revision for each in _chain().walk_revisions()}:
        raise TablesNewer(revision=revision)


def grant(url: str, role: str) -> None:
    """Let a role that owns no table work with those of a database, those to come included.

    Without their ownership it cannot take away the triggers that keep the record, nor change or empty a table, nor say
    of the tables that they have another form than they have.

    ValueError, and nothing is changed: on SQLite; for a role that is the owner of a table, or may act for one; where
    somebody else than the owner asks, whom PostgreSQL tells nothing but a warning.
    """
    engine = create_engine(url, poolclass=pool.NullPool)
    try:
        if engine.dialect.name == "sqlite":
            raise ValueError("SQLite knows no roles: whoever has the file owns the tables")
        name = engine.dialect.identifier_preparer.quote_identifier(role)
        with engine.begin() as connection:
            for rights, things in (
                ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
                ("USAGE, SELECT", "SEQUENCES"),
            ):
                connection.exec_driver_sql(f"GRANT {rights} ON ALL {things} IN SCHEMA public TO {name}")
                connection.exec_driver_sql(
                    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {things} TO {name}"
                )
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
            connection.exec_driver_sql(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}")
            for wrong, found in (
                (_OWNS, f"{role} owns tables, or may act for their owner: give a role that does not"),
                (_LACKS, "only the owner of the tables can let others work with them: give that role in --database"),
            ):
                if connection.scalar(wrong, {"role": role}):
                    raise ValueError(found)
    finally:
        engine.dispose()


def alembic_config() -> Config:
    """Alembic's settings without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
