"""Prints, from one run: milliseconds a step, instances a second, statements and bytes, beside the baseline, as ratios."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from tests.bench.kesu import Kesu
from tests.bench.plain import Plain

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 300
WARM_UP = 20


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def play_plain(plain: Plain) -> tuple[list[float], int]:
    """Milliseconds of start and two tasks, and the bytes of the state between them."""
    began = time.perf_counter()
    instance = plain.start()
    times = [(time.perf_counter() - began) * 1000, timed(lambda: plain.complete(instance, {"amount": 9}))]
    size = plain.state_bytes(instance)
    return [*times, timed(lambda: plain.complete(instance, {}))], size


def play_kesu(kesu: Kesu) -> tuple[list[float], int, int]:
    """The same, and the statements of the first task."""
    began = time.perf_counter()
    instance = kesu.start()
    times = [(time.perf_counter() - began) * 1000]
    first, before = kesu.open_task(instance), kesu.statements
    times.append(timed(lambda: kesu.complete(first, {"amount": 9})))
    count, size = kesu.statements - before, kesu.state_bytes(instance)
    second = kesu.open_task(instance)
    return [*times, timed(lambda: kesu.complete(second, {}))], size, count


def main() -> None:
    """Play the same instances with both, in turn, so that the machine's mood hits both alike."""
    with tempfile.TemporaryDirectory(prefix="kesu-bench-") as name:
        plain, kesu = Plain(Path(name)), Kesu(Path(name))
        steps: dict[str, list[float]] = {"plain": [], "kesu": []}
        whole: dict[str, list[float]] = {"plain": [], "kesu": []}
        statements = []
        for number in range(ROUNDS + WARM_UP):
            one, size_plain = play_plain(plain)
            two, size_kesu, count = play_kesu(kesu)
            if number >= WARM_UP:
                steps["plain"].append(one[1])
                steps["kesu"].append(two[1])
                whole["plain"].append(sum(one))
                whole["kesu"].append(sum(two))
                statements.append(count)
        plain.close()
        kesu.close()
    report(steps, whole, statements, size_plain, size_kesu)


def report(
    steps: dict[str, list[float]], whole: dict[str, list[float]], statements: list[int], plain: int, kesu: int
) -> None:
    """One line a figure."""
    print("baseline: plain SpiffWorkflow, one row saved a step, durable; no forms, rights, history, task or timer rows")
    print(f"{'':34}{'baseline':>12}{'Kesu':>12}{'ratio':>10}")
    for label, values, pick in (
        ("complete a task, median ms", steps, median),
        ("complete a task, p95 ms", steps, lambda each: quantiles(each, n=20)[-1]),
        ("whole instance, median ms", whole, median),
    ):
        one, two = pick(values["plain"]), pick(values["kesu"])
        print(f"{label:34}{one:12.2f}{two:12.2f}{two / one:10.2f}")
    print(f"{'state with two timers, bytes':34}{plain:12}{kesu:12}{kesu / plain:10.3f}")
    print(f"{'statements a step, most':34}{2:12}{max(statements):12}")


if __name__ == "__main__":
    main()
