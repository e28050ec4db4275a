"""The shipped scenarios all pass, and hardly a sequence flow of the shipped diagrams is left untouched."""

import pytest

from processes.folders import ROOT
from processes.scenario import coverage, report
from processes.settings import Settings
from web.stages import Stages


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    lines = []
    files = list(report.find_files([ROOT]))
    results = report.run(files, Stages(tmp_path_factory.mktemp("stages"), Settings()), lines.append)
    assert len(results) == len(files) >= 20
    told = [line for line in lines if not line.startswith("plays ")]
    assert len(told) == len(files)
    return results


def test_all_pass(results):
    assert [report.line(result) for result in results if result.result != "passed"] == []
    assert report.exit_status(results) == 0


def test_nearly_all_sequence_flows_are_covered(results, record_property):
    for line in (*report.coverage_lines(results), report.closing(results)):
        record_property("told", line)
    every = coverage.join(result.touched for result in results)
    assert {"complaint_intake", "kb_sales_quality"} <= {each.process for each in every}
    assert report.total(every) > 0.95
    assert min(each.flow_share for each in every) > 0.9


@pytest.mark.parametrize("prefix", ["v01", "v02", "v04", "v06"])
def test_the_agreed_cases_are_among_them(results, prefix):
    assert [result for result in results if result.file.name.startswith(prefix)]
