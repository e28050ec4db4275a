"""What services leave to be written with their case at the end of a step: what fails of it is told at their element."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from core_bpmn import boundary, bpmn, catch, end, error, errors, flow, path, service, start, timer, user
from house import INTAKE, SALES
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from test_held_cases import DECLARED, change, incident, kept, last_number, topics

from engine.errors import BpmnError, NotWritten
from engine.look import history
from engine.run import instances, tasks
from engine.store.schema import DbSubmission
from processes.cases import entries, links, register
from processes.cases.held import write_with
from processes.cases.schema import DbCaseLink

NOBODY = 999
"""The row of no case."""


def touch(session, call):
    """Change a case in memory, and its record."""
    case = register.find_of_step(session, call)
    case.title, case.facts["lot"].text = "touched", "touched"
    entries.note_with(session, call, case, "touched", by=call.actor)
    return case


def breaks(session, call):
    """Leave something to be written that cannot even be put together."""
    touch(session, call)

    def write():
        raise ValueError("no luck")

    write_with(call, write)


def is_refused(session, call):
    """Leave something to be written that the database does not take: a link to a case that is not there."""
    case = touch(session, call)
    write_with(call, partial(links.join, session, case, NOBODY, "PP-1", "linked", by=call.actor, reason="same"))


def is_caught(session, call):
    """The same with an error that the diagram catches."""
    touch(session, call)

    def write():
        raise BpmnError("NO_LINK", "there is none")

    write_with(call, write)


def goes_well(session, call):
    change(session, call)


def reads(session, call):
    register.find_by_number(session, "PP-2026-000009")
    raise ValueError("not found")


def deploy(house, *services, more=()):
    names = [each.split('id="', 1)[1].split('"', 1)[0] for each in services]
    ask = user("ask", camunda_candidateGroups="sales")
    diagram = bpmn(start(), *services, *more, ask, end(), path("start", *names, "ask", "end"), extra=errors("NO_LINK"))
    house.deploy({"p.bpmn": diagram, "procedure.toml": DECLARED})


TO_WAIT = (service("open", topic="case.open"), user("wait", camunda_candidateGroups="sales"))
NO_LINK = {
    "case_id": NOBODY,
    "other_id": NOBODY,
    "kind": "linked",
    "reason": "",
    "by": "li",
    "undone_at": None,
    "undone_by": None,
}


def begin(house):
    with house.database.transaction() as session:
        house.instance = instances.start(session, "p", variables={"title": "as told", "lot": "L1"}, by=INTAKE).id


def do(house, element, by=SALES, **answers):
    task = house.open_task(element)
    return house.database.do(lambda session: tasks.complete(session, task, by=by, answers=answers))


def all_of(house, column):
    with house.database.reading() as session:
        return session.scalars(select(column)).all()


@pytest.mark.parametrize("act", [breaks, is_refused])
@pytest.mark.parametrize("inside", [False, True], ids=["keeps", "writes"])
@pytest.mark.parametrize("then", ["reads", "writes", "waits"])
def test_what_fails_later_is_an_incident_of_its_element(house, act, inside, then):
    """And the task is completed, as it is where a service itself fails; what others have done stays."""
    named = house.database.runtime.services
    named.task("test.act", keeps=not inside)(act)
    named.task("test.good", keeps=True)(goes_well)
    named.task("test.then", reads=then == "reads")(lambda session, call: None)
    after = user("later") if then == "waits" else service("then", topic="test.then")
    deploy(house, *TO_WAIT, service("good", topic="test.good"), service("act", topic="test.act"), after)
    begin(house)
    done = do(house, "wait", title="told later")
    assert done.step.faults == ["act"]
    assert incident(house).element == "act"
    assert kept(house) == ("PP-2026-000001", "told later", {"lot": "changed", "more": "x"}, ["reply"], ["noted"])
    assert all_of(house, DbSubmission.element) == ["wait"]
    assert not all_of(house, DbCaseLink.id)
    with house.database.reading() as session:
        [told] = history.of(session, house.instance, kinds=["incident"])
    assert told.element == "act"


def test_an_error_event_catches_what_fails_later(house):
    topics(house, act=is_caught)
    caught = boundary("caught", "act", error("NO_LINK"))
    ways = [user("else"), flow("caught", "else"), flow("else", "end")]
    deploy(house, *TO_WAIT, service("act", topic="test.act"), more=[caught, *ways])
    begin(house)
    assert [task.element for task in do(house, "wait").step.opened] == ["else"]
    assert kept(house)[3:] == ([], ["blocked"])


def test_who_has_no_other_try_is_asked_to_do_it_again(house):
    """Nothing has been changed then; and what fails is told at its element the second time."""
    topics(house, act=is_refused, good=goes_well)
    deploy(house, *TO_WAIT, service("good", topic="test.good"), service("act", topic="test.act"))
    begin(house)
    task = house.open_task("wait")
    with pytest.raises(NotWritten), house.database.transaction() as session:
        tasks.complete(session, task, by=SALES, answers={})
    assert not all_of(house, DbSubmission.id)
    with house.database.transaction() as session:
        assert tasks.complete(session, task, by=SALES, answers={}).step.faults == ["act"]
    assert {element for _, element in house.database.runtime.at_once} == {"act"}


def test_what_is_no_fault_of_a_service_is_raised_as_it_is(house):
    """Be it an observer that comes after them; they are not watched for longer than it takes to know."""
    topics(house, good=goes_well)
    deploy(house, *TO_WAIT, service("good", topic="test.good"))
    begin(house)
    task = house.open_task("wait")

    def observe(session, step):
        session.gathered.add(links._LINK, [{**NO_LINK, "at": step.at}])

    observed = replace(house.database.runtime, observers=(*house.database.runtime.observers, observe))
    house.database.runtime = observed
    with pytest.raises(IntegrityError):
        house.database.do(lambda session: tasks.complete(session, task, by=SALES, answers={}))
    assert not observed.at_once
    assert not all_of(house, DbSubmission.id)


def test_a_timer_goes_on_to_the_incident_by_itself(house):
    topics(house, act=is_refused)
    deploy(house, *TO_WAIT, catch("pause", timer("PT1H")), service("act", topic="test.act"))
    begin(house)
    do(house, "wait")
    house.clock.advance(timedelta(hours=1))
    house.work()
    assert incident(house).element == "act"


def test_a_service_that_only_reads_and_fails_takes_nothing_back(house):
    """Least of all the number of a case that was opened before it in the same step, or what is still to be written."""
    named = house.database.runtime.services
    named.task("test.read", reads=True)(reads)
    named.task("test.good", keeps=True)(goes_well)
    deploy(
        house,
        service("open", topic="case.open"),
        service("good", topic="test.good"),
        service("read", topic="test.read"),
    )
    begin(house)
    assert incident(house).element == "read"
    assert kept(house) == ("PP-2026-000001", "as told", {"lot": "L1", "more": "x"}, ["reply"], ["noted"])
    assert last_number(house) == 1


@pytest.mark.parametrize("gathers", [True, False])
def test_what_a_service_gathers_and_the_database_refuses_is_its_own_fault(house, gathers):
    """Not that of the service after it, which is called when this one is through."""

    def write(session, call):
        if gathers:
            session.gathered.add(links._LINK, [{**NO_LINK, "at": call.now}])
        else:
            session.add(DbCaseLink(**NO_LINK, at=call.now))

    named = house.database.runtime.services
    named.task("test.write")(write)
    named.task("test.good")(lambda session, call: None)
    deploy(house, *TO_WAIT, service("write", topic="test.write"), service("good", topic="test.good"))
    begin(house)
    assert do(house, "wait").step.faults == ["write"]
    assert incident(house).element == "write"
    assert all_of(house, DbSubmission.element) == ["wait"]
