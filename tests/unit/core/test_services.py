"""What a service says of itself is what it does."""

import pytest
from core_bpmn import boundary, bpmn, end, extension, inputs_outputs, line, path, script, service, start, timer, user
from core_play import FakeHost, Play

from engine.deploy.checks import check
from engine.errors import BpmnError, Busy, UndeclaredCode, UndeclaredOutput, UndeclaredValue
from engine.runtime import make_runtime
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


def deciding(_session, call):
    """Decide.

    Outputs:
        answer?: one of yes, no: as somebody said.
        ready: always true.
        reason: in words of whoever decided.
        before: always null.

    Errors:
        TOO-LATE: the day is over.
    """


def test_values_and_codes_are_read_from_the_description():
    services = Services()
    services.task("a")(deciding)
    services.task("b")(lambda _session, _call: None)
    said, silent = services
    assert said.values == {"answer": {"yes", "no"}, "ready": {True}, "before": frozenset()}
    assert said.errors == {"TOO-LATE": "the day is over."}
    assert (silent.values, silent.errors) == ({}, None)


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


@pytest.mark.parametrize("given", [{"answer": "perhaps"}, {"ready": 1}, {"before": "x"}])
def test_a_value_beyond_what_it_says_is_refused(given):
    services = Services()
    services.task("a", doc=deciding.__doc__)(lambda _session, _call: given)
    with pytest.raises(UndeclaredValue):
        call_inside(services, None, Told)


@pytest.mark.parametrize(("code", "raised"), [("TOO-LATE", BpmnError), ("TOO-EARLY", UndeclaredCode)])
def test_a_code_beyond_what_it_says_is_refused(code, raised):
    def fails(_session, _call):
        raise BpmnError(code, "in words")

    services = Services()
    services.task("a", doc=deciding.__doc__)(fails)
    with pytest.raises(raised, match=code):
        call_inside(services, None, Told)


def test_what_a_service_gives_is_not_held_back_by_an_input_of_the_same_name():
    inputs = extension(inputs_outputs({"due": "${day}"}))
    host = FakeHost(line(service("s", inputs), user("u")), services={"work": {"due": 1}})
    assert Play(host, variables={"day": "Monday"}).variables["due"] == 1


def test_an_output_that_no_parameter_takes_and_somebody_reads_is_found():
    services = Services()
    services.task("a")(described)
    runtime = make_runtime(services=services)

    def found(outputs):
        diagram = line(
            service("s", extension(inputs_outputs({"row": "1"}, outputs)), topic="a"),
            script("t", "x = 1"),
            user("u", camunda_dueDate="${due}"),
        )
        return [each.element for each in check(runtime, {"p.bpmn": diagram}).findings if each.code == "output_unused"]

    assert found({"other": "${row}"}) == ["s"]
    assert found({"later": "${due}"}) == []
    assert found({}) == []


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_database_that_is_busy_is_no_incident_of_a_timer(interrupting):
    """The step is given up and done again."""

    def busy():
        raise Busy

    limit = boundary("b", "u", timer("${busy()}", "timeDate"), interrupting=interrupting)
    drawn = bpmn(start(), user("u"), end(), path("start", "u", "end"), limit)
    with pytest.raises(Busy):
        Play(FakeHost(drawn, functions={"busy": busy}))
