"""Versions of folders: only what changed is new, any can be made current, and what comes with the program waits."""

import pytest
import sqlalchemy as sa
from core_bpmn import bpmn, call, end, extension, path, start, timer, user
from engine_world import LEE, ROOT

from engine.deploy import checks, contents, deployments, versions
from engine.errors import DeploymentRefused, NotFound
from engine.kinds import Origin
from engine.runtime import make_runtime
from engine.store import schema
from engine.values import SYSTEM

HOUR = 3600


def task(key, form=None, name="u"):
    binding = {"camunda_formRef": form, "camunda_formRefBinding": "deployment"} if form else {}
    return bpmn(
        start(), user(name, camunda_candidateGroups="qc", **binding), end(), path("start", name, "end"), key=key
    )


def form(key, version=1):
    return b'{"id": "%s", "type": "default", "version": %d, "components": []}' % (key.encode(), version)


def caller(key, called, **binding):
    return bpmn(start(), call("c", called, **binding), end(), path("start", "c", "end"), key=key)


def running(world):
    return {each.key: each.version for each in world.ask(deployments.list_process_definitions)}


def put(world, files, folder="f", by=LEE, reason="because"):
    return world.do(deployments.deploy, folder, files, by=by, reason=reason)


FOLDER = {
    "a.bpmn": task("a", "A1"),
    "b.bpmn": task("b", "B1"),
    "A1.form": form("A1"),
    "B1.form": form("B1"),
    "procedure.toml": b"key = 'f'",
    "translations/zh.po": b"",
}


def test_what_has_not_changed_keeps_its_version(world):
    put(world, FOLDER)
    changes = {
        "a.bpmn": ({"a.bpmn": task("a", "A1", name="v")}, {"a": 2, "b": 1}),
        "a form": ({"B1.form": form("B1", 2)}, {"a": 1, "b": 2}),
        "declared": ({"procedure.toml": b"key = 'f' # more"}, {"a": 3, "b": 3}),
        "translated": ({"translations/zh.po": b"# more"}, {"a": 4, "b": 4}),
        "ruled": ({"rules.tsv": b"id"}, {"a": 5, "b": 5}),
        "named by nobody": ({"C1.form": form("C1")}, {"a": 6, "b": 6}),
    }
    for files, wanted in changes.values():
        put(world, FOLDER | files)
        assert running(world) == wanted
    assert [each.version for each in world.ask(deployments.list_deployments)] == [7, 6, 5, 4, 3, 2, 1]


def test_a_process_is_as_new_as_what_it_calls_in_its_folder(world):
    files = {"a.bpmn": caller("a", "b"), "b.bpmn": task("b"), "c.bpmn": task("c")}
    put(world, files)
    put(world, files | {"b.bpmn": task("b", name="v")})
    assert running(world) == {"a": 2, "b": 2, "c": 1}
    assert world.open(world.start("a")) == ["v"]


def test_what_was_before_is_the_version_that_it_was(world):
    first = put(world, FOLDER)
    put(world, FOLDER | {"a.bpmn": task("a", "A1", name="v")}, reason="v is asked")
    put(world, FOLDER | {"a.bpmn": task("a", "A1"), "C1.form": form("C1")})
    back = put(world, FOLDER, reason="as it was")
    assert (back.id, back.is_current) == (first.id, True)
    assert running(world) == {"a": 1, "b": 1}
    told = [(each.version, each.by, each.reason) for each in world.ask(versions.activations, "f")]
    assert told == [
        (1, "lee", "as it was"),
        (3, "lee", "because"),
        (2, "lee", "v is asked"),
        (1, "lee", "because"),
    ]


def test_any_version_is_made_current_again_and_what_starts_follows(world):
    def clocked(text):
        return bpmn(start("every", timer(text, "timeCycle")), end(), path("every", "end"))

    first = put(world, {"p.bpmn": clocked("R/PT1H")})
    put(world, {"p.bpmn": clocked("R/PT2H")})
    for _ in range(2):  # the second time nothing is to be done
        again = world.do(deployments.activate, first.id, by=ROOT, reason="two hours are too long")
    assert again.is_current
    assert len(world.ask(versions.activations, "f")) == 3
    with world.database.reading() as session:
        (row,) = session.scalars(sa.select(schema.DbTimer)).all()
        assert (row.due_at - world.clock.now()).total_seconds() == HOUR
        assert row.definition_id == first.processes["p"]
    with pytest.raises(NotFound):
        world.do(deployments.activate, 99, by=ROOT, reason="x")


def test_what_a_folder_no_longer_has_cannot_be_started(world):
    def clocked(key):
        return bpmn(start("every", timer("R/PT1H", "timeCycle")), end(), path("every", "end"), key=key)

    put(world, {"a.bpmn": clocked("a"), "b.bpmn": clocked("b")})
    put(world, {"a.bpmn": clocked("a")})
    assert running(world) == {"a": 1}
    with pytest.raises(NotFound):
        world.start("b")
    with world.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(schema.DbTimer)) == 1


def test_two_folders_that_define_one_key_are_refused_with_both_names(world):
    put(world, {"a.bpmn": task("a")}, folder="one")
    with pytest.raises(DeploymentRefused, match="folders one and two both define the process a"):
        put(world, {"a.bpmn": task("a", name="v")}, folder="two")
    found = checks.check_together(make_runtime(), {"one": {"a.bpmn": task("a")}, "two": {"b.bpmn": task("a")}})
    assert [(key, each.code) for key, one in found.items() for each in one.findings] == [("two", "key_twice")]
    put(world, {"b.bpmn": task("b")}, folder="one")
    put(world, {"a.bpmn": task("a")}, folder="two")
    assert running(world) == {"a": 2, "b": 1}


