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
    assert intake["now"] == ["CA_KB"]
    assert "UT_FillSlip" in main["now"]
    assert "ST_OpenCase" in intake["done"]
    assert "ST_OpenCase" in main["done"]
    assert not {"UT_AcceptCase", "UT_Register"} & set(main["done"])
    assert not {overlay["element"] for overlay in intake["overlays"]} & {"UT_Verify", "UT_FillSlip"}


def test_entries_of_the_timeline_name_the_process_they_are_drawn_in(hall):
    number = accepted(hall)
    page = hall.visitor("admin").get(f"/cases/{number}").text
    for element, process in (("UT_Register", "complaint_intake"), ("UT_Verify", "kb_sales_quality")):
        assert f'data-element="{element}" data-process="{process}"' in page
