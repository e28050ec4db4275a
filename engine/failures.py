"""What of an error may be written down: its name and where it came from, never what it says.

What an error says may be a letter, a name, a statement with its parameters. The history is kept for ever and logs are
copied to other machines; so both have the name only. The words stand with the incident until it is over.
"""

import errno
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

DEEPEST = 20
"""Frames of a traceback that are kept, those nearest to the error."""


def name_of(error: BaseException) -> str:
    """The class of an error and the code that it carries: SQLSTATE, errno, the answer of a mail server."""
    origin = getattr(error, "orig", None) or error
    code = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None)
    number = getattr(error, "smtp_code", None)
    if code is None and isinstance(error, OSError):
        code = errno.errorcode.get(error.errno or 0)
    said = [type(error).__name__, *(str(each) for each in (code, number) if isinstance(each, str | int))]
    return " ".join(said)


def words_of(error: BaseException) -> str:
    """What an error says, for whoever has to mend it; of a database its name only, for it quotes the row."""
    if getattr(error, "orig", None) is not None:
        return name_of(error)
    return (str(error) or type(error).__name__).replace("\0", "")[:2000]


def kept_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the history keeps of a business error: what the service says of it is for observers and the diagram."""
    return {name: value for name, value in data.items() if name != "message"}


def places_of(error: BaseException) -> str:
    """Where an error came from, and those before it: the traceback without lines of code and without words."""
    return "\n".join(_chain(error, set()))


def without_words(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: an exception is logged by its places."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["exception"] = places_of(error)
    return line


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _chain(before, seen)
        yield "then"
    for frame in traceback.extract_tb(error.__traceback__)[-DEEPEST:]:
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    yield name_of(error)
