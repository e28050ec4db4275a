"""Commands about the working calendar."""

from pathlib import Path

import click

from engine import SYSTEM
from web.command.common import database_option, installation, settings_option


@click.group()
def calendar() -> None:
    """The working calendar: make-up working days, days of rest, company closures."""


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help="The notice the days come from, for the history of the deadlines they move."
)
@click.option("--closures", is_flag=True, help="These are the company's own closures, which go before the notice.")
@database_option
@settings_option
def import_days(file: Path, source: str, url: str, settings_file: Path | None, *, closures: bool) -> None:
    """Import days from a CSV file and compute all open deadlines again; nothing is changed when a line is wrong."""
    from processes.cases.recompute import take_notice

    with installation(url, settings_file) as kesu:
        imported, moved = take_notice(
            kesu.database,
            kesu.office,
            file.read_bytes(),
            source=source,
            by=SYSTEM,
            layer="closure" if closures else "notice",
        )
    if not imported.any_change:
        click.echo(f"nothing is new: all {imported.unchanged} days of the file are entered already")
        return
    click.echo(
        f"{len(imported.added)} days added, {len(imported.changed)} changed, {imported.unchanged} as before; "
        f"the deadlines of {len(moved)} open cases moved"
    )
