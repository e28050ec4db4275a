"""An owner changes a folder by the command: exported, changed, deployed, and back again."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.deploy import deployments
from engine.deploy.checks import check_together
from processes import folders
from web.command import main

pytestmark = pytest.mark.seconds(14)

LOAN = Path(__file__).parents[2] / "procedures" / "library_loan"


@pytest.fixture
def kesu(installed_url, tmp_path, monkeypatch):
    """The command, in an installation in which the procedures are deployed."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments, status=0):
        told = CliRunner().invoke(main, [*map(str, arguments), "--database", installed_url])
        assert told.exit_code == status, told.output
        return told.output

    return command


@pytest.mark.usefixtures("checked_once")
def test_a_folder_is_written_out_changed_and_deployed_and_the_version_before_comes_back(kesu, tmp_path):
    copy = tmp_path / "mine"
    told = kesu("export", "kb_sales_quality", copy)
    assert told.startswith("kb_sales_quality: version 1, ")
    shipped = next(folder for folder in folders.shipped() if folder.key == "kb_sales_quality")
    assert folders.read(copy).files == shipped.files
    assert "is not empty" in kesu("export", "kb_sales_quality", copy, status=1)
    if not (copy / "procedure.toml").exists():
        copy = copy.rename(tmp_path / "kb_sales_quality")
    assert "kb_sales_quality: unchanged, still version 1" in kesu("deploy", copy, "--reason", "none")
    table = copy / "D05_remedy.dmn"
    table.write_bytes(table.read_bytes().replace(b"</definitions>", b"<!-- ours --></definitions>"))
    for more in ((), ("--changed-by", "CM-2026-000001")):  # the measure is not changed past the general manager
        assert "approved" in kesu("deploy", copy, "--reason", "another unit does it", *more, status=1)
    free = tmp_path / "free.toml"
    free.write_text("changes_approved = false\n")
    told = kesu("deploy", copy, "--reason", "another unit does it", "--settings", free)
    assert "kb_sales_quality: version 2 (" in told
    assert "approved case of" in kesu("activate", "kb_sales_quality", 1, "--reason", "too early", status=1)
    listed = kesu("deployments", "kb_sales_quality").splitlines()
    assert listed[0].startswith("* kb_sales_quality 2  own")
    assert listed[0].endswith("(command line)  another unit does it")
    assert listed[1].startswith("  kb_sales_quality 1  shipped")
    told = kesu("activate", "kb_sales_quality", 1, "--reason", "too early", "--settings", free)
    assert told == "kb_sales_quality: version 1 is current\n"
    assert "made version 1 current  too early" in kesu("deployments", "kb_sales_quality")
    assert "version" in kesu("activate", "kb_sales_quality", 9, "--reason", "x", status=1)


def test_nothing_is_written_beside_the_folder_that_was_named(kesu, tmp_path, monkeypatch):
    monkeypatch.setattr("web.command.versions.deployments.get_files", lambda *_: {"a/../../out.txt": b"x"})
    assert "lies outside" in kesu("export", "mediation", tmp_path / "mine", status=1)
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.usefixtures("checked_once")
def test_a_deployment_tells_the_warnings_and_a_refused_one_its_errors(kesu, tmp_path):
    copy = tmp_path / "mediation"
    kesu("export", "mediation", copy)
    diagram = copy / "sub_mediation.bpmn"
    text = diagram.read_text(encoding="utf-8")
    diagram.write_text(text.replace(' camunda:formRefBinding="deployment"', ' camunda:shape="1"', 1), encoding="utf-8")
    told = kesu("deploy", copy, "--reason", "x").splitlines()
    assert "camunda:shape is not read" in told[0]
    assert told[0].endswith(" (warning)")
    assert told[1].endswith(" files checked, 0 errors, 1 warning")
    assert told[2].startswith("mediation: version 2")
    diagram.write_text(text.replace('sourceRef="', 'sourceRef="no', 1), encoding="utf-8")
    refused = kesu("deploy", copy, "--reason", "x", status=1)
    assert "its source is not there any more" in refused
    assert "version 3" not in refused


def test_what_a_deployment_would_find_is_told_without_one(kesu, tmp_path, monkeypatch):
    copy = tmp_path / "mediation"
    kesu("export", "mediation", copy)
    before = kesu("deployments")
    units, asked = tmp_path / "units.csv", []
    units.write_text("key,kind,name_zh,name_en\nsales,unit,营业部,Sales\n", encoding="utf-8")
    kesu("organisation", "import", units)
    monkeypatch.setattr(deployments, "check_together", lambda *a, **k: asked.append(1) or check_together(*a, **k))
    diagram = copy / "sub_mediation.bpmn"
    text = diagram.read_text(encoding="utf-8")
    groups = re.search(r'camunda:candidateGroups="([^"]*)"', text)[0]
    diagram.write_text(text.replace(groups, 'camunda:candidateGroups="nobodys"'), encoding="utf-8")
    assert "nobodys" in kesu("lint", copy)
    assert kesu("deployments") == before
    told = kesu("deploy", copy, "--reason", "x")
    assert "nobodys" in told
    assert "mediation: version 2" in told
    assert len(asked) == 2, "once by each command"


def test_a_database_that_is_not_there_is_not_made_by_looking_into_it(tmp_path):
    told = CliRunner().invoke(main, ["lint", str(LOAN), "--database", f"sqlite:///{tmp_path}/none.sqlite3"])
    assert told.exit_code == 2
    assert told.output.startswith(f"Error: There is no database {tmp_path}/none.sqlite3")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("checked_once")
def test_the_author_is_a_person_that_there_is(kesu, tmp_path):
    copy = tmp_path / "mediation"
    kesu("export", "mediation", copy)
    assert "nobody" in kesu("deploy", copy, "--reason", "x", "--as", "nobody", status=1)


@pytest.mark.usefixtures("checked_once")
def test_a_folder_that_is_not_shipped_goes_out_and_comes_back(kesu, tmp_path):
    assert "library_loan: version 1" in kesu("deploy", LOAN, "--reason", "new")
    copy = tmp_path / "library_loan"
    kesu("export", "library_loan", copy)
    assert folders.read(copy).files == folders.read(LOAN).files
    assert "library_loan: unchanged, still version 1" in kesu("deploy", copy, "--reason", "none")
    words = copy / "translations" / "zh.po"
    words.write_text(words.read_text().replace("致电读者", "给读者打电话"))
    assert "library_loan: version 2" in kesu("deploy", copy, "--reason", "other words")
    assert kesu("activate", "library_loan", 1, "--reason", "too early") == "library_loan: version 1 is current\n"
