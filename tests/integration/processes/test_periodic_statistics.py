from datetime import timedelta

import pytest
from house import INTAKE, QC, REGISTER, actor

from engine.run import instances
from processes.cases import held, register
from processes.cases.schema import DbDocument
from processes.people import organisation

MANUFACTURING = actor("sun", "manufacturing")


@pytest.fixture
def month(make_house):
    """Two complaints of the last minute of September and the first of October; the first is of a unit, and late."""
    house = make_house("2026-09-30T23:58")
    house.deploy()
    with house.database.transaction() as session:
        organisation.create_unit(session, "manufacturing", name_zh="制造部", name_en="Manufacturing")
    for moment in ("2026-09-30T23:59:00+08:00", "2026-10-01T00:00:00+08:00"):
        house.clock.set(house.clock.now() + timedelta(minutes=2))
        house.start("complaint_intake", INTAKE)
        house.do("UT_Register", INTAKE, received_at=moment, **REGISTER)
    with house.database.transaction() as session:
        [case] = register.find_each(session, [1])
        case.unit = "manufacturing"
        fact = {"name": "cause_category", "text": "work_error", "folded": "work_error", "role": "cause", "whole": False}
        held.hang_fact(case, fact)
        [late] = case.clocks
        late.breached_at = house.clock.now() - timedelta(minutes=5)
    house.clock.set(house.clock.now().replace(month=10, day=12))
    return house


def rows(report):
    return {(row["by"], row["name"]): (row["received"], row["closed"], row["open"], row["late"]) for row in report}


def test_a_unit_reports_on_its_own_cases_of_the_month_and_the_figures_stay(month):
    number = month.start("periodic_statistics", QC)
    with month.database.reading() as session:
        known = instances.get_variables(session, number)
    assert rows(known["quality_report"]["figures"]) == {("total", ""): (0, 0, 0, 0)}
    (report,) = known["unit_reports"]
    assert (report["no"], report["unit"]) == ("ST-2026-000001-2", "manufacturing")
    counted = rows(report["figures"])
    assert counted["total", ""] == (1, 0, 1, 1)
    assert counted["product", "C-200"] == counted["kind", "quality_defect"] == (1, 0, 1, 1)
    assert counted["cause", "work_error"] == counted["area", "product"] == (1, 0, 1, 1)
    with month.database.transaction() as session:
        register.find_each(session, [1])[0].closed_at = month.clock.now()
    said = "本单位上月一件，已列入对策。"
    month.do("UT_Analyse", QC, analysis=said, conclusion=said)
    month.do("UT_Analyse", MANUFACTURING, analysis=said, conclusion=said)
    with month.database.reading() as session:
        assert instances.get_variables(session, number)["unit_reports"] == [report]
        kept = [each.name for each in session.query(DbDocument).order_by(DbDocument.name)]
    assert kept == ["ST-2026-000001-1-statistics.pdf", "ST-2026-000001-2-statistics.pdf"]
