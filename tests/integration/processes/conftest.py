import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "core"))

from house import House
from played import shanghai

from processes.identity import Same
from processes.settings import Settings


@pytest.fixture
def make_house(open_database):
    def make(start="2026-09-28T09:30", **settings):
        return House(open_database, Settings(**{"password_cost": "low"} | settings), shanghai(start))

    return make


@pytest.fixture
def house(make_house):
    return make_house()


@pytest.fixture
def registered(house):
    """A case of the shipped procedure that sales has just taken over."""
    house.deploy()
    house.register()
    return house


@pytest.fixture
def crowd(database, clock, monkeypatch):
    """Ninety invented cases of two procedures."""
    from invented_cases import NOW, invent, procedure, write  # which few tests need

    clock.set(NOW)
    known = Same((procedure("goods"), procedure("care")))
    monkeypatch.setattr("processes.procedures.current", lambda _session: known)
    chance = random.Random(568)
    cases = [invent(chance, number) for number in range(2, 92)]
    with database.transaction() as session:
        write(session, cases)
    return database, cases
