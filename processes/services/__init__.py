"""The Python behind the service tasks of the complaint procedures, by topic."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from engine import Call, Json, Services, Session
from processes import folders
from processes.errors import TopicTwice
from processes.management import approvals
from processes.office import Office
from processes.procedures.declared import Declared
from processes.services import clock, closing, deciders, formers, intake, letters, once, recurrence

Inside = Callable[[Office, Session, Call], Mapping[str, Json]]
Outside = Callable[[Office, Call], Mapping[str, Json]]

KEEPING: Mapping[str, Inside] = {
    "case.open": intake.open_case,
    "case.accept": intake.accept_case,
    "clock.start": clock.start,
    "clock.stop": clock.stop,
    "clock.reopen": clock.reopen,
    "clock.warn": clock.warn,
    "clock.breach": clock.breach,
    "clock.escalate": clock.escalate,
    "case.set_outcome": closing.set_outcome,
    "case.archive": closing.archive,
    "case.tell": clock.tell,
    "case.recurrence": recurrence.count,
    "letter.sent": letters.note_sent,
    "case.decider": deciders.find_decider,
    "management.once": once.find,
}
"""Those that change only the case of the step, which writes it once at its end, or say so before they write more."""

INSIDE: Mapping[str, Inside] = {"process.start": closing.start_process}
"""Those that work within the step's transaction."""

OUTSIDE: Mapping[str, Outside] = {
    "letter.send": letters.send_letter,
}
"""Those that write letters, after the commit."""


def services(office: Office, paths: Iterable[Path] | None = None) -> Services:
    """All topics, working for an office: of all procedures, of former diagrams, of the folders' own `services.py`.

    Args:
        office: whom they work for.
        paths: the folders; by default the shipped ones. A `services.py` has some of the mappings `INSIDE` and
            `OUTSIDE`, as this module, `KEEPING` and `READING`: what works within the step as well, and writes nothing.

    Raises TopicTwice when two of them define one topic.
    """
    registry = Services()
    owners: dict[str, str] = {}
    for owner, inside, keeping, reading, outside in [*_shared(), *_own(paths)]:
        for topic in (*inside, *keeping, *reading, *outside):
            if topic in owners:
                raise TopicTwice(topic=topic, one=owners[topic], other=owner)
            owners[topic] = owner
        for topic, function in {**keeping, **inside, **reading}.items():
            kind = {"reads": topic in reading, "keeps": topic in keeping}
            registry.task(topic, **kind, doc=function.__doc__ or "")(_inside(office, function))
        for topic, effect in outside.items():
            registry.task(topic, outside=True, doc=effect.__doc__ or "")(_outside(office, effect))
    return registry


_Found = tuple[str, Mapping[str, Inside], Mapping[str, Inside], Mapping[str, Inside], Mapping[str, Outside]]


def _shared() -> Iterator[_Found]:
    yield "processes/services", INSIDE, KEEPING, {}, OUTSIDE
    yield from ((str(each.__file__), each.INSIDE, {}, {}, each.OUTSIDE) for each in formers.modules())


def _own(paths: Iterable[Path] | None) -> Iterator[_Found]:
    """The Python of folders that have some, each with the place it comes from."""
    for path in folders.below(folders.ROOT) if paths is None else paths:
        file = path / "services.py"
        if file.is_file():
            module = _module(file, file.stat().st_mtime_ns)
            inside, keeping, reading = (getattr(module, name, {}) for name in ("INSIDE", "KEEPING", "READING"))
            yield str(file), inside, keeping, reading, getattr(module, "OUTSIDE", {})


@lru_cache(maxsize=64)
def _module(file: Path, _changed: int) -> ModuleType:
    """The Python of a folder, read once for all offices of a process and again when it has changed."""
    spec = spec_from_file_location(f"services_of_{file.parent.name}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def declared(office: Office) -> Declared:
    """What is told of declarations in an office; diagrams of former versions find what they name."""
    return Declared(office, formers.former(), partial(approvals.check, office))


def _inside(office: Office, function: Inside) -> Callable[[Session, Call], Mapping[str, Json]]:
    return lambda session, call: function(office, session, formers.completed(session, call))


def _outside(office: Office, function: Outside) -> Callable[[Call], Mapping[str, Json]]:
    return lambda call: function(office, call)
