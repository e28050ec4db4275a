"""What a service says of itself is what it does."""

import pytest

from engine.errors import UndeclaredOutput
from engine.services import Services, call_inside


def described(_session, call):
    """Do something.

    Inputs:
        clock?: which one, by default
            the first.
        row: of a table.

    Outputs:
        due: when it is due.
    """
    return call


def test_inputs_and_outputs_are_read_from_the_description():
    services = Services()
    services.task("a")(described)
    (service,) = services
    assert service.doc == "Do something."
    assert service.inputs == {"clock?": "which one, by default the first.", "row": "of a table."}
    assert service.outputs == {"due": "when it is due."}


class Told:
    topic = "a"


def test_what_it_sets_beyond_what_it_says_is_refused():
    services = Services()
    services.task("a")(lambda _session, _call: {"due": 1, "other": 2})
    assert call_inside(services, None, Told) == {"due": 1, "other": 2}  # nothing said, nothing checked
    services = Services()
    services.task("a", doc=described.__doc__)(lambda _session, _call: {"due": 1, "other": 2})
    with pytest.raises(UndeclaredOutput, match="other"):
        call_inside(services, None, Told)
