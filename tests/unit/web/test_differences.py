"""What differs between two versions is told by labels: elements, flows, cells, fields, lines."""

import pytest

from web.admin.deployments.comparison.between import Change, between
from web.admin.deployments.comparison.place import Place
from web.admin.deployments.comparison.wording import Wording
from web.shell.people import Names

DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI">
<bpmn:process id="p"><bpmn:userTask id="u" name="Look at it" camunda:candidateGroups="%(group)s"><bpmn:extensionElements>
<camunda:properties><camunda:property name="phase" value="%(phase)s"/></camunda:properties></bpmn:extensionElements></bpmn:userTask>
<bpmn:endEvent id="e" name="Done"/>
<bpmn:sequenceFlow id="f" sourceRef="u" targetRef="e"><bpmn:conditionExpression id="c">${%(when)s}</bpmn:conditionExpression>
</bpmn:sequenceFlow>%(more)s</bpmn:process><di:BPMNDiagram id="d" x="%(x)s"/></bpmn:definitions>"""
SAME = {"group": "sales", "phase": "early", "when": "a == 1", "more": "", "x": "1"}


def drawn(**changes):
    return {"p.bpmn": (DIAGRAM % (SAME | changes)).encode()}


def changes(before, after):
    (found,) = between(before, after)
    return found.changes


def told(before, after):
    """Of each change: what, where, and what of it before and after."""
    return [
        (each.what, each.place.label or each.place.ends, each.place.mark, each.aspect, each.before, each.after)
        for each in changes(before, after)
    ]


def test_what_is_the_same_is_not_told():
    assert between(drawn(), drawn()) == []


def test_files_come_and_go():
    found = between({"a.txt": b"", "b.txt": b""}, {"b.txt": b"", "c.txt": b""})
    assert [(each.path, each.what) for each in found] == [("a.txt", "gone"), ("c.txt", "new")]


def test_elements_flows_conditions_and_properties_are_told_by_label():
    assert told(drawn(), drawn(group="qc", phase="late")) == [
        ("changed", "Look at it", "", "candidateGroups", "sales", "qc"),
        ("changed", "Look at it", "", "property phase", "early", "late"),
    ]
    assert told(drawn(), drawn(when="a == 2")) == [
        ("changed", ("Look at it", "Done"), "", "conditionExpression", "${a == 1}", "${a == 2}")
    ]
    more = drawn(more='<bpmn:manualTask id="m" name="More"/>')
    assert told(drawn(), more) == [("new", "More", "", "", "", "")]
    assert told(more, drawn()) == [("gone", "More", "", "", "", "")]


@pytest.mark.parametrize(
    ("before", "after", "aspects"),
    [
        ("<bpmn:timeDate xsi:type='bpmn:tFormalExpression'>${due}</bpmn:timeDate>", "", {"timeDate": ("${due}", "")}),
        (
            "<bpmn:timeDate>a</bpmn:timeDate>",
            "<bpmn:timeCycle>a</bpmn:timeCycle>",
            {"timeCycle": ("", "a"), "timeDate": ("a", "")},
        ),
    ],
)
def test_what_an_event_waits_for_is_told_without_words_of_the_file(before, after, aspects):
    timer = """<bpmn:boundaryEvent id="b" name="Late" attachedToRef="u" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<bpmn:timerEventDefinition id="t%s">%s</bpmn:timerEventDefinition></bpmn:boundaryEvent>"""
    found = changes(drawn(more=timer % (1, before)), drawn(more=timer % (2, after)))
    assert {each.aspect: (each.before, each.after) for each in found} == aspects
    assert {each.place.label for each in found} == {"Late"}


def test_an_element_that_is_put_into_another_lane_or_is_of_another_kind_is_told():
    lanes = """<bpmn:laneSet id="s"><bpmn:lane id="l1" name="Sales">%s</bpmn:lane><bpmn:lane id="l2" name="QC">%s</bpmn:lane>
</bpmn:laneSet>"""
    ref = "<bpmn:flowNodeRef>u</bpmn:flowNodeRef>"
    assert told(drawn(more=lanes % (ref, "")), drawn(more=lanes % ("", ref))) == [
        ("changed", "Look at it", "", "lane", "Sales", "QC")
    ]
    other = {"p.bpmn": drawn()["p.bpmn"].replace(b"userTask", b"manualTask")}
    assert told(drawn(), other) == [("changed", "Look at it", "", "kind", "userTask", "manualTask")]


def test_what_is_referred_to_is_told_by_its_label_and_only_where_it_is_another():
    named = {"p.bpmn": drawn()["p.bpmn"].replace(b"Look at it", b"Read it")}
    assert told(drawn(), named) == [("changed", "Read it", "", "name", "Look at it", "Read it")]
    more = '<bpmn:manualTask id="m" name="More"/>'
    other = {"p.bpmn": drawn(more=more)["p.bpmn"].replace(b'targetRef="e"', b'targetRef="m"')}
    assert told(drawn(more=more), other) == [("changed", ("Look at it", "More"), "", "targetRef", "Done", "More")]


def test_where_something_lies_is_no_change_of_the_procedure():
    assert changes(drawn(), drawn(x="2")) == ()


def test_what_only_moved_in_the_drawing_is_named_apart():
    shape = '<di:BPMNShape id="s" bpmnElement="u"><b x="%s"/></di:BPMNShape></di:BPMNDiagram>'
    old, new = (
        {
            "p.bpmn": drawn(**more)["p.bpmn"].replace(
                b'<di:BPMNDiagram id="d" x="1"/>', f"<di:BPMNDiagram>{shape % x}".encode()
            )
        }
        for x, more in ((1, {}), (2, {}))
    )
    (found,) = between(old, new)
    assert [each.label for each in found.moved] == ["Look at it"]
    (both,) = between(old, {"p.bpmn": new["p.bpmn"].replace(b'"sales"', b'"qc"')})
    assert both.moved == ()


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="D" name="Who">
<decisionTable id="t" hitPolicy="FIRST"><input id="i" label="Kind"><inputExpression><text>kind</text></inputExpression></input>
<output id="o" label="Unit" name="unit"/>%s</decisionTable></decision></definitions>"""
ROW = '<rule id="r%s"><inputEntry><text>"%s"</text></inputEntry><outputEntry><text>"%s"</text></outputEntry></rule>'


