"""Diagrams broken at random: read() never raises, and what it lets through can be run."""

import copy

import core_play
from core_bpmn import (
    both,
    boundary,
    bpmn,
    call,
    catch,
    condition,
    either,
    end,
    error,
    errors,
    escalation,
    escalations,
    extension,
    first_of,
    flow,
    inputs_outputs,
    link,
    message,
    messages,
    node,
    path,
    script,
    service,
    several,
    signal,
    signals,
    start,
    sub,
    terminate,
    throw,
    timer,
    user,
    xor,
)
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree

from engine.core import Execution, ReadOptions, read

RICH = etree.fromstring(
    bpmn(
        start(),
        user("a", several("units", variable="unit"), camunda_candidateGroups="${unit}", camunda_dueDate="P1D"),
        boundary("ba", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
        service("remind", extension(inputs_outputs({"x": "${n}"}, {"y": "${n + 1}"}))),
        end("ea"),
        path("ba", "remind", "ea"),
        xor("g", default="d"),
        both("s"),
        both("j"),
        sub("box", start("s2"), user("u2"), end("e2", error("E")), path("s2", "u2", "e2")),
        boundary("bb", "box", error("E")),
        user("mend"),
        end("em"),
        path("bb", "mend", "em"),
        call("c", "p", extension('<camunda:in source="n" target="n"/>')),
        script("sc", "n = n + 1"),
        either("i"),
        first_of("eg"),
        catch("cm", message("M")),
        catch("ct", timer("PT1H")),
        throw("tl", link("L")),
        catch("cl", link("L")),
        throw("ts", signal("S")),
        throw("te", escalation("X")),
        end("end", terminate()),
        sub(
            "esp",
            start("es", condition("${late}"), isInterrupting="false"),
            user("eu"),
            end("ee"),
            path("es", "eu", "ee"),
            event=True,
        ),
        node("businessRuleTask", "br", camunda_decisionRef="D1", camunda_resultVariable="r"),
        path("start", "a", "g"),
        flow("g", "s", "${n > 1}"),
        flow("g", "end", id_="d"),
        path("s", "box", "j"),
        path("s", "sc", "br", "j"),
        path("j", "eg", "cm", "i"),
        path("eg", "ct", "i"),
        path("i", "ts", "te", "tl"),
        path("cl", "c", "end"),
        extra=messages("M") + signals("S") + errors("E") + escalations("X"),
    )
)
VALUES = [
    "",
    "x",
    "p",
    "a",
    "box",
    "end",
    "true",
    "0",
    "${",
    "${n}",
    "P1D",
    "PT",
    "9" * 40,
    "\u4e2d\u6587",
    "#start",
    "a#item",
]


def broken(random, count):
    root = copy.deepcopy(RICH)
    for _ in range(count):
        every = [entry for entry in root.iter(etree.Element) if entry is not root]
        if not every:
            break
        chosen, other = random.choice(every), random.choice(every)
        deed = random.randrange(6)
        if deed == 0:
            chosen.getparent().remove(chosen)
        elif deed == 1 and chosen.attrib:
            del chosen.attrib[random.choice(list(chosen.attrib))]
        elif deed == 2 and chosen.attrib:
            chosen.set(random.choice(list(chosen.attrib)), random.choice(VALUES))
        elif deed == 3:
            chosen.text = random.choice(VALUES)
        elif deed == 4:
            chosen.getparent().append(copy.deepcopy(chosen))
        elif other not in list(chosen.iter()) and chosen not in list(other.iter()):
            other.append(chosen)
    return etree.tostring(root)


@settings(max_examples=250)
@given(some.randoms(use_true_random=False), some.integers(1, 4))
def test_broken_diagrams(random, count):
    content = broken(random, count)
    compiled = read({"a.bpmn": content}, language=ReadOptions(external_decisions=["D1"], functions=[]))
    if compiled.has_errors:
        assert compiled.specs == {}
        return
    core_play.HOSTS.clear()
    host = core_play.FakeHost()
    host.known["d1"] = compiled
    for key, process in compiled.processes.items():
        for point in process.starts:
            execution = Execution.start("d1", key, host, {"units": ["a", "b"], "n": 2}, element=point.element)
            execution.run(limit=300)
            for _ in range(30):
                tokens = sorted(execution.tasks)
                if not tokens:
                    break
                execution.complete(random.choice(tokens), {"n": 3})
                execution.run(limit=300)
                execution = Execution.load(execution.dump(), execution.variables, host)


def test_the_diagram_is_good_to_begin_with():
    assert read({"a.bpmn": etree.tostring(RICH)}, language=ReadOptions(external_decisions=["D1"])).findings == ()
