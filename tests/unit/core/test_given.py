"""What is compared with a result of a table that it never gives is found."""

from xml.sax.saxutils import escape

import pytest
from core_bpmn import bpmn, end, extension, flow, node, path, start, xor

from engine.deploy.checks import check
from engine.runtime import make_runtime

DMN = """<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='d' name='d' namespace='n'>
<decision id='k' name='Way'><decisionTable id='t' hitPolicy='{policy}'>
<input id='i'><inputExpression id='e' typeRef='string'><text>who</text></inputExpression></input>
<output id='o' name='way' typeRef='string'><outputValues><text>"accept","refuse","later"</text></outputValues></output>
{rules}</decisionTable></decision></definitions>"""


def _rule(cells):
    parts = zip(("inputEntry", "outputEntry"), map(escape, cells), strict=True)
    return f"<rule>{''.join(f'<{tag}><text>{text}</text></{tag}>' for tag, text in parts)}</rule>"


@pytest.mark.parametrize(
    ("mapping", "condition", "near"),
    [
        ("singleEntry", "way = 'acept'", "accept"),
        ("collectEntries", "'acept' in way", "accept"),
        ("singleEntry", "way = 'refused'", "refuse"),
    ],
)
def test_what_a_table_gives_is_known_from_its_cells_and_of_what_is_worked_out_from_its_allowed_values(
    mapping, condition, near
):
    rows = [['"Bob"', '"accept"'], ["-", 'if who = "Eve" then "refuse" else "later"']]
    policy = "FIRST" if mapping == "singleEntry" else "COLLECT"
    dmn = DMN.format(policy=policy, rules="".join(map(_rule, rows))).encode()
    ask = {"camunda_decisionRef": "k", "camunda_resultVariable": "way", "camunda_mapDecisionResult": mapping}
    taken = '<camunda:properties><camunda:property name="inputs" value="who"/></camunda:properties>'
    diagram = bpmn(
        extension(taken), start(), node("businessRuleTask", "d", **ask), xor("x", default="x-f"), end(), end("f"),
        path("start", "d", "x"), flow("x", "end", f"${{{condition}}}"), flow("x", "f"),
    )  # fmt: skip
    found = [str(each) for each in check(make_runtime(), {"p.bpmn": diagram, "t.dmn": dmn}).findings]
    assert any(f"which it never is: did you mean {near}?" in each for each in found), found
