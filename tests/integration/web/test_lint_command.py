import shutil

import pytest
from click.testing import CliRunner

from processes import folders
from web.command import main


@pytest.fixture
def copies(tmp_path):
    for name in ("kb_sales_quality", "shared/reply"):
        shutil.copytree(folders.ROOT / name, tmp_path / name)
    return tmp_path


def lint(*paths):
    return CliRunner().invoke(main, ["lint", *map(str, paths)])


def test_the_shipped_folders_are_one_house():
    found = lint(folders.ROOT)
    assert found.exit_code == 0
    assert found.output.splitlines()[-1].endswith(" files checked, 0 errors, 0 warnings")


def test_a_call_is_checked_against_the_folder_that_is_given_with_it(copies):
    diagram = copies / "shared" / "reply" / "sub_reply.bpmn"
    diagram.write_text(diagram.read_text(encoding="utf-8").replace("sub_reply", "sub_answer"), encoding="utf-8")
    alone, together = lint(copies / "kb_sales_quality"), lint(copies / "kb_sales_quality", copies / "shared" / "reply")
    assert alone.exit_code == 0
    assert together.exit_code == 1
    assert "sub_reply" in together.output
    assert lint(copies).exit_code == 1


def test_a_misspelt_setting_is_found_with_its_line(copies):
    file = copies / "kb_sales_quality" / "procedure.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[settings.max_redo]", "[settings.max_redos]"))
    found = lint(copies / "kb_sales_quality")
    assert found.exit_code == 1
    assert "did you mean max_redos?" in found.output


def test_a_table_of_settings_of_no_procedure_is_refused(tmp_path):
    settings = tmp_path / "kesu.toml"
    settings.write_text("[procedures.kb_sales_qualty]\nmax_redo = 3\n")
    found = lint("--settings", settings, folders.ROOT / "shared" / "letter")
    assert (type(found.exception).__name__, found.exit_code) != ("NoneType", 0)
    assert "kb_sales_quality" in str(found.exception) or "did you mean kb_sales_quality?" in found.output


def test_a_folder_without_anything_to_check_says_so(tmp_path):
    found = lint(tmp_path)
    assert found.exit_code == 2
    assert f"there is nothing to check in {tmp_path}" in found.output


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("kb_sales_quality.bpmn", 'Groups="qc"', 'Groups="qx"', "no units.csv lists a group qx: did you mean qc?"),
        ("procedure.toml", '"gm"', '"mg"', "no units.csv lists a group mg: did you mean gm?"),
        ("D03_approval.dmn", '"gm"', '"mg"', "output role names mg: no units.csv lists a group mg: did you mean gm?"),
        ("units.csv", "\nrepair,unit", "\nrepiar,unit", "nothing else names a group repiar: did you mean repair?"),
        ("units.csv", "repair,unit", "repair,untit", "kind of repair is 'untit': write unit or role"),
    ],
)
def test_a_group_that_no_folder_lists_is_told_once(copies, file, old, new, said):
    path = copies / "kb_sales_quality" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    *found, counted = lint(copies / "kb_sales_quality").output.splitlines()
    assert [said in each for each in found] == [True], (found, counted)
