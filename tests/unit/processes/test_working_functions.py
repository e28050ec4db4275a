from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.language.expressions import compile_expression
from processes import folders
from processes.clock.functions import functions
from processes.office import Office
from processes.procedures.declared import Declared
from processes.settings import Settings

OFFICE = Office(Settings())
SHIPPED = folders.read(folders.ROOT / "kb_sales_quality").files
FUNCTIONS = {**functions(OFFICE), **Declared(OFFICE).functions(Declared(OFFICE).read(SHIPPED))}
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("add_working_days('2026-09-30', 1)", "2026-10-08"),
        ("add_working_days('2026-09-30T10:15:00+08:00', 1)", "2026-10-08T10:15:00+08:00"),
        ("add_working_days('2026-10-08', -1)", "2026-09-30"),
        ("add_calendar_days('2026-09-28', 7)", "2026-10-08"),
        ("add_calendar_days('2026-09-28', 7, 'none')", "2026-10-05"),
        ("working_days_between('2026-09-28', '2026-10-08')", 3),
        ("working_day('2026-10-10')", True),
        ("add_working_time('2026-11-02T16:00:00+08:00', '4h')", "2026-11-03T11:00:00+08:00"),
        ("end_of_day('2026-11-02')", "2026-11-03T00:00:00+08:00"),
        ("end_of_day('2026-11-02T16:30:00+00:00')", "2026-11-04T00:00:00+08:00"),
        ("end_of_working_day('2026-10-03')", "2026-10-08T18:00:00+08:00"),
        ("at_time('2026-11-02', '09:00')", "2026-11-02T09:00:00+08:00"),
        ("stage_due('verify', '2026-11-02T10:00:00+08:00')", "2026-11-03T10:00:00+08:00"),
        ("stage_due('verify', '2026-11-02T10:00:00+08:00', 'S1')", "2026-11-02T15:00:00+08:00"),
        ("add_working_time('2026-11-02T10:00:00+08:00', setting('hand_over_remind'))", "2026-11-02T15:00:00+08:00"),
        (
            "reminder_at('2026-11-03T15:00:00+08:00', setting('objection_window_days'), 0, 0)",
            "2026-11-11T00:00:00+08:00",
        ),
        ("reminder_at('2026-11-05T16:00:00+08:00', 10, 2, 0)", "2026-11-10T09:00:00+08:00"),
        ("reminder_at('2026-11-05T16:00:00+08:00', 10, 2, 1)", "2026-11-16T09:00:00+08:00"),
        ("reminder_at('2026-11-05T16:00:00+08:00', 10, 2, 2)", "2026-11-20T00:00:00+08:00"),
        ("setting('zone')", "Asia/Shanghai"),
        ("setting('max_redo')", 2),
        ("end_of_day(null)", None),
        ("add_working_days('2026-09-30T10:15:00', 1)", "2026-10-08T10:15:00+08:00"),
    ],
)
def test_functions_as_diagrams_write_them(text, value):
    assert compile_expression("${" + text + "}").evaluate({}, FUNCTIONS) == value


def test_dates_of_the_language_are_understood():
    assert FUNCTIONS["add_working_days"](date(2026, 9, 30), 1) == date(2026, 10, 8)
    moment = datetime(2026, 9, 30, 10, tzinfo=SHANGHAI)
    assert FUNCTIONS["add_working_days"](moment, 1) == datetime(2026, 10, 8, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "add_working_days('2026-09-30', 100000)",
        "add_calendar_days('2026-09-30', 1000000000)",
        "add_working_time('2026-09-30', '9999999d')",
        "setting('smtp_password')",
        "setting('__class__')",
        "setting('stages')",
        "working_day('soon')",
        "stage_due('lunch', '2026-09-30')",
    ],
)
def test_what_cannot_be_computed_is_an_error_of_the_expression(text):
    with pytest.raises(Exception, match=r"."):
        compile_expression("${" + text + "}").evaluate({}, FUNCTIONS)


def test_an_office_without_a_database_says_so():
    with pytest.raises(RuntimeError, match="open"):
        _ = OFFICE.database


@pytest.mark.parametrize("folder", ["kb_sales_quality", "pt_patient", "shared/reply", "shared/remedy"])
def test_the_installation_says_once_for_all_folders_whose_steps_have_half_the_time(folder):
    calm = Office(Settings(hurried=("S2",)))
    files = folders.read(folders.ROOT / folder).files
    procedure = Declared(calm).read(files)
    assert "hurried" not in procedure.options
    stage, opened = next(iter(procedure.stages)), "2026-11-02T10:00:00+08:00"
    due = {
        severity: [Declared(office).functions(procedure)["stage_due"](stage, opened, severity) for office in offices]
        for severity, offices in {"S1": (OFFICE, calm), "S2": (calm, OFFICE), "S4": (calm, OFFICE)}.items()
    }
    assert due["S1"] == due["S2"]
    assert due["S1"][0] < due["S1"][1] == due["S4"][0] == due["S4"][1]
