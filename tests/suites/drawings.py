"""Drawings by many hands: `python -m tests.suites.drawings FOLDER [EVERY]`, any folder with .bpmn files.

Meant for clones of github.com/camunda/bpmn-for-research (every sixth file) and of
github.com/bpmn-miwg/bpmn-miwg-test-suite (those of one reference, by every exporter: `FOLDER 1 C.9.1`). Nothing is said
of what the drawings mean; each file is checked as for a deployment, with its processes to be run, and every finding has
to name its element by its label, to stand on one line and to say what to do.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from engine import Finding, checks, make_runtime
from tests.suites.table import print_table

RUNTIME = make_runtime()
BARE = re.compile(r"\bsid-[0-9A-Fa-f-]{6,}|\bNone\b|\b(?:Activity|Gateway|Event|Flow|Task|SequenceFlow)_\w{6,}")
"""An id in the place of a name, or a value of the program in the place of a word."""
CURE = re.compile(
    r"\b(?:write|draw|name|choose|keep|use|take|let|tick|make|set|link|give|put|call|connect|leave|character \d+)\b",
    re.IGNORECASE,
)
TOLD = frozenset({"not_read", "data_not_read"})
"""Codes of what is only said: nothing has to be done about it."""


def faults(finding: Finding) -> list[str]:
    """What is wrong with the words of a finding."""
    words, found = finding.message, []
    outside = re.sub(r'"[^"]*"|“[^”]*”', "", words)
    if "\n" in str(finding) or "\r" in words:
        found.append("a line break")
    if BARE.search(outside):
        found.append("an id for a name")
    if finding.code not in TOLD and not CURE.search(outside):
        found.append("no cure")
    return found


def check(file: Path) -> tuple[str, str, list[Finding]]:
    """What came of one file: clean, findings, or a fault of the words; CRASH where there is an exception."""
    content = file.read_bytes().replace(b'isExecutable="false"', b'isExecutable="true"')
    try:
        findings = list(checks.check(RUNTIME, {"drawing.bpmn": content}).findings)
    except Exception as error:  # noqa: BLE001 - that there is none is what is looked for
        return "CRASH", repr(error), []
    wrong = [f"[{', '.join(fault)}] {each}" for each in findings if (fault := faults(each))]
    return ("WORDS", " | ".join(wrong), findings) if wrong else ("right", "", findings)


def main() -> None:
    """Check every so many files in sorted order and print what is wrong, and how often each code was found."""
    folder, every, only = Path(sys.argv[1]), int((*sys.argv, "1")[2]), (*sys.argv, "", "")[3]
    files = sorted(file for file in folder.rglob("*.bpmn") if file.name.startswith(only))[::every]
    codes: Counter[str] = Counter()
    rows = []
    for file in files:
        result, why, findings = check(file)
        rows.append((str(file.relative_to(folder)), result, why))
        codes.update(f"{each.severity} {each.code}" for each in findings)
    print_table(rows)
    for code, count in codes.most_common():
        print(f"  {count:6} {code}")


if __name__ == "__main__":
    main()
