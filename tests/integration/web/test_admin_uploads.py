"""What is kept of an upload that cannot be taken as it is, and what two who upload at once do to each other."""

import io
import re

import pytest
from admin_stage import Stage

from web.admin.deployments import received

pytestmark = pytest.mark.usefixtures("checked_once")

SMALL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="t"><process id="small" name="Small" isExecutable="true">
<startEvent id="SE"/><userTask id="UT" name="Look" camunda:candidateGroups="%s" %s/><endEvent id="EE"/>
<sequenceFlow id="f1" sourceRef="SE" targetRef="UT"/><sequenceFlow id="f2" sourceRef="UT" targetRef="EE"/></process>
<di:BPMNDiagram id="d"><di:BPMNPlane id="p" bpmnElement="small"><di:BPMNShape id="s" bpmnElement="UT">
<dc:Bounds x="1" y="1" width="100" height="80"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram></definitions>"""


@pytest.fixture
def look(make_hall):
    return make_hall(kind=Stage).visitor("admin")


@pytest.mark.parametrize(("most", "files"), [("MOST_FILES", 3), ("MOST_BYTES", 30)])
def test_files_are_so_many_and_so_large_together(monkeypatch, most, files):
    monkeypatch.setattr(received, most, files)
    sent = {f"{number}.bpmn": b"x" * 10 for number in range(3)}
    assert received.limited(sent) == sent
    with pytest.raises(received.TooMuch):
        received.limited(sent | {"one.bpmn": b"x"})


def drawn(group="sales", more=""):
    return (SMALL % (group, more)).encode()


def send(look, *files, address="/admin/deployments/new", **data):
    return look.post(address, data={**data, "files": [(io.BytesIO(content), name) for name, content in files]})


def page_of(look, answer):
    assert answer.status_code == 303
    return look.get(answer.headers["Location"]).text


def test_only_mended_files_are_sent_again_and_the_others_are_kept(look, monkeypatch):
    wrong = send(look, ("small.bpmn", drawn(more='camunda:formRef="F1"')), ("rules.tsv", b"id\n"), folder="small")
    page = page_of(look, wrong)
    for text in (
        "there is no form F1",
        "1 error",
        "Mended files",
        "They are played once there are no errors",
        "element=UT",
    ):
        assert text in page, text
    shown = look.get(re.search(r"&#34;url&#34;: &#34;([^&]+)", page)[1])
    assert shown.status_code == 200
    assert b"BPMNShape" in shown.data
    mended = send(look, ("small.bpmn", drawn()), address=wrong.headers["Location"], act="mend")
    page = page_of(look, mended)
    assert "1 error" not in page
    assert "rules.tsv" in page
    empty = look.post(wrong.headers["Location"], data={"act": "mend"})
    assert empty.status_code == 422
    assert "Choose the files of a folder" in empty.text
    monkeypatch.setattr("web.admin.deployments.received.MOST_FILES", 2)
    third = send(look, ("other.bpmn", drawn()), address=wrong.headers["Location"], act="mend")
    assert "more than 2 files" in third.text, "those that are kept count"


def test_files_wait_until_it_is_said_where_they_belong(look):
    asked = send(look, ("small.bpmn", drawn()), ("notes.docx", b"words"), folder="")
    assert asked.status_code == 422
    assert "need not be chosen again: small.bpmn" in asked.text
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)[1]
    page = page_of(look, look.post("/admin/deployments/new", data={"folder": "small", "kept": kept}))
    assert "New version of small" in page
    sent = (("small.bpmn", drawn()), ("notes.docx", b"words"), ("services.py", b"# ours"))
    ignored = page_of(look, send(look, *sent, folder="small"))
    assert "services.py" not in ignored
    assert "Left out, because they are no diagrams" in ignored
    assert "notes.docx" in ignored
    assert "Did you mean that?" not in ignored
    assert "beside remedy. Did you mean that?" in page_of(look, send(look, ("small.bpmn", drawn()), folder="remedi"))
    known = page_of(look, send(look, ("sub_remedy.bpmn", b"broken"), folder=""))
    assert "New version of One remedy" in known
    assert "the file is not well-formed XML" in known
    assert "deploy both together" not in known, "what its callers lack only follows from that"


def test_nobody_sets_back_what_somebody_else_has_deployed_meanwhile(look):
    def deploy(proposed):
        return look.post(proposed.headers["Location"], data={"reason": "It is asked for."})

    deploy(send(look, ("small.bpmn", drawn()), ("rules.tsv", b"id\n"), folder="small"))
    one = send(look, ("small.bpmn", drawn("mgmt_dept")), folder="small")
    other = send(look, ("rules.tsv", b"id\tclause\n"), folder="small")
    assert deploy(other).status_code == 303
    refused = deploy(one)
    assert refused.status_code == 422
    for text in ("Chen Jie has made version 2 current meanwhile", "It is asked for.", "Complete it from version 2"):
        assert text in refused.text, text
    assert ">small</a>" in look.get("/procedures").text, "what declares no name is called by its key"
    again = look.post(one.headers["Location"], data={"act": "again"})
    assert "would be set back" not in page_of(look, again)
    made = deploy(again)
    assert made.status_code == 303
    assert look.get(f"{made.headers['Location']}/files/rules.tsv").data == b"id\tclause\n"


def test_the_diagram_that_differs_is_shown_first(look):
    other = drawn().replace(b'"small"', b'"big"').replace(b'id="UT"', b'id="UB"').replace(b'"UT"', b'"UB"')
    files = {"a.bpmn": drawn(), "b.bpmn": other}
    first = send(look, *((name, content) for name, content in files.items()), folder="small")
    made = look.post(first.headers["Location"], data={"reason": "to begin"})
    assert look.get(f"{made.headers['Location']}/files/b.bpmn").data == other
    changed = files | {"b.bpmn": other.replace(b'name="Look"', b'name="Look again"')}
    page = page_of(look, send(look, *((name, content) for name, content in changed.items()), folder="small"))
    assert re.findall(r"\b[ab]\.bpmn", page[page.index('id="diagram"') :])[0] == "b.bpmn", "not what was sent unchanged"
