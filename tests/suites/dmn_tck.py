"""The decisions of the DMN TCK: `python -m tests.suites.dmn_tck FOLDER [2|3]`, a clone of github.com/dmn-tck/tck.

Every test case of the suite names a model, inputs by name and what decisions give. A model is read as for a deployment
of a table; numbers are compared by their first eight decimals, as the suite allows.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine import Severity
from engine.errors import ExpressionError
from engine.tables.decisions import Decided, Decision, DecisionError, parse_dmn
from tests.suites.table import print_table

TEST = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
LEVELS = {"2": "compliance-level-2", "3": "compliance-level-3"}


def value_of(node: etree._Element) -> Any:
    """A value as the suite writes it: a plain one, a list, or components with names."""
    found = node.find(f"{TEST}list")
    if found is not None:
        return None if found.get(f"{XSI}nil") == "true" else [value_of(item) for item in found.findall(f"{TEST}item")]
    parts = node.findall(f"{TEST}component")
    if parts:
        return {part.get("name"): value_of(part) for part in parts}
    plain = node.find(f"{TEST}value")
    if plain is None or plain.get(f"{XSI}nil") == "true":
        return None
    kind, written = (plain.get(f"{XSI}type") or "xsd:string").rpartition(":")[2], plain.text or ""
    if kind in {"decimal", "double", "integer", "int", "float", "long"}:
        return Decimal(written) if written.strip() not in {"NaN", "INF", "-INF"} else written
    return written == "true" if kind == "boolean" else written


def result_of(decision: Decision, decided: Decided) -> Any:
    """What FEEL calls the result: of a table with one output the value itself."""
    result = decided.result
    if len(decision.outputs) == 1:
        name = decision.outputs[0].name
        if isinstance(result, list):
            return [row[name] for row in result]
        return result[name] if isinstance(result, dict) else result
    return result


def same(wanted: Any, got: Any) -> bool:
    """Whether two values are the same, numbers to eight decimals."""
    if isinstance(wanted, Decimal):
        try:
            return not isinstance(got, bool) and abs(wanted - Decimal(str(got))) < Decimal("0.00000001")
        except ArithmeticError:
            return False
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(map(same, wanted, got))
    if isinstance(wanted, dict):
        return isinstance(got, dict) and wanted.keys() == got.keys() and all(same(wanted[key], got[key]) for key in got)
    return bool(wanted == got) or (isinstance(wanted, str) and isinstance(got, str) and moment(wanted) == moment(got))


def moment(text: str) -> object:
    """A moment, however its fractions and its offset are written; any other text as it is."""
    try:
        return datetime.fromisoformat(text) if "T" in text and not text.lstrip("-").startswith("P") else text
    except ValueError:
        return text


def given(value: Any) -> Any:
    """A value as a process has it: numbers as JSON writes them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [given(each) for each in value]
    return {key: given(each) for key, each in value.items()} if isinstance(value, dict) else value


def play(file: Path) -> Iterator[tuple[str, str, str]]:
    """The results of one file of test cases: name, result, reason."""
    root = etree.parse(str(file)).getroot()
    model = file.with_name(str(root.findtext(f"{TEST}modelName")))
    decisions, findings = parse_dmn(model.read_bytes(), model.name)
    refused = {each.label for each in findings if each.severity is Severity.ERROR}
    by_name = {decision.name: decision for decision in decisions.values() if decision.name not in refused}
    for case in root.findall(f"{TEST}testCase"):
        inputs = {node.get("name"): given(value_of(node)) for node in case.findall(f"{TEST}inputNode")}
        for wanted in case.findall(f"{TEST}resultNode"):
            name = f"{file.stem} {case.get('id')} {wanted.get('name')}"
            decision = by_name.get(str(wanted.get("name")))
            if decision is None or case.get("type") == "decisionService":
                yield name, "refused", "; ".join(str(each) for each in findings)
                continue
            yield name, *judge(decision, inputs, wanted)


def judge(decision: Decision, inputs: dict[Any, Any], wanted: etree._Element) -> tuple[str, str]:
    """What came of one expected result."""
    expected = wanted.find(f"{TEST}expected")
    value = None if expected is None else value_of(expected)
    try:
        got = result_of(decision, decision.decide(inputs))
    except (DecisionError, ExpressionError) as error:
        failed = wanted.get("errorResult") == "true" or value is None
        return ("right" if failed else "told"), str(error)
    return ("right" if same(value, got) else "WRONG"), f"wanted {value!r}, got {got!r}"


def main() -> None:
    """Play one level of the suite."""
    folder, level = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "2"
    files = sorted((folder / "TestCases" / LEVELS[level]).glob("*/*.xml"))
    print_table(row for file in files for row in play(file))


if __name__ == "__main__":
    main()
