"""Every process that may be started is started by whoever may, from a page and by the command."""

import re

from click.testing import CliRunner

from engine.deploy import deployments
from engine.values import SYSTEM
from web.command import main

DRAWING = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><bpmn:process id="{key}" name="{name}" isExecutable="true"{more}>'
    '<bpmn:startEvent id="S"/><bpmn:userTask id="T" name="Look at it" camunda:candidateGroups="qc"/><bpmn:endEvent id="E"/>'
    '<bpmn:sequenceFlow id="a" sourceRef="S" targetRef="T"/><bpmn:sequenceFlow id="b" sourceRef="T" targetRef="E"/>'
    "</bpmn:process></bpmn:definitions>"
)


def deploy(hall):
    drawings = {
        "audit": DRAWING.format(key="audit", name="Yearly audit", more=' camunda:candidateStarterGroups="qc"'),
        "sweep": DRAWING.format(key="sweep", name="Sweep", more=""),
        "inner": DRAWING.format(key="inner", name="Inner", more=' camunda:isStartableInTasklist="false"'),
    }
    with hall.database.transaction() as session:
        for key, text in drawings.items():
            deployments.deploy(session, key, {f"{key}.bpmn": text.encode()}, by=SYSTEM)


def test_the_page_offers_what_the_person_may_start_and_starts_it(hall):
    deploy(hall)
    client = hall.visitor("qian")
    page = client.get("/start").text
    assert "Yearly audit" in page
    assert "Sweep" not in page
    assert "Inner" not in page
    assert 'href="/start"' in client.get("/work").text
    assert client.post("/start/audit").status_code == 303
    assert "Started: Yearly audit." in client.get("/work").text
    assert hall.open_tasks() == ["T"]
    assert client.post("/start/sweep").status_code == 404


def test_whoever_starts_what_others_do_first_reads_who_has_it_and_gets_where_it_is(hall):
    deploy(hall)
    admin = hall.visitor("admin")
    answer = admin.post("/start/sweep")
    assert re.fullmatch(r"/admin/instances/\d+", answer.location)
    page = admin.get(answer.location).text
    assert "Started: Sweep. Now to be done by others: Look at it (Quality control)." in page
    mine = hall.visitor("qian").post("/start/audit")
    assert re.fullmatch(r"/tasks/\d+", mine.location), "to the first task, where it is one's own"


def test_what_is_pressed_twice_is_started_once(hall):
    deploy(hall)
    client = hall.visitor("qian")
    sent = {"_once": pressed(client.get("/start/audit"))}
    assert [client.post("/start/audit", data=sent).status_code for _ in range(2)] == [303, 303]
    assert hall.open_tasks() == ["T"]
    client.post("/start/audit", data={"_once": pressed(client.get("/start/audit"))})
    assert hall.open_tasks() == ["T", "T"]


def pressed(page):
    return re.search(r'name="_once" value="([^"]+)"', page.text)[1]


def test_without_starters_only_administrators_start_it_and_whoever_may_start_nothing_sees_no_way(hall):
    deploy(hall)
    assert "Sweep" in hall.visitor("admin").get("/start?q=sweep").text
    assert "Yearly audit" not in hall.visitor("admin").get("/start?q=sweep").text
    other = hall.visitor("liu")
    assert "Nothing to start" in other.get("/start").text


def test_the_command_starts_it_for_somebody_who_may(hall, tmp_path, monkeypatch):
    deploy(hall)
    monkeypatch.chdir(tmp_path)
    url = hall.database.url.render_as_string(hide_password=False)

    def kesu(*arguments):
        return CliRunner().invoke(main, ["start", *arguments, "--database", url])

    told = kesu("audit", "--as", "qian", "--var", "year=2026", "--var", "note=plain text")
    assert told.exit_code == 0, told.output
    refused = kesu("sweep", "--as", "qian")
    assert (refused.exit_code, "qian may start no process sweep" in refused.output) == (1, True)
    assert kesu("audit", "--as", "qian", "--var", "year").exit_code == 1


def test_what_there_is_once_a_month_is_not_started_twice(hall):
    client = hall.visitor("gao", "zh")
    assert client.post("/start/reward_penalty").status_code == 303
    refused = client.post("/start/reward_penalty")
    assert refused.status_code == 409
    assert "2026-08 的案件已有：RP-2026-000001" in refused.text
    url = hall.database.engine.url.render_as_string(hide_password=False)
    first, second = (
        CliRunner().invoke(main, ["start", "review_meeting", "--as", "gao", "--database", url]) for _ in range(2)
    )
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "already: RM-" in second.output
