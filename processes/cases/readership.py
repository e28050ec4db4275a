"""What the latest declarations say of who reads the cases of each procedure."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine import Session
from engine.errors import NotFound
from processes import procedures
from processes.cases.schema import DbCase
from processes.identity import Same
from processes.procedures.model import Procedure, Readers, Text


@dataclass(frozen=True, eq=False)
class Rules:
    """What the latest declarations say of who reads the cases of each procedure; one object while they stay."""

    readers: tuple[tuple[str, Readers], ...]
    starters: tuple[tuple[str, frozenset[str]], ...]
    """Who registers the cases of each."""

    @cached_property
    def closed(self) -> list[str]:
        """Procedures whose cases administrators see the diagram of."""
        return sorted(key for key, readers in self.readers if readers.closed)

    @cached_property
    def private(self) -> list[str]:
        """Procedures whose cases the units do not read that work on them."""
        return sorted(key for key, readers in self.readers if readers.private)

    def read_by(self, groups: frozenset[str]) -> list[str]:
        """Procedures whose cases some roles or units read all."""
        return sorted(key for key, readers in self.readers if readers.groups & groups)


def rules_of(session: Session) -> Rules:
    """What they say now."""
    return _of(procedures.current(session))


@lru_cache(maxsize=32)
def _of(known: Same[Procedure]) -> Rules:
    starters = ((each.key, each.registration.groups) for each in known if each.registration is not None)
    return Rules(tuple((each.key, each.readers) for each in known), tuple(starters))


def readers_of(session: Session, case: DbCase) -> Readers:
    """Who reads the cases of a procedure, as its latest declaration says."""
    try:
        return procedures.find(session, case.procedure).readers
    except NotFound:
        return Readers()


def named(session: Session, case: DbCase) -> Text:
    """What the procedure of a case is called."""
    try:
        return procedures.find(session, case.procedure).name
    except NotFound:
        return {}


def sealed(session: Session) -> Collection[str]:
    """The folders whose cases are closed to administrators."""
    return rules_of(session).closed
