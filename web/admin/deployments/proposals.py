"""A version that somebody proposes: its files, kept while it is looked at, and the scenarios played with it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from engine import Finding, Severity
from engine.errors import NotFound
from processes.settings import Settings
from web.rehearsals import Trial, scenarios_of, with_files

MOST_KEPT = 20
"""Proposals that are kept in memory; the oldest goes first, and all go when Kesu stops."""
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Draft:
    """Files that are to become the current version of a folder."""

    name: str
    files: Files
    """Of the whole version."""
    completed: tuple[str, ...]
    """The files that were taken over from what runs."""
    gone: frozenset[str]
    """What runs and is left out."""
    ignored: tuple[str, ...]
    """What was sent and is no file of a folder."""
    base: int | None
    """The deployment that it was completed from; None for a new folder."""
    findings: Sequence[Finding]

    @property
    def chosen(self) -> dict[str, bytes]:
        """The files that somebody sent."""
        return {path: content for path, content in self.files.items() if path not in self.completed}

    @property
    def refused(self) -> bool:
        """Whether the checks let nobody deploy it."""
        return any(each.severity is Severity.ERROR for each in self.findings)


@dataclass(frozen=True)
class Proposal:
    """A draft under the address at which one person looks at it."""

    token: str
    by: str
    draft: Draft
    trial: Trial


class Proposals:
    """What is being looked at, and files that wait until it is said which folder they belong to."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[str, Proposal] = {}
        self._waiting: dict[str, tuple[str, Files]] = {}
        self._lock = Lock()

    def get(self, token: str, by: str) -> Proposal:
        """A person's own proposal; NotFound for one that is not kept any more."""
        with self._lock:
            found = self._kept.get(token)
        if found is None or found.by != by:
            raise NotFound(what="proposal", key=token)
        return found

    def add(self, draft: Draft, *, by: str, settings: Settings, running: Mapping[str, Files]) -> Proposal:
        """Keep a proposal, and begin to play its scenarios beside what runs unless it is refused anyhow.

        Args:
            draft: what is proposed.
            by: whose it is.
            settings: of the installation.
            running: the files of the current version of each folder.
        """
        trial = Trial([] if draft.refused else scenarios_of(draft.name))
        proposal = Proposal(secrets.token_urlsafe(16), by, draft, trial)
        with self._lock:
            self._kept[proposal.token] = proposal
            _forget(self._kept)
        if draft.refused:
            trial.over.set()
        else:
            deployed = with_files(draft.name, draft.files, running)
            name = f"scenarios of {draft.name}"
            Thread(target=trial.play, args=(settings, deployed), daemon=True, name=name).start()
        return proposal

    def wait(self, files: Files, *, by: str) -> str:
        """Keep files that no folder is known for yet; the token by which they are found again."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._waiting[token] = by, files
            _forget(self._waiting)
        return token

    def waiting(self, token: str, by: str) -> Files:
        """A person's own files that wait; none where they are not kept any more."""
        with self._lock:
            owner, files = self._waiting.get(token, ("", {}))
        return files if owner == by else {}


def _forget(kept: dict[str, Any]) -> None:
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
