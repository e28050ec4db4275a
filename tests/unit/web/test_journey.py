"""The way of an instance, put together from the lines of its history."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from engine import Event, EventKind
from web.diagrams.journey import Trail, follow

BEGIN = datetime(2026, 9, 28, 1, 0, tzinfo=UTC)


@pytest.fixture
def tell():
    """Makes the next event, a minute after the one before."""
    numbers = count(1)

    def event(kind, element, token, process="outer", **data):
        number = next(numbers)
        at = BEGIN + timedelta(minutes=number)
        return Event(number, 1, at, None, EventKind(kind), element, process, token, "lee", None, data)

    return event


def test_elements_of_one_id_are_kept_apart_by_their_process(tell):
    journey = follow(
        [
            tell("entered", "call", 2),
            tell("entered", "u", 3, "inner"),
            tell("left", "u", 3, "inner"),
            tell("flow", "u", 3, "inner", id="f"),
            tell("entered", "u", 4),
        ]
    )
    assert list(journey.trails) == ["outer", "inner"]
    assert journey.trail("inner").visits == {"u": 1}
    assert journey.trail("inner").tokens == {}
    assert journey.trail("outer").tokens == {"call": 1, "u": 1}
    assert (journey.trail("inner").flows, journey.trail("outer").flows) == ({"f"}, frozenset())
    assert journey.trail("inner").spent("u") == timedelta(minutes=1)
    assert journey.trail("outer").spent("u") == timedelta(0)
    assert journey.homes == {2: "outer", 3: "inner", 4: "outer"}
    assert journey.trail("elsewhere") == Trail()


def test_rounds_are_counted_and_their_times_added_up(tell):
    events = [tell("entered", "u", 1), tell("left", "u", 1), tell("entered", "u", 2), tell("cancelled", "u", 2)]
    trail = follow(events).trail("outer")
    assert (trail.visits, trail.tokens, trail.spent("u")) == ({"u": 2}, {}, timedelta(minutes=2))
    assert follow(events[:3]).trail("outer").tokens == {"u": 1}


@pytest.mark.parametrize("over", ["resolved", "left", "cancelled"])
def test_an_incident_lasts_until_it_is_resolved_or_its_token_is_gone(tell, over):
    events = [tell("entered", "s", 1), tell("incident", "s", 1, message="no"), tell(over, "s", 1)]
    assert follow(events[:2]).broken == {1: "s"}
    assert follow(events).broken == {}


def test_a_token_that_was_never_entered_is_at_home_where_its_incident_was(tell):
    assert follow([tell("incident", "late", 7, "inner")]).homes == {7: "inner"}


def test_what_tells_nothing_of_the_way_is_passed_over(tell):
    events = [tell("started", None, None, None), tell("variable", "u", 1), tell("entered", "u", 1, None)]
    assert follow(events).stays == []


def test_a_token_is_found_again(tell):
    journey = follow([tell("entered", "a", 1), tell("entered", "b", 2)])
    assert journey.stay_of(2).element == "b"
    assert journey.stay_of(3) is None
