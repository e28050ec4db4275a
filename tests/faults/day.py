"""A day of work at pages of the demo: `python -m tests.faults.day --port 8000 --pid PID`, beside a `kesu run --demo`.

Each minute what the process keeps; at the end how long the answers took and what should not have been.
"""

import os
import threading
import time
from pathlib import Path

import click

from tests.faults.people import Answers, Seen
from tests.faults.working import Worker


def figures(pid: int, file: Path | None) -> str:
    """What a process keeps at this moment."""
    told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    wal = Path(f"{file}-wal")
    size = f", -wal {wal.stat().st_size / 1e6:.1f} MB" if file is not None and wal.exists() else ""
    open_ = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names are enough
    return f"{int(told['VmRSS'].split()[0]) // 1024} MB, {told['Threads'].strip()} threads, {open_} open files{size}"


@click.command()
@click.option("--port", default=8000, help="Where the pages are.")
@click.option("--pid", type=int, required=True, help="The process that serves them.")
@click.option("--file", type=click.Path(path_type=Path), help="Its SQLite file.")
@click.option("--seconds", default=1200, help="So long.")
@click.option("--people", "many", default=3, help="So many at a time.")
def main(port: int, pid: int, file: Path | None, seconds: int, many: int) -> None:
    """Let people work."""
    seen, answers, ended, begun = Seen(), Answers(), threading.Event(), time.monotonic()
    workers = [Worker(port, seen, answers, number) for number in range(many)]
    threads = [threading.Thread(target=each.work, args=(begun + seconds, ended)) for each in workers]
    for thread in threads:
        thread.start()
    while alive := [thread for thread in threads if thread.is_alive()]:
        minute = time.monotonic() - begun
        print(f"{minute:5.0f} s: {figures(pid, file)}, {seen.counts.total()} answers", flush=True)
        alive[0].join(60)
    print(seen.table(), *seen.wrong[:40], sep="\n", flush=True)


if __name__ == "__main__":
    main()
