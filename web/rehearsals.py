"""Scenarios of a folder played with other files in it, in throw-away installations, before these files run."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic

from processes import folders
from processes.folders import Folder
from processes.office import Played
from processes.scenario import report
from processes.scenario.play import Result
from processes.settings import Settings
from web.stages import Stages

SECONDS = 180
"""After this long no further scenario is begun."""
UNPLAYED = "unplayed"


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


def with_files(name: str, files: Mapping[str, bytes], running: Mapping[str, Mapping[str, bytes]]) -> list[Folder]:
    """The folders that run, one of them with other files, as stages take them: with the units of the shipped ones."""
    places = {each.key: each.path for each in folders.shipped()}
    return [Folder(key, places.get(key, Path(key)), content) for key, content in {**running, name: files}.items()]


def rehearse(
    settings: Settings, name: str, files: Mapping[str, bytes], running: Mapping[str, Mapping[str, bytes]]
) -> Sequence[Played]:
    """Play the scenarios of a folder with new files, and say of each what came of it."""
    trial = Trial(scenarios_of(name))
    trial.play(settings, with_files(name, files, running))
    played: list[Played] = [(each.name, each.result, each.reason) for each in trial.results]
    left = trial.files[len(played) :]
    return [*played, *((file.stem, UNPLAYED, trial.trouble or f"{SECONDS} s were over") for file in left)]


def scenarios_of(name: str) -> list[Path]:
    """The shipped scenarios of a folder; for one that others call those of all that may call it."""
    shipped = folders.shipped()
    found = [file for each in shipped if each.key == name for file in _scenarios(each)]
    known = any(each.key == name for each in shipped)
    return found or [file for each in shipped for file in _scenarios(each) if known]


def _scenarios(folder: Folder) -> list[Path]:
    return sorted((folder.path / "scenarios").glob("*.yaml"))
