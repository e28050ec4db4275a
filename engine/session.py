"""A transaction on the database of a runtime, and what it has learned until it is certain."""

from collections.abc import Callable, Collection, Hashable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from sqlalchemy import Connection, inspect, orm
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from engine.connections import Connections
from engine.errors import Busy, DatabaseAway, NotWritten, Passing, StaleInstance
from engine.failures import name_of
from engine.runtime import Current, Place, Runtime
from engine.store.gathered import Gathered

if TYPE_CHECKING:
    from engine.loaded import FormFile, LoadedDeployment
    from engine.store.rows import Row
    from engine.store.whole import Whole

log = structlog.get_logger(__name__)
Fact = TypeVar("Fact", bound=Hashable)
MOST_CERTAIN = 50_000
"""So many facts are remembered to be in the database, before one begins anew: a few MB."""


class Session(orm.Session):
    """A transaction on the database of a runtime; made by `Database`.

    What it is of SQLAlchemy's comes into being when something of that is first asked for: most steps never do.
    """

    autoflush = True

    def __init__(self, connections: Connections, runtime: Runtime) -> None:
        """Work on a database for a runtime; nothing is read yet."""
        self.runtime = runtime
        self._connections = connections
        self._opened: Connection | None = None
        self._gathered: Gathered | None = None
        self.has_objects = False
        """Whether it is SQLAlchemy's session yet, which may have objects of its own."""
        self.known: dict[Hashable, tuple[Row, Whole[Any]]] = {}
        """The plain objects that were read in this transaction, by table and key, and who writes them."""
        self.trial = False
        """Whether nothing of its work stays: it is done to see what comes of it, and no job goes on with it."""
        self.deployments: dict[int, LoadedDeployment] = {}
        """Parsed in this transaction; shared with all threads once it is committed."""
        self.definitions: dict[Hashable, Any] = {}
        """Versions of processes that were read in this transaction, by number and by key and version, likewise."""
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
        self.left: set[Place] = set()
        """The elements whose services have left it to the end of a step to write what they changed."""
        self.after_commit: list[Callable[[], None]] = []
        """What is to be done once it is safe, for example to wake a worker; nothing may depend on it."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Become SQLAlchemy's session; AttributeError for what that has not either."""
            if self.has_objects:
                raise AttributeError(name)
            self.has_objects = True
            super().__init__(autoflush=self.autoflush, expire_on_commit=False, join_transaction_mode="rollback_only")
            return getattr(self, name)

    def in_transaction(self) -> bool:
        """Whether SQLAlchemy's session is in one."""
        return self.has_objects and super().in_transaction()

    def in_nested_transaction(self) -> bool:
        """Whether there is a savepoint."""
        return self.has_objects and super().in_nested_transaction()

    def flush(self, objects: Any = None) -> None:
        """Write what objects have changed, plain ones and SQLAlchemy's."""
        for found, whole in [*self.known.values()]:
            whole.save(self, found)
        if self.has_objects:
            super().flush(objects)

    def expunge_all(self) -> None:
        """Forget all objects, with what they have changed."""
        self.known.clear()
        if self.has_objects:
            super().expunge_all()

    def expunge_row(self, kind: type[Any], key: tuple[Any, ...]) -> None:
        """Forget SQLAlchemy's object of a row that a statement has deleted, which tells the session nothing."""
        if self.has_objects:
            found = self.identity_map.get(inspect(kind).identity_key_from_primary_key(key))
            if found is not None:
                self.expunge(found)

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
        if self.has_objects and not self.is_set(self.get_nested_transaction()):
            super().connection()  # which sets the savepoint: SQLAlchemy does so when it is first asked for
        if self._gathered is None:
            self._gathered = Gathered(self._begun())
        return self._gathered

    def send(self, *, last: bool = False) -> None:
        """Write what was gathered; raises what the database says of it. As the last of all it may be kept at once."""
        if self._gathered is not None:
            self._gathered.send(last=last)

    def find_out(self, error: Exception) -> None:
        """NotWritten for an error of what was left to be written, where it may be that of a service.

        All is undone then. When it is done again these services write at once, each for itself.
        """
        new = self.left - self.runtime.at_once
        if not new or isinstance(error, Passing | StaleInstance):
            return
        log.warning("it is found out which service it is whose work cannot be written", error=name_of(error))
        self.runtime.at_once.update(new)
        raise NotWritten from error

    def drop(self) -> None:
        """Forget what was gathered and is not written yet, and plain objects, because it is to be undone."""
        self._gathered = None
        self.known.clear()

    def is_set(self, savepoint: orm.SessionTransaction | None) -> bool:
        """Whether the database knows of a savepoint, if there is one: it is told when it is first asked something."""
        return savepoint is None or bool(savepoint._connections)  # noqa: SLF001 - nothing public says

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
        nested = self.has_objects and self.in_nested_transaction()
        return super().connection(*given, **options) if nested else self.get_bind()

    def commit(self) -> None:
        """Keep what was done."""
        self.flush()
        self.send(last=not self.in_transaction())
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

    def __exit__(self, _kind: object, error: object, _traceback: object) -> None:
        """Undo what was not committed, which a connection that is gone cannot.

        Busy where there was none to be had, DatabaseAway where one was asked for more after it was lost, by whoever had
        made do without what it did not find.
        """
        lost = self._opened is not None and self._opened.invalidated
        if self._opened is not None and self._opened.in_transaction():
            try:
                self.rollback()
            except (DBAPIError, Passing):
                self._opened.invalidate()
        self.close()
        if isinstance(error, NoConnectionLeft):
            raise Busy from error
        if lost and isinstance(error, PendingRollbackError):
            raise DatabaseAway from error

    def close(self) -> None:
        """Give the connection back."""
        self.drop()
        if self.has_objects:
            super().close()
        if self._opened is not None:
            opened, self._opened = self._opened, None
            self._connections.give_back(opened)

    def share(self) -> None:
        """Give what was learned to all threads, now that it is certain."""
        self.runtime.deployments.update(self.deployments)
        self.runtime.definitions.update(self.definitions)
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
