"""No id of a shipped procedure stands in the pages, the engine, the forms or what all procedures stand on."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"
FOLDERS = [file.parent for file in sorted(PROCESSES.rglob("procedure.toml"))]
GROUPS = ("candidateGroups", "candidateStarterGroups")
QUOTED = re.compile(r"""["']([\w.:-]+)["']""")
MARKED = re.compile(r"\b(?:[A-Z]+_\w+|[A-Z]\d\d\w*)\b")
"""Ids that are no words: looked for within longer texts, too."""

WORDS: Mapping[str, str] = {
    "agreement": "the table of what is signed and a source of documents; also the folder that has it signed",
    "cause": "why an incident stands, by which incidents are searched; also a phase",
    "form": "what people fill in, in every address, file and column; also a phase",
    "hr": "a line across a text, as HTML calls it; also the group of human resources",
    "improvement": "a kind of remedy that letters promise; also the folder that sees to it",
    "letter": "a way of sending, a kind of entry in the record and an event; also the folder of the letters by hand",
    "owner": "a core column of the register and who may be told instead of a group; also a lane",
    "proposal": "a deployment that waits to be confirmed; also a phase",
    "received": "the core column by which lists are sorted; also a phase",
    "upheld": "what an outcome counts as in figures, whatever a procedure calls it; also an outcome",
    "withdrawn": "what an outcome counts as in figures, whatever a procedure calls it; also an outcome",
}
"""Ids that are words of the house, too, with what they mean there."""


def declared(folder: Path) -> Iterator[str]:
    """What the declaration names: the folder, phases, outcomes, groups."""
    with (folder / "procedure.toml").open("rb") as file:
        said = tomllib.load(file)
    yield said["key"]
    yield from (phase["key"] for phase in said.get("phases", ()))
    yield from said.get("outcomes", ())
    yield from said.get("readers", {}).get("groups", ())
    yield from said.get("register", {}).get("groups", ())
    for clock in said.get("clocks", ()):
        for told in clock.get("tell", {}).values():
            yield from told


def drawn(folder: Path) -> Iterator[str]:
    """What diagrams and tables name: processes, elements, decisions, groups."""
    for file in [*folder.rglob("*.bpmn"), *folder.rglob("*.dmn")]:
        for element in ET.parse(file).iter():
            for name, value in element.attrib.items():
                if name == "id":
                    yield value
                elif name.rpartition("}")[2] in GROUPS:
                    yield from (group.strip() for group in value.split(",") if not group.strip().startswith("="))


def written(folder: Path) -> Iterator[str]:
    """The names of forms and letters."""
    for file in folder.rglob("*.form"):
        yield json.loads(file.read_bytes()).get("id", file.stem)
        yield file.stem
    for file in (folder / "letters").glob("*"):
        yield file.name.partition(".")[0]


IDS = frozenset(found for folder in FOLDERS for names in (declared, drawn, written) for found in names(folder))


def strings(file: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file between quotation marks, with their lines; what explains is no text."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        for number, line in enumerate(text.splitlines(), 1):
            yield from ((number, found) for found in QUOTED.findall(line))
        return
    tree = ast.parse(text)
    explained = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in explained:
            yield node.lineno, node.value


def shared() -> list[Path]:
    """The files that belong to no procedure."""
    found = [file for name in ("web", "engine", "forms", "processes") for file in (ROOT / name).rglob("*")]
    left_out = [*FOLDERS, PROCESSES / "migrations", ROOT / "web/static"]
    return [
        file
        for file in sorted(found)
        if file.suffix in {".py", ".html", ".js", ".mjs", ".css"} and not any(map(file.is_relative_to, left_out))
    ]


def ids_in(file: Path) -> Iterator[str]:
    """Where ids stand in a file that may not know them."""
    for line, text in strings(file):
        named = {text, *MARKED.findall(text)} & IDS - WORDS.keys()
        yield from (f"{file.relative_to(ROOT)}:{line}: {each}" for each in sorted(named))


def test_only_the_folder_of_a_procedure_knows_its_ids():
    assert [found for file in shared() for found in ids_in(file)] == []


SHARED = [folder for folder in FOLDERS if folder.is_relative_to(PROCESSES / "shared")]
CALLERS = [folder for folder in FOLDERS if folder not in SHARED]


PARTS = frozenset({"approval", "reply", "remedy", "agreement", "contact", "follow_up"})
"""Phases of procedures that are words of what is shared, too."""


def of_callers() -> frozenset[str]:
    """What callers alone name: groups, letters, forms, tables, processes; expressions are no names."""
    own = {found for folder in CALLERS for names in (declared, drawn, written) for found in names(folder)}
    theirs = {found for folder in SHARED for file in folder.glob("*.bpmn") for found in ids_of(file)}
    return frozenset(name for name in own - theirs - WORDS.keys() - PARTS if "$" not in name)


def ids_of(file: Path) -> Iterator[str]:
    """The ids of a diagram."""
    return (element.get("id", "") for element in ET.parse(file).iter())


@pytest.mark.parametrize("folder", SHARED, ids=lambda folder: folder.name)
def test_a_shared_diagram_names_nothing_of_its_callers(folder):
    theirs, found = of_callers(), []
    for file in folder.glob("*.bpmn"):
        for element in ET.parse(file).iter():
            told = [value for name, value in element.attrib.items() if name not in ("id", "name")]
            for text in (*told, element.text or ""):
                found += [f"{file.name}: {each}" for each in sorted(set(text.replace(",", " ").split()) & theirs)]
    assert found == []


def test_every_word_of_the_house_is_an_id_somewhere_and_is_used():
    used = {text for file in shared() for _line, text in strings(file)}
    assert sorted(WORDS.keys() - (IDS & used)) == []


@pytest.mark.parametrize("text", ['"UT_Verify"', "'kb_sales_quality'", '"complaint_intake"', '"calls UT_Verify here"'])
def test_an_id_is_found(tmp_path, monkeypatch, text):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / "page.py"
    file.write_text(f"found = {text}\n", encoding="utf-8")
    assert [found.partition(": ")[0] for found in ids_in(file)] == ["page.py:1"]
