"""What drives an instance: a queue of ready tokens, conditions when variables change, joins when nothing is ready."""

import time
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.core import codec
from engine.core.definitions import Conditional
from engine.core.errors import StepBroken
from engine.core.gateways import InclusiveGateway, is_held
from engine.core.tasks import FINISHED, Token
from engine.core.timer_event import Timer
from engine.core.variables import key_seen, take_back
from engine.core.workflow import Instance
from engine.errors import Passing
from engine.failures import name_of, words_of
from engine.kinds import EventKind

SNAPSHOT_LIMIT = 64
"""Up to this number of tokens the state is kept before each engine task, so that whatever fails can be undone.

Above it one relies on the order of things alone: every run hook works out what can fail before it moves a token. Should
one fail later, the whole step is given up with StepBroken.
"""
PRUNE_EVERY = 16
"""Engine tasks after which finished tokens are dropped, at least: as many as there are tokens, so that looking through
them all costs the same for each engine task however many there are.
"""
MOST_ROUNDS = 500
"""Passes of one element in which no variable changes, beyond as many as there are tokens: an endless loop.

Nothing that a condition could look at has changed then, but the clock and what services do outside.
"""


class Rounds:
    """Counts how often each element was passed since a variable changed; items of several have a bound of their own."""

    def __init__(self, instance: Instance, limit: int, before: int) -> None:
        """Begin to count; `limit` engine tasks are too many whatever changes, those `before` the cut included."""
        self._instance = instance
        self._limit = limit
        self._before = before
        self._progress = instance.progress
        self._tokens = 0
        self._passed: dict[tuple[int | None, Any], int] = {}

    def find_loop(self, token: Token, count: int) -> str | None:
        """Why a token is not to run after `count` others: it would go on for ever."""
        if self._before + count >= self._limit:
            return f"endless loop: more than {self._limit} engine tasks in one step"
        if self._instance.progress != self._progress:
            self._progress = self._instance.progress
            self._passed.clear()
        parent = token.workflow.tasks[token._parent]  # noqa: SLF001 - SpiffWorkflow's name for it
        if parent.task_spec.holds_items or "size" in token.internal_data:
            return None
        place = token.workflow.parent_task_id, token.task_spec
        self._passed[place] = passed = self._passed.get(place, 0) + 1
        self._tokens = max(self._tokens, len(self._instance.index))
        if passed <= MOST_ROUNDS + self._tokens:
            return None
        return "endless loop: this comes round again and again, and no variable changes"


def run(
    instance: Instance, *, limit: int, before: int = 0, stop_after: int | None = None, seconds: float | None = None
) -> int:
    """Run until nothing is ready; how many engine tasks that took.

    Args:
        instance: what to run.
        limit: more engine tasks than this are taken for an endless loop: an incident on the token that is next. Much
            fewer are where they change no variable.
        before: so many ran in the parts before this one.
        stop_after: return after that many, with the rest still ready.
        seconds: return after so long, likewise; `instance.cut` says so. It may be cut between any two engine tasks. A
            run of few tasks is slow because the machine is: it has three times as long.
    """
    count, pruned_at, rounds = 0, PRUNE_EVERY, Rounds(instance, limit, before)
    begun = time.monotonic()
    while not _is_enough(instance, count, stop_after, None if seconds is None else (begun, seconds)):
        if instance.true_at_once:
            _fire_true_at_once(instance)
        elif instance.queue:
            token = instance.queue.popleft()
            if not token.runnable or token.id not in instance.index:
                continue
            endless = rounds.find_loop(token, count)
            if endless is not None:
                instance.fail(token, endless)
                break
            count += 1
            step(instance, token)
            if instance.dirty:
                check_conditions(instance)
            if count >= pruned_at:
                prune(instance)
                pruned_at = count + max(PRUNE_EVERY, len(instance.index))
        elif instance.dirty:
            check_conditions(instance)
        elif not release_joins(instance):
            report_dead_ends(instance)
            break
    follow_variables(instance)
    prune(instance)
    return count


FEW = 100
"""Engine tasks: a step of the shipped procedures has less than half as many."""


def _is_enough(instance: Instance, count: int, stop_after: int | None, bound: tuple[float, float] | None) -> bool:
    """Whether a run has taken its time and something is left; one engine task it does, so that it gets on."""
    if stop_after is not None and count >= stop_after:
        return True
    instance.cut = False
    if bound is not None and count and instance.queue:
        begun, seconds = bound
        instance.cut = time.monotonic() - begun >= (seconds if count >= FEW else 3 * seconds)
    return instance.cut


