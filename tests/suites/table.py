"""What the scripts of the suites print: every case that is not right, then how many there are of each result."""

from collections import Counter
from collections.abc import Collection, Iterable


def print_table(rows: Iterable[tuple[str, str, str]], right: Collection[str] = ("right",)) -> None:
    """Print name, result and reason of what is not right, and the counts."""
    every = list(rows)
    for name, result, why in every:
        if result not in right:
            print(f"{result}: {name}: {why}")
    counted = Counter(result for _, result, _ in every)
    print(f"{len(every)} cases: " + ", ".join(f"{count} {result}" for result, count in counted.most_common()))
