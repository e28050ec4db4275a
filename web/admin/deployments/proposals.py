"""A version that somebody proposes: its files, kept while it is looked at, and the scenarios played with it."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from threading import Lock, Thread
from typing import Any

import structlog
from flask import current_app

from engine import Finding, Session, Severity, deployments, leases, loading
from engine.errors import LeaseLost, NotFound
from processes import archives
from processes.desk import proposals
from web import rehearsals
from web.admin.deployments.findings import lint_files
from web.compose import Kesu
from web.rehearsals import Trial, scenarios_of, with_files
from web.shell import here

MOST_KNOWN = 20
"""Proposals of which a process knows what the checks have said; the oldest goes first, and is checked anew."""
Files = Mapping[str, bytes]

log = structlog.get_logger(__name__)


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
    """A draft under the address at which one person looks at it, and what has come of its scenarios so far."""

    token: str
    draft: Draft
    trial: Trial


@dataclass
class _Known:
    """What this process need not work out again, and what it is at; all else is in the database."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    playing: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)


def complete(  # noqa: PLR0917 - what a version is made of
    session: Session,
    name: str,
    sent: Files,
    base: int | None,
    gone: Collection[str] = (),
    ignored: Collection[str] = (),
) -> Draft:
    """Files completed from a deployment, and what the checks say about them."""
    running = {} if base is None else deployments.get_files(session, base)
    taken = {path: content for path, content in running.items() if path not in gone and path not in sent}
    whole = {**taken, **sent}
    return Draft(name, whole, tuple(taken), frozenset(gone), tuple(ignored), base, lint_files(session, name, whole))


def keep(draft: Draft) -> str:
    """Keep a proposal of who asks; the token by which it is found again."""
    packed = archives.packed(draft.chosen)
    with here.transaction() as session:
        token = proposals.keep(
            session,
            here.actor(),
            packed,
            folder=draft.name,
            base=draft.base,
            gone=draft.gone,
            ignored=draft.ignored,
        )
    _remember(token, draft)
    return token


def find(token: str) -> Proposal:
    """One's own proposal; NotFound for one that is not kept any more."""
    with here.reading() as session:
        row = proposals.find(session, here.actor(), token)
        if row.folder is None:
            raise NotFound(what="proposal", key=token)
        draft = _known().drafts.get(token)
        if draft is None:
            sent = archives.of_ours(row.files)
            draft = complete(session, row.folder, sent, row.base, row.gone, row.ignored)
            _remember(token, draft)
        return Proposal(token, draft, _trial(draft, row.tried))


def play(proposal: Proposal) -> None:
    """Begin to play its scenarios in this process, unless that is over, or some process is at it."""
    known = _known()
    with known.lock:
        if proposal.trial.over or proposal.token in known.playing:
            return
        known.playing.add(proposal.token)
    given = known, here.kesu(), proposal.token, proposal.draft
    Thread(target=_play, args=given, daemon=True, name=f"scenarios of {proposal.draft.name}").start()


def wait(files: Files) -> str:
    """Keep files that no folder is known for yet; the token by which they are found again."""
    packed = archives.packed(files)
    with here.transaction() as session:
        return proposals.keep(session, here.actor(), packed)


def waiting(token: str) -> dict[str, bytes]:
    """One's own files that wait; NotFound where they are not kept any more."""
    with here.reading() as session:
        return archives.of_ours(proposals.find(session, here.actor(), token).files)


def _play(known: _Known, kesu: Kesu, token: str, draft: Draft) -> None:
    """Play the scenarios and write after each what came of it.

    The lease of a process that dies at it ends. So does that of one that is slow: another plays them as well then, and
    what is over first counts.
    """
    try:
        with leases.one_at_a_time(kesu.database, f"scenarios {token}") as lease:
            if lease is None:
                return
            with kesu.database.reading() as session:
                current = loading.current(session).folders.items()
                running = {name: deployments.get_files(session, number) for name, number in current}
            deployed = with_files(draft.name, draft.files, running)
            for trial in rehearsals.play(kesu.settings, scenarios_of(draft.name), deployed):
                with suppress(LeaseLost):
                    lease.confirm()
                if not kesu.database.insist(partial(proposals.write_tried, token=token, result=asdict(trial))):
                    return
    except Exception:  # the next look at the page plays them again
        log.exception("scenarios could not be played", folder=draft.name)
    finally:
        known.playing.discard(token)


def _trial(draft: Draft, tried: Mapping[str, Any]) -> Trial:
    """What was written of its scenarios; before that, how many are to be played: none of what is refused anyhow."""
    if tried:
        return Trial.read(tried)
    number = 0 if draft.refused else len(scenarios_of(draft.name))
    return Trial(number, over=not number)


def _known() -> _Known:
    found: _Known = current_app.extensions.setdefault("proposals", _Known())
    return found


def _remember(token: str, draft: Draft) -> None:
    known = _known()
    with known.lock:
        known.drafts[token] = draft
        while len(known.drafts) > MOST_KNOWN:
            del known.drafts[next(iter(known.drafts))]
