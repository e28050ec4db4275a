import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "core"))  # the builder of diagrams

from case import Case


@pytest.fixture
def case(open_database, clock):
    """The shipped case on the test's database, registered and taken over."""
    return Case(open_database, clock)
