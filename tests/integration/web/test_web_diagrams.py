"""What the drawings of a case mark: elements whose id stands in several diagrams only where a token was."""

import html
import json
import re

import pytest
from story import accepted


def states(page):
    return [json.loads(html.unescape(found)) for found in re.findall(r'data-diagram="([^"]+)"', page)]


def state(visitor, address, process):
    (found,) = states(visitor.get(address, query_string={"diagram": process}).text)
    assert found["process"] == process
    return found


@pytest.fixture(params=["case", "admin"])
def look(request, hall):
    """Opens the page of the case or of its instance at one diagram."""

    def open_at(number, process):
        address = f"/cases/{number}" if request.param == "case" else "/admin/instances/1"
        return state(hall.visitor("admin"), address, process)

    return open_at


CLOCK = {"BT_Reply7dWarn", "BT_Reply7d", "BT_EscL2", "BT_EscL3", "CE_Replied"}
"""What the clock of a case waits for."""


def test_a_procedure_that_has_not_begun_is_not_marked(hall):
    number = hall.register()
    visitor = hall.visitor("admin")
    before = state(visitor, f"/cases/{number}", "complaint_intake")
    assert {"ST_OpenCase", "BRT_Deadline", "ST_SetDeadlines"} <= set(before["done"])
    after = state(visitor, f"/cases/{number}", "kb_sales_quality")
    assert (after["done"], after["path"], after["now"]) == ([], [], [])


def test_each_drawing_shows_its_own_part_of_the_way(hall, look):
    number = accepted(hall)
    intake, main = look(number, "complaint_intake"), look(number, "kb_sales_quality")
    assert "CA_KB" in intake["now"]
    assert set(intake["now"]) <= {"CA_KB", "CA_Meanwhile", *CLOCK}  # the clock is drawn where cases begin
    assert "UT_FillSlip" in main["now"]
    assert "ST_OpenCase" in intake["done"]
    assert "UT_Verify" in main["done"]
    assert not {"UT_AcceptCase", "UT_Register"} & set(main["done"])
    assert not {overlay["element"] for overlay in intake["overlays"]} & {"UT_Verify", "UT_FillSlip"}


def test_entries_of_the_timeline_name_the_process_they_are_drawn_in(hall):
    number = accepted(hall)
    page = hall.visitor("admin").get(f"/cases/{number}").text
    for element, process in (("UT_Register", "complaint_intake"), ("UT_Verify", "kb_sales_quality")):
        assert f'data-element="{element}" data-process="{process}"' in page


def test_an_instance_is_replayed_step_by_step_without_a_script(hall):
    accepted(hall)
    visitor = hall.visitor("admin")
    address = "/admin/instances/1?diagram=complaint_intake&tab=history"
    page, seen = visitor.get(address).text, []
    while True:
        (found,) = states(page)
        seen.append((found["now"], told(page)))
        before = re.search(r'rel="prev"[^>]* href="([^"]+)"', page)
        if before is None:
            break
        page = visitor.get(html.unescape(before[1])).text
        assert 'name="diagram" value="complaint_intake"' in page
        assert "tab=history" in html.unescape(before[1])
    total = len(seen)
    steps = [re.match(r"Step \d+ of \d+", text)[0] for _, text in seen]
    assert steps == [f"Step {number} of {total}" for number in range(total, 0, -1)]
    ways = [now for now, _ in seen]
    assert (set(ways[0]), ways[-1]) == ({"CA_KB", "CA_Meanwhile", *CLOCK}, ["UT_Register"])
    accepting = next(place for place, way in enumerate(ways) if "UT_AcceptCase" in way)
    assert accepting < ways.index(["UT_Register"])
    texts = " ".join(text for _, text in seen)
    assert "Wang Li" in texts
    assert "09-28 10:05:00" in texts
    assert "Where it was" in page
    assert len(found["path"]) == 1


def told(page):
    return re.sub(r"<[^>]+>", "", re.search(r'id="step-told"[^>]*>(.*?)</output>', page, re.DOTALL)[1])


def test_the_script_gets_the_card_alone(hall):
    accepted(hall)
    part = hall.visitor("admin").get("/admin/instances/1/replay?diagram=kb_sales_quality&step=2").text
    assert "<html" not in part
    (found,) = states(part)
    assert (found["now"], found["done"], found["process"]) == ([], [], "kb_sales_quality")
    assert "(Register a complaint)" in told(part)
    assert "Sun Yue" in told(part)


@pytest.mark.parametrize("step", ["0", "-1", "x", "999999999999", "99", ""])
def test_a_step_that_there_is_not_is_the_nearest_or_the_last(hall, step):
    hall.register()
    page = hall.visitor("admin").get(f"/admin/instances/1?step={step}").text
    number, count = re.match(r"Step (\d+) of (\d+)", told(page)).groups()
    assert number == ("1" if step == "0" else count)
