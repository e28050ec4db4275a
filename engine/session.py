"""A transaction on the database of a runtime, and what it has learned until it is certain."""

from collections.abc import Callable, Collection, Hashable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, orm

from engine.connections import Connections
from engine.runtime import Current, Runtime
from engine.store.gathered import Gathered

if TYPE_CHECKING:
    from engine.loaded import FormFile, LoadedDeployment

Fact = TypeVar("Fact", bound=Hashable)
MOST_CERTAIN = 50_000
"""So many facts are remembered to be in the database, before one begins anew: a few MB."""


class Session(orm.Session):
    """A transaction on the database of a runtime; made by `Database`."""

    def __init__(self, connections: Connections, runtime: Runtime) -> None:
        """Work on a database for a runtime; nothing is read yet."""
        super().__init__(expire_on_commit=False, join_transaction_mode="rollback_only")
        self.runtime = runtime
        self._connections = connections
        self._opened: Connection | None = None
        self._gathered: Gathered | None = None
        self.trial = False
        """Whether nothing of its work stays: it is done to see what comes of it, and no job goes on with it."""
        self.deployments: dict[int, LoadedDeployment] = {}
        """Parsed in this transaction; shared with all threads once it is committed."""
        self.current: Current | None = None
        """What is current, once it was asked for; None again when something else becomes current."""
        self.activation: int | None = None
        """The last activation, where it was read together with something else; None again likewise."""
        self.beside: dict[str, tuple[int, Any]] = {}
        """What came with the last lock, by name: the number of the instance, and what `Runtime.beside` asks of it."""
        self.changed: set[str] = set()
        """What this transaction has changed of that: nobody may remember it before it is certain."""
        self.forms_as_they_were: dict[tuple[str, str], FormFile] = {}
        """Forms that were looked up in this transaction, likewise."""
        self.roots: dict[int, int] = {}
        """The deployments of instances that were asked for in this transaction; an instance stays on its own."""
        self.audiences: dict[str, int] = {}
        """The numbers of audiences that were found or made in this transaction, likewise."""
        self.learned: dict[Hashable, None] = {}
        """What has been written in this transaction and stays for ever, likewise."""
        self.after_commit: list[Callable[[], None]] = []
        """What is to be done once it is safe, for example to wake a worker; nothing may depend on it."""

    # The transaction is the connection's. SQLAlchemy's session begins one of its own inside of it as soon as objects
    # are changed; what is asked of the database without objects does not pay for that.

    def get_bind(self, *_given: Any, **_options: Any) -> Connection:
        """The connection, in a transaction, with what was gathered written: SQLAlchemy's session works on it, too."""
        opened = self._begun()
        self.send()
        return opened

    def _begun(self) -> Connection:
        if self._opened is None:
            self._opened = self._connections.take()
        if not self._opened.in_transaction():
            self._opened.begin()
        return self._opened

    @property
    def dialect(self) -> str:
        """The name of the database's dialect; nothing is asked of it."""
        return self._connections.engine.dialect.name

    @property
    def gathered(self) -> Gathered:
        """What is written together, before anything else is asked of the database, at the latest with the commit."""
        if self._nested_transaction is not None:
            super().connection()  # which sets the savepoint: SQLAlchemy does so when it is first asked for
        if self._gathered is None:
            self._gathered = Gathered(self._begun())
        return self._gathered

    def send(self) -> None:
        """Write what was gathered; raises what the database says of it."""
        if self._gathered is not None:
            self._gathered.send()

    def drop(self) -> None:
        """Forget what was gathered and is not written yet, because it is to be undone."""
        self._gathered = None

    def begin_nested(self) -> orm.SessionTransaction:
        """A savepoint: what was gathered before it stays when it is undone, for what comes after that see `drop`."""
        self.send()
        return super().begin_nested()

    def make_certain(self, facts: Collection[Fact]) -> list[Fact]:
        """Give those of some facts of which it is not known that they are in the database, where they stay for ever.

        They are about to be written; that they are there is remembered once that is safe.
        """
        new = [each for each in facts if each not in self.runtime.certain]
        if new and not self.in_nested_transaction():  # or it may be undone
            self.learned.update(dict.fromkeys(new))
        return new

    def connection(self, *given: Any, **options: Any) -> Connection:
        """The connection of the transaction; in a savepoint SQLAlchemy's session sets it first."""
        return self.get_bind() if self._nested_transaction is None else super().connection(*given, **options)

    def commit(self) -> None:
        """Keep what was done."""
        self.send()
        self._gathered = None  # it belongs to this transaction
        if self.in_transaction():
            super().commit()
        if self._opened is not None:
            self._opened.commit()

    def rollback(self) -> None:
        """Undo what was not kept."""
        self.drop()
        if self.in_transaction():
            super().rollback()
        if self._opened is not None:
            self._opened.rollback()

    def close(self) -> None:
        """Give the connection back."""
        self.drop()
        super().close()
        if self._opened is not None:
            opened, self._opened = self._opened, None
            self._connections.give_back(opened)

    def share(self) -> None:
        """Give what was learned to all threads, now that it is certain."""
        self.runtime.deployments.update(self.deployments)
        self.runtime.audiences.update(self.audiences)
        if len(self.runtime.certain) > MOST_CERTAIN:
            self.runtime.certain.clear()
        self.runtime.certain.update(self.learned)
        if self.current is not None and self.current.since > max(self.runtime.current, default=0):
            self.runtime.current.clear()
            self.runtime.current[self.current.since] = self.current
        self.runtime.forms_as_they_were.update(self.forms_as_they_were)


def now(session: Session) -> datetime:
    """The engine's time, in UTC."""
    return session.runtime.clock.now()
