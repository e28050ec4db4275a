"""Stages for scenarios: throw-away installations, each a copy of one that was migrated and filled once."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from engine import SYSTEM, LoadedDeployment, SetClock
from engine.errors import DeploymentRefused
from processes import folders
from processes.cases import outbox
from processes.folders import Folder
from processes.mail import RecordingMail
from processes.migrations import migrate
from processes.people import chart
from processes.scenario.format import Scenario
from processes.scenario.stage import Stage
from processes.settings import Settings
from web.compose import Kesu, compose, deploy_shipped

SECRET = b"a secret of scenarios, which nobody else uses"


@dataclass(frozen=True)
class Template:
    """A database to be copied, the deployments in it, and what they are for a person."""

    file: Path
    parsed: dict[int, LoadedDeployment]
    plays: str = ""


class Stages:
    """Opens a stage for each scenario: with the folder it lies in, in the place of the one of the same key."""

    def __init__(self, folder: Path, settings: Settings, deployed: Sequence[Folder] | None = None) -> None:
        """Keep the throw-away databases in a folder that exists; the settings hold for all of them.

        Nothing begins by date on them: days pass, and a scenario is about its own case.

        Args:
            folder: for the databases.
            settings: of the throw-away installations.
            deployed: the folders that every scenario plays, wherever it lies; by default the shipped ones, with the
                folder of the scenario in the place of that with its key.
        """
        self.folder = folder
        self.settings = settings
        self.deployed = deployed
        self.count = 0
        self.templates: dict[Path | None, Template | DeploymentRefused] = {}

    @cached_property
    def empty(self) -> Template:
        """A migrated database: for scenarios that bring their own diagrams."""
        file = self.folder / "empty.sqlite3"
        migrate(self.address(file))
        return Template(file, {})

    def __call__(self, scenario: Scenario) -> Stage:
        """A stage whose clock stands at the scenario's start; DeploymentRefused for a folder that does not pass."""
        template = self.empty if scenario.diagrams else self._filled(scenario)
        file = self._copy(template)
        mail, clock = RecordingMail(), SetClock(scenario.at)
        settings = replace(self.settings, begin_by_date=bool(scenario.diagrams))
        kesu = compose(settings, self.address(file), secret=SECRET, clock=clock, mail=mail, actor_signs=True)
        kesu.runtime.deployments.update(template.parsed)
        return Stage(kesu.database, clock, lambda: _sent(kesu), template.plays)

    def _filled(self, scenario: Scenario) -> Template:
        own = folders.around(scenario.file) if self.deployed is None else None
        if own is not None and own.is_relative_to(folders.ROOT):
            own = None  # it is among the shipped ones anyhow: all of these are played on copies of one database
        if own not in self.templates:
            try:
                self.templates[own] = self._fill(own)
            except DeploymentRefused as error:
                self.templates[own] = error
        found = self.templates[own]
        if isinstance(found, DeploymentRefused):
            raise found
        return found

    def _fill(self, own: Path | None) -> Template:
        """A database with the deployments that a scenario of a folder plays, and what was parsed of them."""
        every = list(folders.shipped() if self.deployed is None else self.deployed)
        if own is not None:
            mine = folders.read(own)
            every = [mine if each.key == mine.key else each for each in every]
            every += [] if mine in every else [mine]
        file = self._copy(self.empty)
        settings = replace(self.settings, begin_by_date=False)
        kesu = compose(settings, self.address(file), secret=SECRET, mail=RecordingMail())
        try:
            deploy_shipped(kesu.database, every)
            with kesu.database.transaction() as session:
                chart.create(session, chart.of_folders(every), by=SYSTEM)
        finally:
            kesu.database.close()
        return Template(file, kesu.runtime.deployments, _told(every))

    def address(self, file: Path) -> str:
        """The address of a database."""
        return f"sqlite:///{file}"

    def _copy(self, template: Template) -> Path:
        self.count += 1
        file = self.folder / f"{self.count}.sqlite3"
        shutil.copyfile(template.file, file)
        return file


def _told(every: Sequence[Folder]) -> str:
    """The folders, those that are not shipped with their files first."""
    own = [
        f"plays {each.path}: {', '.join(each.files)}"
        for each in every
        if not each.path.resolve().is_relative_to(folders.ROOT)
    ]
    beside = [each.key for each in every if each.path.resolve().is_relative_to(folders.ROOT)]
    shipped = f"shipped: {', '.join(beside)}" if beside else ""
    return "; ".join(part for part in (*own, shipped and (f"beside {shipped}" if own else f"plays {shipped}")) if part)


def _sent(kesu: Kesu) -> Mapping[str, int]:
    """How many letters of each template went out, by mail or by hand."""
    with kesu.database.reading() as session:
        return outbox.count_sent(session)
