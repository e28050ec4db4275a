"""Strangers may ask so often, and cost no more than a little memory."""

from datetime import UTC, datetime, timedelta

from web.shell import visits
from web.shell.visits import Visits

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_an_address_has_its_share_and_gets_it_back():
    counted = Visits(2, MINUTE, most_together=100)
    assert [counted.allow("a", NOON) for _ in range(3)] == [True, True, False]
    assert counted.allow("b", NOON)
    assert not counted.allow("a", NOON + MINUTE - timedelta(seconds=1))
    assert counted.allow("a", NOON + MINUTE)


def test_all_together_have_theirs():
    counted = Visits(2, MINUTE, most_together=3)
    assert [counted.allow(str(number), NOON) for number in range(4)] == [True, True, True, False]


def test_a_clock_that_is_set_back_locks_nobody_out():
    counted = Visits(1, MINUTE, most_together=100)
    assert counted.allow("a", NOON)
    assert counted.allow("a", NOON - timedelta(hours=1))


def test_addresses_that_ask_no_more_are_forgotten(monkeypatch):
    monkeypatch.setattr(visits, "MOST_ADDRESSES", 10)
    counted = Visits(1, MINUTE, most_together=10_000)
    for number in range(100):
        assert counted.allow(str(number), NOON)
        assert not counted.allow(str(number), NOON)
        assert not counted.allow("0", NOON)  # who keeps asking is not
    assert len(counted._seen) <= 10
