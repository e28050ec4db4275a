"""Deployments, the calendar and people, as administrators look after them."""

import base64
import io
import re
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from admin_stage import Stage
from sqlalchemy import delete

import processes
from engine.deploy import deployments as deployed
from engine.values import SYSTEM
from processes import folders
from processes.people.schema import DbMembership, DbUnit
from web.compose import deploy_shipped

pytestmark = [pytest.mark.usefixtures("checked_once"), pytest.mark.seconds(16)]

SHIPPED = Path(processes.__file__).parent / "kb_sales_quality"


@pytest.fixture
def stage(make_hall):
    return make_hall(kind=Stage)


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


def send(look, file="small.bpmn", content=None, folder="small"):
    content = diagram() if content is None else content
    return look.post("/admin/deployments/new", data={"folder": folder, "files": (io.BytesIO(content), file)})


def deploy(look, proposed, **data):
    return look.post(proposed.headers["Location"], data={"reason": "It is asked for.", **data})


def deployments_of(look):
    return re.findall(r'href="/admin/deployments/(\d+)"', look.get("/admin/deployments").text)


def test_deployments_are_listed_with_versions_and_files(stage, look):
    assert "kb_sales_quality" in look.get("/admin/deployments").text
    with stage.database.transaction() as session:
        session.execute(delete(DbMembership).where(DbMembership.unit == "gm_office"))
        session.execute(delete(DbUnit).where(DbUnit.key == "gm_office"))
    page = look.get(stage.deployment("kb_sales_quality")).text
    told = "the organisation has no group gm_office"
    for text in ("Approval authority", "D03_approval.dmn", "complaint_intake", told, "data-diagram"):
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


def test_files_are_looked_at_before_they_are_deployed(stage, look):
    before = deployments_of(look)
    proposed = send(look)
    page = look.get(proposed.headers["Location"]).text
    for text in ("small.bpmn", "it has no form", "A new folder", "No scenario belongs to this folder"):
        assert text in page, text
    assert deployments_of(look) == before
    assert "Give a reason" in deploy(look, proposed, reason=" ").text
    assert stage.visitor("zhao").get(proposed.headers["Location"]).status_code == 404
    answer = deploy(look, proposed)
    assert answer.status_code == 303
    page = look.get(answer.headers["Location"]).text
    for text in ("version 1", "Chen Jie", "It is asked for."):
        assert text in page, text
    again = deploy(look, send(look))
    assert again.headers["Location"] == answer.headers["Location"]
    assert len(deployments_of(look)) == len(before) + 1


@pytest.mark.both_databases
def test_a_zip_file_is_unpacked_to_the_places_of_a_folder(stage, look):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../etc/small.bpmn", diagram())
        archive.writestr("readme.md", "not taken")
        archive.writestr("x/rules.tsv", "id\tclause\n")
    answer = deploy(look, send(look, file="all.zip", content=packed.getvalue()))
    assert answer.status_code == 303
    page = look.get(answer.headers["Location"]).text
    assert ">small.bpmn<" in page
    assert ">rules.tsv<" in page
    assert "readme" not in page
    whole = look.get(f"{answer.headers['Location']}/files.zip")
    with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
        assert sorted(archive.namelist()) == ["rules.tsv", "small.bpmn"]
        assert archive.read("small.bpmn") == diagram()


