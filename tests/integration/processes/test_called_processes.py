"""A called process of another deployment knows nothing of its caller: phases, owners, authors and what is started beside."""

import pytest
from core_bpmn import bpmn, call, definitions, end, extension, path, process, service, start, sub, user
from counting import counting
from house import INTAKE, OTHER_SALES, SALES
from sqlalchemy import select

from engine.run import instances
from engine.store.schema import DbIncident, DbInstance
from processes.cases import register
from processes.cases.schema import DbCase, DbCaseEntry, DbCasePhase


def properties(**named):
    rows = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in named.items())
    return f"<camunda:properties>{rows}</camunda:properties>"


def group(id_, **named):
    return user(id_, extension(properties(**named)), camunda_candidateGroups="sales")


INNER = definitions(
    process(
        start("s"),
        group("first"),
        group("own", phase="closing"),
        sub("box", start("bs"), group("inside"), end("be"), path("bs", "inside", "be")),
        end("e"),
        path("s", "first", "own", "box", "e"),
        key="inner",
    )
)
OUTER = bpmn(
    start(),
    service("open", topic="case.open"),
    group("before", phase="early"),
    call("c", "inner", extension(properties(phase="late"))),
    group("after"),
    end(),
    path("start", "open", "before", "c", "after", "end"),
)


@pytest.fixture
def apart(house):
    """Two deployments, the called process in one of its own."""
    house.deploy({"inner.bpmn": INNER})
    house.deploy({"outer.bpmn": OUTER})
    house.start("p", INTAKE)
    return house


def phases(house):
    with house.database.reading() as session:
        left = session.scalars(select(DbCasePhase.phase).order_by(DbCasePhase.id))
        return [*left, session.scalars(select(DbCase.phase)).one()]


def test_what_has_no_phase_is_in_that_of_the_innermost_call_around_it(apart):
    assert phases(apart) == ["early"]
    apart.do("before", SALES)
    assert phases(apart) == ["early", "late"]
    apart.do("first", SALES)
    assert phases(apart) == ["early", "late", "closing"], "its own goes before that of the call"
    apart.do("own", SALES)
    assert phases(apart) == ["early", "late", "closing", "late"], "through the sub-process to the call"
    apart.do("inside", SALES)
    assert phases(apart) == ["early", "late", "closing", "late"], "outside the call nothing says otherwise"


@pytest.mark.parametrize(
    ("said", "owners"),
    [("true", ["li", "he"]), ("if none", ["li", "li"]), (None, [None, None])],
)
def test_the_property_owner_says_who_becomes_owner(house, said, owners):
    named = {"owner": said} if said else {}
    inner = process(
        start("s"), group("one", **named), group("two", **named), end("e"), path("s", "one", "two", "e"), key="q"
    )
    told = call("c", "q")
    outer = bpmn(start(), service("open", topic="case.open"), told, end(), path("start", "open", "c", "end"))
    house.deploy({"q.bpmn": definitions(inner)})
    house.deploy({"outer.bpmn": outer})
    number = house.start("p", INTAKE)
    found = []
    for element, by in (("one", SALES), ("two", OTHER_SALES)):
        house.do(element, by)
        with house.database.reading() as session:
            found.append(register.find_of_instance(session, number).owner)
    assert found == owners


UNSEEN = "${'be' + 'side'}"
"""A key that is only known when it is worked out, so that no check of the files can follow it."""


def beside(inputs="cause unit? word?"):
    told = extension(properties(inputs=inputs))
    return definitions(process(told, start("s"), group("look"), end("e"), path("s", "look", "e"), key="beside"))


def starting(**inputs):
    rows = "".join(
        f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>' for name, value in inputs.items()
    )
    rows += '<camunda:outputParameter name="number">${started}</camunda:outputParameter>'
    told = extension(f"<camunda:inputOutput>{rows}</camunda:inputOutput>")
    nodes = (service("one", told, topic="process.start"), service("two", told, topic="process.start"))
    return bpmn(
        start(),
        service("open", topic="case.open"),
        *nodes,
        group("wait"),
        end(),
        path("start", "open", "one", "two", "wait", "end"),
    )


def test_a_process_is_started_beside_the_case_once_with_what_it_declares(house):
    house.deploy({"beside.bpmn": beside()})
    house.deploy({"outer.bpmn": starting(process="beside", cause="fatigue", unit="${null}")})
    with counting(house.database) as (statements, _):
        number = house.start("p", INTAKE)
    assert len(statements) <= {"sqlite": 29, "postgresql": 23}[house.database.engine.dialect.name], statements
    with house.database.reading() as session:
        case = register.find_of_instance(session, number)
        others = list(session.scalars(select(DbInstance).where(DbInstance.id != number)))
        [other] = others
        assert other.business_key == case.number
        assert instances.get_variables(session, other.id) == {"cause": "fatigue", "unit": None, "word": None}
        assert instances.get_variables(session, number)["number"] == other.id
        [entry] = session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind == "process_started"))
        assert entry.data == {"instance": other.id, "process": "beside", "name": "beside"}


def test_a_process_is_started_once_for_each_value_that_tells_it_apart(house):
    house.deploy({"beside.bpmn": beside()})
    inputs = "".join(
        f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'
        for name, value in {"process": "beside", "once_for": "cause", "cause": "${each}"}.items()
    )
    several = extension(f"<camunda:inputOutput>{inputs}</camunda:inputOutput>")
    causes = "${['fatigue', 'burrs', 'fatigue']}"
    several += f'<multiInstanceLoopCharacteristics camunda:collection="{causes}" camunda:elementVariable="each" />'
    opened = service("open", topic="case.open")
    drawn = bpmn(
        start(), opened, service("all", several, topic="process.start"), end(), path("start", "open", "all", "end")
    )
    house.deploy({"outer.bpmn": drawn})
    number = house.start("p", INTAKE)
    with house.database.reading() as session:
        others = session.scalars(select(DbInstance.id).where(DbInstance.id != number).order_by(DbInstance.id))
        assert [instances.get_variables(session, each)["cause"] for each in others] == ["fatigue", "burrs"]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"process": UNSEEN, "unit": "qc"}, "it needs cause, not handed over"),
        ({"process": UNSEEN, "cause": "x", "colour": "red"}, "it takes no colour"),
        ({"process": "${'no' + 'where'}", "cause": "x"}, "nowhere"),
    ],
)
def test_what_it_does_not_declare_is_an_incident(house, inputs, said):
    house.deploy({"beside.bpmn": beside()})
    house.deploy({"outer.bpmn": starting(**inputs)})
    house.start("p", INTAKE)
    with house.database.reading() as session:
        [incident] = session.scalars(select(DbIncident))
        assert incident.element == "one"
        assert said in incident.message


def test_it_is_the_newest_version_that_goes_with_what_is_handed_over(house):
    for inputs in ("cause", "cause unit?", "cause reason"):
        house.deploy({"beside.bpmn": beside(inputs)})
    house.deploy({"outer.bpmn": starting(process=UNSEEN, cause="fatigue")})
    number = house.start("p", INTAKE)
    with house.database.reading() as session:
        [other] = session.scalars(select(DbInstance).where(DbInstance.id != number))
        assert instances.get_variables(session, other.id) == {"cause": "fatigue", "unit": None}
