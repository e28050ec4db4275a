"""Deployments, the calendar and people, as administrators look after them."""

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest
from admin_stage import opener

import processes

SHIPPED = Path(processes.__file__).parent / "kb_sales_quality"


@pytest.fixture
def stage(new_ground):
    stage = opener(new_ground)()
    yield stage
    stage.close()


@pytest.fixture
def look(stage):
    return stage.visitor("admin")


def diagram(name="Small"):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
<process id="small" name="{name}" isExecutable="true">
<startEvent id="SE"><outgoing>f1</outgoing></startEvent>
<userTask id="UT" name="Look" camunda:candidateGroups="sales"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
<endEvent id="EE"><incoming>f2</incoming></endEvent>
<sequenceFlow id="f1" sourceRef="SE" targetRef="UT"/><sequenceFlow id="f2" sourceRef="UT" targetRef="EE"/>
</process></definitions>""".encode()


def send(look, act, file="small.bpmn", content=None, **data):
    content = diagram() if content is None else content
    return look.post("/admin/deployments/new", data={"act": act, "files": (io.BytesIO(content), file), **data})


def deployments_of(look):
    return re.findall(r'href="/admin/deployments/(\d+)"', look.get("/admin/deployments").text)


def test_deployments_are_listed_with_versions_and_files(stage, look):
    assert "kb_sales_quality" in look.get("/admin/deployments").text
    page = look.get(stage.deployment("approval")).text
    for text in ("Approval authority", "D03_approval.dmn", "sub_approval", "no problems", "data-diagram"):
        assert text in page, text
    intake = look.get(f"{stage.deployment('kb_sales_quality')}?diagram=complaint_intake").text
    assert "complaint_intake.en.bpmn" in intake
    assert look.get("/admin/deployments/99").status_code == 404


def test_a_file_is_downloaded_as_it_was_deployed(stage, look):
    deployment = stage.deployment("kb_sales_quality")
    answer = look.get(f"{deployment}/files/kb_sales_quality.bpmn")
    assert answer.data == (SHIPPED / "kb_sales_quality.bpmn").read_bytes()
    assert answer.headers["Content-Disposition"] == "attachment; filename=kb_sales_quality.bpmn"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"
    assert look.get(f"{deployment}/files/../../secret").status_code == 404


def test_files_are_checked_before_they_are_deployed(stage, look):
    before = deployments_of(look)
    checked = send(look, "check")
    assert "1 file was checked" in checked.text
    assert deployments_of(look) == before
    kept = re.search(r'name="kept" value="([^"]+)"', checked.text)[1].replace("&#34;", '"')
    answer = look.post("/admin/deployments/new", data={"act": "deploy", "kept": kept, "name": "Small one"})
    assert answer.status_code == 303
    made = answer.headers["Location"]
    assert deployments_of(look) == [made.rpartition("/")[2], *before]
    page = look.get(made).text
    assert "Small one" in page
    assert "Chen Jie" in page
    again = send(look, "deploy", name="Small one")
    assert again.headers["Location"] == made
    assert len(deployments_of(look)) == len(before) + 1


@pytest.mark.both_databases
def test_a_zip_file_is_unpacked_without_its_folders(stage, look):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../etc/small.bpmn", diagram())
        archive.writestr("readme.txt", "not taken")
    answer = send(look, "deploy", file="all.zip", content=packed.getvalue())
    assert answer.status_code == 303
    page = look.get(answer.headers["Location"]).text
    assert ">small.bpmn<" in page
    assert "readme" not in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("small.bpmn", diagram().replace(b'targetRef="EE"', b'targetRef="XX"'), "cannot be deployed"),
        ("small.bpmn", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "cannot be deployed"),
        ("small.bpmn", b"no xml", "cannot be deployed"),
        ("letter.txt", b"hello", "Choose diagrams"),
        ("all.zip", b"no zip", "no zip file"),
    ],
)
@pytest.mark.parametrize("act", ["check", "deploy"])
def test_what_is_refused_changes_nothing(look, name, content, said, act):
    before = deployments_of(look)
    answer = send(look, act, file=name, content=content)
    assert said in answer.text
    assert answer.status_code == 422 or act == "check"
    assert deployments_of(look) == before


NOTICE = "date,kind,name\n2026-10-08,休,国庆节\n2026-10-09,休,国庆节\n2026-10-11,班,\n"


def read_in(look, act="preview", text=NOTICE, **data):
    return look.post(
        "/admin/calendar", data={"act": act, "file": (io.BytesIO(text.encode()), "n.csv"), "layer": "notice", **data}
    )


@pytest.mark.both_databases
def test_a_notice_shows_what_will_move_before_it_is_entered(stage, look):
    stage.register()
    due = stage.variable("reply_effective_due")
    assert due == "2026-10-09T00:00:00+08:00"
    preview = read_in(look)
    assert "KB-2026-000001" in preview.text
    assert "Thu 8 Oct, 24:00" in preview.text
    assert "Sat 10 Oct, 24:00" in preview.text
    assert stage.variable("reply_effective_due") == due
    assert "国庆节" not in look.get("/admin/calendar").text.split("library of holidays")[0]
    kept = base64.b64encode(NOTICE.encode()).decode()
    data = {"act": "apply", "kept": kept, "layer": "notice", "source": "国办发明电〔2025〕7号"}
    assert look.post("/admin/calendar", data=data).status_code == 422
    assert stage.variable("reply_effective_due") == due
    done = look.post("/admin/calendar", data={**data, "reason": "The notice changed."})
    assert done.status_code == 303
    assert stage.variable("reply_effective_due") == "2026-10-11T00:00:00+08:00"
    page = look.get(done.headers["Location"]).text
    assert "国办发明电〔2025〕7号" in page
    assert "3 days are entered, the deadline of 1 open case moves." in page
    assert "The notice changed." in look.get("/admin/instances/1?tab=log").text


@pytest.mark.parametrize("text", ["", "nothing", "date,kind\n2026-13-01,work\n", "date,kind\n2026-10-08,perhaps\n"])
def test_a_wrong_notice_is_refused_line_by_line(stage, look, text):
    answer = read_in(look, text=text)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text


def test_years_far_away_are_not_looked_for(look):
    assert look.get("/admin/calendar?year=99999").status_code == 200
    assert look.get("/admin/calendar?year=x").status_code == 200


def test_a_new_person_signs_in_with_the_first_password(stage, look):
    data = {"login": " Lin ", "name_zh": "林岚", "name_en": "Lin Lan", "groups": ["sales"], "active": "on"}
    page = look.post("/admin/people/new", data=data).text
    password = re.search(r'<b class="code">([^<]+)</b>', page)[1]
    assert stage.actor("lin").groups == {"sales"}
    visitor = stage.app.test_client()
    assert visitor.post("/sign-in", data={"login": "lin", "password": password}).status_code == 303
    assert look.post("/admin/people/new", data=data).status_code == 422


def test_units_and_access_are_changed(stage, look):
    data = {"name_zh": "王丽", "name_en": "Wang Li", "groups": ["qc"], "active": "on"}
    visitor = stage.visitor("wang")
    assert look.post("/admin/people/wang", data=data).status_code == 303
    assert stage.actor("wang").groups == {"qc"}
    del data["active"]
    assert look.post("/admin/people/wang", data=data).status_code == 303
    assert visitor.get("/").status_code in (302, 303, 401)
    assert visitor.post("/sign-in", data={"login": "wang", "password": "correct horse battery"}).status_code == 422


def test_nobody_locks_oneself_out(stage, look):
    data = {"name_zh": "陈洁", "name_en": "Chen Jie", "groups": ["sales"], "active": "on"}
    assert look.post("/admin/people/admin", data=data).status_code == 422
    assert "admin" in stage.actor("admin").groups


def test_a_unit_that_does_not_exist_is_refused(stage, look):
    data = {"name_zh": "王丽", "name_en": "Wang Li", "groups": ["nothing"], "active": "on"}
    assert look.post("/admin/people/wang", data=data).status_code == 404
    assert stage.actor("wang").groups == {"sales"}
