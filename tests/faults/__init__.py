"""Faults that take long to provoke: real processes, killed, frozen and robbed of their database; `make faults`."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "unit" / "core")]  # the cluster, the builder of diagrams
