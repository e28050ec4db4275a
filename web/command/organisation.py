"""Commands about the units and roles of an installation."""

from pathlib import Path
from typing import BinaryIO

import click

from web.command.common import database_option, existing, installation, settings_option


@click.group()
def organisation() -> None:
    """The units and roles, which diagrams name by their keys."""


@organisation.command("import")
@click.argument("file", type=click.File("rb"))
@database_option
@settings_option
def import_chart(file: BinaryIO, url: str, settings_file: Path | None) -> None:
    """Make the units and roles of a CSV file, `-` for the standard input; those that are there are renamed.

    None is deleted. Columns: key, kind (unit or role), name_zh, name_en. Nothing changes on
    an error.
    """
    from engine import SYSTEM
    from processes.people import chart

    with installation(url, settings_file) as kesu, kesu.database.transaction() as session:
        imported = chart.import_csv(session, file.read(), by=SYSTEM)
    click.echo(f"units and roles added: {imported.added}, renamed: {imported.renamed}")


@organisation.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@database_option
@settings_option
def export_chart(file: str, url: str, settings_file: Path | None) -> None:
    """Write all units and roles into a CSV file, `-` for the standard output, as it can be imported."""
    from processes.people import chart

    with existing(url, settings_file) as kesu, kesu.database.reading() as session:
        text = chart.export_csv(session)
    with click.open_file(file, "wb") as out:
        out.write(text.encode("utf-8-sig"))
    click.echo(f"units and roles written to {file}: {max(0, text.count(chr(10)) - 1)}", err=True)
