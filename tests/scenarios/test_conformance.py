"""BPMN as a modeler draws it: each element runs as BPMN 2.0.2 and DMN say, or is refused with what to draw instead."""

from pathlib import Path

import pytest

from processes.scenario import report
from processes.settings import Settings
from web.stages import Stages

pytestmark = pytest.mark.seconds(25)

FOLDER = Path(__file__).with_name("conformance")


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    return Stages(tmp_path_factory.mktemp("stages"), Settings())


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("*.yaml")))
def test_conformance(name, stages):
    (result,) = report.run([FOLDER / f"{name}.yaml"], stages, lambda _: None)
    assert (result.result, result.reason) == ("passed", "")


def test_every_diagram_and_table_is_played():
    played = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.yaml"))
    drawn = [file.name for file in FOLDER.iterdir() if file.suffix in (".bpmn", ".dmn")]
    assert [name for name in drawn if f"./{name}" not in played] == []
