"""A case that is written once at the end of a step: what fails is taken back from it alone, as if it had been undone."""

import pytest
from core_bpmn import bpmn, end, extension, inputs_outputs, path, service, start, user
from counting import counting
from house import INTAKE, SALES
from sqlalchemy import select

from engine.look import pending
from engine.run import incidents, instances
from processes.cases import access, entries, held, register, telling
from processes.cases.schema import DbCase, DbCaseAudience, DbCaseClock, DbCaseCounter, DbCaseEntry, DbNotice
from processes.people.schema import DbMembership, DbPerson, DbUnit

DECLARED = b"""
key = "p"
name = { en = "P", zh = "P" }
prefix = "PP"

[case]
title = "=title"
outcome = "=ending"

[[facts]]
name = "lot"
value = "=lot"
label = { en = "Lot", zh = "Lot" }
"""


def deploy(house, *services):
    names = [each.split('id="', 1)[1].split('"', 1)[0] for each in services]
    ask = user("ask", camunda_candidateGroups="sales")
    diagram = bpmn(start(), *services, ask, end(), path("start", *names, "ask", "end"))
    house.deploy({"p.bpmn": diagram, "procedure.toml": DECLARED})


def topics(house, **functions):
    for name, function in functions.items():
        house.database.runtime.services.task(f"test.{name}", keeps=True)(function)


def change(session, call):
    """Change all that can be changed of a case."""
    case = register.find_of_step(session, call)
    case.title, case.facts["lot"].text = "changed", "changed"
    held.hang_fact(case, {"name": "more", "text": "x", "folded": "x", "role": "", "whole": False})
    held.hang_clock(case, {"name": "reply", "place": 0, "rule": {}, "soft": False, "level": 0, "provisional": False})
    entries.note_with(session, call, case, "noted", by=call.actor)
    return case


def fails(session, call):
    change(session, call)
    raise ValueError("no luck")


def is_refused(session, call):
    change(session, call).outcome = "x" * 41


def writes_and_fails(session, call):
    case = register.find_of_step(session, call)
    call.will_write()
    entries.note(session, case, "written", by=call.actor)
    fails(session, call)


def kept(house):
    """What is in the database of the one case: number, title, facts, clocks and the kinds of its record."""
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        record = session.scalars(select(DbCaseEntry.kind).order_by(DbCaseEntry.id)).all()
        clocks = session.scalars(select(DbCaseClock.name)).all()
        return case.number, case.title, {name: fact.text for name, fact in case.facts.items()}, clocks, record


def incident(house):
    with house.database.reading() as session:
        [found] = pending.incidents_of(session, house.instance)
        return found


def last_number(house):
    with house.database.reading() as session:
        return session.scalar(select(DbCaseCounter.last))


@pytest.mark.parametrize("act", [fails, is_refused, writes_and_fails])
@pytest.mark.parametrize("new", [True, False], ids=["opened", "known"])
def test_a_service_that_fails_takes_back_what_it_changed_and_nothing_else(house, act, new):
    topics(house, act=act)
    between = [] if new else [user("wait", camunda_candidateGroups="sales")]
    deploy(house, service("open", topic="case.open"), *between, service("act", topic="test.act"))
    house.instance = house.start("p", INTAKE, title="as told", lot="L1")
    if not new:
        house.do("wait", SALES, title="told later")
    title = "as told" if new else "told later"
    assert kept(house) == ("PP-2026-000001", title, {"lot": "L1"}, [], [])
    assert incident(house).element == "act"


def test_what_came_before_a_service_that_failed_is_kept(house):
    topics(house, fails=fails, change=lambda session, call: change(session, call) and None)
    deploy(
        house,
        service("open", topic="case.open"),
        service("good", topic="test.change"),
        service("bad", topic="test.fails"),
    )
    house.instance = house.start("p", INTAKE, title="as told", lot="L1")
    facts = {"lot": "L1", "more": "x"}  # title and lot as the variables say, which the step has brought
    assert kept(house) == ("PP-2026-000001", "as told", facts, ["reply"], ["noted"])


