"""Tables that calls hand over by name: what they ask for and what the called process does not know."""

from collections.abc import Iterator

from engine.deploy.names.house import House
from engine.deploy.names.unwritten import CODE, tested_by, tested_in
from engine.deploy.names.values import Known
from engine.phrases import Label, phrase
from engine.spelling import meant
from engine.values import Finding, Severity


def unwritten_in_tables(home: House, known: Known) -> Iterator[Finding]:
    """The names in tables of a folder that are not known in a process that is handed the table."""
    told: set[tuple[str, str]] = set()
    for scope in known.scopes.values():
        for spot, decision in known.handed_tables(scope) if not scope.blind else ():
            if home.compiled.decisions.get(decision.key) is not decision:
                continue
            tested = tested_in(tested_by(decision), scope.seen(spot))
            for name in sorted(decision.names | tested):
                if scope.sources(name, spot) is None and (decision.key, name) not in told:
                    told.add((decision.key, name))
                    said = phrase(
                        '"{table}": {called} of {process} asks it, and {name} is not known there{cure}',
                        table=Label(decision.name),
                        called=spot.called,
                        process=scope.process.key,
                        name=name,
                        cure=meant(name, scope.seen(spot)),
                    )
                    severity = Severity.WARNING if scope.open else Severity.ERROR
                    yield Finding(decision.file, said, decision.key, decision.name, severity, CODE, about=name)
