"""Measures what a user waits for beside the floor, in one run: SQLite and PostgreSQL, then the shipped procedure.

python -m tests.bench [rounds] [instances a round]

Prints a table and writes build/bench.json. What each line means is told in docs/bench.md.
"""

import gc
import json
import os
import platform
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.bench.kesu import Kesu
from tests.bench.plain import Plain
from tests.bench.sales import STEPS, Sales
from tests.cluster import DISK, MISSING, Cluster, find_binaries

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
INSTANCES = int(sys.argv[2]) if len(sys.argv) > 2 else 30
WARM_UP = 15
CASES = 15
OUT = Path("build/bench.json")

Figures = dict[str, Any]
Times = list[tuple[float, float]]
"""Of each step milliseconds of wall and of CPU."""


def main() -> None:
    """Measure on both databases, print, write."""
    found: Figures = {"machine": _machine(), "rounds": ROUNDS, "instances": INSTANCES}
    with tempfile.TemporaryDirectory(prefix="kesu-bench-", dir=DISK) as name:
        found["sqlite"] = measure(f"sqlite:///{name}/floor.sqlite3", f"sqlite:///{name}/kesu.sqlite3")
        found["sqlite"]["sales"] = measure_sales(f"sqlite:///{name}/sales.sqlite3")
    with cluster() as place:
        if place is not None:
            found["postgresql"] = measure(*(place.create_database("template0") for _ in range(2)))
            found["postgresql"]["sales"] = measure_sales(place.create_database("template0"))
    found["memory"] = {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    report(found)


@contextmanager
def cluster() -> Iterator[Cluster | None]:
    """PostgreSQL on the disk, flushed at each commit; None where it is not installed."""
    binaries = find_binaries()
    if binaries is None:
        print(MISSING)
        yield None
        return
    place = Cluster(binaries, durable=True)
    try:
        yield place
    finally:
        place.stop()


def measure(floor_url: str, url: str) -> Figures:
    """Play the same instances with both, in turn, so that the machine's mood hits both alike."""
    plain, kesu = Plain(floor_url), Kesu(url)
    rounds = []
    for instances in (WARM_UP, *[INSTANCES] * ROUNDS):
        gc.collect()
        times: dict[str, Times] = {"floor": [], "kesu": [], "floor B": [], "kesu B": []}
        before = _memory()
        for _ in range(instances):
            one, two = plain.start(), kesu.start()
            times["floor"].append(plain.complete(one, "A"))
            times["kesu"].append(kesu.complete(two, "A"))
            sizes = plain.bytes_of(one), kesu.bytes_of(two)
            times["floor B"].append(plain.complete(one, "B"))
            times["kesu B"].append(kesu.complete(two, "B"))
        rounds.append((times, _memory() - before))
    figures = _figures([times for times, _ in rounds[1:]])
    figures["statements"] = kesu.count_statements()
    figures["bytes"] = {"floor": sizes[0], "kesu state": sizes[1][0], "kesu variables": sizes[1][1]}
    figures["memory growth a round, KB"] = [growth for _, growth in rounds[1:]]
    plain.close()
    kesu.close()
    return figures


def _figures(rounds: list[dict[str, Times]]) -> Figures:
    """Of the middle round, and the ratios of all."""
    found: Figures = {}
    for name in rounds[0]:
        walls = [median(wall for wall, _ in times[name]) for times in rounds]
        cpus = [median(cpu for _, cpu in times[name]) for times in rounds]
        slow = [quantiles([wall for wall, _ in times[name]], n=20)[-1] for times in rounds]
        speed = [1000 * len(times[name]) / sum(wall for wall, _ in times[name]) for times in rounds]
        each = {"wall p50": walls, "wall p95": slow, "cpu p50": cpus, "steps a second": speed}
        found[name] = {label: round(median(values), 3) for label, values in each.items()}
        found[name]["rounds"] = {label: [round(value, 3) for value in values] for label, values in each.items()}
    for after in ("", " B"):
        one, two = found[f"floor{after}"]["rounds"], found[f"kesu{after}"]["rounds"]
        found[f"ratio{after}"] = {
            label: round(median(mine / floor for floor, mine in zip(one[label], two[label], strict=True)), 2)
            for label in one
        }
    return found


def measure_sales(url: str) -> Figures:
    """The steps of the shipped sales procedure."""
    sales = Sales(url)
    seen = [sales.play() for _ in range(CASES + 3)][3:]
    statements = sales.count()
    sales.close()
    return {
        step: {
            "statements": statements[step],
            "cpu p50": round(median(case[step].cpu for case in seen), 3),
            "wall p50": round(median(case[step].wall for case in seen), 3),
        }
        for step in STEPS
    }


def report(found: Figures) -> None:
    """One line a figure."""
    print(
        "floor: plain SpiffWorkflow, its state in one row, durable; Kesu: the whole step with form, rights, case, history"
    )
    for kind in ("sqlite", "postgresql"):
        if kind not in found:
            continue
        part = found[kind]
        print(f"\n{kind:34}{'floor':>10}{'Kesu':>10}{'ratio':>8}{'  of each round':20}")
        for after, what in (("", "a task completed"), (" B", "the last task")):
            for label in ("cpu p50", "wall p50", "wall p95", "steps a second"):
                one, two = part[f"floor{after}"], part[f"kesu{after}"]
                each = zip(one["rounds"][label], two["rounds"][label], strict=True)
                ratios = " ".join(f"{mine / floor:.2f}" for floor, mine in each)
                ratio = part[f"ratio{after}"][label]
                print(f"{what + ', ' + label:34}{one[label]:10.2f}{two[label]:10.2f}{ratio:8.2f}  {ratios}")
        size = part["bytes"]
        own = size["kesu state"] + size["kesu variables"]
        print(f"{'bytes of state and variables':34}{size['floor']:10}{own:10}{own / size['floor']:8.2f}")
        print(f"{'statements of the first task':34}{2:10}{part['statements']:10}")
        for step, seen in part["sales"].items():
            print(f"{'sales: ' + step:34}{seen['statements']:10} statements, CPU p50 {seen['cpu p50']:.2f} ms")
    print(f"\npeak memory of the whole run {found['memory']['peak_mb']} MB; all figures in {OUT}")


def _memory() -> int:
    """Kilobytes that the process holds now; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "python": platform.python_version(),
        "system": platform.platform(),
    }


if __name__ == "__main__":
    main()
