"""The one face of the engine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import engine

HERE = Path(engine.__file__)
FLOORS = (HERE.parents[1] / "web", HERE.parents[1] / "processes")


def imported(path, wanted):
    """The names that a file takes from the modules that are wanted."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    found = (node for node in nodes if isinstance(node, ast.ImportFrom) and wanted(node.module or ""))
    return {alias.name for node in found for alias in node.names}


def test_the_face_says_the_same_to_people_types_and_python():
    typed = imported(HERE, lambda module: module.startswith("engine."))
    found = {name for table in (engine._MODULES, engine._NAMES) for names in table.values() for name in names.split()}
    assert typed == found == set(engine.__all__)
    assert all(getattr(engine, name) is not None for name in engine.__all__)


def test_nothing_is_in_the_face_that_nobody_looks_at():
    files = [path for floor in FLOORS for path in floor.rglob("*.py")]
    asked = {name for path in files for name in imported(path, lambda module: module == "engine")}
    assert asked - {"errors", "failures"} == set(engine.__all__)


def test_the_face_loads_nothing_before_it_is_asked():
    loaded = subprocess.run(
        [sys.executable, "-c", "import engine, sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout
    assert not re.search(r"\b(sqlalchemy|SpiffWorkflow|engine\.\w+)\b", loaded)