def zipped(*files, how=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_zip_file_with_a_long_list_is_too_much(look, monkeypatch):
    monkeypatch.setattr("processes.archives.MOST_DIRECTORY", 100)
    answer = send(look, file="long.zip", content=zipped(*((f"{n}.txt", b"") for n in range(3))))
    assert (answer.status_code, "more than 300 files" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "two.zip",
            zipped(("a/small.bpmn", diagram()), ("b/small.bpmn", diagram())),
            "Two files would be small.bpmn: a/small.bpmn and b/small.bpmn",
        ),
        ("two.zip", zipped(("small.bpmn", diagram()), ("Small.bpmn", diagram())), "small.bpmn and Small.bpmn"),
        ("two.zip", zipped(("\xe9.bpmn", diagram()), ("e\u0301.bpmn", diagram())), "Two files would be"),
        ("many.zip", zipped(*((f"{n}.bpmn", diagram()) for n in range(301))), "more than 300 files"),
        ("unseen.zip", zipped(("small\r\n.bpmn", diagram()), ("lla\u202ems.bpmn", diagram())), "Choose the files"),
        ("bomb.zip", zipped(*((f"{n}.bpmn", b" " * 9_000_000) for n in range(3))), "more than 20 MB"),
        ("odd.zip", zipped(("small.bpmn", diagram()), how=zipfile.ZIP_BZIP2), "no zip file"),
        ("small.bpmn", diagram().replace(b'targetRef="EE"', b'targetRef="XX"'), "cannot be deployed"),
        ("small.bpmn", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "cannot be deployed"),
        ("small.bpmn", b"no xml", "cannot be deployed"),
        ("letter.md", b"hello", "Choose the files"),
        ("all.zip", b"no zip", "no zip file"),
    ],
)
def test_what_is_refused_changes_nothing(look, name, content, said):
    before = deployments_of(look)
    answer = send(look, file=name, content=content)
    if answer.status_code == 303:
        assert said in look.get(answer.headers["Location"]).text
        answer = deploy(look, answer)
    assert answer.status_code == 422
    assert said in answer.text
    assert deployments_of(look) == before


def test_files_without_a_folder_are_asked_for_one(look):
    answer = send(look, folder="")
    assert answer.status_code == 422
    assert "Choose the folder" in answer.text
    declared = send(look, file="procedure.toml", content=b'key = "remedy"', folder="approval")
    assert "say that these files are remedy" in declared.text or "says that these files are remedy" in declared.text


@pytest.fixture
def free(stage):
    """Administrators change the measure as they see fit."""
    stage.kesu.office.settings = replace(stage.kesu.office.settings, changes_approved=False)


@pytest.fixture
def changed(look, monkeypatch):
    """A new version of a shipped folder is proposed: a cell of its table is another one."""
    monkeypatch.setattr("web.admin.deployments.proposals.scenarios_of", lambda _name: [SCENARIO])
    content = (SHIPPED / "D05_remedy.dmn").read_bytes()
    assert b'"finance"' in content
    return send(
        look, file="D05_remedy.dmn", content=content.replace(b'"finance"', b'"sales"', 1), folder="kb_sales_quality"
    )


SCENARIO = SHIPPED / "scenarios" / "v02_not_accepted.yaml"


def until_played(look, address):
    assert "They are being played" in look.get(address).text
    for each in threading.enumerate():
        if each.name.startswith("scenarios of"):
            each.join()
    assert "They are being played" not in look.get(f"{address}/trial").text
    return look.get(address).text


def test_the_measure_is_not_changed_past_its_approval(stage, look, changed):
    page = until_played(look, changed.headers["Location"])
    assert "Approved by (number of the case of “Change of the measure”)" in page
    for named, said in (("", "is changed by an approved case of"), ("CM-2026-000009", "has not approved exactly")):
        refused = deploy(look, changed, changed_by=named)
        assert refused.status_code == 422
        assert said in refused.text
    first = stage.deployed("kb_sales_quality")
    with stage.database.transaction() as session:
        files = deployed.get_files(session, first)
        deployed.deploy(session, "kb_sales_quality", {**files, "rules.tsv": b"id\n"}, by=SYSTEM)
    address = f"/admin/deployments/{first}/activate"
    assert "Approved by" in look.get(address).text
    assert "has not approved exactly" in look.post(address, data={"reason": "x", "changed_by": "CM-1"}).text
    assert stage.deployed("kb_sales_quality") != first


