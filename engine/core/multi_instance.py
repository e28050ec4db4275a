"""Several instances of one activity, one after the other or all at once."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.core.errors import Stuck
from engine.core.script_engine import evaluate, truth
from engine.core.specs import Live
from engine.core.tasks import Token
from engine.core.variables import counts_of, plain
from engine.language.values import kind_of
from engine.phrases import phrase
from engine.values import Json

MOST_ITEMS = 10_000
"""More is taken for a mistake."""


class Several(Live):
    """The parent of the items; runs again, before anything else, each time an item has ended."""

    visible = False
    holds_items = True
    sequential: bool
    collection: str | None
    variable: str | None

    def was_entered(self, task: Token) -> bool:  # noqa: ARG002 - only its items are
        """Never: its items are."""
        return False

    def items(self, task: Token) -> list[Json]:
        """What there is an item for."""
        if self.collection:
            found = evaluate(task, self.collection)
            if not isinstance(found, list):
                raise Stuck(phrase("{text} gives {kind}, not a list", text=self.collection, kind=kind_of(found)))
            count = len(found)
        else:
            number = evaluate(task, str(self.cardinality))  # type: ignore[attr-defined] # SpiffWorkflow's
            if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                raise Stuck(phrase("{value} is no number of items", value=repr(number)))
            count, found = number, None
        if count > MOST_ITEMS:
            raise Stuck(phrase("{count} items are more than {most}", count=count, most=MOST_ITEMS))
        return list(range(count)) if found is None else found

    def _run_hook(self, my_task: Token) -> Any:
        memory = my_task.internal_data
        if "size" not in memory:
            items = self.items(my_task)
            memory.update(size=len(items), ended=0, next=0)
            if not items:
                my_task.workflow.top_workflow.note_skipped(my_task)
                return True
            if self.sequential and self.collection:
                memory["rest"] = [plain(self.collection, item) for item in items[1:]]
            self.begin(my_task, items[:1] if self.sequential else items)
            return None
        if memory["ended"] and self.is_enough(my_task):
            for item in my_task.children:
                item.cancel()
            return True
        if memory["ended"] >= memory["size"]:
            return True
        if self.sequential and memory["next"] == memory["ended"]:
            following, *rest = memory["rest"] if self.collection else [memory["next"]]
            if self.collection:
                memory["rest"] = rest
            self.begin(my_task, [following])
        return None

    def is_enough(self, task: Token) -> bool:
        """Whether the completion condition holds."""
        condition = self.condition  # type: ignore[attr-defined] # SpiffWorkflow's
        return bool(condition) and truth(evaluate(task, condition, counts_of(task)))

    def begin(self, task: Token, items: list[Json]) -> None:
        """Start the next items."""
        memory = task.internal_data
        spec = self._wf_spec.task_specs[self.task_spec]  # type: ignore[attr-defined] # SpiffWorkflow's
        for entry in items:
            child = task._add_child(spec)  # noqa: SLF001 - SpiffWorkflow's name for it
            child.internal_data["local"] = {"loopCounter": memory["next"]}
            if self.variable:
                child.internal_data["local"][self.variable] = plain(self.variable, entry)
            memory["next"] += 1
            spec._update(child)  # noqa: SLF001 - SpiffWorkflow's name for it

    def item_ended(self, task: Token) -> None:
        """Count an item and look at the whole before anything else runs."""
        task.internal_data["ended"] += 1
        if task.has_state(TaskState.STARTED):
            task.ready_first()


class AllAtOnce(Several, defaults.ParallelMultiInstanceTask):
    """All items at the same time."""

    sequential = False


class Again(Several, defaults.SequentialMultiInstanceTask):
    """A standard loop: the same activity again as long as its condition holds, at most so many times."""

    sequential = True
    collection = None
    variable = None
    tests_before = False
    most: int | None = None

    def _run_hook(self, my_task: Token) -> Any:
        memory = my_task.internal_data
        first = "size" not in memory
        if first:
            memory.update(size=0, ended=0, next=0)
        if not self.goes_on(my_task, first=first):
            if first:
                my_task.workflow.top_workflow.note_skipped(my_task)
            return True
        if memory["next"] == memory["ended"]:
            self.begin(my_task, [None])
            memory["size"] = memory["next"]
        return None

    def goes_on(self, task: Token, *, first: bool) -> bool:
        """Whether there is one more round."""
        ended = task.internal_data["ended"]
        if self.most is not None and ended >= self.most:
            return False
        if self.condition is None or (first and not self.tests_before):
            return True
        return truth(evaluate(task, self.condition, {"loopCounter": ended}))


class OneAfterAnother(Several, defaults.SequentialMultiInstanceTask):
    """Each item when the one before has ended; what is still to come is that of the beginning, and kept as `rest`."""

    sequential = True
