"""A network between PostgreSQL and its processes that is cut without a word: packets are dropped, nobody is told.

Three hosts in network namespaces: where the server is, the road, and where the processes are that will be cut off. As
root, with iproute2.
"""

import os
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cluster import Cluster, find_binaries

from processes.migrations import migrate
from tests.at_once import wait_until
from tests.faults import breaks
from tests.faults.breaks import MAIL
from tests.faults.burst import CLOCKED
from tests.faults.scene import Process, Scene, begin
from tests.faults.stage import sent

SERVER, AWAY = "10.199.1.1", "10.199.2.1"
PREFIX = f"kesu{os.getpid()}"
HBA = "local all all trust\nhost all all 10.199.0.0/16 trust\n"
CUT_SECONDS = 45
"""Longer than a lease, and than it takes to notice that nobody is at the other end."""


class Road:
    """Two hosts and the one between them that passes on or does not."""

    def __init__(self) -> None:
        """Make them."""
        for host in ("server", "road", "away"):
            _ip("netns", "add", _host(host))
            _ip("-n", _host(host), "link", "set", "lo", "up")
        for number, host in ((1, "server"), (2, "away")):
            ends = ("type", "veth", "peer", "name", "end", "netns", _host(host))
            _ip("link", "add", f"to-{host}", "netns", _host("road"), *ends)
            _ip("-n", _host("road"), "addr", "add", f"10.199.{number}.2/24", "dev", f"to-{host}")
            _ip("-n", _host("road"), "link", "set", f"to-{host}", "up")
            _ip("-n", _host(host), "addr", "add", f"10.199.{number}.1/24", "dev", "end")
            _ip("-n", _host(host), "link", "set", "end", "up")
            _ip("-n", _host(host), "route", "add", "default", "via", f"10.199.{number}.2")
        self.mend()

    def cut(self) -> None:
        """Drop what comes, and tell nobody."""
        self._pass_on(0)

    def mend(self) -> None:
        """Let through what comes."""
        self._pass_on(1)

    def _pass_on(self, whether: int) -> None:
        said = f"echo {whether} > /proc/sys/net/ipv4/ip_forward"
        subprocess.run([*inside("road"), "sh", "-c", said], check=True)

    def close(self) -> None:
        """Take the hosts away."""
        for host in ("server", "road", "away"):
            _ip("netns", "del", _host(host))


def inside(host: str) -> list[str]:
    """What to put before a command that is to run on a host."""
    return ["ip", "netns", "exec", _host(host)]


def _host(name: str) -> str:
    return f"{PREFIX}-{name}"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


@dataclass
class Left:
    """What the server still has of connections whose other end is cut off, by seconds since the cut."""

    cluster: Cluster
    begun: float = field(default_factory=time.monotonic)
    in_transaction: float = 0.0
    """When one was last seen in a transaction: it may hold locks."""
    there: float = 0.0
    """When one was last seen."""
    most: int = 0

    def look(self) -> None:
        """One look."""
        query = "SELECT state FROM pg_stat_activity WHERE client_addr = %s AND backend_start < now() - %s"
        since = time.monotonic() - self.begun
        states = self.cluster.admin.execute(query, (AWAY, timedelta(seconds=since))).fetchall()
        self.most = max(self.most, len(states))
        if states:
            self.there = since
        if any(state != "idle" for (state,) in states):
            self.in_transaction = since

    def __str__(self) -> str:
        return (
            f"of {self.most} connections in the server none was in a transaction after {self.in_transaction:.0f} s,"
            f" none was there after {self.there:.0f} s"
        )


def cut(_: Cluster, kind: str) -> str:
    """A worker is cut off from PostgreSQL in the middle of its letters, and of many letters and timers."""
    binaries = find_binaries()
    assert binaries is not None
    road = Road()
    try:
        rules = Path(f"/tmp/{PREFIX}-hba")
        rules.write_text(HBA)
        cluster = Cluster(binaries, within=inside("server"), listen_addresses=SERVER, hba_file=str(rules))
        try:
            cluster.create_template(migrate)
            return f"{_few(cluster, road, kind)}; {_many(cluster, road, kind)}"
        finally:
            cluster.stop()
            rules.unlink()
    finally:
        road.close()


def _few(cluster: Cluster, road: Road, kind: str) -> str:
    """Letters that take long: the other worker has them within 15 seconds, and the one cut off sends none of them."""
    scene = Scene(cluster, kind, MAIL)
    scene.write(4)
    other = scene.prepare(1)
    away = _prepare_away(scene, 3)
    begin(away)
    wait_until(lambda: scene.taken() >= 4)
    road.cut()
    left = Left(cluster)
    begin(other)
    gone = wait_until(lambda: left.look() or not scene.left(), 60, 0.2)
    while time.monotonic() - left.begun < CUT_SECONDS:
        left.look()
        time.sleep(0.2)
    early = Counter(sent(scene.letters))
    road.mend()
    scene.write(1)
    wait_until(lambda: not scene.left(), 60)
    other[0].terminate()
    other[0].wait(30)
    scene.write(1)  # only the one that was cut off is there
    back = wait_until(lambda: not scene.left(), 60)
    ends = scene.end()
    assert (len(early), max(early.values()), ends) == (4, 1, [0, 0]), (early, ends)
    assert gone < 15, gone
    told = f"cut off for {CUT_SECONDS} s, the other has its letters after {gone:.1f} s, 0 twice"
    return f"{told}; {left}; back it goes on after {back:.1f} s"


def _many(cluster: Cluster, road: Road, kind: str) -> str:
    """Many short letters and timers: nothing is lost; twice comes what had left and could not be written down."""
    scene = Scene(cluster, kind, MAIL, CLOCKED)
    scene.write(1000, "clocked", due=(datetime.now(UTC) + timedelta(seconds=3)).isoformat())
    scene.write(600)
    workers = [*scene.prepare(1, 0.1), *_prepare_away(scene, 0.1)]
    begin(workers)
    wait_until(lambda: len(sent(scene.letters)) > 50)
    road.cut()
    time.sleep(CUT_SECONDS)
    road.mend()
    return breaks.settled(scene, 600, 1000, once=False)


def _prepare_away(scene: Scene, seconds: float) -> list[Process]:
    url = f"postgresql+psycopg://kesu@{SERVER}/{scene.database.url.database}"
    return scene.launch([[*inside("away"), *scene.command(url, seconds)]])


ACTS = {"cut": cut}
