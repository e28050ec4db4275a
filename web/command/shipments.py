"""Commands about what was delivered."""

from pathlib import Path

import click

from engine import SYSTEM
from web.command.common import database_option, installation, settings_option


@click.group()
def shipments() -> None:
    """The list of shipments, by which a complaint's order and lot are checked."""


@shipments.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@database_option
@settings_option
def import_list(file: Path, url: str, settings_file: Path | None) -> None:
    """Import shipments from a CSV file, replacing those with the same order and lot; nothing changes on an error.

    Columns: order_no, lot_no, customer, product, quantity, delivered_on (2026-10-28; empty: not delivered yet).
    """
    from processes.shipments import listing

    with installation(url, settings_file) as kesu, kesu.database.transaction() as session:
        imported = listing.import_csv(session, file.read_bytes(), by=SYSTEM)
    click.echo(f"{imported.added} shipments added, {imported.replaced} replaced")
