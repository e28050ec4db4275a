import pytest
from case import Case


@pytest.fixture
def case(open_database, clock):
    """The shipped case on the test's database, registered and taken over."""
    return Case(open_database, clock)
