"""Units and roles on a page: one is added or renamed, a file is read in and written."""

import io
import re

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from engine import SYSTEM
from processes.clock import calendar_days
from processes.errors import CalendarFileRefused, UnitFileRefused
from processes.people import chart
from processes.people.schema import DbUnit
from web.admin.lines import message_of


def names(hall, key):
    with hall.database.reading() as session:
        return session.execute(select(DbUnit.name_zh, DbUnit.name_en).where(DbUnit.key == key)).one_or_none()


def test_a_unit_is_added_renamed_and_refused_with_what_was_typed(hall):
    admin, address = hall.visitor("admin"), "/admin/units"
    added = admin.post(address, data={"key": "lab", "kind": "unit", "name_en": "Laboratory"})
    assert (added.status_code, names(hall, "lab")) == (303, ("Laboratory", "Laboratory"))
    admin.post(address, data={"key": "lab", "kind": "unit", "name_zh": "化验室", "name_en": "Lab"})
    assert names(hall, "lab") == ("化验室", "Lab")
    refused = admin.post(address, data={"key": "l b", "kind": "role", "name_en": "Typed with care"})
    assert refused.status_code == 422
    assert "is no key: up to 60 signs" in refused.text
    assert "Typed with care" in refused.text
    assert '<option value="role" selected>' in refused.text
    assert address in admin.get("/admin/people").text
    assert hall.visitor("wang").get(address).status_code == 404


def test_units_go_into_a_file_and_come_from_one(hall):
    admin = hall.visitor("admin")
    file = admin.get("/admin/units.csv").get_data(as_text=True)
    assert file.startswith("\ufeffkey,kind,name_zh,name_en\n")
    sent = io.BytesIO((file + "lab,unit,化验室,\n").encode()), "units.csv"
    assert admin.post("/admin/units", data={"file": sent}).status_code == 303
    assert names(hall, "lab") == ("化验室", "化验室")
    wrong = io.BytesIO(b"key,kind,name_zh,name_en\nnew,unit,,New\nz,team,,Z\n"), "units.csv"
    refused = admin.post("/admin/units", data={"file": wrong})
    assert refused.status_code == 422
    assert "line 3: kind of z is" in refused.text
    assert names(hall, "new") is None, "all or none"


def test_no_name_in_the_file_is_a_formula_and_all_come_back_as_they_were(hall):
    admin, address = hall.visitor("admin"), "/admin/units"
    given = ("=HYPERLINK(A1)", "'-quoted")
    admin.post(address, data={"key": "lab", "kind": "unit", "name_zh": given[0], "name_en": given[1]})
    file = admin.get("/admin/units.csv").data
    assert "lab,unit,'=HYPERLINK(A1),''-quoted" in file.decode()
    admin.post(address, data={"key": "lab", "kind": "unit", "name_zh": "另", "name_en": "Other"})
    assert admin.post(address, data={"file": (io.BytesIO(file), "units.csv")}).status_code == 303
    assert names(hall, "lab") == given


def test_what_the_shipped_procedures_work_with_is_added_at_once(make_hall):
    hall = make_hall()
    admin = hall.visitor("admin")
    with hall.database.transaction() as session:
        session.execute(delete(DbUnit).where(DbUnit.key == "payroll"))
    assert "are not here yet: Payroll." in admin.get("/admin/units").text
    assert admin.post("/admin/units", data={"act": "listed"}).status_code == 303
    assert names(hall, "payroll") is not None
    assert "are not here yet" not in admin.get("/admin/units").text


UNITS = "key,kind,name_zh,name_en\n"
DAYS = "date,kind\n"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((chart.read_csv, text) for text in ("", "key\n", "key,kind,x\n", UNITS, f"{UNITS}a,unit,a,b,c\n", "key\0")),
        *(
            (chart.read_csv, f"{UNITS}{row}\n")
            for row in ("a b,unit,,A", "a,team,,A", "a,unit,,", "a,unit,,A\na,unit,,B")
        ),
        *((calendar_days.read_csv, f"{DAYS}{row}\n") for row in ("", "x,work", "2027-02-20,x")),
        *((calendar_days.read_csv, f"{DAYS}{row}\n") for row in ("2027-02-20,work\n2027-02-20,work",)),
    ],
)
def test_what_is_wrong_in_a_file_is_said_in_chinese(read, text):
    with pytest.raises((UnitFileRefused, CalendarFileRefused)) as refused:
        read(text.encode())
    for line in refused.value.fields["lines"]:
        assert message_of(line.message, "zh") != line.message, line


@pytest.mark.both_databases
def test_who_made_and_renamed_what_is_kept_for_ever(hall):
    admin, address = hall.visitor("admin"), "/admin/units"
    typed = {"key": "archive", "kind": "unit", "name_zh": "档案室", "name_en": "Archive"}
    for change in ({}, {}, {"name_zh": "档案科"}):  # the second time nothing is different
        assert admin.post(address, data=typed | change).status_code == 303
    with hall.database.reading() as session:
        told = [(each.actor, each.before, each.after) for each in chart.latest_acts(session, 2)]
    named = {"key": "archive", "kind": "unit", "name_zh": "档案室", "name_en": "Archive"}
    assert told == [("admin", named, named | {"name_zh": "档案科"}), ("admin", {}, named)]
    page = admin.get(address).text
    done = page[page.index("What was done") :]
    assert done.index("档案科 · Archive (unit)") < done.rindex("档案室 · Archive (unit)")
    with hall.database.transaction() as session:
        chart.create(session, [chart.Unit("early", "unit", "先有", "Early")], by=SYSTEM)
    done = admin.get(address).text.partition("What was done")[2]
    people, system = re.split(r"Made by the system \(\d+\)", done)
    assert ("Early" in people, "Early" in system, "Archive" in system) == (False, True, False)
    for statement in ("UPDATE unit_act SET actor = 'nobody'", "DELETE FROM unit_act"):
        with pytest.raises(DBAPIError, match="append-only"), hall.database.transaction() as session:
            session.execute(text(statement))
