"""Pages of the documentation that come from the code say what the code says."""

from pathlib import Path

from click.testing import CliRunner

from web.command import main

DOCS = Path(__file__).parents[3] / "docs"


def test_the_services_are_written_down_as_they_are():
    told = CliRunner().invoke(main, ["topics", "--markdown"])
    assert told.exit_code == 0, told.output
    assert (DOCS / "services.md").read_text(encoding="utf-8") == told.output, "run `make docs`"


def test_the_readme_leads_to_every_page():
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    missing = [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in readme]
    assert missing == []
