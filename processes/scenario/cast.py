"""Who acts in a scenario: the people of the file, or one person a group."""

from collections.abc import Mapping

from engine import Actor, TaskItem
from processes.scenario.errors import Mismatch


class Cast:
    """The people of a scenario."""

    def __init__(self, people: Mapping[str, tuple[str, ...]]) -> None:
        """Take people and their groups; nobody named means one person a group, named after it."""
        self.people = people

    def named(self, name: str) -> Actor:
        """The person of this name; Mismatch when the file names others but not this one."""
        if not self.people:
            return Actor(name, frozenset({name}))
        if name not in self.people:
            raise Mismatch(f"nobody here is called {name}; there are {', '.join(self.people)}")
        return Actor(name, frozenset(self.people[name]))

    def anyone_for(self, task: TaskItem) -> list[Actor]:
        """Everybody who may be able to do a task, the likeliest first."""
        if self.people:
            everybody = [self.named(name) for name in self.people]
            wanted = set(task.candidate_groups)
            return sorted(
                everybody,
                key=lambda actor: (
                    actor.id != task.assignee,
                    actor.id not in task.candidate_users,
                    not (wanted & actor.groups),
                ),
            )
        if task.assignee:
            return [Actor(task.assignee, frozenset({task.assignee, *task.candidate_groups}))]
        names = [*task.candidate_users, *task.candidate_groups] or ["anyone"]
        return [Actor(name, frozenset({name})) for name in names]
