"""A clock that runs again has its new moments wherever a called process has copies of them."""

from core_bpmn import (
    both,
    boundary,
    bpmn,
    call,
    definitions,
    end,
    extension,
    path,
    process,
    script,
    service,
    start,
    timer,
    user,
)
from house import INTAKE, SALES
from played import shanghai
from sqlalchemy import select

from engine import read_variables
from engine.store.schema import DbTimer

DECLARED = """
key = "p"
name = { en = "P", zh = "P" }
prefix = "PP"

[[clocks]]
name = "visit"
label = { en = "Visit", zh = "探望" }
start = "=received_at"
rule = "=limits"
limit = "days"
stops = "visited_at"
"""
NAMES = ("visit_due", "visit_l2_at")


def group(id_):
    return user(id_, camunda_candidateGroups="sales")


def test_the_copies_of_a_called_process_follow_and_so_do_its_timers(house):
    inner = process(
        start("s"),
        group("inside"),
        boundary("late", "inside", timer("${visit_l2_at}", "timeDate"), interrupting=False),
        end("e"),
        end("told"),
        path("s", "inside", "e"),
        path("late", "told"),
        key="q",
    )
    copies = extension(*(f'<camunda:in source="{name}" target="{name}"/>' for name in NAMES))
    outer = bpmn(
        start(),
        service("open", topic="case.open"),
        service("run", topic="clock.start"),
        both("fork"),
        call("c", "q", copies),
        end("beside"),
        group("visited"),
        script("stop", "visited_at = '2026-09-28T12:00:00+08:00'"),
        group("again"),
        service("reopen", topic="clock.reopen"),
        group("rest"),
        end(),
        path("start", "open", "run", "fork", "visited", "stop", "again", "reopen", "rest", "end"),
        path("fork", "c", "beside"),
    )
    house.deploy({"q.bpmn": definitions(inner)})
    house.deploy({"p.bpmn": outer, "procedure.toml": DECLARED.encode()})
    limits = {"days": 2, "unit": "calendar", "warn": 0}
    instance = house.start("p", INTAKE, limits=limits, received_at="2026-09-28T09:30:00+08:00")
    house.do("visited", SALES)
    house.clock.set(shanghai("2026-10-01T00:30"))  # the limit is over, the next level is not told yet
    house.do("again", SALES)
    with house.database.reading() as session:
        seen = [tuple(held[name] for name in NAMES) for held in read_variables(session, instance).values()]
        (armed,) = session.scalars(select(DbTimer.due_at).where(DbTimer.element == "late"))
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert seen[0][0] > "2026-10-02"
    assert armed.astimezone(shanghai("2026-10-01").tzinfo).isoformat() == seen[0][1]
