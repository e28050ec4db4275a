"""Tasks: who may see, claim, pass on and complete them, and what the others are told."""

from datetime import timedelta

import pytest
from at_once import at_once
from core_bpmn import bpmn, call, definitions, end, extension, message, messages, node, path, process, start, user
from engine_world import HU, LEE, ROOT, WANG

from engine.errors import (
    AlreadyCompleted,
    ClaimedByOther,
    NotCandidate,
    NotClaimed,
    NotFound,
    ReasonMissing,
    SeparationOfDuties,
    StandInOver,
    TaskCancelled,
    TaskChanged,
)
from engine.look import history, queries
from engine.run import candidates, instances, tasks
from engine.run import messages as told
from engine.values import Actor, StandIn

APART = extension('<camunda:properties><camunda:property name="separationOfDuties" value="plan"/></camunda:properties>')
FOUR_EYES = bpmn(
    start(),
    user("plan", camunda_candidateGroups="qc", name="Plan it"),
    user("approve", APART, camunda_candidateGroups="qc", name="Approve it"),
    end(),
    path("start", "plan", "approve", "end"),
)
TOLD = extension(
    '<camunda:properties><camunda:property name="separationOfDuties" value="${apart}"/></camunda:properties>'
)
ONE = bpmn(start(), user("u", camunda_candidateGroups="qc", name="Inspect"), end(), path("start", "u", "end"))


def test_a_called_process_is_told_which_steps_are_set_apart(world):
    inner = definitions(
        process(
            start("s"),
            user("approve", TOLD, camunda_candidateGroups="qc", name="Approve it"),
            end("e"),
            path("s", "approve", "e"),
            key="inner",
        )
    )
    told = extension('<camunda:in sourceExpression="plan other" target="apart"/>')
    world.deploy(inner)
    world.deploy(
        bpmn(
            start(),
            user("plan", camunda_candidateGroups="qc", name="Plan it"),
            call("c", "inner", told),
            end(),
            path("start", "plan", "c", "end"),
        )
    )
    world.start()
    world.complete("plan", by=WANG)
    with pytest.raises(SeparationOfDuties, match="Plan it"):
        world.complete("approve", by=WANG)
    world.complete("approve", by=HU)


def test_whoever_decided_in_an_earlier_round_does_not_decide_again(world):
    apart = extension(
        '<camunda:properties><camunda:property name="separationOfRounds" value="u"/></camunda:properties>'
    )
    world.deploy(
        bpmn(start(), user("u", apart, camunda_candidateGroups="qc", name="Decide"), end(), path("start", "u", "end"))
    )
    first, other, free = world.start(business_key="C-1"), world.start(business_key="C-2"), world.start()
    for number in (other, free):
        world.complete("u", by=WANG, number=number)
    world.complete("u", by=WANG, number=first)
    second = world.start(business_key="C-1")
    with pytest.raises(SeparationOfDuties, match="Decide"):
        world.complete("u", by=WANG, number=second)
    instead = Actor("yu", frozenset(), stands_in=(StandIn("wang", frozenset({"qc"})),))
    with pytest.raises(SeparationOfDuties, match="Decide"):
        world.complete("u", by=instead, number=second)
    world.complete("u", by=HU, number=second)
    world.complete("u", by=WANG, number=world.start())


def test_only_candidates_and_admins_see_a_task(world):
    world.deploy(ONE)
    world.start()
    task = world.task("u")
    assert [candidates.may_see(task, who) for who in (WANG, LEE, ROOT, Actor("x"))] == [True, False, True, False]
    for who in (LEE, Actor("x")):
        with pytest.raises(NotFound) as hidden:
            world.ask(tasks.get_task, task.id, actor=who)
        with pytest.raises(NotFound) as missing:
            world.ask(tasks.get_task, 999_999, actor=who)
        assert str(hidden.value).replace(str(task.id), "") == str(missing.value).replace("999999", "")
        for act in (tasks.claim, tasks.unclaim):
            with pytest.raises(NotFound):
                world.do(act, task.id, by=who)
        with pytest.raises(NotFound):
            world.do(tasks.complete, task.id, by=who, answers={})
        with pytest.raises(NotFound):
            world.do(tasks.reassign, task.id, "x", by=who, reason="mine")
    for act, said in ((tasks.claim, {}), (tasks.complete, {"answers": {}})):  # who sees it is not who does it
        with pytest.raises(NotCandidate):
            world.do(act, task.id, by=ROOT, **said)


