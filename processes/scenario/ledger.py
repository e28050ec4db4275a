"""The page of the documentation about the rules: what each document asks for, what follows it, or why nothing does."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from processes.rules import Rule
from processes.scenario.tracing import Traced, closing

HEAD = """# Rules

What the written procedures ask for, rule by rule, and what follows it in diagrams, tables and forms; a scenario walks
each of these. `kesu trace KB G4` plays the scenarios and proves it anew; on the page of a procedure each step leads to
its diagram and its scenarios. This page is written by `make docs`.
"""
GUIDANCE = "guidance for people; no step"
MOST = 4
"""So many of the places that follow a rule are named; the page of the procedure names them all."""


def page(traced: Sequence[Traced]) -> str:
    """The rules of each document as a table, in Markdown."""
    documents = groupby(sorted(traced, key=attrgetter("rule.id")), attrgetter("rule.source"))
    lines = (line for source, some in documents for line in _table(source, list(some)))
    return "\n".join([HEAD, *lines])


def _table(source: str, traced: Sequence[Traced]) -> Iterator[str]:
    begins = traced[0].rule.id.partition("-")[0]
    yield f"## {begins}: {source}"
    yield ""
    yield f"{closing(traced)}."
    yield ""
    yield "| Rule | What it says | Followed by |"
    yield "| --- | --- | --- |"
    for each in traced:
        yield f"| {each.rule.id} | {_said(each.rule)} | {_cell('; '.join(_followed(each)))} |"
    yield ""


def _said(rule: Rule) -> str:
    return _cell(f"{rule.quote} · {rule.meaning}")


def _followed(each: Traced) -> Iterable[str]:
    if each.rule.because:
        return [f"not executed: {each.rule.because}"]
    if not each.steps:
        return ["**nothing yet**" if each.executable else GUIDANCE]
    named = [f"`{step.home}.{step.id}`{'' if step.proofs else ' (**no scenario**)'}" for step in each.steps[:MOST]]
    left = len(each.steps) - MOST
    return [*named, f"and {left} more"] if left > 0 else named


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
