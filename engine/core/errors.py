"""What the core refuses, beside what all of the engine refuses."""

from engine.errors import KesuError


class StateUnreadable(KesuError):
    """The state of the instance cannot be read: {reason}."""

    reason: str


class WrongTime(KesuError, ValueError):
    """{text} is not a time that can be used: {reason}."""

    text: str
    reason: str


class Stuck(KesuError):
    """A token that cannot go on; the message becomes an incident."""


class StepBroken(KesuError):
    """{element} failed after it had begun to move tokens; the step has to be rolled back: {reason}.

    A host may raise it, too, when the whole step has to be given up, as when the database is gone.
    """

    element: str
    reason: str
