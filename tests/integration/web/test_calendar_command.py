"""The yearly notice by the command: once it moves what is due, the second time it says that nothing is new."""

from click.testing import CliRunner

from web.command import main

NOTICE = "date,kind,name\n2026-10-08,休,国庆节\n2026-10-09,休,国庆节\n2026-10-11,班,\n"


def test_the_same_file_twice_changes_nothing_and_says_so(hall, tmp_path):
    hall.register()
    file = tmp_path / "notice.csv"
    file.write_text(NOTICE)
    url = hall.database.engine.url.render_as_string(hide_password=False)
    asked = ["calendar", "import", str(file), "--source", "国办发明电〔2025〕7号", "--database", url]
    first, second = (CliRunner().invoke(main, asked) for _ in range(2))
    assert first.output == "3 days added, 0 changed, 0 as before; the deadlines of 1 open cases moved\n"
    assert second.output == "nothing is new: all 3 days of the file are entered already\n"
    assert (first.exit_code, second.exit_code) == (0, 0)
