"""Variables: they live beside the tokens, in the scope of the process or local to a token."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine.core.errors import Stuck
from engine.core.tasks import Token
from engine.kinds import EventKind
from engine.phrases import phrase
from engine.values import Json, is_finite

_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
_ATOMS = (str, bool, type(None))


class Visible(Mapping[str, Json]):
    """The variables that a token sees, the innermost first; values are copies, so that nobody changes them unseen."""

    def __init__(self, layers: list[dict[str, Json]]) -> None:
        """Take the scopes, innermost first."""
        self._layers = layers

    def __getitem__(self, name: str) -> Json:
        for layer in self._layers:
            if name in layer:
                return plain(name, layer[name])
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for layer in reversed(self._layers) for name in layer})

    def copied(self) -> dict[str, Json]:
        """All of them."""
        found: dict[str, Json] = {}
        for layer in reversed(self._layers):
            found.update(layer)
        return {name: value if isinstance(value, _ATOMS) else plain(name, value) for name, value in found.items()}

    def __len__(self) -> int:
        return len({name for layer in self._layers for name in layer})


def plain(name: str, value: Json) -> Json:
    """A copy of a value as JSON keeps it; Stuck when JSON cannot."""
    if isinstance(value, _ATOMS):
        return value
    try:
        text = orjson.dumps(value, option=_STRICT)
    except (TypeError, ValueError, RecursionError) as error:
        raise Stuck(phrase("the value of {name} cannot be kept as JSON: {error}", name=name, error=error)) from error
    if b"null" in text and not is_finite(value):
        raise Stuck(
            phrase("the value of {name} cannot be kept as JSON: it contains a number that is not finite", name=name)
        )
    return orjson.loads(text)


def same(old: Json, new: Json) -> bool:
    """Whether two values are the same JSON, so that true and 1 are not."""
    if type(old) is not type(new) or old != new:
        return False
    return isinstance(old, (str, bool, int, float, type(None))) or orjson.dumps(old) == orjson.dumps(new)


def chain(task: Token) -> Iterator[tuple[int, dict[str, Json]]]:
    """The scopes that a token sees, innermost first, each with the token that owns it; the instance's is 0."""
    top = task.workflow.top_workflow
    while True:
        local = task.internal_data.get("local")
        if local is not None:
            yield task.id, local
        host = task.workflow.parent_task_id
        if host is None:
            yield 0, top.variables[0]
            return
        task = top.index[host]
        if task.task_spec.own_variables:
            yield task.id, top.variables[task.id]
            return


def visible(task: Token, extra: Mapping[str, Json] | None = None) -> Visible:
    """All variables that a token sees, and before them some names of its own; items see their counts, too."""
    layers = [dict(extra)] if extra else []
    for owner, values in chain(task):
        layers.append(values)
        item = task.workflow.top_workflow.index[owner] if owner else None
        if item is not None and values is item.internal_data.get("local") and item.parent.task_spec.holds_items:
            layers.append(counts_of(item.parent))
    return Visible(layers)


def counts_of(task: Token) -> dict[str, Json]:
    """How many items an activity with several instances has."""
    memory = task.internal_data
    return {
        "nrOfInstances": memory["size"],
        "nrOfCompletedInstances": memory["ended"],
        "nrOfActiveInstances": memory["next"] - memory["ended"],
    }


def local_of(task: Token) -> dict[str, Json]:
    """The local variables that a token sees, without those of the process."""
    layers = [values for _, values in chain(task)][:-1]
    return {name: value for values in reversed(layers) for name, value in values.items()}


def write(task: Token, values: Mapping[str, Json]) -> None:
    """Set variables where a token sees them: in the nearest scope that has the name, else in that of the process."""
    scopes = list(chain(task))
    clean = {name: value if isinstance(value, _ATOMS) else plain(name, value) for name, value in values.items()}
    for name, value in clean.items():
        nearest = scopes[-1]
        if len(scopes) > 1:
            nearest = next((each for each in scopes if name in each[1]), nearest)
        owner, scope = nearest
        put(task.workflow.top_workflow, scope, owner, name, value, task=task)


def put(top: Any, scope: dict[str, Json], owner: int, name: str, value: Json, *, task: Token | None = None) -> None:
    """Set one variable of one scope: traced, undone when the task fails, and seen by conditional events."""
    known = name in scope
    old = scope.get(name)
    if known and same(old, value):
        return
    if top.undo is not None:
        top.undo.append((scope, name, known, old))
    scope[name] = value
    top.dirty = True
    top.touched.add(name)
    top.news[news_key(owner, name)] = "update" if known else "create"
    if task is None or owner != task.id:  # what a token keeps for itself alone ends with it
        top.progress += 1
    top.record(EventKind.VARIABLE, task, {"name": name, "old": old, "new": value, "scope": owner})


def news_key(owner: int, name: str) -> str:
    """Under what a change of a variable is noted until conditions were looked at: the name, and whose it is."""
    return f"{name}#{owner}" if owner else name


def key_seen(task: Token, name: str) -> str:
    """The same of the variable that a token sees under a name."""
    owner = next((owner for owner, values in chain(task) if name in values), 0)
    return news_key(owner, name)


def take_back(undo: list[tuple[dict[str, Json], str, bool, Json]]) -> None:
    """Undo what `put` noted, the last first."""
    for scope, name, known, old in reversed(undo):
        if known:
            scope[name] = old
        else:
            scope.pop(name, None)
