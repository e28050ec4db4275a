"""Stages for scenarios: throw-away installations, each a copy of one that was migrated and filled once."""

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine import LoadedDeployment, SetClock
from processes.letters.mail import RecordingMail
from processes.migrations import migrate
from processes.scenario.format import Scenario
from processes.scenario.stage import Stage
from processes.settings import Settings
from web.compose import compose, deploy_shipped

SECRET = b"a secret of scenarios, which nobody else uses"


@dataclass(frozen=True)
class Template:
    """A database to be copied, and the deployments in it."""

    file: Path
    parsed: dict[int, LoadedDeployment]


class Stages:
    """Opens a stage for each scenario."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Keep the throw-away databases in a folder that exists; the settings hold for all of them."""
        self.folder = folder
        self.settings = settings
        self.count = 0

    @cached_property
    def empty(self) -> Template:
        """A migrated database: for scenarios that bring their own diagrams."""
        file = self.folder / "empty.sqlite3"
        migrate(f"sqlite:///{file}")
        return Template(file, {})

    @cached_property
    def shipped(self) -> Template:
        """A database with the shipped procedures, and what was parsed of them."""
        file = self.folder / "shipped.sqlite3"
        shutil.copyfile(self.empty.file, file)
        kesu = compose(self.settings, f"sqlite:///{file}", secret=SECRET, mail=RecordingMail())
        deploy_shipped(kesu.database)
        kesu.database.close()
        return Template(file, kesu.runtime.deployments)

    def __call__(self, scenario: Scenario) -> Stage:
        """A stage whose clock stands at the scenario's start."""
        template = self.empty if scenario.diagrams else self.shipped
        self.count += 1
        file = self.folder / f"{self.count}.sqlite3"
        shutil.copyfile(template.file, file)
        mail, clock = RecordingMail(), SetClock(scenario.at)
        kesu = compose(self.settings, f"sqlite:///{file}", secret=SECRET, clock=clock, mail=mail, actor_signs=True)
        kesu.runtime.deployments.update(template.parsed)
        return Stage(kesu.database, clock, lambda: mail.sent)