def table(*rows):
    text = "".join(ROW % (number, *row) for number, row in enumerate(rows, 1))
    return {"D.dmn": (TABLE % text).encode()}


def test_rows_and_cells_are_told():
    before, after = table(("a", "sales"), ("b", "qc")), table(("a", "gm"))
    assert told(before, after) == [
        ("changed", "Who", "1", "cell o", '"sales"', '"gm"'),
        ("gone", "Who", "2", "", 'Kind: "b" · Unit: "qc"', ""),
    ]
    (first, _second) = changes(before, after)
    assert (first.place.told, first.place.aspects["cell o"]) == ('Kind: "a"', "Unit")


def test_a_row_that_is_put_before_another_is_told_once():
    rows = [f'<rule id="{name}"><inputEntry><text>"{name}"</text></inputEntry></rule>' for name in "abc"]
    old, new = ({"D.dmn": (TABLE % "".join(each)).encode()} for each in (rows, [rows[2], rows[0], rows[1]]))
    assert told(old, new) == [("changed", "Who", "1", "position", "3", "1")]


def test_what_a_column_asks_for_and_how_a_table_decides_are_told():
    new = (
        table(("a", "sales"))["D.dmn"].replace(b"<text>kind</text>", b"<text>sort</text>").replace(b"FIRST", b"UNIQUE")
    )
    assert told(table(("a", "sales")), {"D.dmn": new}) == [
        ("changed", "Who", "", "hitPolicy", "FIRST", "UNIQUE"),
        ("changed", "Who", "", "column i", "kind", "sort"),
    ]


def test_fields_are_told_by_label():
    form = b'{"id": "F", "components": [{"key": "a", "label": "Amount", "validate": {"required": %s}}%s]}'
    more = b', {"type": "group", "id": "g", "components": [{"key": "b", "label": "b"}]}'
    assert told({"F.form": form % (b"true", b"")}, {"F.form": form % (b"false", more)}) == [
        ("changed", "Amount", "a", "validate.required", "true", "false"),
        ("new", "g", "", "", "", ""),
        ("new", "b", "g.b", "", "", ""),
    ]


def test_options_are_told_one_by_one():
    form = '{"id": "F", "components": [{"key": "a", "label": "Kind", "values": [%s]}]}'
    old, new = '{"value": "x", "label": "X"}', '{"value": "x", "label": "Ex"}, {"value": "y", "label": "Y"}'
    assert told({"F.form": (form % old).encode()}, {"F.form": (form % new).encode()}) == [
        ("changed", "Kind", "a", "values x", "X", "Ex"),
        ("changed", "Kind", "a", "values y", "", "Y"),
    ]


def test_translations_are_told_text_by_text():
    text = 'msgid "Done"\nmsgstr "%s"\n'
    assert told({"translations/zh.po": (text % "完").encode()}, {"translations/zh.po": (text % "完成").encode()}) == [
        ("changed", "Done", "", "text", "完", "完成")
    ]


def test_what_cannot_be_read_is_told_by_lines():
    assert changes({"F.form": b"no\nform"}, {"F.form": b"no\nform at all\nhere"}) == (
        Change("changed", Place("line", "", "2"), before="form", after="form at all\nhere"),
    )


def test_a_change_is_put_into_words():
    chinese = {"Done": "完成", "Look at it": "看"}
    keys = {"decision": "处理", "accept": "受理"}
    words = Wording(lambda text: chinese.get(text, text), Names(units={"qc": "品管"}), keys)
    form = "${decision == 'accept'}"
    flow = Place("sequenceFlow", "", ends=("Look at it", "Done"), element="f")
    said = words.told(Change("changed", flow, "conditionExpression", "${true}", form))
    assert (said.kind, said.ends, said.aspect) == ("flow", "看 → 完成", "condition")
    assert (said.before, said.after, said.legend) == ("true", "decision == 'accept'", "decision = 处理 · accept = 受理")
    task = Place("userTask", "Look at it")
    said = words.told(Change("changed", task, "candidateGroups", "qc,gm", "${unit}"))
    assert (said.label, said.aspect, said.before, said.after) == ("看", "units and roles", "品管, gm", "unit")
    said = words.told(Change("changed", task, "kind", "userTask", "manualTask"))
    assert (said.aspect, said.before, said.after) == ("kind", "task of a person", "manual task")