def test_groups_are_those_of_the_moment(world):
    world.deploy(ONE)
    world.start()
    moved = Actor("lee", frozenset({"qc"}))
    assert world.do(tasks.claim, world.task("u").id, by=moved).assignee == "lee"


def test_claim_and_hand_back(world):
    world.deploy(ONE)
    number = world.start()
    task = world.task("u")
    with pytest.raises(NotClaimed):
        world.do(tasks.unclaim, task.id, by=WANG)
    claimed = world.do(tasks.claim, task.id, by=WANG)
    assert (claimed.assignee, claimed.claimed_at, claimed.revision) == ("wang", world.clock.now(), 2)
    assert world.do(tasks.claim, task.id, by=WANG).revision == 2
    with pytest.raises(ClaimedByOther) as told:
        world.do(tasks.claim, task.id, by=HU)
    assert (told.value.who, told.value.since, told.value.element) == ("wang", world.clock.now(), "Inspect")
    for act in (lambda: world.do(tasks.unclaim, task.id, by=HU), lambda: world.complete("u", by=HU)):
        with pytest.raises(ClaimedByOther):
            act()
    assert world.do(tasks.unclaim, task.id, by=WANG, reason="on leave").assignee is None
    world.do(tasks.claim, task.id, by=HU)
    world.complete("u", by=HU)
    lines = [(line.kind, line.actor, line.reason) for line in world.events(number, "claimed", "unclaimed", "completed")]
    assert lines == [
        ("claimed", "wang", None), ("unclaimed", "wang", "on leave"), ("claimed", "hu", None), ("completed", "hu", None),
    ]  # fmt: skip


def test_pass_a_task_on(world):
    world.deploy(ONE)
    number = world.start()
    task = world.task("u")
    with pytest.raises(ReasonMissing):
        world.do(tasks.reassign, task.id, "hu", by=WANG, reason="")
    world.do(tasks.reassign, task.id, HU, by=WANG, reason="knows the machine")
    with pytest.raises(ClaimedByOther):
        world.do(tasks.reassign, task.id, "wang", by=WANG, reason="back")
    with pytest.raises(NotCandidate):
        world.do(tasks.reassign, task.id, LEE, by=HU, reason="sales")
    world.do(tasks.reassign, task.id, LEE, by=ROOT, reason="special case")
    assert world.complete("u", by=LEE).instance_id == number
    (first, second) = world.events(number, "reassigned")
    assert (first.reason, first.data["to"], second.data) == (
        "knows the machine",
        "hu",
        {"task": task.id, "from": "hu", "to": "lee"},
    )


def test_what_is_over_says_so(world):
    world.deploy(ONE)
    done, stopped = world.start(), world.start()
    task, other = world.task("u", done), world.task("u", stopped)
    world.complete("u", number=done)
    world.do(instances.cancel, stopped, by=ROOT, reason="test")
    with pytest.raises(AlreadyCompleted) as told:
        world.do(tasks.complete, task.id, by=HU, answers={})
    assert (told.value.by, told.value.element, told.value.code) == ("wang", "Inspect", "already_completed")
    assert str(told.value) == "Inspect was completed by wang at 2026-01-05 09:00."
    with pytest.raises(AlreadyCompleted):
        world.do(tasks.claim, task.id, by=HU)
    with pytest.raises(NotFound):
        world.do(tasks.claim, task.id, by=LEE)
    with pytest.raises(TaskCancelled):
        world.do(tasks.complete, other.id, by=WANG, answers={})


STAND_IN = Actor("sun", frozenset({"sales"}), stands_in=(StandIn("wang", frozenset({"qc"})),))


