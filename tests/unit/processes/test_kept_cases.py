"""What a step knows of its case ends with the step: nothing is kept in the session."""

from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_no_session_carries_values_that_nobody_owns():
    rooms = (file for room in ("engine", "forms", "processes", "web") for file in (ROOT / room).rglob("*.py"))
    assert [str(file) for file in rooms if "session.info" in file.read_text(encoding="utf-8")] == []
