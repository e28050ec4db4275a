import pytest
from house import actor

from engine.deploy import deployments
from engine.run import instances
from processes.cases import documents
from processes.people import organisation, passwords

LIN, MA = actor("lin", "mgmt_dept"), actor("ma", "gm")
SIGNED = {"kind": "password", "by": "", "at": ""}


@pytest.fixture
def drafted(house):
    """What the management department attaches: a declaration with another working time."""
    house.deploy()
    with house.database.transaction() as session:
        password = passwords.hash_new("long enough", "low")
        for each in (LIN, MA):
            organisation.create_unit(session, *each.groups, name_zh=each.id, name_en=each.id)
            organisation.create_person(
                session, each.id, name_zh=each.id, name_en=each.id, password=password, groups=each.groups
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


def draft(house, name, content):
    files = [attach(house, name, content)]
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
