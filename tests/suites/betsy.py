"""The BPMN processes of betsy: `python -m tests.suites.betsy FOLDER`, FOLDER a clone of github.com/uniba-dsg/betsy.

What each process must leave in its log is read from the suite's own Java classes, in any order, as the suite compares
it. The suite translates its files for each engine by style sheets; what is translated for this one stands in `SCRIPTS`
and `adapted`, and nothing else is changed.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from lxml import etree

from engine.errors import DeploymentRefused, KesuError
from tests.suites.installation import Installation, installation
from tests.suites.table import print_table

JAVA = Path("pebl-builder/src/main/java/configuration/bpmn")
FILES = Path("pebl-builder/src/main/resources/files/bpmn")
GROUPS = ("Gateway", "Activity", "Event", "Basic", "Error", "Data", "Pattern")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

SCRIPTS = {
    "CREATE_LOG_FILE": "pass",
    "CREATE_MARKER_FILE": 'log("MARKER_exists")',
    "INCREMENT_INTEGER_VARIABLE": "integerVariable = integerVariable + 1",
    "INCREMENT_INTEGER_VARIABLE_AND_LOG": 'integerVariable = integerVariable + 1\nlog("INCREMENT_correct")',
    "SET_STRING_DATA": 'data = "String"',
    "LOG_DATA": 'if data == "String":\n    log("DATA_correct")',
    "THROW_ERROR": 'raise BpmnError("ERR_CODE")',
    "WAIT_TEN_SECONDS": "while True:\n    pass",
    "CREATE_TIMESTAMP_LOG_1": "while True:\n    pass",
    "CREATE_TIMESTAMP_LOG_2": "while True:\n    pass",
}
"""What the words of the suite mean here; every other word is logged. A script here may not sleep: it computes on."""

DEADLOCK = "it waits for ever"
"""The suite wants the task behind a join that is never complete left alone; here an incident says so beside."""
UNCAUGHT = "is caught nowhere"
"""So ends the incident of an error that reaches no event; the suite has a word of its own for it."""

SLIPS = {("AdHocSubProcess_Parallel", "ScriptTask1"): "SCRIPT_task3"}
"""Where a file logs another word than the suite's own class wants: by process and script task, what is meant."""

LOGS = {
    "RuntimeException": "ERROR_runtime",
    "DeploymentFailed": "ERROR_deployment",
    "ErrorThrownErrorEvent": "ERROR_thrownErrorEvent",
    "GenericError": "ERROR",
    "ExecutionParallel": "EXECUTION_parallel",
    "MarkerExists": "MARKER_exists",
    "DataCorrect": "DATA_correct",
    "Increment": "INCREMENT_correct",
}
TESTS = re.compile(r"build(\w+)Process\s*\((.*?)\)\s*;", re.DOTALL)
NAME = re.compile(r'new Feature\([^"]*?"(\w+)"')
CASE = re.compile(r"new BPMNTestCaseBuilder\(\)((?:\s*\.\w+\(\d*\))*)")
CALL = re.compile(r"\.(\w+)\((\d*)\)")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"])//[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class Case:
    """One run of a process: what it starts with and what its log must hold."""

    wanted: tuple[str, ...]
    variables: dict[str, object]
    parallel: bool
    """A second process of the file, ParallelProcess, is started before."""
    delay: timedelta


@dataclass(frozen=True)
class Outcome:
    """What came of a process of the suite."""

    name: str
    result: str
    why: str = ""


def tests(folder: Path) -> Iterator[tuple[str, list[Case]]]:
    """The processes of the suite with their cases."""
    for file in sorted((folder / JAVA).glob("*Processes.java")):
        if file.stem.startswith("BpmnConstraints"):
            continue
        text = COMMENT.sub("", file.read_text(encoding="utf-8"))
        for found in TESTS.finditer(text):
            name = NAME.search(found[2])
            if name is not None:
                yield name[1], [case(each[1]) for each in CASE.finditer(found[2])]


