"""Every diagram is played in four ways; none of them may leave a trace in the shared specs."""

import core_play
import pytest

from engine.core import loop

MODES = ("kept in memory", "saved and loaded", "read anew", "without snapshots")


@pytest.fixture(params=MODES)
def mode(request, monkeypatch):
    """How an instance lives between two engine tasks."""
    hosts = []
    monkeypatch.setattr(core_play, "HOSTS", hosts)
    monkeypatch.setattr(core_play, "RELOAD", request.param != "kept in memory")
    monkeypatch.setattr(core_play, "REREAD", request.param == "read anew")
    if request.param == "without snapshots":
        monkeypatch.setattr(loop, "SNAPSHOT_LIMIT", 0)
    yield request.param
    for host in hosts:
        for ref, prints in host.prints.items():
            assert core_play.fingerprint(host.known[ref]) == prints
