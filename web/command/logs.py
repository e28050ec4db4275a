"""The log: a line of JSON on the standard error for each thing, without the words of errors, whoever writes it."""

import logging
import sys
from contextlib import suppress
from copy import copy
from io import StringIO
from typing import TYPE_CHECKING

import structlog

from engine.failures import name_of, without_words

if TYPE_CHECKING:
    from structlog.typing import Processor


class _Lines(StringIO):
    """What is the standard error at the moment; on a full disk the line is lost and the work goes on."""

    def write(self, text: str) -> int:
        """Some text of a line."""
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """What has been written."""
        with suppress(OSError):
            sys.stderr.flush()


class _Handler(logging.Handler):
    """Writes to what is the standard error at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line; of an error that stands in its words, the name alone."""
        given = record.args
        if isinstance(given, tuple):
            record = copy(record)
            record.args = tuple(name_of(each) if isinstance(each, BaseException) else each for each in given)
        _LINES.write(f"{self.format(record)}\n")


_LINES = _Lines()


def configure() -> None:
    """Set it up for this process, for our own lines and for those of the libraries."""
    told: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        without_words,
    ]
    written = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*told, written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.WriteLogger(_LINES),
    )
    handler = _Handler()
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[remove, written], foreign_pre_chain=told, keep_exc_info=False)
    )
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _Handler)] + [handler]
    root.setLevel(logging.WARNING)
    # that a connection is thrown away is nothing to tell: whoever needed it says so
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    # that a request waits for the one before is nothing to tell
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
