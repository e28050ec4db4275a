"""Random block-structured processes, played in random order: every task as often as drawn, and an end."""

import itertools
from collections import Counter

import core_play
from core_bpmn import (
    UNDO,
    both,
    boundary,
    call,
    definitions,
    either,
    end,
    flow,
    message,
    messages,
    path,
    process,
    several,
    start,
    sub,
    throw,
    timer,
    undone_by,
    user,
    xor,
)
from core_play import FakeHost, Play
from hypothesis import given, settings
from hypothesis import strategies as some

LEAVES = some.sampled_from(["task", "items", "watched"])
BLOCKS = some.recursive(
    LEAVES,
    lambda inner: some.tuples(
        some.sampled_from(["row", "and", "or", "xor", "sub", "loop"]), some.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


class Drawing:
    """Writes a block as BPMN and counts what must happen in it."""

    def __init__(self):
        self.numbers = itertools.count()
        self.wanted = Counter()

    def name(self, kind):
        return f"{kind}{next(self.numbers)}"

    def block(self, shape, times):
        """The XML, the first and the last node of a block that is passed some times."""
        if isinstance(shape, str):
            return self.leaf(shape, times)
        kind, inner = shape
        if kind == "row":
            return self.row(inner, times)
        if kind == "sub":
            return self.sub(inner, times)
        if kind == "loop":
            return self.loop(inner, times)
        return self.branches(kind, inner, times)

    def leaf(self, kind, times):
        name = self.name("u")
        self.wanted[name] += times * (2 if kind == "items" else 1)
        xml = user(name, several(count=2) if kind == "items" else "")
        if kind == "watched":
            xml += boundary(f"b{name}", name, timer("P1D")) + boundary(
                f"m{name}", name, message("M"), interrupting=False
            )
            xml += end(f"eb{name}") + end(f"em{name}") + path(f"b{name}", f"eb{name}") + path(f"m{name}", f"em{name}")
        return xml, name, name

    def row(self, inner, times):
        parts = [self.block(shape, times) for shape in inner]
        joints = "".join(flow(a[2], b[1]) for a, b in itertools.pairwise(parts))
        return "".join(part[0] for part in parts) + joints, parts[0][1], parts[-1][2]

    def sub(self, inner, times):
        xml, first, last = self.row(inner, times)
        name = self.name("s")
        return (
            sub(name, start(f"a{name}"), xml, end(f"z{name}"), path(f"a{name}", first), path(last, f"z{name}")),
            name,
            name,
        )

    def loop(self, inner, times):
        xml, first, last = self.row(inner, times * 2)
        merge, choose, again = self.name("g"), self.name("g"), self.name("n")
        count = f'<serviceTask id="{again}" camunda:expression="${{(is_defined({again}) ? {again} : 0) + 1}}" camunda:resultVariable="{again}"/>'
        flows = (
            flow(merge, first)
            + path(last, again, choose)
            + flow(choose, merge, "${(" + again + " % 2) == 1}", f"f{again}")
        )
        out = self.name("g")
        return (
            xml
            + xor(merge)
            + xor(choose, default=f"d{again}")
            + count
            + flows
            + xor(out)
            + flow(choose, out, id_=f"d{again}"),
            merge,
            out,
        )

    def branches(self, kind, inner, times):
        tag = {"and": both, "or": either, "xor": xor}[kind]
        taken = {"and": len(inner), "or": min(2, len(inner)), "xor": 1}[kind]
        split, join = self.name("g"), self.name("g")
        xml = tag(split) + tag(join)
        for index, shape in enumerate(inner):
            part, first, last = self.block(shape, times if index < taken else 0)
            condition = None if kind == "and" else "${" + str(index < taken).lower() + "}"
            xml += part + flow(split, first, condition) + flow(last, join)
        after, _, last = self.leaf("task", times)
        return xml + after + flow(join, last), split, last


@settings(max_examples=120)
@given(BLOCKS, some.randoms(use_true_random=False), some.booleans(), some.booleans())
def test_every_task_as_often_as_drawn(shape, random, reload, called):
    drawing = Drawing()
    xml, first, last = drawing.block(shape, 1)
    inner = process(start(), xml, end(), path("start", first), path(last, "end"), key="q" if called else "p")
    outer = process(start("s"), call("c", "q"), end("e"), path("s", "c", "e")) if called else ""
    core_play.HOSTS.clear()
    play = Play(FakeHost(definitions(messages("M"), inner, outer)), reload=reload)
    for _ in range(400):
        open_tasks = sorted(play.execution.tasks)
        if not open_tasks:
            break
        waiting = sorted(play.execution.subscriptions)
        if waiting and random.random() < 0.2:
            play.execution.deliver("message", "M", {}, token=random.choice(waiting))
        play.execution.complete(random.choice(open_tasks), {})
        play.settle()
    assert play.incidents == {}
    assert play.ended
    entered = play.times()
    assert {name: entered[name] for name in drawing.wanted} == dict(drawing.wanted)
    assert play.times("left") == entered
    assert play.execution.variables.keys() == {0}
    core_play.HOSTS.clear()


KEPT = some.recursive(
    some.just("task"),
    lambda inner: some.tuples(
        some.sampled_from(["row", "sub", "call", "several", "loop"]), some.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


class Undoable:
    """Writes one activity after another, each task with one that undoes it, in sub-processes and called processes."""

    def __init__(self):
        self.numbers = itertools.count()
        self.called = []

    def block(self, shape):
        """The XML, the first and the last node of a block."""
        name = f"x{next(self.numbers)}"
        if shape == "task":
            back = f"un{name}"
            return user(name) + user(back, isForCompensation="true") + undone_by(name, back), name, name
        kind, inner = shape
        parts = [self.block(each) for each in inner]
        xml = "".join(part[0] for part in parts) + "".join(flow(a[2], b[1]) for a, b in itertools.pairwise(parts))
        if kind == "row":
            return xml, parts[0][1], parts[-1][2]
        held = start(f"{name}s"), xml, end(f"{name}e"), flow(f"{name}s", parts[0][1]), flow(parts[-1][2], f"{name}e")
        if kind == "call":
            self.called.append(process(*held, key=f"p{name}"))
            return call(name, f"p{name}"), name, name
        more = {"several": several(count=2, sequential=True), "loop": TWICE}.get(kind, "")
        return sub(name, more, *held), name, name


TWICE = "<standardLoopCharacteristics loopMaximum='2'/>"


@settings(max_examples=25)
@given(KEPT, some.booleans())
def test_all_that_was_done_is_undone_in_reverse(shape, reload):
    drawing = Undoable()
    xml, first, last = drawing.block(shape)
    outer = process(
        start(), xml, throw("t", UNDO), end(), flow("start", first), flow(last, "t"), path("t", "end"),
    )  # fmt: skip
    core_play.HOSTS.clear()
    play = Play(FakeHost(definitions(outer, *drawing.called)), reload=reload)
    done = []
    while play.open:
        done += play.open
        play.complete(*play.open)
    ahead = [name for name in done if not name.startswith("un")]
    assert done[len(ahead) :] == [f"un{name}" for name in reversed(ahead)]
    assert (play.incidents, play.ended, play.execution.variables) == ({}, True, {0: {}})
    core_play.HOSTS.clear()