def test_a_substitute_does_the_work_of_an_absent_person_and_it_says_so(world):
    world.deploy(FOUR_EYES)
    instance = world.start()
    assert [task.element for task in world.ask(queries.list_tasks, STAND_IN).items] == ["plan"]
    assert world.ask(queries.count_tasks, STAND_IN).group == 1
    task = world.task("plan")
    world.do(tasks.claim, task.id, by=WANG)
    assert world.ask(queries.count_tasks, STAND_IN).group == 1  # what the absent person has is theirs to do, too
    assert candidates.acts_for(world.task("plan"), STAND_IN) == "wang"
    world.do(tasks.claim, task.id, by=STAND_IN)
    assert (world.task("plan").assignee, world.task("plan").on_behalf_of) == ("sun", "wang")
    world.complete("plan", by=STAND_IN)
    done = [event for event in world.ask(history.of, instance) if event.kind == "completed"]
    assert (done[0].actor, done[0].data["for"]) == ("sun", "wang")
    # neither the absent person nor the substitute decides on what was done for them
    for who in (WANG, STAND_IN, Actor("sun", frozenset({"qc"}))):
        with pytest.raises(SeparationOfDuties):
            world.complete("approve", by=who)
    world.complete("approve", by=HU)


def test_a_substitute_does_not_decide_on_the_own_work_for_somebody_else(world):
    world.deploy(FOUR_EYES)
    world.start()
    world.complete("plan", by=WANG)
    for_hu = Actor("wang", frozenset(), stands_in=(StandIn("hu", frozenset({"qc"})),))
    for_wang = Actor("sun", frozenset(), stands_in=(StandIn("wang", frozenset({"qc"})),))
    for who in (for_hu, for_wang):
        with pytest.raises(SeparationOfDuties):
            world.complete("approve", by=who)


BOTH = Actor("sun", stands_in=(StandIn("hu", frozenset({"qc"})), StandIn("wang", frozenset({"qc"}))))


def test_who_stands_in_for_several_chooses_for_whom(world):
    world.deploy(ONE)
    world.start()
    task = world.task("u")
    assert candidates.absent_for(task, BOTH) == ("hu", "wang")
    with pytest.raises(NotCandidate):
        world.do(tasks.claim, task.id, by=BOTH, absent="lee")
    world.do(tasks.claim, task.id, by=BOTH, absent="wang")
    assert candidates.absent_for(world.task("u"), BOTH) == ("wang",)
    world.complete("u", by=BOTH)
    assert world.ask(tasks.get_task, task.id).on_behalf_of == "wang"


def test_who_stands_in_for_several_works_for_one_who_may(world):
    world.deploy(FOUR_EYES)
    world.start()
    world.complete("plan", by=HU)
    task = world.task("approve")
    with pytest.raises(SeparationOfDuties):
        world.do(tasks.claim, task.id, by=BOTH, absent="hu")
    world.do(tasks.claim, task.id, by=BOTH)
    assert world.task("approve").on_behalf_of == "wang"


RECORDED = bpmn(
    start(),
    node(
        "intermediateCatchEvent",
        "said",
        extension('<camunda:properties><camunda:property name="recordedBy" value="qc"/></camunda:properties>'),
        message("Said"),
        name="Customer agrees",
    ),
    user(
        "confirm",
        extension(
            '<camunda:properties><camunda:property name="separationOfDuties" value="said"/></camunda:properties>'
        ),
        camunda_candidateGroups="qc",
        name="Confirm it",
    ),
    end(),
    path("start", "said", "confirm", "end"),
    extra=messages("Said"),
)
"""What is recorded is confirmed by somebody else."""


@pytest.mark.parametrize(
    ("recorder", "others"),
    [
        (WANG, [WANG, STAND_IN]),
        (STAND_IN, [WANG, STAND_IN, Actor("sun", frozenset({"qc"})), Actor("lin", stands_in=STAND_IN.stands_in)]),
    ],
)
def test_nobody_confirms_what_they_or_somebody_for_them_recorded(world, recorder, others):
    world.deploy(RECORDED)
    number = world.start()
    (offer,) = world.ask(told.recordable, number, by=recorder)
    with pytest.raises(NotFound):
        world.do(told.record, number, offer.token, by=recorder, answers={}, absent="lee")
    world.do(told.record, number, offer.token, by=recorder, answers={})
    (event,) = world.events(number, "recorded")
    assert (event.actor, event.data.get("for")) == (recorder.id, "wang" if recorder is STAND_IN else None)
    for who in others:
        with pytest.raises(SeparationOfDuties) as refused:
            world.complete("confirm", by=who)
        assert refused.value.done == "Customer agrees"
    world.complete("confirm", by=HU)


