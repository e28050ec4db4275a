"""A message within one process arrives where something waits for it afterwards or beside; what comes too late is told."""

import pytest
from core_bpmn import both, bpmn, catch, end, extension, message, messages, path, start, throw

from engine.deploy.checks import check
from engine.runtime import make_runtime

KEY = extension("<camunda:properties><camunda:property name='correlationKey' value='${1}'/></camunda:properties>")
WAYS = {
    "waited for before it is thrown": ("", path("start", "c", "t", "end"), True),
    "meant for another case": (KEY, path("start", "c", "t", "end"), False),
    "waited for afterwards": ("", path("start", "t", "c", "end"), False),
    "waited for beside": ("", path("start", "fork", "t", "join", "end") + path("fork", "c", "join"), False),
}


@pytest.mark.parametrize(("key", "ways", "told"), WAYS.values(), ids=WAYS)
def test_a_message_that_only_its_own_process_waits_for(key, ways, told):
    nodes = throw("t", message("M")), catch("c", key, message("M")), both("fork"), both("join")
    drawn = [each for each in nodes if f'"{each.partition(chr(34))[2].partition(chr(34))[0]}"' in ways]
    diagram = bpmn(start(), *drawn, end(), ways, extra=messages("M"))
    found = [str(each) for each in check(make_runtime(), {"p.bpmn": diagram}).findings]
    assert any("the message M comes too late: only its own process waits for it" in each for each in found) is told, (
        found
    )
