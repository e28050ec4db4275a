"""Commands that play scenarios."""

import tempfile
from pathlib import Path

import click

from processes.configuration import load
from processes.scenario import report
from web.command.common import settings_option
from web.stages import Stages


@click.group()
def scenario() -> None:
    """Play scenarios: tests that a process owner can read."""


@scenario.command("run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--coverage", "with_coverage", is_flag=True, help="What no scenario touched, for each process.")
@click.option("--at-least", type=click.FloatRange(0, 100), help="Fail below this percentage of sequence flows.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@settings_option
def run_scenarios(
    paths: tuple[Path, ...],
    at_least: float | None,
    json_file: Path | None,
    settings_file: Path | None,
    *,
    with_coverage: bool,
) -> None:
    """Play files and folders of scenarios; 0 when all hold, 1 when one does not, 2 when a file cannot be read."""
    try:
        files = list(report.find_files(paths))
    except FileNotFoundError as error:
        click.echo(f"there is no {error}", err=True)
        raise SystemExit(2) from None
    if not files:
        click.echo(f"there are no scenarios in {', '.join(map(str, paths))}: files that end in .yaml", err=True)
        raise SystemExit(2)
    with tempfile.TemporaryDirectory(prefix="kesu-") as folder:
        results = report.run(files, Stages(Path(folder), load(settings_file)), click.echo)
    if json_file:
        json_file.write_text(report.as_json(results, with_coverage=with_coverage), encoding="utf-8")
    status = report.exit_status(results)
    if with_coverage:
        for text in report.coverage_lines(results):
            click.echo(text)
        if at_least is not None and report.covered(results) * 100 < at_least:
            click.echo(f"less than {at_least:g} % of the sequence flows are covered", err=True)
            status = max(status, 1)
    click.echo(report.closing(results))
    raise SystemExit(status)
