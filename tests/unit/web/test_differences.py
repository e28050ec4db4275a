"""What differs between two versions is told by labels: elements, flows, cells, fields, lines."""

from web.admin.deployments.differences import Change, between

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


def test_what_is_the_same_is_not_told():
    assert between(drawn(), drawn()) == []


def test_files_come_and_go():
    found = between({"a.txt": b"", "b.txt": b""}, {"b.txt": b"", "c.txt": b""})
    assert [(each.path, each.what) for each in found] == [("a.txt", "gone"), ("c.txt", "new")]


def test_elements_flows_conditions_and_properties_are_told_by_label():
    assert changes(drawn(), drawn(group="qc", phase="late")) == (
        Change("changed", "Look at it", " (u)", "candidateGroups", "sales", "qc"),
        Change("changed", "Look at it", " (u)", "phase", "early", "late"),
    )
    (condition,) = changes(drawn(), drawn(when="a == 2"))
    assert (condition.where, condition.mark, condition.before) == ("Look at it → Done", " (f)", "${a == 1}")
    assert condition.after == "${a == 2}"
    more = drawn(more='<bpmn:manualTask id="m" name="More"/>')
    assert changes(drawn(), more) == (Change("new", "More", " (m)"),)
    assert changes(more, drawn()) == (Change("gone", "More", " (m)"),)


def test_what_is_referred_to_is_told_by_its_label_and_only_where_it_is_another():
    (named,) = changes(drawn(), {"p.bpmn": drawn()["p.bpmn"].replace(b"Look at it", b"Read it")})
    assert (named.aspect, named.before, named.after) == ("name", "Look at it", "Read it")
    more = '<bpmn:manualTask id="m" name="More"/>'
    (other,) = changes(
        drawn(more=more), {"p.bpmn": drawn(more=more)["p.bpmn"].replace(b'targetRef="e"', b'targetRef="m"')}
    )
    assert (other.aspect, other.before, other.after) == ("targetRef", "Done (e)", "More (m)")


def test_where_something_lies_is_no_change_of_the_procedure():
    assert changes(drawn(), drawn(x="2")) == ()


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="D" name="Who">
<decisionTable id="t" hitPolicy="FIRST"><input id="i" label="Kind"><inputExpression><text>kind</text></inputExpression></input>
<output id="o" label="Unit" name="unit"/>%s</decisionTable></decision></definitions>"""
ROW = '<rule id="r%s"><inputEntry><text>"%s"</text></inputEntry><outputEntry><text>"%s"</text></outputEntry></rule>'


def table(*rows):
    text = "".join(ROW % (number, *row) for number, row in enumerate(rows, 1))
    return {"D.dmn": (TABLE % text).encode()}


def test_rows_and_cells_are_told():
    before, after = table(("a", "sales"), ("b", "qc")), table(("a", "gm"))
    assert changes(before, after) == (
        Change("changed", "Who", " · 1", "Unit", '"sales"', '"gm"'),
        Change("gone", "Who", " · 2"),
    )


def test_fields_are_told_by_label():
    form = b'{"id": "F", "components": [{"key": "a", "label": "Amount", "validate": {"required": %s}}%s]}'
    more = b', {"type": "group", "id": "g", "components": [{"key": "b", "label": "b"}]}'
    assert changes({"F.form": form % (b"true", b"")}, {"F.form": form % (b"false", more)}) == (
        Change("changed", "Amount", " (a)", "validate.required", "true", "false"),
        Change("new", "g"),
        Change("new", "b", " (g.b)"),
    )


def test_what_cannot_be_read_is_told_by_lines():
    assert changes({"F.form": b"no\nform"}, {"F.form": b"no\nform at all\nhere"}) == (
        Change("changed", "2", before="form", after="form at all\nhere"),
    )
