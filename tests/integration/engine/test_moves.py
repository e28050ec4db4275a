"""An instance moved to the current version of its process: as it waits, or not at all and told why."""

from datetime import timedelta

import pytest
from core_bpmn import (
    UNDO,
    both,
    boundary,
    bpmn,
    call,
    end,
    flow,
    node,
    path,
    script,
    start,
    sub,
    timer,
    undone_by,
    user,
    xor,
)
from engine_world import ROOT, table

from engine.errors import DoesNotGo, InstanceEnded, ReasonMissing, Refused, Suspended
from engine.kinds import EventKind, InstanceStatus, Misfit
from engine.run import incidents, instances, moves, suspensions

DAY, LATE = timer("P1D"), timer("P2D")


def drawn(*more, late=DAY, name="First", ends=("u", "end"), **attributes):
    """A task with a time limit at its border, and what follows."""
    attributes = {"camunda_candidateGroups": "qc", "name": name, **attributes}
    late_path = path("late", "gone")
    return bpmn(
        start(), user("u", **attributes), boundary("late", "u", late), *more, end("gone"), end(), path("start", "u"),
        path(*ends), late_path,
    )  # fmt: skip


def moved(world, number, by=ROOT, reason="the measure was changed", **more):
    return world.do(moves.move, number, by=by, reason=reason, **more)


def against(world, number):
    return [(each.kind, each.element) for each in world.ask(moves.look, number).obstacles]


@pytest.mark.both_databases
def test_what_waits_unchanged_goes_on_in_the_new_version(world):
    world.deploy(drawn())
    number = world.start(variables={"x": 1})
    (due,) = [each.due_at for each in table(world, "timer")]
    new = world.deploy(drawn(user("v", camunda_candidateGroups="qc"), name="Renamed", ends=("u", "v", "end")))
    assert world.ask(moves.look, number).is_needed
    world.clock.advance(timedelta(hours=2))
    moved(world, number)
    task = world.task("u")
    assert (task.name, task.deployment_id) == ("Renamed", new.id)
    (armed,) = table(world, "timer")
    assert (armed.due_at, armed.deployment_id) == (due, new.id)
    (told,) = world.events(number, EventKind.MIGRATED)
    assert (told.actor, told.reason, told.data) == ("root", "the measure was changed", {"before": 1, "version": 2})
    world.complete("u")
    assert world.open() == ["v"]
    world.complete("v")
    assert world.status(number) is InstanceStatus.COMPLETED


def test_its_timer_fires_in_the_new_version(world):
    world.deploy(drawn())
    number = world.start()
    world.deploy(drawn(user("v"), ends=("u", "v", "end")))
    moved(world, number)
    world.clock.advance(timedelta(days=1, seconds=1))
    world.work()
    assert world.status(number) is InstanceStatus.COMPLETED