@pytest.mark.usefixtures("free")
def test_a_change_is_shown_completed_played_and_taken_back(stage, look, changed):
    page = until_played(look, changed.headers["Location"])
    for text in ("D05_remedy.dmn", "&#34;finance&#34;", "&#34;sales&#34;", "1 of 1 have passed", "all pass"):
        assert text in page, text
    assert "files were completed from what runs" in page
    made = deploy(look, changed).headers["Location"]
    page = look.get(made).text
    assert "version 2" in page
    before = stage.deployment("kb_sales_quality")
    assert before == made
    first = re.search(r'<option value="(\d+)">1', page)[1]
    compared = look.get(f"/admin/deployments/compare?before={first}&after={made.rpartition('/')[2]}").text
    assert "from version 1 to 2" in compared
    assert "&#34;sales&#34;" in compared
    assert "row 1" in compared
    assert look.get("/admin/deployments/compare?before=x&after=1").status_code == 404
    address = f"/admin/deployments/{first}/activate"
    assert "Make version 1 of Complaints about goods the current one?" in look.get(address).text
    assert look.post(address, data={"reason": ""}).status_code == 422
    assert look.post(address, data={"reason": "Too early."}).status_code == 303
    page = look.get(f"/admin/deployments/{first}").text
    assert "Too early." in page
    assert "Make it current" not in page


@pytest.mark.usefixtures("free")
def test_a_scenario_that_fails_is_confirmed(look, monkeypatch):
    monkeypatch.setattr("web.admin.deployments.proposals.scenarios_of", lambda _name: [SCENARIO])
    content = (SHIPPED / "kb_sales_quality.bpmn").read_bytes()
    broken = content.replace(b"reject_decision == 'confirm'", b"reject_decision != 'confirm'")
    assert broken != content
    proposed = send(look, file="kb_sales_quality.bpmn", content=broken, folder="kb_sales_quality")
    page = until_played(look, proposed.headers["Location"])
    assert "0 of 1 have passed" in page
    assert "reject_decision" in page
    refused = deploy(look, proposed)
    assert refused.status_code == 422
    assert "Not all scenarios have passed" in refused.text
    assert deploy(look, proposed, confirmed="on").status_code == 303


def test_a_file_is_taken_out_of_the_new_version(look):
    deploy(look, send(look, file="rules.tsv", content=b"id\n", folder="small"))
    deploy(look, send(look))
    proposed = send(look, content=diagram("Smaller"))
    assert "1 file was completed" in look.get(proposed.headers["Location"]).text
    again = deploy(look, proposed, act="leave_out", gone="rules.tsv")
    page = look.get(again.headers["Location"]).text
    assert "completed" not in page
    assert "rules.tsv" in page
    made = deploy(look, again).headers["Location"]
    assert "rules.tsv" not in look.get(made).text.split("Who made")[0]


@pytest.mark.usefixtures("free")
def test_a_newer_shipped_version_waits_to_be_compared(stage, look, changed):
    until_played(look, changed.headers["Location"])
    deploy(look, changed)
    files = folders.read(SHIPPED).files
    newer = {**files, "D05_remedy.dmn": files["D05_remedy.dmn"] + b"<!-- newer -->"}
    deploy_shipped(stage.database, [folders.Folder("kb_sales_quality", SHIPPED, newer)])
    page = look.get("/admin/deployments").text
    assert "newer shipped version, compare" in page
    address = re.search(r'href="(/admin/deployments/compare[^"]+)"', page)[1]
    assert "from version 2 to 3" in look.get(address.replace("&amp;", "&")).text


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
    again = look.post("/admin/calendar", data={**data, "reason": "Once more."})
    assert "Nothing is new: all 3 days of the file are entered already." in look.get(again.headers["Location"]).text
    assert "Once more." not in look.get("/admin/instances/1?tab=log").text


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_zh": "\u200b", "name_en": "\u2063"},
        {"email": "lin at home"},
        {"email": "a@b.example\r\nBcc: x@y.example"},
    ],
)
def test_a_person_has_a_name_that_is_seen_and_an_address_that_is_reached(look, wrong):
    data = {"name_zh": "林岚", "name_en": "Lin Lan", "email": "lin@例子.中国", "groups": ["sales"], "active": "on"}
    for address in ("/admin/people/new", "/admin/people/wang"):
        assert look.post(address, data=data | {"login": "lin"} | wrong).status_code == 422, address
    assert look.post("/admin/people/wang", data=data | {"name_en": ""}).status_code == 303  # the other one does


def test_units_and_access_are_changed(stage, look):
    with stage.database.transaction() as session:
        session.add(DbUnit(key="sales_north", kind="unit", name_zh="营业单位", name_en="Sales"))
    page = look.get("/admin/people/he").text
    assert "Sales (sales)" in page, "two of one name are told apart"
    assert "Sales (sales_north)" in page
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
