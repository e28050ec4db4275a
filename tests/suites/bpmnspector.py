"""The diagrams of BPMNspector: `python -m tests.suites.bpmnspector FOLDER`, a clone of github.com/uniba-dsg/BPMNspector.

Each folder of its tests is a numbered constraint of BPMN, with diagrams that keep it and diagrams that break it, as
their names say. A file is checked as it would be for a deployment; processes that break a constraint are said to be
executable, since nobody asks how a mere drawing runs.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from engine import Finding, Severity, checks, make_runtime
from tests.suites.table import print_table

RESOURCES = Path("src/test/resources")
RULES = Path("src/main/resources")
ASSERTED = re.compile(r"EXT\.(\d{3})\|(.*?)</", re.DOTALL)
RUNTIME = make_runtime()

NOT_ABOUT_RUNNING = {
    "files of other tools that are imported; what belongs together is deployed together": "001 002",
    "whether an expression calls itself formal: what is written is read": "012",
    "gatewayDirection: the flows that are drawn count": "018 019",
    "what the flows say a second time inside the nodes": "023 101 107",
    "types of data and their way through associations: data live in variables": (
        "013 020 043 044 045 046 047 048 049 050 051 052 053 063 064 065 067 068 069 070 079 085 086 087 089 090"
        " 091 092 093 094"
    ),
    "end events that are left out altogether: it ends where no flow leads on": "105",
    "choreographies, conversations and how many take part": "027 029 030 031 032 033",
    "operations of web services: messages find each other by name": "127 128",
}
"""Why a constraint is not looked at when a diagram is to run here, with the numbers."""
WHY = {number: why for why, numbers in NOT_ABOUT_RUNNING.items() for number in numbers.split()}


def constraints(folder: Path) -> dict[str, str]:
    """The words of the constraints by their numbers."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((folder / RULES).glob("*.sch"))]
    return {number: " ".join(said.split()) for text in texts for number, said in ASSERTED.findall(text)}


def is_valid(file: Path) -> bool:
    """Whether a file keeps the constraint of its folder; those of a repair are the files after it."""
    return "fail" not in file.stem.lower() or file.stem.endswith("_manualFix")


def found_in(file: Path, *, run: bool) -> list[Finding]:
    """What the check of a deployment finds in one file; with `run` all of its processes are to be run."""
    content = file.read_bytes()
    if run:
        content = content.replace(b'isExecutable="false"', b'isExecutable="true"')
    return list(checks.check(RUNTIME, {file.name: content}).findings)


def judge(number: str, *, valid: bool, findings: list[Finding]) -> str:
    """What came of a file: taken, refused though valid; refused, warned of, not about running, or SILENT."""
    refused = any(each.severity is Severity.ERROR for each in findings)
    if valid:
        return "refused though valid" if refused else "taken"
    if refused:
        return "refused"
    if number in WHY:
        return "not about running"
    return "warned of" if findings else "SILENT"


def rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each file with its result and what was found."""
    said = constraints(folder)
    for file in sorted((folder / RESOURCES).glob("[0-9]*/**/*.bpmn")):
        number, valid = file.relative_to(folder / RESOURCES).parts[0], is_valid(file)
        findings = found_in(file, run=not valid)
        told = "; ".join(f"[{each.code}] {each}" for each in findings if not valid or each.severity is Severity.ERROR)
        yield f"{number}/{file.stem}", judge(number, valid=valid, findings=findings), f"{said.get(number, '')} {told}"


def main() -> None:
    """Check every diagram of a numbered folder and print what is not as its name says."""
    every = list(rows(Path(sys.argv[1])))
    print_table(every, right=("taken", "refused", "not about running"))
    codes = Counter(
        code
        for _, result, told in every
        if result == "refused though valid"
        for code in set(re.findall(r"\[(\w+)\]", told))
    )
    print("valid, and refused for: " + ", ".join(f"{code} ({count})" for code, count in codes.most_common()))


if __name__ == "__main__":
    main()
