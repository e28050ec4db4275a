"""A scenario plays the folder it lies in, not the shipped one that it was copied from."""

import shutil

import pytest

from processes.folders import ROOT
from processes.scenario import report
from processes.settings import Settings
from web.stages import Stages


@pytest.fixture
def copy(tmp_path):
    """The shipped folder with one scenario, to be changed."""
    shipped = ROOT / "kb_sales_quality"
    copied = tmp_path / "kb_sales_quality"
    shutil.copytree(shipped, copied, ignore=shutil.ignore_patterns("scenarios"))
    (copied / "scenarios").mkdir()
    shutil.copyfile(shipped / "scenarios" / "v02_not_accepted.yaml", copied / "scenarios" / "v02_not_accepted.yaml")
    return copied


def played(folder, tmp_path):
    lines = []
    stages = tmp_path / "stages"
    stages.mkdir()
    return report.run(list(report.find_files([folder])), Stages(stages, Settings()), lines.append), lines


def test_a_whole_copy_passes_and_the_files_are_told(copy, tmp_path):
    (result,), lines = played(copy, tmp_path)
    assert result.result == "passed", result.reason
    assert lines[0].startswith(f"plays {copy}: ")
    assert "kb_sales_quality.bpmn" in lines[0]


def test_a_changed_copy_fails(copy, tmp_path):
    diagram = copy / "kb_sales_quality.bpmn"
    drawn = diagram.read_text()
    assert "reject_decision == 'confirm'" in drawn
    diagram.write_text(drawn.replace("reject_decision == 'confirm'", "reject_decision == 'back'"))
    (result,), _ = played(copy, tmp_path)
    assert result.result == "failed"


def test_a_broken_copy_is_refused(copy, tmp_path):
    (copy / "F02a.form").unlink()
    (result,), lines = played(copy, tmp_path)
    assert result.result == "refused"
    assert "F02a" in result.reason
    assert report.exit_status([result]) == 1
    assert lines == [report.line(result)]
