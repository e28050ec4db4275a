"""Commands about the units and roles of an installation."""

from pathlib import Path

import click

from web.command.common import database_option, existing, installation, settings_option


@click.group()
def organisation() -> None:
    """The units and roles, which diagrams name by their keys."""


@organisation.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
@settings_option
def import_chart(file: Path, url: str, settings_file: Path | None) -> None:
    """Make the units and roles of a CSV file; those that are there are renamed, none is deleted.

    Columns: key, kind (unit or role), name_zh, name_en. Nothing changes on an error.
    """
    from engine import SYSTEM
    from processes.people import chart

    with installation(url, settings_file) as kesu, kesu.database.transaction() as session:
        imported = chart.import_csv(session, file.read_bytes(), by=SYSTEM)
    click.echo(f"{imported.added} units and roles added, {imported.renamed} renamed")


@organisation.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@database_option
@settings_option
def export_chart(file: Path, url: str, settings_file: Path | None) -> None:
    """Write all units and roles into a CSV file, as it can be imported."""
    from processes.people import chart

    with existing(url, settings_file) as kesu, kesu.database.reading() as session:
        text = chart.export_csv(session)
    file.write_text(text, encoding="utf-8-sig")
    click.echo(f"{max(0, text.count(chr(10)) - 1)} units and roles written to {file}")
