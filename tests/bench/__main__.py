"""Measures what a user waits for beside two floors, in one run: SQLite and PostgreSQL, then the shipped procedure.

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.bench import plain, thin
from tests.bench.kesu import Kesu
from tests.bench.sales import STEPS, Sales
from tests.cluster import DISK, MISSING, Cluster, find_binaries
from web.command.serving import settle

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
INSTANCES = int(sys.argv[2]) if len(sys.argv) > 2 else 30
WARM_UP = 15
CASES = 15
OUT = Path("build/bench.json")
FLOORS = {"bare": plain.Plain, "thin": thin.Thin}

Figures = dict[str, Any]
LABELS = ("cpu p50", "wall p50", "wall p95", "steps a second")
STEPS_OF_ALL = {"A": "a task completed", "B": "the last task"}
Times = dict[tuple[int, str], list[tuple[float, float]]]
"""Of the floor (0) and of Kesu (1), of each step: milliseconds of wall and of CPU."""


def main() -> None:
    """Measure on both databases, print, write."""
    found: Figures = {"machine": _machine(), "rounds": ROUNDS, "instances": INSTANCES}
    with tempfile.TemporaryDirectory(prefix="kesu-bench-", dir=DISK) as name:
        found["sqlite"] = measure([f"sqlite:///{name}/{each}.sqlite3" for each in (*FLOORS, "kesu")])
        found["sqlite"]["sales"] = measure_sales(f"sqlite:///{name}/sales.sqlite3")
    with cluster() as place:
        if place is not None:
            found["postgresql"] = measure([place.create_database("template0") for _ in (*FLOORS, "kesu")])
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


def measure(urls: Sequence[str]) -> Figures:
    """Measure Kesu beside each floor."""
    floors = {name: floor(url) for (name, floor), url in zip(FLOORS.items(), urls, strict=False)}
    kesu = Kesu(urls[-1])
    figures: Figures = {}
    for name, floor in floors.items():
        rounds, growth = _take_turns(floor, kesu)
        figures[name], figures["kesu"] = _figures(rounds, 0), _figures(rounds, 1)
        figures[f"ratio to {name}"] = {
            step: _ratio(figures[name][step], figures["kesu"][step]) for step in STEPS_OF_ALL
        }
        figures["memory growth a round, KB"] = growth
    begun = {name: each.start() for name, each in (*floors.items(), ("kesu", kesu))}
    for name, each in (*floors.items(), ("kesu", kesu)):
        each.complete(begun[name], "A")
    size = kesu.bytes_of(begun["kesu"])
    figures["statements"] = {"bare": plain.STATEMENTS, "thin": thin.STATEMENTS, "kesu": kesu.count_statements()}
    figures["bytes"] = {
        "floor": floors["bare"].bytes_of(begun["bare"]),
        "kesu state": size[0],
        "kesu variables": size[1],
    }
    for each in (*floors.values(), kesu):
        each.close()
    return figures


def _take_turns(floor: Any, kesu: Kesu) -> tuple[list[Times], list[int]]:
    """Play the same instances with both in turn, so that the machine's mood hits them alike; with each round's growth.

    Only two take turns: a third that runs the same code as one of them would leave it in the caches of the processor for
    that one. Each is as often the first: what one has written may still keep the disk busy while the next one begins.
    Garbage is collected as seldom as in a process that serves, for both: they share this one.
    """
    pair = {0: floor, 1: kesu}
    rounds, growth = [], []
    for number, instances in enumerate((WARM_UP, *[INSTANCES] * ROUNDS)):
        if number == 1:
            settle()
        gc.collect()
        times: Times = {key: [] for key in product(pair, STEPS_OF_ALL)}
        before = _memory()
        for _ in range(instances):
            pair = dict(reversed(pair.items()))
            begun = {who: each.start() for who, each in pair.items()}
            for step in STEPS_OF_ALL:
                for who, each in pair.items():
                    times[who, step].append(each.complete(begun[who], step))
        rounds.append(times)
        growth.append(_memory() - before)
    return rounds[1:], growth[1:]


def _figures(rounds: list[Times], who: int) -> Figures:
    """Of the middle round, and of each."""
    found: Figures = {}
    for step in STEPS_OF_ALL:
        taken = [times[who, step] for times in rounds]
        each = {
            "cpu p50": [median(cpu for _, cpu in steps) for steps in taken],
            "wall p50": [median(wall for wall, _ in steps) for steps in taken],
            "wall p95": [quantiles([wall for wall, _ in steps], n=20)[-1] for steps in taken],
            "steps a second": [1000 * len(steps) / sum(wall for wall, _ in steps) for steps in taken],
        }
        found[step] = {label: round(median(values), 3) for label, values in each.items()}
        found[step]["rounds"] = {label: [round(value, 3) for value in values] for label, values in each.items()}
    return found


def _ratio(floor: Figures, kesu: Figures) -> Figures:
    return {
        label: round(
            median(mine / its for its, mine in zip(floor["rounds"][label], kesu["rounds"][label], strict=True)), 2
        )
        for label in LABELS
    }


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
    print("bare: SpiffWorkflow, its state in one row; thin: with rows for tasks, timers and history; see docs/bench.md")
    for kind in ("sqlite", "postgresql"):
        if kind not in found:
            continue
        part = found[kind]
        print(f"\n{kind:32}{'bare':>8}{'thin':>8}{'Kesu':>8}{'to bare':>9}{'to thin':>9}  to thin in each round")
        for (step, what), label in product(STEPS_OF_ALL.items(), LABELS):
            bare, thin_, kesu = (part[name][step] for name in (*FLOORS, "kesu"))
            each = zip(thin_["rounds"][label], kesu["rounds"][label], strict=True)
            to_bare, to_thin = (part[f"ratio to {floor}"][step][label] for floor in FLOORS)
            line = f"{bare[label]:8.2f}{thin_[label]:8.2f}{kesu[label]:8.2f}{to_bare:9.2f}{to_thin:9.2f}"
            print(f"{what + ', ' + label:32}{line}  {' '.join(f'{mine / other:.2f}' for other, mine in each)}")
        size = part["bytes"]
        own = size["kesu state"] + size["kesu variables"]
        print(f"{'bytes of state and variables':32}{size['floor']:8}{size['floor']:8}{own:8}{own / size['floor']:9.2f}")
        print(f"{'statements of the first task':32}{''.join(f'{many:8}' for many in part['statements'].values())}")
        for step, seen in part["sales"].items():
            print(f"{'sales: ' + step:40}{seen['statements']:10} statements, CPU p50 {seen['cpu p50']:.2f} ms")
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
