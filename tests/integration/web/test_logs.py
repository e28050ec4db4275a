"""The lines of libraries are JSON, too, and say of an exception where it came from and not what it said."""

import io
import json
import logging
from contextlib import suppress

import pytest
import structlog

from web.command import common, logs


@pytest.fixture
def full_disk():
    """What takes nothing that is written to it."""
    full = io.TextIOWrapper(io.FileIO("/dev/full", "w"), line_buffering=True)
    yield full
    with suppress(OSError):
        full.close()


@pytest.fixture
def configured():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure()
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_neither_our_own_lines_nor_those_of_others_have_words_of_errors(capsys, configured):
    try:
        int("Zhang Wei")
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving %s", "/work")
        structlog.get_logger().exception("a chore failed")
    logging.getLogger("of.another").warning("error connecting in %r: %s", "pool-1", ValueError("Zhang Wei"))
    logging.getLogger("waitress.queue").warning("Task queue depth is 1")
    logging.getLogger("psycopg.pool").warning("discarding closed connection: %s", "the pool's")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    said = ["Exception while serving /work", "a chore failed", "error connecting in 'pool-1': ValueError"]
    assert [each["event"] for each in lines] == said
    assert "Zhang" not in json.dumps(lines)
    for each in lines[:2]:
        assert "test_logs.py" in each["exception"]
        assert each["exception"].endswith("ValueError")
        assert "Zhang" not in json.dumps(each)


def test_a_disk_that_is_full_costs_lines_and_nothing_else(monkeypatch, configured, full_disk):
    monkeypatch.setattr("sys.stderr", full_disk)
    monkeypatch.setattr("sys.stdout", full_disk)
    structlog.get_logger().warning("job failed")
    logging.getLogger("of.another").warning("error connecting")
    common.say("stopping")
    with pytest.raises(OSError, match="No space"):
        full_disk.write("a line\n")