CHANGED = {
    "other people": (drawn(camunda_candidateGroups="sales"), [(Misfit.OTHER, "u")]),
    "another time": (drawn(late=LATE), [(Misfit.OTHER, "late")]),
    "no such task": (bpmn(start(), user("v"), end(), path("start", "v", "end")), "gone"),
    "another kind": (
        bpmn(
            start(),
            node("manualTask", "u"),
            boundary("late", "u", DAY),
            end(),
            path("start", "u", "end"),
            path("late", "end"),
        ),
        "other",
    ),
    "one more at the border": (drawn(boundary("soon", "u", LATE), path("soon", "gone")), "border"),
    "one less at the border": (
        bpmn(start(), user("u", name="First", camunda_candidateGroups="qc"), end(), path("start", "u", "end")),
        "gone",
    ),
    "a listener": (
        drawn(sub("s", start("again", timer("PT1H")), end("s_end"), path("again", "s_end"), event=True)),
        [(Misfit.AROUND, "")],
    ),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_is_otherwise_there_is_told_and_changes_nothing(world, change):
    after, wanted = CHANGED[change]
    world.deploy(drawn())
    number = world.start()
    world.deploy(after)
    found = against(world, number)
    if isinstance(wanted, str):
        assert wanted in {kind for kind, _ in found}
    else:
        assert found == wanted
    before = [table(world, name) for name in ("instance", "task", "timer", "event")]
    with pytest.raises(DoesNotGo):
        moved(world, number)
    assert [table(world, name) for name in ("instance", "task", "timer", "event")] == before
    world.complete("u")
    assert world.status(number) is InstanceStatus.COMPLETED


def test_arrows_into_a_gateway_that_waits_are_looked_at(world):
    def joined(*more):
        return bpmn(
            start(), both("split"), user("a"), user("b"), both("join"), end(), *more,
            path("start", "split", "a", "join", "end"), path("split", "b", "join"),
        )  # fmt: skip

    world.deploy(joined())
    number = world.start()
    world.complete("a", by=ROOT)
    world.deploy(joined(user("c"), path("split", "c", "join")))
    assert against(world, number) == [(Misfit.ARROWS, "join")]


def test_a_complex_gateway_that_still_waits_for_a_late_one_may_be_gone(world):
    two = "<activationCondition>${activationCount >= 2}</activationCondition>"
    tasks = user("a"), user("b"), user("c"), user("after")
    ways = (path("start", "split", "a", "g", "after", "end"), path("split", "b", "g"))
    world.deploy(
        bpmn(start(), both("split"), *tasks, node("complexGateway", "g", two), end(), *ways, path("split", "c", "g"))
    )
    number = world.start()
    world.complete("a", by=ROOT)
    world.complete("b", by=ROOT)
    without = path("start", "split", "a", "after", "end"), path("split", "b", "end"), path("split", "c", "end")
    world.deploy(bpmn(start(), both("split"), *tasks, end(), *without))
    moved(world, number)
    world.complete("c", by=ROOT)
    assert world.open() == ["after"]
    world.complete("after", by=ROOT)
    assert world.status(number) is InstanceStatus.COMPLETED


def test_what_stands_at_an_incident_goes_on_where_the_new_version_has_a_way(world):
    def chosen(*more, **options):
        return bpmn(start(), xor("which", **options), end(), path("start", "which"), *more)

    only = flow("which", "end", "x == 2")
    world.deploy(chosen(only))
    number = world.start(variables={"x": 1})
    assert world.status(number) is InstanceStatus.INCIDENT
    world.deploy(chosen(only, flow("which", "end", id_="else"), default="else"))
    moved(world, number)
    (incident,) = table(world, "incident")
    world.do(incidents.retry, incident.id, by=ROOT, reason="mended")
    assert world.status(number) is InstanceStatus.COMPLETED


def test_what_it_calls_in_its_folder_goes_along_and_in_others_stays(world):
    inner, other = bpmn(start(), user("v"), end(), path("start", "v", "end"), key="i"), "o"
    outer = bpmn(
        start(), both("split"), call("c", "i"), call("d", other), end(), path("start", "split", "c", "end"),
        path("split", "d", "end"),
    )  # fmt: skip
    apart = world.deploy(bpmn(start(), user("w"), end(), path("start", "w", "end"), key="o"))
    world.deploy(outer, inner)
    number = world.start()
    named = bpmn(start(), user("v", name="Inside"), end(), path("start", "v", "end"), key="i")
    new = world.deploy(outer, named)
    moved(world, number)
    assert {each.element: each.deployment_id for each in table(world, "task")} == {"v": new.id, "w": apart.id}
    assert world.task("v").name == "Inside"
    world.complete("v", by=ROOT)
    world.complete("w", by=ROOT)
    assert world.status(number) is InstanceStatus.COMPLETED


def asked(way_back="unv"):
    """A task with one that undoes it."""
    return user("v") + user(way_back, isForCompensation="true") + undone_by("v", way_back)


def undoing(key, called, task="u", before=""):
    """A process that calls another, waits for somebody, and undoes what was done."""
    thrown = node("intermediateThrowEvent", "t", UNDO)
    ways = path("start", before, "c", task, "t", "end") if before else path("start", "c", task, "t", "end")
    more = user(before) if before else ""
    return bpmn(start(), more, call("c", called), user(task), thrown, end(), ways, key=key)


@pytest.mark.both_databases
@pytest.mark.parametrize("apart", [False, True])
def test_a_call_that_has_ended_is_undone_in_the_new_version_as_it_would_have_been(world, apart):
    inner = bpmn(start(), asked(), end(), path("start", "v", "end"), key="i")
    newer = inner.replace(b'<userTask id="unv"', b'<userTask id="unv" name="Newer"')
    versions = [inner] if not apart else []
    if apart:
        world.deploy(inner)
    world.deploy(undoing("p", "i"), *versions)
    number = world.start(variables={"x": 1})
    world.complete("v", by=ROOT, said="yes")
    new = world.deploy(undoing("p", "i", before="w"), *([newer] if not apart else []))
    assert against(world, number) == []
    moved(world, number)
    world.complete("u", by=ROOT)
    task = world.task("unv")
    assert (task.name, task.deployment_id == new.id) == (("", False) if apart else ("Newer", True))
    (variables,) = [row.value for row in table(world, "variable") if row.name == "said"]
    assert variables == "yes"
    world.complete("unv", by=ROOT)
    assert world.status(number) is InstanceStatus.COMPLETED
    assert world.variables(number) == {"x": 1}


def test_a_way_back_in_a_call_stands_still_is_moved_and_hears_its_timer(world):
    inside = start("h"), user("w"), boundary("b", "w", DAY), user("late"), path("h", "w"), path("b", "late")
    back = sub("back", *inside, isForCompensation="true")
    inner = bpmn(start(), user("v"), back, undone_by("v", "back"), end(), path("start", "v", "end"), key="i")
    world.deploy(undoing("p", "i"), inner)
    number = world.start()
    world.complete("v", by=ROOT)
    world.complete("u", by=ROOT)
    assert world.open() == ["w"]
    world.do(suspensions.suspend, instance_id=number, by=ROOT, reason="wait")
    world.deploy(undoing("p", "i", before="x"), inner.replace(b'id="late"', b'id="late" name="Later"'))
    moved(world, number)
    world.clock.advance(timedelta(days=2))
    world.work()
    assert world.open() == ["w"]
    world.do(suspensions.resume, instance_id=number, by=ROOT, reason="go on")
    world.work()
    assert (world.open(), world.task("late").name) == (["late"], "Later")
    world.complete("late", by=ROOT)
    assert world.status(number) is InstanceStatus.COMPLETED


def test_what_would_undo_a_call_that_has_ended_has_to_be_there(world):
    def called(*more):
        return bpmn(start(), *more, end(), path("start", "v", "end"), key="i")

    outer = bpmn(start(), call("d", "p"), user("w"), node("endEvent", "e", UNDO), path("start", "d", "w", "e"), key="o")
    world.deploy(outer, undoing("p", "i"), called(asked()))
    number = world.start("o")
    world.complete("v", by=ROOT)
    found = {
        "another way back": ((undoing("p", "i"), called(asked("other"))), [(Misfit.GONE, "unv")]),
        "no way back": ((undoing("p", "i"), called(user("v"))), [(Misfit.GONE, "unv")]),
        "no such process": ((undoing("p", "j"),), [(Misfit.GONE, "")]),
    }
    for files, told in found.values():
        called_j = bpmn(start(), user("v"), end(), path("start", "v", "end"), key="j")
        world.deploy(outer, *files, called_j, folder="o")
        assert against(world, number) == told
        if told[0][1] == "":
            assert [each.process for each in world.ask(moves.look, number).obstacles] == ["i"]
    world.deploy(outer, undoing("p", "i", before="x"), called(asked()), folder="o")
    moved(world, number)
    world.complete("u", by=ROOT)
    world.complete("unv", by=ROOT)
    assert world.open() == ["w"]


def test_what_is_inside_a_sub_process_is_looked_at_there(world):
    def nested(inside):
        return bpmn(
            start(), sub("s", start("in"), user(inside), end("out"), path("in", inside, "out")), end(),
            path("start", "s", "end"),
        )  # fmt: skip

    world.deploy(nested("u"))
    number = world.start()
    world.deploy(nested("u").replace(b'id="out"', b'id="out" name="More"'))
    assert against(world, number) == []
    world.deploy(nested("v"))
    assert (Misfit.GONE, "u") in against(world, number)


def test_who_may_not_or_gives_no_reason_or_has_nothing_to_move(world):
    world.deploy(drawn())
    number = world.start()
    with pytest.raises(Refused, match="current version already"):
        moved(world, number)
    world.deploy(drawn(name="Renamed"))
    with pytest.raises(ReasonMissing):
        moved(world, number, reason=" ")
    world.do(instances.cancel, number, by=ROOT, reason="over")
    with pytest.raises(InstanceEnded):
        moved(world, number)


def test_one_that_stands_still_is_moved_and_goes_on_standing_still(world):
    world.deploy(drawn())
    number = world.start()
    world.do(suspensions.suspend, instance_id=number, by=ROOT, reason="until it is moved")
    world.deploy(drawn(name="Renamed"))
    moved(world, number)
    with pytest.raises(Suspended):
        world.complete("u")
    world.do(suspensions.resume, instance_id=number, by=ROOT, reason="moved")
    world.complete("u")
    assert world.status(number) is InstanceStatus.COMPLETED


def asking(*order, text="${sort == 'a'}"):
    """A task, a script that writes `sort` and a way that a condition on it chooses, in this order."""
    some = {"u": user("u"), "s": script("s", "sort = 'a'"), "x": xor("x", default="no")}
    ways = flow("x", "a", text, "yes"), flow("x", "b", id_="no"), path("start", *order)
    return bpmn(start(), *(some[each] for each in order), end("a"), end("b"), *ways)


def lacks(world, number):
    return [(each.name, each.element, each.stops) for each in world.ask(moves.look, number).lacks]


def test_what_only_something_behind_it_writes_is_told_before_it_is_moved(world):
    world.deploy(asking("u", "x", text="${1 == 1}"))
    number, other = world.start(), world.start(variables={"sort": "a"})
    world.deploy(asking("s", "u", "x"))
    assert lacks(world, number) == [("sort", "x", True)]
    assert lacks(world, other) == []
    current = world.ask(moves.look, number).after.deployment_id
    version = world.ask(moves.NewVersion, current)
    with pytest.raises(DoesNotGo):
        moved(world, number, careful=version)
    moved(world, number)
    moved(world, other, careful=version)


@pytest.mark.parametrize(
    "after",
    [asking("u", "s", "x"), asking("s", "u", "x", text="${is_defined(sort) and sort == 'a'}")],
    ids=["written ahead", "only tested"],
)
def test_what_is_not_asked_for_in_vain_is_not_told(world, after):
    world.deploy(asking("u", "x", text="${1 == 1}"))
    number = world.start()
    world.deploy(after)
    assert lacks(world, number) == []
