"""What a called process declares to take and give, and callers that do not keep to it."""

import pytest
from core_bpmn import bpmn, call, definitions, end, extension, line, node, path, process, script, start, user
from core_play import FakeHost, Play, findings

from engine.core import ReadOptions, read
from engine.values import Contract

GOOD_IN = '<camunda:in source="a" target="b"/>'
GOOD_OUT = '<camunda:out source="r" target="result"/>'


def declares(inputs=None, outputs=None):
    named = {"inputs": inputs, "outputs": outputs}
    rows = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in named.items() if v is not None)
    return extension(f"<camunda:properties>{rows}</camunda:properties>") if rows else ""


def called(inputs="b c?", outputs="r s?", *middle):
    nodes = middle or (script("x", "r = b"),)
    last = "u" if middle else "x"
    return process(declares(inputs, outputs), start("s"), *nodes, end("e"), path("s", last, "e"), key="q")


def caller(*mappings, binding=None):
    told = call("c", "q", extension(*mappings), camunda_calledElementBinding=binding)
    return process(start(), told, end(), path("start", "c", "end"))


def both(*mappings, **more):
    return {"one.bpmn": definitions(caller(*mappings, **more)), "two.bpmn": definitions(called())}


def test_a_call_that_maps_exactly_what_is_declared_has_no_findings():
    assert findings(both(GOOD_IN, GOOD_OUT)) == {}
    assert findings(both(GOOD_IN, '<camunda:in source="a" target="c"/>', '<camunda:out source="s" target="t"/>')) == {}
    assert findings(both(GOOD_IN, '<camunda:out sourceExpression="${r + s}" target="t"/>')) == {}


WRONG = {
    "input left out": ([GOOD_OUT], "input_missing", "the input b"),
    "input nobody declares": ([GOOD_IN, '<camunda:in source="a" target="d"/>'], "input_unknown", "no input d"),
    "output nobody declares": ([GOOD_IN, '<camunda:out source="b" target="t"/>'], "output_unknown", "no output b"),
    "output in an expression": (
        [GOOD_IN, '<camunda:out sourceExpression="${r + n}" target="t"/>'],
        "output_unknown",
        "no output n",
    ),
    "everything in": (['<camunda:in variables="all"/>'], "all_variables", "declares b, c, map exactly these"),
    "everything out": ([GOOD_IN, '<camunda:out variables="all"/>'], "all_variables", "declares r, s"),
}


@pytest.mark.parametrize(("mappings", "code", "said"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("binding", [None, "deployment", "latest"])
def test_a_call_that_does_not_is_refused(mappings, code, said, binding):
    compiled = read(both(*mappings, binding=binding))
    [finding] = compiled.findings
    assert (finding.file, finding.element, finding.code) == ("one.bpmn", "c", code)
    assert said in finding.message
    assert compiled.has_errors


@pytest.mark.parametrize(("mappings", "code", "said"), WRONG.values(), ids=WRONG)
def test_likewise_when_the_called_process_was_deployed_before(mappings, code, said):
    alone = definitions(caller(*mappings))
    contract = Contract({"b": True, "c": False}, {"r": True, "s": False})
    assert said in findings(alone, external_processes={"q": contract})[code, "c"]
    assert findings(alone, external_processes={"q": None}) == {}
    assert list(findings(alone)) == [("unknown_process", "c")]


def test_of_two_processes_of_one_key_that_of_the_same_files_counts():
    assert findings(both(GOOD_IN, GOOD_OUT), external_processes={"q": Contract({}, {})}) == {}


def test_a_definite_version_may_declare_something_else():
    files = both('<camunda:in variables="all"/>', binding="version")
    assert findings(files).keys() == {("binding", "c")}  # it does not say which
    drawn = files["one.bpmn"].replace(b"Binding=", b'Version="1" camunda:calledElementBinding=', 1)
    assert findings({**files, "one.bpmn": drawn}) == {}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [("a, b", "names a,"), ("a-b", "names a-b"), ("1a", "names 1a"), ("a b? a", "a twice"), ("a a?", "a twice")],
)
@pytest.mark.parametrize("what", ["inputs", "outputs"])
def test_a_declaration_that_cannot_be_read_is_refused(what, inputs, said):
    text = process(declares(**{what: inputs}), start("s"), end("e"), path("s", "e"), key="q")
    [(found, message)] = findings(definitions(text)).items()
    assert found == ("contract", "q")
    assert said in message
    assert what in message


def test_names_may_stand_on_several_lines():
    compiled = read({"two.bpmn": definitions(called("b&#10;  c?&#10;", "r&#10;s?"))}, language=ReadOptions())
    assert compiled.processes["q"].contract == Contract({"b": True, "c": False}, {"r": True, "s": False})


def test_what_declares_nothing_has_no_contract():
    compiled = read({"a.bpmn": bpmn(start(), end(), path("start", "end"))})
    assert compiled.processes["p"].contract is None


@pytest.mark.usefixtures("mode")
def test_an_input_that_may_be_left_out_is_null_then():
    play = Play(definitions(caller(GOOD_IN), called("b c?", "", user("u"))), variables={"a": 1})
    token = next(iter(set(play.execution.variables) - {0}))
    assert play.execution.variables[token] == {"b": 1, "c": None}


@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize(("outputs", "kept"), [("r?", "before"), ("r", None)])
def test_an_output_that_may_be_missing_leaves_the_value_of_the_caller(outputs, kept):
    back = '<camunda:out source="r" target="r"/>'
    text = definitions(caller(GOOD_IN, back), called("b", outputs, user("u")))
    play = Play(text, variables={"a": 1, "r": "before"})
    play.complete("u")
    assert play.variables == {"a": 1, "r": kept}
    play = Play(text, variables={"a": 1, "r": "before"})
    play.complete("u", r="after")
    assert play.variables == {"a": 1, "r": "after"}


@pytest.mark.usefixtures("mode")
def test_what_counts_is_what_the_called_version_declares():
    told = definitions(caller(GOOD_IN))
    play = Play(FakeHost(told, d9={"q.bpmn": definitions(called("b more?", "", user("u")))}), variables={"a": 1})
    token = next(iter(set(play.execution.variables) - {0}))
    assert play.execution.variables[token] == {"b": 1, "more": None}


@pytest.mark.parametrize(
    ("drawn", "name", "code"),
    [
        (user("x", camunda_formRef="F", camunda_formRefBinding="best"), "formRefBinding", "form"),
        (
            node("businessRuleTask", "x", camunda_decisionRef="D", camunda_decisionRefBinding="best"),
            "decisionRefBinding",
            "binding",
        ),
        (
            node("callActivity", "x", calledElement="q", camunda_calledElementBinding="best"),
            "calledElementBinding",
            "binding",
        ),
    ],
)
def test_which_bindings_there_are_is_said(drawn, name, code):
    said = findings(line(drawn))[code, "x"]
    assert f"camunda:{name} is best: use deployment, latest, version, versionTag" in said
