"""PostgreSQL on a disk that is full: `python -m tests.faults.disk`, as root, on a small file system in memory."""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from cluster import Cluster, find_binaries
from consistency import check

from engine.errors import Passing
from engine.run import instances
from engine.values import SYSTEM
from processes.migrations import migrate
from tests.at_once import wait_until
from tests.faults.burst import CLOCKED
from tests.faults.scene import Scene, begin

MEGABYTES = 260
"""The server with its log of changes and an empty database take about half of it."""


def full(cluster: Cluster) -> str:
    """Cases until nothing can be written any more, a worker beside; then there is room again."""
    scene = Scene(cluster, "embedded", CLOCKED)
    due = datetime.now(UTC).isoformat()
    scene.write(20, "clocked", due=due)
    filler = cluster.folder / "filler"
    with filler.open("wb") as file:
        free = _free(cluster.folder)
        file.write(b"\0" * max(0, free - 4_000_000))
    written = 0
    try:
        while written < 5000:
            with scene.database.transaction() as session:
                instances.start(session, "clocked", variables={"due": due, "text": "x" * 50_000}, by=SYSTEM)
            written += 1
    except Passing as error:
        said = type(error).__name__
    else:
        raise AssertionError("the disk was never full")
    scene.database.close()
    filler.unlink()
    ended = cluster.revive()
    begin(scene.prepare(1))
    wait_until(lambda: _left(scene) == 0, 120)
    count = check(scene.database)
    ends = scene.end()
    assert (count, ends) == (20 + written, [0]), (count, written, ends)
    server = "ended and was started again" if ended else "went on"
    return f"PostgreSQL's disk full after {written} cases: {said}, the server {server}; with room again all {count} went on"


def _left(scene: Scene) -> int:
    try:
        return scene.waiting()
    except Passing:
        return 1


def _free(folder: Path) -> int:
    found = subprocess.run(["df", "-B1", "--output=avail", folder], check=True, capture_output=True, text=True)
    return int(found.stdout.split()[1])


def main() -> int:
    """Mount, try, unmount."""
    binaries = find_binaries()
    if binaries is None:
        raise click.ClickException("PostgreSQL is not installed")
    place = tempfile.mkdtemp(prefix="kesu-full-")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", place], check=True)
    Path(place).chmod(0o755)
    before, tempfile.tempdir = tempfile.tempdir, place
    try:
        cluster = Cluster(binaries)
        tempfile.tempdir = before
        try:
            cluster.create_template(migrate)
            print(full(cluster), flush=True)
        finally:
            cluster.stop()
    finally:
        tempfile.tempdir = before
        subprocess.run(["umount", place], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
