"""What can be wrong with a scenario file, and what a play can find."""

from pathlib import Path


class ScenarioUnreadable(Exception):
    """The file is not of the scenario form; says the line and what stands there."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line
        self.message = message


class Mismatch(Exception):
    """A step or a closing check did not hold; says what was wanted and what was there."""
