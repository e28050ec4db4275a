"""Several real processes on one PostgreSQL: killed, frozen, ended, and the server restarted under them.

`python -m tests.faults.processes --help`; what is printed stands in docs/scale.md. On a quiet machine:
`python -m tests.faults.processes --only timers --count 10000`.
"""

import signal
import time
from collections import Counter
from pathlib import Path

import click
from cluster import Cluster, find_binaries

from processes.migrations import migrate
from tests.at_once import wait_until
from tests.faults import breaks, burst, network
from tests.faults.breaks import MAIL
from tests.faults.scene import Scene, begin
from tests.faults.stage import sent

KINDS = ("embedded", "procrastinate")


def letters(cluster: Cluster, kind: str, count: int) -> str:
    """Two workers and many letters: each once."""
    scene = Scene(cluster, kind, MAIL)
    scene.write(count)
    begun = time.monotonic()
    scene.work(2)
    wait_until(lambda: not scene.left(), 240)
    seconds = time.monotonic() - begun
    keys, by = Counter(sent(scene.letters)), len(set(_by(scene.letters)))
    ends = scene.end()
    assert (len(keys), max(keys.values()), ends) == (count, 1, [0, 0]), (len(keys), max(keys.values()), ends)
    return f"{count} letters, two workers: {len(keys)} sent, 0 twice, by {by} workers, {count / seconds:.0f} a second"


def killed(cluster: Cluster, kind: str) -> str:
    """A worker that is killed in the middle of its letters: the other one has them within 15 seconds."""
    scene = Scene(cluster, kind, MAIL)
    scene.write(8)
    other = scene.prepare(1)
    (first,) = scene.work(1, seconds=120)  # it will not come back from its letters
    wait_until(lambda: scene.taken() >= 4)
    first.kill()
    gone = time.monotonic()
    begin(other)
    wait_until(lambda: not scene.left(), 60)
    seconds = time.monotonic() - gone
    keys = Counter(sent(scene.letters))
    scene.end()
    assert (len(keys), max(keys.values())) == (8, 1)
    assert seconds < 15, seconds
    return f"SIGKILL in the middle: all 8 letters sent, 0 twice, done {seconds:.1f} s after it"


def frozen(cluster: Cluster, kind: str) -> str:
    """A worker that is frozen before its letters leave, past its lease: it sends and writes nothing when it wakes."""
    scene = Scene(cluster, kind, MAIL)
    scene.write(4)
    other = scene.prepare(1, seconds=3)
    (first,) = scene.work(1, seconds=3)
    wait_until(lambda: scene.taken() >= 4)
    first.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    begin(other)
    wait_until(lambda: not scene.left(), 60)
    seconds = time.monotonic() - stopped
    first.send_signal(signal.SIGCONT)
    time.sleep(6)
    keys = Counter(sent(scene.letters))
    ends = scene.end()
    assert (len(keys), max(keys.values())) == (4, 1), keys
    return f"SIGSTOP past the lease: 4 letters sent once each by the other, {seconds:.1f} s; woken, it sent nothing, ends {ends}"


def restarted(cluster: Cluster, kind: str) -> str:
    """The server is restarted under load: nothing is lost."""
    scene = Scene(cluster, kind, MAIL)
    scene.write(400)
    scene.work(2, seconds=0.02)
    wait_until(lambda: len(sent(scene.letters)) > 50)
    scene.database.close()
    cluster.restart()
    scene.database.close()
    wait_until(lambda: not _try(scene.left), 120)
    keys = Counter(sent(scene.letters))
    scene.end()
    twice = sum(count - 1 for count in keys.values())
    assert len(keys) == 400
    return f"PostgreSQL restarted under load: 400 letters sent, {twice} twice"


def _by(file: Path) -> list[str]:
    return [line.partition('"by":')[2] for line in file.read_text().splitlines()]


def _try(look) -> int:  # type: ignore[no-untyped-def] # any look that may fail
    try:
        return int(look())
    except Exception:  # noqa: BLE001 - the server is away
        return 1


ACTS = {
    "killed": killed,
    "frozen": frozen,
    "restarted": restarted,
    **breaks.ACTS,
    **network.ACTS,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(["letters", *ACTS, "timers"]), help="Only these parts.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), default=KINDS, help="Only this dispatcher.")
@click.option("--letters", "many", default=1000, help="So many letters.")
@click.option("--count", default=2000, help="So many timers that are due at once.")
def main(only: tuple[str, ...], kinds: tuple[str, ...], many: int, count: int) -> None:
    """Real processes on one PostgreSQL, with both dispatchers."""
    binaries = find_binaries()
    if binaries is None:
        raise click.ClickException("PostgreSQL is not installed")
    cluster = Cluster(binaries)
    try:
        cluster.create_template(migrate)
        for kind in kinds:
            if not only or "letters" in only:
                print(f"{kind:14}{letters(cluster, kind, many)}", flush=True)
            for name, act in ACTS.items():
                if not only or name in only:
                    print(f"{kind:14}{act(cluster, kind)}", flush=True)
        if not only or "timers" in only:
            burst.play(cluster, kinds, count)
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
