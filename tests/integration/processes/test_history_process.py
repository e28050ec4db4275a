"""Events know the process their element is drawn in; those of before are given it by the migration."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from test_procedure import to_reply

from engine.look.history import of
from processes import folders
from processes.migrations import migrate

TWICE = "GW_Return"
"""An id that stands in two of the shipped diagrams, the second one that of domestic sales."""


@pytest.fixture
def answered(house):
    """A case that was in most of the shipped diagrams, its clock included; they came in one folder then."""
    house.deploy(in_one_folder())
    house.register()
    house.until("2026-09-30T09:00")
    to_reply(house)
    house.until("2026-10-12T09:00")
    return house


def in_one_folder():
    shipped = [folder for folder in folders.shipped() if b"shared = true" in folder.files["procedure.toml"]]
    shipped.append(next(folder for folder in folders.shipped() if folder.key == "kb_sales_quality"))
    files = {path: content for folder in shipped for path, content in folder.files.items()}
    whole = next(folder.files["procedure.toml"].decode() for folder in shipped if folder.key == "kb_sales_quality")
    for folder in shipped:
        _, stages, rest = folder.files["procedure.toml"].decode().partition("[stages]\n")
        inside, *settings = rest.split("\n[settings.")
        if stages and folder.key != "kb_sales_quality":
            own = [line for line in inside.splitlines() if line and f"\n{line.split(' =')[0]} = " not in whole]
            whole = whole.replace("[stages]\n", "\n".join(["[stages]", *own, ""]), 1)
        missing = [each for each in settings if f"[settings.{each.partition(']')[0]}]" not in whole]
        whole += "".join(f"\n[settings.{each}" for each in missing)
    return files | {"procedure.toml": whole.encode()}


def events(house):
    with house.database.reading() as session:
        return of(session, house.instance)


def without_process(house):
    """The database as the program of before left it."""
    with house.database.transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("DROP TRIGGER event_no_update"))
            session.execute(text("ALTER TABLE event DROP COLUMN process"))
            refuse = "BEGIN SELECT RAISE(ABORT, 'event is append-only'); END"
            session.execute(text(f"CREATE TRIGGER event_no_update BEFORE UPDATE ON event {refuse}"))
        else:
            session.execute(text("ALTER TABLE event DROP COLUMN process"))
        session.execute(text("UPDATE alembic_version SET version_num = '0004'"))


def test_an_element_of_two_diagrams_belongs_to_the_one_it_was_entered_in(answered):
    drawn = [path for path, content in in_one_folder().items() if f'id="{TWICE}"'.encode() in content]
    assert sorted(drawn) == ["kb_sales_quality.bpmn", "sub_domestic_sales.bpmn"]
    assert {event.process for event in events(answered) if event.element == TWICE} == {"kb_sales_quality"}
    assert all(event.process for event in events(answered) if event.element)
    assert all(event.process is None for event in events(answered) if not event.element)


def test_the_migration_finds_the_process_of_every_event(answered, database_url):
    before = [(event.id, event.element, event.process) for event in events(answered)]
    assert len({process for _, _, process in before}) > 4
    without_process(answered)
    migrate(database_url, "0005")
    assert [(event.id, event.element, event.process) for event in events(answered)] == before
    with answered.database.reading() as session:
        assert "process" in {column["name"] for column in inspect(session.connection()).get_columns("event")}


def test_after_the_migration_the_history_cannot_be_changed(answered, database_url):
    without_process(answered)
    migrate(database_url, "0005")
    with pytest.raises(DBAPIError, match="event is append-only"), answered.database.transaction() as session:
        session.execute(text("UPDATE event SET process = 'x'"))
