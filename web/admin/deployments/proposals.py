"""A version that somebody proposes: its files, kept while it is looked at, and the scenarios played with it."""

import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic

from engine.errors import NotFound
from processes import folders
from processes.folders import Folder
from processes.scenario import report
from processes.scenario.play import Result
from processes.settings import Settings
from web.stages import Stages

MOST_KEPT = 20
"""Proposals that are kept in memory; the oldest goes first, and all go when Kesu stops."""
SECONDS = 180
"""After this long no further scenario is begun."""


@dataclass
class Trial:
    """The scenarios of a folder, played one after the other in a throw-away installation beside the pages."""

    files: Sequence[Path]
    results: list[Result] = field(default_factory=list)
    trouble: str = ""
    """What kept them from being played."""
    over: Event = field(default_factory=Event)

    @property
    def failed(self) -> list[Result]:
        """Those that did not pass."""
        return [each for each in self.results if each.result != "passed"]

    @property
    def passed(self) -> int:
        """How many passed."""
        return len(self.results) - len(self.failed)

    @property
    def holds(self) -> bool:
        """Whether all were played and passed."""
        return self.over.is_set() and not self.trouble and self.passed == len(self.files)

    def play(self, settings: Settings, deployed: Sequence[Folder]) -> None:
        """Play them until the time is over."""
        until = monotonic() + SECONDS
        try:
            with tempfile.TemporaryDirectory(prefix="kesu-") as place:
                stages = Stages(Path(place), settings, deployed)
                for file in self.files:
                    if monotonic() > until:
                        break
                    self.results += report.run([file], stages, lambda _line: None)
        except Exception as error:  # noqa: BLE001 - told on the page, whatever it was
            self.trouble = str(error) or type(error).__name__
        finally:
            self.over.set()


@dataclass(frozen=True)
class Proposal:
    """Files that are to become the current version of a folder."""

    token: str
    name: str
    files: Mapping[str, bytes]
    completed: tuple[str, ...]
    """The files that were taken over from what runs."""
    by: str
    trial: Trial


class Proposals:
    """The proposals that are being looked at."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[str, Proposal] = {}
        self._lock = Lock()

    def get(self, token: str, by: str) -> Proposal:
        """A person's own proposal; NotFound for one that is not kept any more."""
        with self._lock:
            found = self._kept.get(token)
        if found is None or found.by != by:
            raise NotFound(what="proposal", key=token)
        return found

    def add(
        self,
        name: str,
        files: Mapping[str, bytes],
        completed: Sequence[str],
        *,
        by: str,
        settings: Settings,
        running: Mapping[str, Mapping[str, bytes]],
    ) -> Proposal:
        """Keep a proposal and begin to play its scenarios beside what runs.

        Args:
            name: the key of the folder.
            files: of the whole version.
            completed: those among them that were taken over.
            by: whose it is.
            settings: of the installation.
            running: the files of the current version of each folder.
        """
        trial = Trial(scenarios_of(name))
        proposal = Proposal(secrets.token_urlsafe(16), name, files, tuple(completed), by, trial)
        with self._lock:
            self._kept[proposal.token] = proposal
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        every = {**running, name: files}
        deployed = [Folder(key, Path(key), content) for key, content in every.items()]
        Thread(target=trial.play, args=(settings, deployed), daemon=True, name=f"scenarios of {name}").start()
        return proposal


def scenarios_of(name: str) -> list[Path]:
    """The shipped scenarios of a folder; for one that others call those of all that may call it."""
    shipped = folders.shipped()
    found = [file for each in shipped if each.key == name for file in _scenarios(each)]
    known = any(each.key == name for each in shipped)
    return found or [file for each in shipped for file in _scenarios(each) if known]


def _scenarios(folder: Folder) -> list[Path]:
    return sorted((folder.path / "scenarios").glob("*.yaml"))
