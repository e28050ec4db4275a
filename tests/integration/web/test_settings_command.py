import pytest
from click.testing import CliRunner

from web.command import main


@pytest.fixture
def kesu(installed_url, tmp_path):
    def command(name, text="", **environment):
        file = tmp_path / "kesu.toml"
        file.write_text(text, encoding="utf-8")
        given = {"KESU_SETTINGS": str(file), "KESU_DATABASE_URL": installed_url, **environment}
        return CliRunner().invoke(main, [name], env=given)

    return command


def test_each_setting_has_its_value_default_and_where_it_comes_from(kesu, tmp_path):
    text = 'roll = "none"\nsmtp_password = "p"\n[procedures.kb_sales_quality]\nmax_redo = 3\n'
    variable = "KESU_PROCEDURES__KB_SALES_QUALITY__STAGES__PLAN"
    found = kesu("settings", text, **{variable: "1d"})
    assert found.exit_code == 0, found.output
    lines = found.output.splitlines()
    assert f"roll = none  (from {tmp_path}/kesu.toml:1; default next)" in lines
    assert f"max_redo = 3  (from {tmp_path}/kesu.toml:4; default 2)" in lines
    assert f"stages.plan = 1d  (from {variable}; default 0.5d)" in lines
    assert "country = CN" in lines
    assert not [line for line in lines if line.startswith("smtp_password = p")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rol = 'none'", "there is no key rol: did you mean roll?"),
        ("[procedures.kb_sales_qualty]\nmax_redo = 3", "did you mean kb_sales_quality?"),
        ("[procedures.kb_sales_quality]\nmax_redos = 3", "did you mean max_redo?"),
        ("[procedures.kb_sales_quality]\nmax_redo = 'many'", "'many' is no whole number"),
        ("[procedures.kb_sales_quality.stages]\nplan = 'soon'", "'soon' is no working time"),
    ],
)
def test_an_installation_whose_settings_cannot_be_taken_does_not_start(kesu, tmp_path, text, said):
    found = kesu("deployments", text)
    assert found.exit_code == 2
    assert said in found.output
    assert found.output.startswith("Error: ")
    assert "procedure.toml" not in found.output
    assert ("procedures." not in text) or f"{tmp_path}/kesu.toml:{text.count(chr(10)) + 1}" in found.output
