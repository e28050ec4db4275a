"""The phase of a case: set back by a way that leads back, never by what happens beside the main way."""

from core_bpmn import (
    both,
    bpmn,
    call,
    definitions,
    end,
    extension,
    flow,
    message,
    messages,
    path,
    process,
    service,
    start,
    sub,
    user,
    xor,
)
from house import INTAKE, SALES
from sqlalchemy import select

from engine.run import messages as sent
from processes.cases import phases as cases_phases
from processes.cases.schema import DbCase, DbCasePhase

DECLARED = b"""
key = "p"
name = { en = "P", zh = "P" }
prefix = "PP"

[[phases]]
key = "early"
name = { en = "Early", zh = "Early" }

[[phases]]
key = "late"
name = { en = "Late", zh = "Late" }
"""


def properties(**named):
    rows = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in named.items())
    return f"<camunda:properties>{rows}</camunda:properties>"


def group(id_, phase=None):
    inside = [extension(properties(phase=phase))] if phase else []
    return user(id_, *inside, camunda_candidateGroups="sales")


def phases(house):
    with house.database.reading() as session:
        left = session.execute(select(DbCasePhase.phase, DbCasePhase.round).order_by(DbCasePhase.id))
        case = session.scalars(select(DbCase)).one()
        return [*(tuple(row) for row in left), (case.phase, cases_phases.rounds(session, case)[case.phase])]


def begin(house, diagram):
    house.deploy({"p.bpmn": diagram, "procedure.toml": DECLARED})
    return house.start("p", INTAKE)


def test_a_call_in_a_parallel_branch_does_not_set_the_case_back(house):
    inner = process(start("s"), group("one"), group("two"), end("e"), path("s", "one", "two", "e"), key="q")
    house.deploy({"q.bpmn": definitions(inner)})
    begin(
        house,
        bpmn(
            start(),
            service("open", topic="case.open"),
            both("fork"),
            call("c", "q", extension(properties(phase="early"))),
            end("beside"),
            group("first", "early"),
            group("second", "late"),
            end(),
            path("start", "open", "fork", "first", "second", "end"),
            path("fork", "c", "beside"),
        ),
    )
    house.do("first", SALES)
    assert phases(house) == [("early", 1), ("late", 1)]
    house.do("one", SALES)
    assert phases(house) == [("early", 1), ("late", 1)]
    house.do("two", SALES)
    assert phases(house) == [("early", 1), ("late", 1)]


def test_an_event_sub_process_does_not_set_the_case_back(house):
    instance = begin(
        house,
        bpmn(
            start(),
            service("open", topic="case.open"),
            group("first", "early"),
            group("second", "late"),
            end(),
            path("start", "open", "first", "second", "end"),
            sub(
                "aside",
                start("said", message("M"), isInterrupting="false"),
                group("note", "early"),
                end("noted"),
                path("said", "note", "noted"),
                event=True,
            ),
            extra=messages("M"),
        ),
    )
    house.do("first", SALES)
    with house.database.transaction() as session:
        sent.correlate(session, "M", instance_id=instance, by=SALES)
    assert house.open_tasks() == ["second", "note"]
    assert phases(house) == [("early", 1), ("late", 1)]


def test_a_way_that_leads_back_shows_the_earlier_phase_again(house):
    begin(
        house,
        bpmn(
            start(),
            service("open", topic="case.open"),
            group("first", "early"),
            group("second", "late"),
            xor("ask", default="flow_ask_end"),
            end(),
            path("start", "open", "first", "second", "ask"),
            flow("ask", "first", "${refused == true}"),
            flow("ask", "end", id_="flow_ask_end"),
        ),
    )
    house.do("first", SALES)
    house.do("second", SALES, refused=True)
    assert phases(house) == [("early", 1), ("late", 1), ("early", 2)]
    house.do("first", SALES)
    assert phases(house)[-1] == ("late", 2)
