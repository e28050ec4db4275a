"""A version that somebody proposes: its files, kept while it is looked at, and the scenarios played with it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, Thread

from engine.errors import NotFound
from processes.settings import Settings
from web.rehearsals import Trial, scenarios_of, with_files

MOST_KEPT = 20
"""Proposals that are kept in memory; the oldest goes first, and all go when Kesu stops."""


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
        deployed = with_files(name, files, running)
        Thread(target=trial.play, args=(settings, deployed), daemon=True, name=f"scenarios of {name}").start()
        return proposal
