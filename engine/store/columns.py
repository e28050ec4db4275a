"""What the columns hold, and how it is kept: moments, JSON, words of an enumeration, the processes that were called."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator

from engine.values import Called, Json


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in Python, stored in UTC on both databases.

    SQLite keeps it as text without the zone, made here at one go: a step writes dozens of them.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To UTC; a naive time is a mistake of the caller."""
        return _as_utc_text if dialect.name == "sqlite" else _as_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database, aware, in UTC."""
        return _from_utc_text if dialect.name == "sqlite" else _as_utc


def _as_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a naive time cannot be stored: {value}")
    return value.astimezone(UTC)


@lru_cache(maxsize=64)  # a step writes its own moment thirty times
def _as_utc_text(value: datetime | None) -> str | None:
    moment = _as_utc(value)
    return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_utc_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text if text[-6:] == "+00:00" else text + "+00:00")


class JsonText(TypeDecorator[Any]):
    """JSON on SQLite as text: a column of type JSON would turn the text 1.0 into the number 1."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Json], str]:  # noqa: ARG002 - SQLAlchemy's signature
        """To JSON; nothing becomes null."""
        return to_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], Json]:  # noqa: ARG002 - as above
        """From JSON."""
        return _from_json


def to_json(value: Json) -> str:
    """JSON text; TypeError for what JSON cannot carry."""
    return orjson.dumps(value).decode()


def _from_json(text: str | None) -> Json:
    return None if text is None else orjson.loads(text)


class Word(TypeDecorator[StrEnum]):
    """A member of an enumeration, stored as its text."""

    impl = String
    cache_ok = True

    def __init__(self, of: type[StrEnum], length: int) -> None:
        """Take the enumeration and what its longest text may be."""
        super().__init__(length)
        self.of = of
        self.length = length

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], StrEnum | None]:  # noqa: ARG002 - as above
        """From its text; ValueError for one that is no member."""
        known: dict[str | None, StrEnum | None] = {None: None, **{each.value: each for each in self.of}}
        return lambda value: known[value] if value in known else self.of(str(value))


class CalledText(TypeDecorator[tuple[Called, ...]]):
    """The processes that an instance has called, as text: grouped by and searched on both databases.

    There: deployment:process:+running or, where no call goes on, deployment:process:0, separated by blanks.
    """

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Sequence[Called] | None], str | None]:  # noqa: ARG002 - as above
        """To text; nothing for none."""
        return _to_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], tuple[Called, ...]]:  # noqa: ARG002 - as above
        """From text."""
        return _from_text


def _from_text(text: str | None) -> tuple[Called, ...]:
    if not text:
        return ()
    parts = (entry.split(":") for entry in text.split())
    return tuple(Called(int(deployment), key, int(running)) for deployment, key, running in parts)


def _to_text(each: Sequence[Called] | None) -> str | None:
    return " ".join(map(_as_text, each)) if each else None


def _as_text(called: Called) -> str:
    return f"{called.deployment_id}:{called.process_key}:{f'+{called.running}' if called.running else 0}"


JsonType = JSON(none_as_null=False).with_variant(JsonText(), "sqlite")

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""