def test_a_case_whose_opening_fails_gives_its_number_back(house):
    mapped = service("open", extension(inputs_outputs({}, {"whole": "${case_no * missing}"})), topic="case.open")
    deploy(house, mapped)
    house.instance = house.start("p", INTAKE, title="as told", lot="L1")
    with house.database.reading() as session:
        assert session.scalars(select(DbCase)).all() == []
        assert instances.get_instance(session, house.instance).business_key is None
    assert (last_number(house), incident(house).element) == (0, "open")
    with house.database.transaction() as session:
        assert incidents.retry(session, incident(house).id, by=INTAKE) is False
    assert last_number(house) == 0


def test_whoever_was_let_in_by_what_failed_is_let_in_again_and_then_no_more(house):
    def admit(session, call):
        call.will_write()
        access.admit(session, register.find_of_step(session, call), groups=["qc"])
        if call.variables["bad"]:
            raise ValueError("no luck")

    topics(house, admit=admit)
    deploy(house, service("open", topic="case.open"), service("act", topic="test.admit"))
    house.instance = house.start("p", INTAKE, title="as told", bad=True)
    with house.database.transaction() as session:
        instances.set_variables(session, house.instance, {"bad": False}, by=INTAKE, reason="mended")
    with house.database.transaction() as session:
        assert incidents.retry(session, incident(house).id, by=INTAKE)
    with house.database.reading() as session:
        assert "qc" in session.scalars(select(DbCaseAudience.value)).all()
    with counting(house.database) as (statements, _), house.database.transaction() as session:
        access.admit(session, session.scalars(select(DbCase)).one(), groups=["sales"])
    assert not [each for each in statements if "INSERT" in each]


def test_who_is_told_in_a_step_is_told_with_it_and_not_by_a_service_that_fails(house):
    with house.database.transaction() as session:
        names = {"name_zh": "", "name_en": ""}
        session.add(DbUnit(key="qc", kind="unit", **names))
        session.add(DbPerson(login="bo", email="", password="", active=True, created_at=house.clock.now(), **names))
        session.flush()
        session.add(DbMembership(person="bo", unit="qc"))

    def tell(session, call):
        case, groups = register.find_of_step(session, call), ["qc", "x" * 61 if call.variables["bad"] == 2 else "qc"]
        for kind in ("told", "moved"):
            telling.tell(session, case, kind, groups, by=call.actor, step=call)
        if call.variables["bad"]:
            raise ValueError("no luck")

    topics(house, tell=tell)
    deploy(house, service("open", topic="case.open"), service("act", topic="test.tell"))
    for bad in (1, 2):
        house.instance = house.start("p", INTAKE, title="as told", bad=bad)
        assert incident(house).element == "act"
    with house.database.reading() as session:
        people = set(session.scalars(select(DbCaseAudience.value)))
        assert ("qc" in people, session.scalars(select(DbCaseEntry.kind)).all()) == (False, [])
        assert set(session.scalars(select(DbNotice.kind))) <= {"stopped"}
    with counting(house.database) as (statements, _):
        house.start("p", INTAKE, title="as told", bad=0)
    written = [each for each in statements if "case_audience" in each or "INTO notice" in each or "SAVEPOINT" in each]
    assert len(written) == 2
    with house.database.reading() as session:
        assert session.scalars(select(DbNotice.kind).where(DbNotice.person == "bo")).all() == ["told", "moved"]
        assert session.scalars(select(DbCaseEntry.kind)).all() == ["told", "moved"]
        assert "qc" in session.scalars(select(DbCaseAudience.value)).all()


def test_the_record_has_the_order_in_which_things_happened(house):
    def tell(session, call):
        entries.note(session, register.find_of_step(session, call), "told", by=call.actor)

    house.database.runtime.services.task("test.tell")(tell)
    topics(house, change=lambda session, call: change(session, call) and None)
    steps = [
        service("one", topic="test.change"),
        service("two", topic="test.tell"),
        service("three", topic="case.archive"),
    ]
    deploy(house, service("open", topic="case.open"), *steps)
    house.start("p", INTAKE, title="as told", lot="L1")
    assert kept(house)[-1] == ["noted", "told", "archived"]
