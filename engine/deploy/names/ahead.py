"""What a running instance would ask for in another version of its process, and does not have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.deploy.names.house import Street
from engine.deploy.names.order import MOST, Asked, Ways, asked_in
from engine.deploy.names.scopes import Scope, forms_of, scopes_of
from engine.phrases import phrase


@dataclass(frozen=True)
class Standing:
    """Where a token waits."""

    scope: int
    """The number of the called process that it is in; 0 for the outermost."""
    process: str
    element: str
    names: frozenset[str]
    """The variables that it sees."""


@dataclass(frozen=True)
class Lack:
    """A variable that is read ahead of where an instance waits, that it lacks and that nothing ahead writes."""

    process: str
    element: str
    name: str
    said: str
    """What reads it, as in a finding."""
    stops: bool = True
    """Whether the instance would stop there; a form shows nothing instead."""


@dataclass(frozen=True)
class Ahead:
    """The variables of the processes of one folder, by who reads and writes them where."""

    street: Street
    scopes: Mapping[str, Scope]

    def lacks(self, standing: Sequence[Standing]) -> list[Lack]:
        """What an instance that waits in these places would ask for in vain; nothing where nobody can tell."""
        found: dict[tuple[str, str], Lack] = {}
        for number, key in dict.fromkeys((each.scope, each.process) for each in standing):
            scope = self.scopes.get(key)
            if scope is None or scope.blind or len(scope.process.elements) > MOST:
                continue
            ways = Ways(scope.process)
            beside = [each for each in standing if (each.scope, each.process) == (number, key)]
            ahead = {name for each in beside for name in (each.element, *ways.reached(each.element))}
            asked = [*((each, True) for each in asked_in(self.street, scope)), *_of_forms(self.street, scope)]
            for each, stops in asked:
                for place in beside:
                    if _is_read(ways, place, each, stops=stops) and _is_lost(scope, ways, each, ahead, stops=stops):
                        lack = Lack(key, each.node, each.name, each.said, stops)
                        if (key, each.name) not in found or (stops and not found[key, each.name].stops):
                            found[key, each.name] = lack
        return list(found.values())


def ahead_in(street: Street) -> Ahead:
    """What is read and written in the processes of some folders."""
    return Ahead(street, scopes_of(street))


def _is_read(ways: Ways, place: Standing, asked: Asked, *, stops: bool) -> bool:
    """Whether something is read from a place on, which does not see it."""
    here = asked.node == place.element and (asked.after or not stops)
    return asked.name not in place.names and (here or asked.node in ways.reached(place.element))


def _is_lost(scope: Scope, ways: Ways, asked: Asked, ahead: set[str], *, stops: bool) -> bool:
    """Whether nothing ahead writes a variable of the process: before it is read or, for a form, at all."""
    home, sources = scope.sources(asked.name, scope.uses.spots.get(asked.node)) or ("", ())
    writers = [scope.process.elements[each.by] for each in sources if each.by in scope.process.elements]
    timely = [each for each in writers if not stops or ways.may_precede(each, asked)]
    may = (each.id in ahead or each.id not in ways.surveyed for each in timely)
    return not home and not any(may)


def _of_forms(street: Street, scope: Scope) -> Iterator[tuple[Asked, bool]]:
    for spot, key in forms_of(scope):
        found = street.form(scope.house, key)
        for read in found[1].reads if found is not None and found[1] is not None else ():
            said = phrase("{called}: the form: {what}", called=spot.called, what=read.what)
            for name in sorted(read.names):
                yield Asked(name, spot.element, (spot.file, spot.element, spot.label), said), False
