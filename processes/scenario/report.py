"""Runs scenario files and says what came of them, for people and for programs."""

import json
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from engine.errors import DeploymentRefused
from processes.scenario import coverage
from processes.scenario.errors import ScenarioUnreadable
from processes.scenario.format import Scenario, read
from processes.scenario.play import Result, counts, play, refused, unreadable
from processes.scenario.stage import Stage

OpenStage = Callable[[Scenario], Stage]
"""Opens a stage for a scenario, its clock set to the scenario's start."""


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The scenario files below the given files and folders: in a folder, those in folders called `scenarios`, or all.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        if path.is_file():
            yield path
            continue
        every = sorted(each for each in path.rglob("*") if each.suffix in (".yaml", ".yml") and each.is_file())
        kept = [each for each in every if "scenarios" in each.parts]
        yield from kept or every


def run(files: Sequence[Path], open_stage: OpenStage, tell: Callable[[str], None]) -> list[Result]:
    """Play each file on a stage of its own and tell one line a scenario, and which files it plays when that changes."""
    results: list[Result] = []
    told = ""
    for file in files:
        try:
            scenario = read(file)
        except ScenarioUnreadable as error:
            results.append(unreadable(error))
            tell(line(results[-1]))
            continue
        try:
            stage = open_stage(scenario)
        except DeploymentRefused as error:
            results.append(refused(scenario, error))
            tell(line(results[-1]))
            continue
        if stage.plays not in (told, ""):  # a scenario that names its own diagram says so itself
            told = stage.plays
            tell(told)
        try:
            results.append(play(scenario, stage))
        finally:
            stage.database.close()
        tell(line(results[-1]))
    return results


def line(result: Result) -> str:
    """One line for a person; for what did not pass, where and why."""
    if result.result == "passed":
        return f"passed  {result.name}  ({result.file})"
    if result.result == "unreadable":
        return f"unreadable  {result.reason}"
    return f"{result.result}  {result.name}  ({result.file})\n        {result.reason}"


def closing(results: Sequence[Result]) -> str:
    """The last line: `N passed, N failed`."""
    passed, failed = counts(results)
    return f"{passed} passed, {failed} failed"


def exit_status(results: Sequence[Result]) -> int:
    """0 when all hold, 2 when a file cannot be read, else 1."""
    if any(result.result == "unreadable" for result in results):
        return 2
    return int(any(result.result != "passed" for result in results))


def coverage_lines(results: Sequence[Result]) -> Iterator[str]:
    """For each process, what no scenario touched, and the share of sequence flows over all."""
    every = coverage.join(result.touched for result in results)
    for each in every:
        yield (
            f"{each.process}: {each.nodes - len(each.untouched_nodes)} of {each.nodes} flow nodes, "
            f"{each.flows - len(each.untouched_flows)} of {each.flows} sequence flows ({percent(each.flow_share)})"
        )
        for kind, names in (("flow nodes", each.untouched_nodes), ("sequence flows", each.untouched_flows)):
            if names:
                yield f"    untouched {kind}: {', '.join(names)}"
    yield f"sequence flows covered: {percent(total(every))}"


def covered(results: Sequence[Result]) -> Fraction:
    """The touched part of all sequence flows over all results, 0 to 1."""
    return total(coverage.join(result.touched for result in results))


def total(every: Sequence[coverage.Coverage]) -> Fraction:
    """The touched part of all sequence flows, 0 to 1."""
    flows = sum(each.flows for each in every)
    return 1 - Fraction(sum(len(each.untouched_flows) for each in every), flows) if flows else Fraction(1)


def percent(share: Fraction) -> str:
    """A share as a percentage, never rounded up to 100."""
    return f"{int(share * 1000) / 10:.1f} %"


def as_json(results: Sequence[Result], *, with_coverage: bool) -> str:
    """All of it for programs."""
    document: dict[str, object] = {
        "scenarios": [
            {"file": str(each.file), "scenario": each.name, "result": each.result, "reason": each.reason}
            for each in results
        ]
    }
    if with_coverage:
        every = coverage.join(result.touched for result in results)
        document["coverage"] = {
            each.process: {
                "flow_nodes": each.nodes,
                "sequence_flows": each.flows,
                "untouched_flow_nodes": each.untouched_nodes,
                "untouched_sequence_flows": each.untouched_flows,
            }
            for each in every
        }
    return json.dumps(document, ensure_ascii=False, indent=2)
