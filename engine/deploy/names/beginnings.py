"""Calls of processes that begin only by what comes from outside."""

from collections.abc import Iterator, Mapping

from engine.deploy.names.house import House
from engine.deploy.names.scopes import Scope
from engine.phrases import phrase
from engine.values import Finding

CODE = "start_kind"


def beginnings(home: House, scopes: Mapping[str, Scope], drawn_in: House | None = None) -> Iterator[Finding]:
    """The calls of a folder whose process, drawn in one folder or anywhere, no caller can begin."""
    for scope in scopes.values():
        for call in scope.uses.calls if scope.house is home else ():
            called = scopes.get(call.process)
            if called is None or called.house is not (drawn_in or called.house):
                continue
            if all(start.kind != "none" for start in called.process.starts):
                said = phrase("nobody can call {key}, which begins only by what comes from outside", key=call.process)
                cure = phrase("give it a start event without a trigger")
                spot = call.spot
                message = phrase("{called}: {said}: {cure}", called=spot.called, said=said, cure=cure)
                yield Finding(spot.file, message, spot.element, spot.label, code=CODE)