def step(instance: Instance, token: Token) -> None:
    """Run one engine task; what fails becomes an incident, with nothing changed."""
    small = len(instance.index) <= SNAPSHOT_LIMIT
    before = codec.dump(instance) if small else None
    memory = dict(token.internal_data)
    variables = set(instance.variables)
    marks = len(instance.trace), len(instance.outbox), instance.changes, instance.dirty
    kept = instance.variables.copy()
    del kept[0]  # what is undone one by one
    opened, handed = dict(instance.opened), dict(instance.handed)
    instance.undo = []
    try:
        token.run()
    except (StepBroken, Passing):
        raise
    except Exception as error:
        if before is None and instance.changes != marks[2]:
            raise StepBroken(element=token.task_spec.bpmn_id, reason=str(error)) from error
        take_back(instance.undo)
        instance.variables.update(kept)
        for number in set(instance.variables) - variables:
            del instance.variables[number]
        del instance.trace[marks[0] :], instance.outbox[marks[1] :]
        instance.opened, instance.handed = opened, handed
        if before is not None:
            codec.fill(instance, codec.read_state(before))
            token = instance.index[token.id]
        else:
            token.internal_data = memory
        instance.dirty = marks[3]
        instance.fail(token, words_of(error), name_of(error))
    finally:
        instance.undo = None


def check_conditions(instance: Instance) -> None:
    """Fire the conditional events whose condition has become true."""
    instance.dirty = False
    news, instance.news = instance.news, {}
    waiting = [token for token in instance.event_manager.tasks.values() if is_conditional(token)]
    for token in waiting:
        heard = token.internal_data.pop("heard", None)
        if heard or not token.waiting or "incident" in token.internal_data:
            continue  # another may have ended it meanwhile
        if not token.task_spec.event_definition.concerns(token, news):
            continue
        try:
            rises = token.task_spec.event_definition.rises(token)
        except Passing:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails here is other people's expression
            instance.fail(token, words_of(error), name_of(error))
        else:
            if rises:
                token.task_spec.fire(token)


def follow_variables(instance: Instance) -> None:
    """Move the timers that wait for a moment that hangs on a variable which has changed."""
    names, instance.touched = instance.touched, set()
    if not names:
        return
    for token in list(instance.event_manager.tasks.values()):
        definition = token.task_spec.event_definition
        if token.waiting and isinstance(definition, Timer) and not names.isdisjoint(definition.reads):
            definition.follow(token)


def release_joins(instance: Instance) -> bool:
    """Let the inclusive joins through that nothing can reach any more; whether there was one."""
    for scope in instance.scopes:
        specs = {token.task_spec: None for token in scope.tasks.values() if token.task_spec.joins and token.waiting}
        for spec in specs:
            if isinstance(spec, InclusiveGateway) and spec.release(scope):
                return True
    return False


def report_dead_ends(instance: Instance) -> None:
    """Make incidents of tokens that wait at a join in a scope where nothing else can come."""
    for scope in instance.scopes:
        live = [
            token
            for token in scope.tasks.values()
            if not token._state & FINISHED and not token.task_spec.passive  # noqa: SLF001 - SpiffWorkflow's name for it
        ]
        if live and all(is_held(token) for token in live):
            for token in live:
                if "incident" not in token.internal_data:
                    instance.fail(token, "it waits for ever: no token can come by the other incoming flows")


def prune(instance: Instance) -> None:
    """Throw finished tokens away in all scopes."""
    for scope in instance.scopes:
        scope.prune()


def is_conditional(token: Token) -> bool:
    """Whether a token waits for a condition."""
    return isinstance(getattr(token.task_spec, "event_definition", None), Conditional)


def revive(instance: Instance, token: Token) -> None:
    """Try a token again that had an incident."""
    del token.internal_data["incident"]
    instance.record(EventKind.RESOLVED, token, {})
    if token.has_state(TaskState.READY):
        instance.queue.append(token)
    elif token.has_state(TaskState.STARTED):
        token.internal_data.pop("in", None)
        token._set_state(TaskState.READY)  # noqa: SLF001 - SpiffWorkflow's name for it
    elif token.has_state(TaskState.FUTURE):
        arm: Any = token.task_spec.arm
        arm(token)
    elif is_conditional(token):
        token.internal_data["was"] = 0
        instance.dirty = True
        variable = token.task_spec.event_definition.variable
        instance.news.setdefault(key_seen(token, variable) if variable else "", "update")
    elif isinstance(token.task_spec.event_definition, Timer):
        token.task_spec.event_definition.follow(token)


def _fire_true_at_once(instance: Instance) -> None:
    """Fire the next conditional event whose condition held when it was armed."""
    token = instance.index.get(instance.true_at_once.pop(0))
    if token is not None and token.waiting:
        token.task_spec.fire(token)
