"""Scenarios of a folder played with other files in it, in throw-away installations, before these files run."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from processes import folders
from processes.folders import Folder
from processes.office import Played
from processes.scenario import report
from processes.settings import Settings
from web.stages import Stages

SECONDS = 180
"""After this long no further scenario is begun."""
UNPLAYED = "unplayed"


@dataclass(frozen=True)
class Trial:
    """What has come of the scenarios of a folder so far."""

    of: int
    """How many there are."""
    played: Sequence[Played] = ()
    trouble: str = ""
    """What kept them from being played."""
    over: bool = False

    @staticmethod
    def read(kept: Mapping[str, Any]) -> "Trial":
        """One that was kept as JSON."""
        return Trial(**{**kept, "played": [tuple(each) for each in kept["played"]]})

    @property
    def failed(self) -> list[tuple[str, str]]:
        """Those that did not pass, and why."""
        return [(name, why) for name, result, why in self.played if result != "passed"]

    @property
    def passed(self) -> int:
        """How many passed."""
        return len(self.played) - len(self.failed)

    @property
    def holds(self) -> bool:
        """Whether all were played and passed."""
        return self.over and not self.trouble and self.passed == self.of


def play(settings: Settings, files: Sequence[Path], deployed: Sequence[Folder]) -> Iterator[Trial]:
    """Play scenarios one after the other in a throw-away installation, until the time is over; told after each."""
    trial, until = Trial(len(files)), monotonic() + SECONDS
    try:
        with tempfile.TemporaryDirectory(prefix="kesu-") as place:
            stages = Stages(Path(place), settings, deployed)
            for file in files:
                if monotonic() > until:
                    break
                results = report.run([file], stages, lambda _line: None)
                played = [(each.name, each.result, each.reason) for each in results]
                trial = replace(trial, played=[*trial.played, *played])
                yield trial
    except Exception as error:  # noqa: BLE001 - told on the page, whatever it was
        trial = replace(trial, trouble=str(error) or type(error).__name__)
    yield replace(trial, over=True)


def with_files(name: str, files: Mapping[str, bytes], running: Mapping[str, Mapping[str, bytes]]) -> list[Folder]:
    """The folders that run, one of them with other files, as stages take them: with the units of the shipped ones."""
    places = {each.key: each.path for each in folders.shipped()}
    return [Folder(key, places.get(key, Path(key)), content) for key, content in {**running, name: files}.items()]


def rehearse(
    settings: Settings, name: str, new: Mapping[str, bytes], running: Mapping[str, Mapping[str, bytes]]
) -> Sequence[Played]:
    """Play the scenarios of a folder with new files, and say of each what came of it."""
    files = scenarios_of(name)
    *_, trial = play(settings, files, with_files(name, new, running))
    left = files[len(trial.played) :]
    return [*trial.played, *((file.stem, UNPLAYED, trial.trouble or f"{SECONDS} s were over") for file in left)]


def scenarios_of(name: str) -> list[Path]:
    """The shipped scenarios of a folder; for one that others call those of all that may call it."""
    shipped = folders.shipped()
    found = [file for each in shipped if each.key == name for file in _scenarios(each)]
    known = any(each.key == name for each in shipped)
    return found or [file for each in shipped for file in _scenarios(each) if known]


def _scenarios(folder: Folder) -> list[Path]:
    return sorted((folder.path / "scenarios").glob("*.yaml"))