def case(calls: str) -> Case:
    """A case as its builder is called."""
    wanted, variables, parallel, delay = list[str](), {"integerVariable": 0}, False, 0
    for name, number in CALL.findall(calls):
        if name.startswith("assertTask"):
            wanted.append(f"SCRIPT_task{name[-1]}")
        elif name.startswith("assert"):
            wanted.append(LOGS[name.removeprefix("assert")])
        elif name.startswith("input"):
            variables["test"] = name.removeprefix("input").lower()
        elif name == "setIntegerVariable":
            variables["integerVariable"] = int(number)
        elif name == "useParallelProcess":
            parallel = True
        elif name == "optionDelay":
            delay = int(number)
        else:
            raise LookupError(f"the suite says {name}, which this script does not know")
    return Case(tuple(sorted(wanted)), variables, parallel, timedelta(milliseconds=delay))


def adapted(name: str, content: bytes) -> bytes:
    """A process with its scripts in Python, and `test.contains("a")` as the language here says it.

    One file has a stray `>` behind its condition, which is taken out.
    """
    root = etree.fromstring(content)
    for script in root.iter(f"{BPMN}script"):
        word = SLIPS.get((name, script.getparent().get("id")), (script.text or "").strip())
        script.text = SCRIPTS.get(word, f'log("{word}")')
    for node in root.iter(f"{BPMN}conditionExpression", f"{BPMN}condition"):
        said = re.sub(r'test\.contains\(("\w")\)>?', r"contains(test, \1)", (node.text or "").strip())
        node.text = said.replace("!contains", "not contains")
    return etree.tostring(root)


def play(name: str, content: bytes, each: Case) -> tuple[list[str], list[str]]:
    """What a case logs, and what the engine says beside it."""
    with installation() as there:
        try:
            said = [str(finding) for finding in there.deploy({f"{name}.bpmn": content})]
        except DeploymentRefused as error:
            return ["ERROR_deployment"], [str(finding) for finding in error.findings]
        return run(there, name, each), [*said, *there.incidents()]


def run(there: Installation, name: str, each: Case) -> list[str]:
    """Play a case of what was deployed."""
    try:
        if each.parallel:
            there.start("ParallelProcess", {})
        there.start(name, each.variables)
    except KesuError:
        return [*there.logged, "ERROR_runtime"]
    there.begin_all()
    there.advance(each.delay)
    stopped = [message for message in there.incidents() if not message.startswith(DEADLOCK)]
    thrown = (each.endswith(UNCAUGHT) for each in stopped)
    return [*there.logged, *{"ERROR_thrownErrorEvent" if error else "ERROR_runtime" for error in thrown}]


def judge(name: str, content: bytes, cases: list[Case]) -> Outcome:
    """Play all cases of a process."""
    for number, each in enumerate(cases, 1):
        got, said = play(name, content, each)
        if "ERROR" in each.wanted:
            got = ["ERROR" if word in ("ERROR_deployment", "ERROR_runtime") else word for word in got]
        if "MARKER_exists" not in each.wanted:
            got = [word for word in got if word != "MARKER_exists"]
        if tuple(sorted(got)) == each.wanted:
            continue
        if got == ["ERROR_deployment"]:
            return Outcome(name, "refused", "; ".join(said))
        why = f"case {number}: wanted {Counter(each.wanted)}, got {Counter(got)}: {'; '.join(said)}"
        return Outcome(name, "told" if said else "WRONG", why)
    return Outcome(name, "right")


def main() -> None:
    """Play the whole suite and print what came of it."""
    folder = Path(sys.argv[1])
    files = {file.stem: file for file in (folder / FILES).rglob("*.bpmn") if "constraints" not in str(file)}
    only = sys.argv[2:]
    outcomes = [
        judge(name, adapted(name, files[name].read_bytes()), cases)
        for name, cases in tests(folder)
        if not only or name in only
    ]
    print_table([(each.name, each.result, each.why) for each in outcomes])


if __name__ == "__main__":
    main()
