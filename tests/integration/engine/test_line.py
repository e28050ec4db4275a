"""Who writes into a SQLite file: in the order in which it is asked for, whoever else writes without a break."""

import threading

import pytest

from engine import database as databases
from engine.database import Database
from engine.errors import Busy, DatabaseAway
from engine.line import Line
from engine.runtime import make_runtime


def test_who_comes_first_writes_first():
    line, order = Line(20), []
    first, threads = object(), []
    line.wait(first)
    for number in range(3):
        connection = object()

        def write(number=number, connection=connection):
            line.wait(connection)
            order.append(number)
            line.leave(connection)

        threads.append(threading.Thread(target=write))
        threads[-1].start()
        while len(line._waiting) <= number:
            assert threads[-1].is_alive()
    line.leave(object())  # who has no turn gives none away
    assert order == []
    line.leave(first)
    for thread in threads:
        thread.join(20)
    assert order == [0, 1, 2]


def test_who_has_waited_too_long_is_told_so_and_stands_in_nobodys_way():
    line, first, second = Line(0.01), object(), object()
    line.wait(first)
    with pytest.raises(Busy):
        line.wait(second)
    line.leave(first)
    line.wait(second)


def refuse(_session):
    raise ValueError


def lose(session):
    session.connection().invalidate()
    raise ValueError


def fill(session):
    pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
    session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    session.connection().exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(100000) AS filled")


@pytest.mark.parametrize("end", [refuse, lose, fill])
def test_however_a_transaction_ends_the_next_one_has_its_turn(sqlite_url, monkeypatch, end):
    monkeypatch.setattr(databases, "BUSY_SECONDS", 1)
    database = Database(sqlite_url, make_runtime())
    with pytest.raises((ValueError, DatabaseAway)), database.transaction() as session:
        end(session)
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE job SET attempts = 0")
        with pytest.raises(Busy):
            write(database)
    write(database)
    database.close()


def write(database):
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE job SET attempts = 0")
