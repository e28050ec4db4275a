"""The procedures on the wall: what is drawn is what runs, and each rule leads to what follows it."""

from engine.deploy import deployments
from engine.values import SYSTEM


def test_the_procedures_are_listed_for_everybody(hall):
    page = hall.visitor("qian").get("/procedures").text
    assert "Complaints about goods" in page
    assert "Several procedures call these" in page


def test_a_rule_leads_to_the_step_that_follows_it_and_to_the_scenarios_that_walk_it(hall):
    client = hall.visitor("qian")
    page = client.get("/procedures/kb_sales_quality").text
    row = page.split('id="KB-3.4.2-1a"')[1].split("</tr>")[0]
    assert "UT_QcInspect" in row
    assert "V01 Cracked casings, exchanged within the seven days" in row
    assert "no scenario" not in row
    assert "<summary>Plan and manner of reply " in page  # the title of a form, of which people do not know the key
    assert "<summary>F" not in page
    shown = client.get("/procedures/kb_sales_quality?diagram=kb_sales_quality&element=UT_QcInspect").text
    assert '"now": ["UT_QcInspect"]' in shown.replace("&#34;", '"')


def test_a_guide_is_called_in_the_language_of_the_reader(hall):
    page = hall.visitor("qian", "zh").get("/procedures/pt_patient").text
    assert "接听要点" in page
    assert "At the phone" not in page


def test_a_rule_that_no_step_does_says_why(hall):
    page = hall.visitor("qian").get("/procedures/kb_sales_quality").text
    row = page.split('id="G7-X2"')[1].split("</tr>")[0]
    assert "no step does it: It is a story of one hotel" in row
    page = hall.visitor("qian", "zh").get("/procedures/kb_sales_quality").text
    assert "不由步骤执行：这是某酒店的事例" in page.split('id="G7-X2"')[1].split("</tr>")[0]


def test_a_changed_version_does_not_borrow_the_proof_of_the_shipped_one(hall):
    with hall.database.transaction() as session:
        found = deployments.find_deployment(session, "kb_sales_quality")
        files = dict(deployments.get_files(session, found.id))
        files["D01_route.dmn"] += b"\n"
        deployments.deploy(session, "kb_sales_quality", files, by=SYSTEM, reason="trial")
    page = hall.visitor("qian").get("/procedures/kb_sales_quality").text
    assert "its scenarios were not played here" in page
    assert "played by" not in page


def test_a_name_that_is_none_is_not_found(hall):
    client = hall.visitor("qian")
    assert client.get("/procedures/nothing").status_code == 404
    assert client.get("/procedures/kb_sales_quality?diagram=nothing").status_code == 404