def test_folders_call_each_other_when_they_are_checked_together():
    folders = {"one": {"a.bpmn": caller("a", "b")}, "two": {"b.bpmn": task("b")}}
    assert [each.findings for each in checks.check_together(make_runtime(), folders).values()] == [[], []]
    assert checks.refused(checks.check_together(make_runtime(), {"one": folders["one"]})) == ["one"]


def test_an_earlier_version_that_no_longer_fits_is_not_made_current(world):
    put(world, {"b.bpmn": task("b"), "c.bpmn": task("c")}, folder="called")
    first = put(world, {"a.bpmn": caller("a", "c")}, folder="calling")
    put(world, {"a.bpmn": caller("a", "b")}, folder="calling")
    put(world, {"b.bpmn": task("b")}, folder="called")
    with pytest.raises(DeploymentRefused, match="no process c"):
        world.do(deployments.activate, first.id, by=ROOT, reason="back")
    assert running(world) == {"a": 2, "b": 1}


SEEDS = {"called": {"b.bpmn": task("b")}, "calling": {"a.bpmn": caller("a", "b")}}
NEWER = {
    "called": {"b.bpmn": task("b", name="v")},
    "calling": {"a.bpmn": caller("a", "b", camunda_calledElementBinding="latest")},
}


def seed(world, shipped):
    return world.do(deployments.seed, shipped, by=SYSTEM)


def test_what_is_shipped_takes_the_place_of_what_was_shipped(world):
    assert seed(world, SEEDS) == []
    assert seed(world, SEEDS) == []
    assert seed(world, NEWER) == []
    assert running(world) == {"a": 2, "b": 2}
    assert {each.origin for each in world.ask(deployments.list_deployments)} == {Origin.SHIPPED}


def test_what_is_shipped_waits_beside_what_somebody_chose(world):
    seed(world, SEEDS)
    own = put(world, {"b.bpmn": task("b", name="own")}, folder="called")
    assert seed(world, NEWER) == ["called"]
    assert running(world) == {"a": 2, "b": 2}
    assert world.ask(deployments.find_deployment, "called").id == own.id
    newer = world.ask(deployments.find_deployment, "called", 3)
    assert (newer.origin, newer.is_current) == (Origin.SHIPPED, False)
    world.do(deployments.activate, newer.id, by=ROOT, reason="compared")
    assert world.open(world.start("a")) == ["v"]
    assert seed(world, SEEDS) == []
    assert running(world)["b"] == 3, "whoever chose stays with it, whatever program comes"


def test_a_shipped_version_that_was_chosen_stays(world):
    seed(world, SEEDS)
    seed(world, NEWER)
    world.do(deployments.activate, 1, by=ROOT, reason="the older one")
    assert seed(world, SEEDS | {"called": {"b.bpmn": task("b", name="newest")}}) == ["called"]
    assert running(world)["b"] == 1


def test_what_does_not_go_with_a_house_of_its_own_waits(world):
    put(world, {"b.bpmn": task("b")}, folder="own")
    assert seed(world, SEEDS) == ["called"]
    assert running(world) == {"a": 1, "b": 1}
    assert world.ask(deployments.find_deployment, "called") is None


def test_what_is_shipped_must_go_with_itself(world):
    with pytest.raises(DeploymentRefused):
        seed(world, {"calling": SEEDS["calling"]})


LETTER = "letters/L.zh.txt"


def test_a_letter_is_that_of_the_running_version_else_of_the_current_one(world):
    put(world, {"a.bpmn": task("a")}, folder="calling")
    shared = {"b.bpmn": task("b"), LETTER: b"one"}
    put(world, shared, folder="letters")
    outside, inside = world.start("a"), world.start("b")
    assert seed(world, {"letters": shared | {LETTER: b"waits"}}) == ["letters"]
    assert world.ask(contents.find_file, LETTER, outside) == b"one", "not that of a version that waits"
    put(world, shared | {LETTER: b"two"}, folder="letters")
    assert world.ask(contents.find_file, LETTER, outside) == b"two"
    assert world.ask(contents.find_file, LETTER, inside) == b"one", "a case keeps the letters that it began with"
    put(world, {"b.bpmn": task("b")}, folder="letters")
    assert world.ask(contents.find_file, LETTER, outside) is None, "nobody uses it any more"


def taking(inputs):
    declared = extension(f'<camunda:properties><camunda:property name="inputs" value="{inputs}"/></camunda:properties>')
    return bpmn(declared, start(), user("u"), end(), path("start", "u", "end"), key="b")


def handing(*names):
    given = extension(*(f'<camunda:in source="{name}" target="{name}"/>' for name in names))
    return bpmn(start(), call("c", "b", given), end(), path("start", "c", "end"), key="a")


def test_an_input_that_a_running_caller_does_not_hand_over_is_refused_with_its_element(world):
    put(world, {"b.bpmn": taking("x y?")}, folder="called")
    put(world, {"a.bpmn": handing("x")}, folder="calling")
    with pytest.raises(DeploymentRefused, match=r"a\.bpmn:c: the folder calling calls it: .*b needs the input y"):
        put(world, {"b.bpmn": taking("x y")}, folder="called")
    with pytest.raises(DeploymentRefused, match=r"the folder calling calls it: .*there is no process b"):
        put(world, {"d.bpmn": task("d")}, folder="called")
    assert running(world) == {"a": 1, "b": 1}
    put(world, {"b.bpmn": taking("x y? z?")}, folder="called")
    both = {"called": {"b.bpmn": taking("x y")}, "calling": {"a.bpmn": handing("x", "y")}}
    world.do(deployments.deploy_together, both, by=LEE, reason="together")
    assert running(world) == {"a": 2, "b": 3}
