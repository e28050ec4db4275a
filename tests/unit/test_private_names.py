"""What is used of SQLAlchemy and psycopg without being promised: where it changes, one of these says what and for whom.

Its public ways cost a step several times as much: a statement, 40 µs in place of 1 (an execution context each
time); to ask whether somebody listens, 0.7 µs in place of 0.05. psycopg's way to run what it has prepared, a
transaction of two statements, takes 80 µs in place of 30.
"""

import inspect
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, attribute_keyed_dict, mapped_column

psycopg = pytest.importorskip("psycopg")


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


@pytest.fixture
def engine():
    made = sa.create_engine("sqlite://")
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def test_an_error_of_the_driver_is_told_as_one_of_sqlalchemy(engine):
    """Whoever lets the driver run a statement: `engine.store.prepared.ask`."""
    with engine.connect() as connection:
        cursor = connection.connection.dbapi_connection.cursor()
        with pytest.raises(engine.dialect.loaded_dbapi.Error) as raised:
            cursor.execute("SELECT 1 FROM nowhere")
        with pytest.raises(sa.exc.OperationalError, match="no such table"):
            connection._handle_dbapi_exception(raised.value, "SELECT 1 FROM nowhere", (), cursor, None)


def test_an_engine_knows_whether_somebody_listens(engine):
    """Whoever goes past those that listen: `engine.store.prepared.ask`."""
    assert "_has_events" not in vars(engine)  # it is that of the class, until somebody listens to this one
    assert isinstance(engine._has_events, bool)
    event.listen(engine, "before_cursor_execute", lambda *_: None)
    assert vars(engine)["_has_events"] is True


def test_a_session_has_what_it_keeps_from_its_making_only():
    """A session that is made when it is first asked for something: `engine.session`."""
    kept = ("identity_map", "_transaction", "_nested_transaction", "_new", "_deleted", "hash_key")
    assert [each for each in kept if hasattr(Session, each)] == []
    assert [each for each in kept if each not in vars(Session())] == []


def test_a_collection_by_a_column_tells_what_it_goes_by():
    """Rows that hang on an object by one of their columns: `engine.store.whole`."""

    assert attribute_keyed_dict("text")().keyfunc(SimpleNamespace(text="a")) == "a"


def test_a_savepoint_knows_whether_the_database_was_asked(engine):
    """Whoever gives up one that nobody needed: `engine.run.host`."""
    with Session(engine) as session:
        savepoint = session.begin_nested()
        assert not savepoint._connections
        session.connection()
        assert savepoint._connections


@pytest.mark.parametrize("name", ["do_savepoint", "do_rollback_to_savepoint", "do_release_savepoint"])
def test_a_dialect_sets_savepoints_in_ways_that_can_be_replaced(name):
    """`engine.database` has shorter ones, and one that begins a transaction."""
    assert list(inspect.signature(getattr(DefaultDialect, name)).parameters) == ["self", "connection", "name"]
    assert list(inspect.signature(DefaultDialect.do_begin).parameters) == ["self", "dbapi_connection"]


def test_an_engine_gives_its_statements_a_place_that_can_be_shared(engine):
    """The databases of the tests: `tests/statements.py`."""
    with engine.connect() as connection:
        connection.execute(sa.select(Row))
    assert len(engine._compiled_cache) > 0


def test_psycopg_keeps_what_it_has_prepared_by_text_and_kinds_of_values():
    """Whoever lets libpq run it: `engine.store.libpq`, with the cursor's own ways to take results."""
    known = psycopg._preparing.PrepareManager()
    query = psycopg._queries.PostgresRawQuery(psycopg.adapt.Transformer())
    query.convert("SELECT $1", ["a"])
    known.maybe_add_to_cache(query, psycopg._preparing.Prepare.SHOULD, b"name")
    assert [*known._names.items()] == [((b"SELECT $1", query.types), b"name")]
    begin, reset, results = (
        inspect.signature(each)
        for each in (
            psycopg.Connection._get_tx_start_command,
            psycopg.RawCursor._reset,
            psycopg.RawCursor._set_results,
        )
    )
    assert [*begin.parameters] == ["self"]
    assert [*reset.parameters] == ["self", "reset_query"]
    assert [*results.parameters] == ["self", "results"]
