"""Connections between two transactions: the last one is taken again, and nobody waits at the pool for one at hand."""

import threading

import pytest
from sqlalchemy import create_engine

from engine.connections import MOST_SPARE, Connections


@pytest.fixture
def connections(tmp_path):
    found = Connections(create_engine(f"sqlite:///{tmp_path}/x.sqlite3", pool_size=MOST_SPARE + 1, max_overflow=0))
    yield found
    found.close()
    found.engine.dispose()


def test_the_one_given_back_last_is_taken_again_and_few_are_kept(connections):
    every = [connections.take() for _ in range(MOST_SPARE + 1)]
    for each in every:
        connections.give_back(each)
    assert connections.engine.pool.checkedout() == MOST_SPARE
    assert connections.take() is every[MOST_SPARE - 1]


def test_whoever_waits_at_the_pool_gets_what_is_given_back(connections):
    every = [connections.take() for _ in range(MOST_SPARE + 1)]
    got = []
    waiting = threading.Thread(target=lambda: got.append(connections.take()))
    waiting.start()
    while not connections._asking:
        pass
    connections.give_back(every.pop())
    waiting.join(timeout=5)
    assert len(got) == 1
    for each in (*every, *got):
        connections.give_back(each)


def test_one_in_a_transaction_goes_to_the_pool_and_a_lost_one_takes_all_others_along(connections):
    one, two, three = (connections.take() for _ in range(3))
    one.begin()
    connections.give_back(one)
    assert one.closed
    connections.give_back(two)
    three.invalidate()
    Connections(connections.engine, connections).give_back(three)
    assert two.closed
    assert three.closed
    assert connections.engine.pool.checkedout() == 0


def test_one_whose_commit_failed_is_closed_for_good(connections, monkeypatch):
    one = connections.take()
    one.begin()
    driver = one.connection.dbapi_connection

    def refuse(_connection):
        raise OSError("it is full")

    monkeypatch.setattr(connections.engine.dialect, "do_commit", refuse)
    with pytest.raises(OSError, match="full"):
        one.commit()
    connections.give_back(one)
    assert one.closed
    assert connections.take().connection.dbapi_connection is not driver
