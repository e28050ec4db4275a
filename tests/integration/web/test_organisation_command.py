"""Units and roles from a file and into one; and where the demo may listen."""

import pytest
from click.testing import CliRunner

from processes.errors import UnitFileRefused
from processes.people import chart
from web.command import main
from web.command.listening import is_loopback


@pytest.fixture
def kesu(installed_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        found = CliRunner().invoke(main, [*arguments, "--database", installed_url])
        return found.exit_code, found.output

    return command


def test_units_come_from_a_file_and_go_into_one(kesu, tmp_path):
    file, again = tmp_path / "units.csv", tmp_path / "again.csv"
    file.write_text("代码,类别,中文名,name_en\nsales,部门,营业部,Sales\nmanager,role,经理,\n", encoding="gb18030")
    assert kesu("organisation", "import", str(file)) == (0, "units and roles added: 2, renamed: 0\n")
    assert kesu("organisation", "export", str(again)) == (0, f"units and roles written to {again}: 2\n")
    assert again.read_text(encoding="utf-8-sig").splitlines() == [
        "key,kind,name_zh,name_en",
        "sales,unit,营业部,Sales",
        "manager,role,经理,经理",
    ]
    again.write_text(again.read_text(encoding="utf-8-sig").replace("营业部", "销售部"), encoding="utf-8")
    assert kesu("organisation", "import", str(again)) == (0, "units and roles added: 0, renamed: 1\n")


def test_a_dash_is_the_standard_input_and_output(installed_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    told = run(
        main, ["organisation", "import", "-", "--database", installed_url], input="key,kind,name_zh\nsales,unit,S\n"
    )
    assert told.stdout == "units and roles added: 1, renamed: 0\n"
    written = run(main, ["organisation", "export", "-", "--database", installed_url])
    assert written.stdout == "\ufeffkey,kind,name_zh,name_en\nsales,unit,S,S\n"
    assert not (tmp_path / "-").exists()


def test_a_wrong_file_says_each_line_and_changes_nothing(kesu, tmp_path):
    file, out = tmp_path / "units.csv", tmp_path / "out.csv"
    file.write_text(
        "key,kind,name_zh\nsales,unit,S\nsales,unit,S\nno way,unit,N\nqc,team,Q\ngm,role,\nhr,unit,\u200b\n"
    )
    code, output = kesu("organisation", "import", str(file))
    assert code == 1
    for said in (
        "line 3: sales stands",
        "line 4: 'no way' is no key",
        "line 5: kind of qc is 'team'",
        "line 6: gm needs",
        "line 7: hr needs",
    ):
        assert said in output
    kesu("organisation", "export", str(out))
    assert out.read_text(encoding="utf-8-sig") == "key,kind,name_zh,name_en\n"
    with pytest.raises(UnitFileRefused, match="line 2: no text has a null character"):
        chart.read_csv(b"key,kind,name_zh\nsales,unit,S\0")
    code, output = kesu("organisation", "export", str(tmp_path / "nowhere" / "out.csv"))
    assert (code, output.endswith("out.csv cannot be read or written: No such file or directory.\n")) == (2, True)


def test_the_demo_does_not_listen_to_others(kesu):
    for elsewhere in (("--host", "0.0.0.0"), ("--trusted-proxy", "127.0.0.1")):
        code, output = kesu("run", "--demo", *elsewhere)
        assert (code, "everybody knows the passwords of the demo" in output) == (1, True)


@pytest.mark.parametrize(
    ("host", "proxy", "alone"),
    [("127.0.0.1", None, True), ("::1", None, True), ("localhost", None, True), ("127.0.0.1", "127.0.0.1", False),
     ("0.0.0.0", None, False), ("::", None, False), ("192.0.2.1", None, False), ("kesu.example", None, False)],
)  # fmt: skip
def test_who_is_alone_at_the_machine(host, proxy, alone):
    assert is_loopback(host, proxy) is alone
