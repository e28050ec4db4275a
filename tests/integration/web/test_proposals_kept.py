"""Two processes behind one address: what one has taken the other shows, mends, plays and deploys."""

import re
import threading
from pathlib import Path

import pytest
from admin_stage import Stage
from test_admin_uploads import drawn, page_of, send

from processes.people.schema import DbMembership
from web import rehearsals
from web.rehearsals import Trial

pytestmark = pytest.mark.usefixtures("checked_once")


@pytest.fixture
def stage(make_hall):
    return make_hall(kind=Stage)


@pytest.fixture
def look(stage):
    return stage.visitor("admin")


@pytest.fixture
def other(stage):
    """The same person at a process that was begun after everything else: on the same database, knowing nothing."""
    opened = []

    def visit(login="admin"):
        url = stage.database.url.render_as_string(hide_password=False)
        opened.append(Stage(url, deployments=stage.kesu.runtime.deployments))
        return opened[-1].visitor(login)

    yield visit
    for each in opened:
        each.close()


def playing():
    return {each for each in threading.enumerate() if each.name.startswith("scenarios of")}


@pytest.mark.both_databases
def test_what_one_process_took_another_shows_mends_and_deploys(stage, look, other):
    asked = send(look, ("small.bpmn", drawn(more='camunda:formRef="F1"')), ("rules.tsv", b"id\n"), folder="")
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)[1]
    assert look.get(f"/admin/deployments/new/{kept}").status_code == 404, "it waits for its folder"
    there = other()
    wrong = send(there, ("notes.docx", b"words"), folder="small", kept=kept)
    for each in (look, there):
        page = page_of(each, wrong)
        for text in ("there is no form F1", "Mended files", "rules.tsv", "notes.docx"):
            assert text in page, text
        assert b"BPMNShape" in each.get(re.search(r"&#34;url&#34;: &#34;([^&]+)", page)[1]).data
    mended = send(look, ("small.bpmn", drawn()), address=wrong.headers["Location"], act="mend")
    assert "1 error" not in page_of(there, mended)
    with stage.database.transaction() as session:
        session.add(DbMembership(person="zhao", unit="admin"))
    for address in (mended.headers["Location"], f"{mended.headers['Location']}/trial"):
        assert stage.visitor("zhao").get(address).status_code == 404
    assert stage.visitor("zhao").post("/admin/deployments/new", data={"kept": kept}).status_code == 404
    made = there.post(mended.headers["Location"], data={"reason": "It is asked for."})
    assert look.get(f"{made.headers['Location']}/files/rules.tsv").data == b"id\n"
    less = send(look, ("small.bpmn", drawn("mgmt_dept")), folder="small")
    without = look.post(less.headers["Location"], data={"act": "leave_out", "gone": "rules.tsv"})
    made = there.post(without.headers["Location"], data={"reason": "It is asked for."})
    assert "rules.tsv" not in look.get(made.headers["Location"]).text.split("Who made")[0]
    assert "would be set back" in page_of(there, less)


def test_scenarios_are_played_by_one_and_shown_by_all(monkeypatch, look, other):
    begun, written, further = [], threading.Event(), threading.Event()

    def play(_settings, files, deployed):
        begun.append({each.key for each in deployed})
        yield Trial(len(files), [("one", "passed", "")])
        if len(begun) == 1:
            raise OSError("no room")  # or the process is ended: nobody writes that it is over
        written.set()
        assert further.wait(20)
        yield Trial(len(files), [("one", "passed", ""), ("two", "failed", "it rained")], over=True)

    files = [Path("one.yaml"), Path("two.yaml")]
    monkeypatch.setattr("web.admin.deployments.proposals.scenarios_of", lambda _name: files)
    monkeypatch.setattr(rehearsals, "play", play)
    there = other()
    address = send(look, ("small.bpmn", drawn()), folder="small").headers["Location"]
    assert "0 of 2 have passed" in look.get(address).text
    for each in playing():
        each.join()
    assert "1 of 2 have passed" in there.get(address).text
    assert written.wait(20)
    mine = playing()
    assert "They are being played" in look.get(address).text
    assert "The scenarios are still being played" in look.post(address, data={"reason": "At once."}).text
    for each in playing() - mine:
        each.join()
    assert len(begun) == 2, "the one who played is gone, the other is at it"
    assert "small" in begun[0]
    further.set()
    for each in mine:
        each.join()
    for each in (look, there, other()):
        page = each.get(address).text
        assert "it rained" in page
        assert "They are being played" not in page
    assert "Not all scenarios have passed" in look.post(address, data={"reason": "It rains."}).text
    assert look.post(address, data={"reason": "It rains.", "confirmed": "on"}).status_code == 303
    assert len(begun) == 2
