"""What can go wrong with the demo of a folder; each docstring is the message."""

from engine.errors import KesuError, Refused


class WorkWaits(Refused):
    """Other cases have work that is due; start Kesu once, then make the demo cases."""


class NoDemo(KesuError):
    """The package {package} has no DEMO; give it one, made from processes.demo.model.Demo."""

    package: str


class StoryTwice(KesuError):
    """Two demo stories have the key {key}, one of them begins with {process}; give it another one."""

    key: str
    process: str