def test_what_somebody_recorded_once_does_not_count_against_them_the_next_time(world):
    again = RECORDED.replace(b'sourceRef="confirm" targetRef="end"', b'sourceRef="confirm" targetRef="said"')
    world.deploy(again.replace(end().encode(), b""))
    number = world.start()
    for recorder, decider in ((WANG, HU), (HU, WANG)):
        (offer,) = world.ask(told.recordable, number, by=recorder)
        world.do(told.record, number, offer.token, by=recorder, answers={})
        world.complete("confirm", by=decider)
        world.clock.advance(timedelta(minutes=1))


def test_what_was_taken_for_somebody_is_not_done_after_the_substitution(world):
    world.deploy(ONE)
    world.start()
    world.do(tasks.claim, world.task("u").id, by=STAND_IN)
    with pytest.raises(StandInOver):
        world.complete("u", by=Actor("sun", frozenset({"sales"})))
    world.do(tasks.unclaim, world.task("u").id, by=Actor("sun", frozenset({"sales"})))
    assert world.task("u").on_behalf_of is None
    world.complete("u", by=WANG)


def test_only_the_work_that_was_passed_on_is_seen(world):
    world.deploy(ONE)
    world.start()
    other = Actor("sun", frozenset({"sales"}), stands_in=(StandIn("wang", frozenset({"sales"})),))
    assert world.ask(queries.list_tasks, other).items == []
    with pytest.raises(NotFound):
        world.complete("u", by=other)


def test_lists_count_each_task_once_for_who_stands_in_for_several(world):
    world.deploy(ONE)
    for _ in range(3):
        world.start()
    first, second, _third = (
        task.id for task in world.ask(queries.list_tasks, ROOT, queries.TaskFilter(whose="all")).items
    )
    world.do(tasks.claim, first, by=WANG)
    world.do(tasks.claim, second, by=HU)
    both = (StandIn("wang", frozenset({"qc"})), StandIn("hu", frozenset({"qc"})))
    for groups in (frozenset({"sales"}), frozenset({"qc"})):
        who = Actor("sun", groups, stands_in=both)
        for whose in ("both", "group", "team"):
            found = world.ask(queries.list_tasks, who, queries.TaskFilter(whose=whose, per_page=2))
            assert found.total == 3, (groups, whose)


def test_nobody_approves_their_own_work(world):
    world.deploy(FOUR_EYES)
    world.start()
    world.complete("plan", by=WANG)
    task = world.task("approve")
    for attempt in (
        lambda: world.do(tasks.claim, task.id, by=WANG),
        lambda: world.do(tasks.complete, task.id, by=WANG, answers={}),
        lambda: world.do(tasks.reassign, task.id, "wang", by=ROOT, reason="only one left"),
        lambda: world.do(tasks.reassign, task.id, WANG, by=HU, reason="only one left"),
    ):
        with pytest.raises(SeparationOfDuties) as told:
            attempt()
        assert (told.value.who, told.value.done, told.value.element) == ("wang", "Plan it", "Approve it")
    assert isinstance(world.ask(tasks.why_not, task, WANG), SeparationOfDuties)
    assert world.ask(tasks.may_work, task, HU) is True
    world.complete("approve", by=HU)


def test_their_own_work_in_another_case_does_not_count(world):
    world.deploy(FOUR_EYES)
    mine, yours = world.start(), world.start()
    world.complete("plan", by=WANG, number=mine)
    world.complete("plan", by=HU, number=yours)
    world.complete("approve", by=WANG, number=yours)
    world.complete("approve", by=HU, number=mine)


def test_a_form_that_was_shown_before_the_task_was_passed_on_is_noticed(world):
    world.deploy(ONE)
    world.start()
    task = world.task("u")
    world.do(tasks.claim, task.id, by=WANG)
    with pytest.raises(TaskChanged):
        world.do(tasks.complete, task.id, by=WANG, answers={}, revision=task.revision)
    world.do(tasks.complete, task.id, by=WANG, answers={}, revision=task.revision + 1)


def test_one_of_two_who_claim_at_once_gets_it(world):
    world.deploy(ONE)
    world.start()
    task = world.task("u").id

    def take(who):
        with world.database.transaction() as session:
            tasks.claim(session, task, by=who)
        return who.id

    outcomes = at_once(lambda: take(WANG), lambda: take(HU))
    (winner,) = [entry for entry in outcomes if isinstance(entry, str)]
    (loser,) = [entry for entry in outcomes if isinstance(entry, ClaimedByOther)]
    assert loser.who == winner == world.task("u").assignee
