from dataclasses import replace

import pytest
from house import actor
from staff import settle

from engine.deploy import deployments
from engine.run import instances
from processes.cases import documents
from processes.errors import ChangeNotApproved, NotWhatWasApproved

ADMIN = actor("root", "admin")
LIN, MA = actor("lin", "mgmt_dept"), actor("ma", "gm")
SIGNED = {"kind": "password", "by": "", "at": ""}


@pytest.fixture
def drafted(house):
    """What the management department attaches: a declaration with another working time."""
    house.deploy()
    with house.database.transaction() as session:
        settle(
            session, {each.id: each.groups for each in (LIN, MA)}, [key for each in (LIN, MA) for key in each.groups]
        )
    house.change = house.start("change_of_measure", LIN)
    return house


def attach(house, name, content):
    settings = house.office.settings
    with house.database.transaction() as session:
        file = documents.store(session, documents.look(name, content, settings), by=LIN, settings=settings)
        return documents.as_value(file)


def running(house):
    with house.database.reading() as session:
        found = deployments.find_deployment(session, "improvement")
        return found, deployments.get_files(session, found.id)


def draft(house, name, *contents):
    files = [attach(house, name, each) for each in contents]
    said = {"changed_key": "improvement", "change_reason": "改善时限改为三个工作日。", "change_files": files}
    house.do("UT_Draft", LIN, draft_signature={**SIGNED, "by": LIN.id}, **said)


def test_what_the_general_manager_approves_is_deployed_in_the_name_of_its_author(drafted):
    before, files = running(drafted)
    draft(drafted, "procedure.toml", files["procedure.toml"].replace(b'actions = "5d"', b'actions = "3d"'))
    drafted.do("UT_GMApprove", MA, gm_decision="approve", gm_signature={**SIGNED, "by": MA.id})
    made, after = running(drafted)
    assert made.version == before.version + 1
    assert (made.deployed_by, made.reason) == (
        LIN.id,
        "CM-2026-000001: 改善时限改为三个工作日。 (approved by 核准：ma)",
    )
    assert b'actions = "3d"' in after["procedure.toml"]
    assert {**after, "procedure.toml": b""} == {**files, "procedure.toml": b""}


def test_what_a_deployment_would_refuse_comes_back_with_the_findings(drafted):
    draft(drafted, "sub_capa.bpmn", b"<no diagram")
    assert drafted.open_tasks() == ["UT_Draft"]
    with drafted.database.reading() as session:
        found = instances.get_variables(session, drafted.change)["change_findings"]
    assert {row["file"] for row in found if row["severity"] == "error"} >= {"sub_capa.bpmn"}
    draft(drafted, "F26.form", b"one", b"another")
    with drafted.database.reading() as session:
        (found,) = instances.get_variables(session, drafted.change)["change_findings"]
    assert (found["file"], found["message"][:22]) == ("F26.form", "two files would be thi")


def test_what_has_changed_since_the_approval_is_not_put_into_force(drafted):
    _, files = running(drafted)
    draft(drafted, "procedure.toml", files["procedure.toml"].replace(b'actions = "5d"', b'actions = "3d"'))
    with drafted.database.transaction() as session:
        other = {**files, "procedure.toml": files["procedure.toml"].replace(b'effect = "2d"', b'effect = "4d"')}
        other["F26.form"] = files["F26.form"].replace(b"Root cause", b"Deepest cause")
        deployments.deploy(session, "improvement", other, by=MA)
    drafted.do("UT_GMApprove", MA, gm_decision="approve", gm_signature={**SIGNED, "by": MA.id})
    assert drafted.open_tasks() == ["UT_Draft"]
    assert b'effect = "4d"' in running(drafted)[1]["procedure.toml"]


def sweep(house):
    """A procedure that only an approved change may change: what runs of it, and other files."""
    with house.database.reading() as session:
        found = deployments.find_deployment(session, "source_sweep")
        files = deployments.get_files(session, found.id)
    said = files["procedure.toml"].replace(b'prefix = "SW"', b'prefix = "SX"')
    return found, {**files, "procedure.toml": said}


def put(house, files, **more):
    with house.database.transaction() as session:
        return deployments.deploy(session, "source_sweep", files, by=ADMIN, reason="x", **more)


def back(house, number, **more):
    with house.database.transaction() as session:
        return deployments.activate(session, number, by=ADMIN, reason="x", **more)


def test_nothing_but_an_approved_case_changes_the_measure(drafted):
    before, files = sweep(drafted)
    with pytest.raises(ChangeNotApproved, match="办法修订"):
        put(drafted, files)
    for named in ("CM-2026-000001", "CM-2099-000009", "KB-2026-000001", " "):
        with pytest.raises(NotWhatWasApproved):
            put(drafted, files, changed_by=named)
    kept = attach(drafted, "procedure.toml", files["procedure.toml"])
    said = {"changed_key": "source_sweep", "change_reason": "编号前缀改为 SX，与档案一致。", "change_files": [kept]}
    drafted.do("UT_Draft", LIN, draft_signature={**SIGNED, "by": LIN.id}, **said)
    with pytest.raises(NotWhatWasApproved):  # drafted, not approved
        put(drafted, files, changed_by="CM-2026-000001")
    drafted.do("UT_GMApprove", MA, gm_decision="approve", gm_signature={**SIGNED, "by": MA.id})
    made, _ = sweep(drafted)
    assert made.version == before.version + 1
    with pytest.raises(ChangeNotApproved):
        back(drafted, before.id)
    with pytest.raises(NotWhatWasApproved):  # it approved the other one
        back(drafted, before.id, changed_by="CM-2026-000001")
    other = {**files, "procedure.toml": files["procedure.toml"].replace(b"SX", b"SY")}
    with pytest.raises(NotWhatWasApproved):
        put(drafted, other, changed_by="CM-2026-000001")
    unmarked = files["procedure.toml"].replace(b'changed_by = "change_of_measure"', b"")
    with pytest.raises(ChangeNotApproved):  # not by leaving the mark out either
        put(drafted, {**files, "procedure.toml": unmarked})
    drafted.office.settings = replace(drafted.office.settings, changes_approved=False)
    assert back(drafted, before.id).is_current
    drafted.office.settings = replace(drafted.office.settings, changes_approved=True)
    assert back(drafted, made.id, changed_by="cm-2026-000001").is_current  # what was approved once


def test_the_general_manager_sees_what_came_of_the_scenarios(drafted):
    asked = []

    def rehearse(name, files, running):
        asked.append((name, running[name]["procedure.toml"] != files["procedure.toml"]))
        return [("It is held", "passed", ""), ("It is late", "failed", "UT_Draft is not open")]

    drafted.office.rehearse = rehearse
    _, files = running(drafted)
    draft(drafted, "procedure.toml", files["procedure.toml"].replace(b'actions = "5d"', b'actions = "3d"'))
    assert asked == [("improvement", True)]
    with drafted.database.reading() as session:
        known = instances.get_variables(session, drafted.change)
    assert known["change_rehearsal"] == "failed"
    assert [row["result"] for row in known["change_scenarios"]] == ["passed", "failed"]
    assert drafted.open_tasks() == ["UT_GMApprove"]
