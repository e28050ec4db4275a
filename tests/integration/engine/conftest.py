"""What the tests of the engine share; the diagrams' builder is that of the core's tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "core"))

from engine_world import World


@pytest.fixture
def world(open_database, clock):
    return World(open_database, clock)


@pytest.fixture
def make_world(open_database, clock):
    def make(**options):
        return World(open_database, clock, **options)

    return make
