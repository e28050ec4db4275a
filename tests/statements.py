"""Statements put together once for all databases of the tests: each has an engine of its own, and would do it again."""

from typing import Any

import sqlalchemy

import engine.database


class Together(dict[Any, Any]):
    """The cache of compiled statements of every engine of one kind: their dialects differ by identity only."""

    def get(self, key: Any, default: Any = None) -> Any:
        """What was put together for any engine of the kind."""
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


KNOWN: dict[str, Together] = {}


def share() -> None:
    """Let the engines that databases make from now on know each other's statements."""

    def make(url: Any, **options: Any) -> sqlalchemy.Engine:
        made = sqlalchemy.create_engine(url, **options)
        made._compiled_cache = KNOWN.setdefault(made.dialect.name, Together())
        return made

    engine.database.create_engine = make
