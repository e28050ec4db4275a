"""Commands that delete for good."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine import SYSTEM
from engine.errors import NotFound
from web.command.common import database_option, existing, settings_option

if TYPE_CHECKING:
    from engine import Session
    from processes.cases.schema import DbCase


@click.command()
@click.option("--yes", is_flag=True, help="Delete; without it is only told what would go.")
@database_option
@settings_option
def purge(url: str, settings_file: Path | None, *, yes: bool) -> None:
    """Delete finished cases older than the setting `retention_days` with all traces.

    On PostgreSQL as the owner of the tables; the role that the application runs with may not.
    """
    from processes.retention import cases

    with existing(url, settings_file) as kesu:
        if not kesu.settings.retention_days:
            raise click.ClickException("the setting retention_days is 0: cases are kept for ever")
        count = rows = 0
        while True:
            with kesu.database.transaction() as session:
                before = cases.before(session, kesu.settings)
                old, loose = cases.finished_before(session, before), cases.loose_instances(session, before)
                if not yes:
                    click.echo(f"{len(old)} cases and {len(loose)} other instances would go; say --yes")
                    return
                if not old and not loose:
                    break
                gone = cases.purge(session, old, loose)
                cases.remove_copies(kesu.settings, gone)
            count, rows = count + gone.cases, rows + gone.rows
        cases.rewrite(kesu.database)
        click.echo(f"{count} cases deleted, {rows} rows")


@click.command()
@click.argument("numbers", nargs=-1)
@click.option("--find", "text", default="", help="Only name the cases in which this name, number or address stands.")
@click.option("--reason", default="", help="On whose request, for the record.")
@database_option
@settings_option
def erase(numbers: tuple[str, ...], text: str, reason: str, url: str, settings_file: Path | None) -> None:
    """Take what is known of people out of finished cases, by their NUMBERS; what statistics need stays."""
    if not numbers and not text:
        raise click.UsageError("Name the cases, such as KB-2026-000123, or look for them: --find TEXT.")
    from processes.retention import cases

    with existing(url, settings_file) as kesu:
        if text:
            with kesu.database.reading() as session:
                found = cases.of_person(session, text)
                if not found:
                    click.echo("no case has that in it", err=True)
                for case in found:
                    click.echo(f"{case.number}\t{case.procedure}\t{case.status}")
            return
        for number in numbers:
            with kesu.database.transaction() as session:
                case = _case(session, number)
                gone = cases.erase(session, case, by=SYSTEM, reason=reason)
                cases.remove_copies(kesu.settings, gone)
            click.echo(f"{number}: {gone.rows} rows deleted")
            if gone.beside:
                click.echo(f"{number}: what it said was told to others, which keep it: {', '.join(gone.beside)}")
        cases.rewrite(kesu.database)


def _case(session: "Session", number: str) -> "DbCase":
    from processes.cases import register

    case = register.find_by_number(session, number.strip().upper())
    if case is None:
        raise NotFound(what="case", key=number)
    return case
