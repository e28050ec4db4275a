"""Letting a process or an instance stand still, by the command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from engine import SYSTEM, suspensions
from web.command.common import database_option, existing, settings_option

_reason = click.option("--reason", required=True, help="Why; people who come across it read this.")


@click.command()
@click.argument("what")
@_reason
@database_option
@settings_option
def suspend(what: str, reason: str, url: str, settings_file: Path | None) -> None:
    """Let a process (its key) or an instance (its number) stand still: nothing starts, fires or is completed."""
    _act(suspensions.suspend, what, reason, url, settings_file)
    click.echo(f"{what} stands still")


@click.command()
@click.argument("what")
@_reason
@database_option
@settings_option
def resume(what: str, reason: str, url: str, settings_file: Path | None) -> None:
    """Let a process (its key) or an instance (its number) go on; what fell due meanwhile is done now."""
    _act(suspensions.resume, what, reason, url, settings_file)
    click.echo(f"{what} goes on")


def named(what: str) -> dict[str, Any]:
    """What is meant by a word: an instance by its number, where a database can have it, else a process by its key."""
    return {"instance_id": int(what)} if what.isdecimal() and len(what) < 19 else {"process_key": what}


def _act(act: Callable[..., None], what: str, reason: str, url: str, settings_file: Path | None) -> None:
    with existing(url, settings_file) as kesu, kesu.database.transaction() as session:
        act(session, **named(what), by=SYSTEM, reason=reason)


@click.command()
@database_option
@settings_option
def suspended(url: str, settings_file: Path | None) -> None:
    """What stands still, since when, by whose word and why."""
    with existing(url, settings_file) as kesu, kesu.database.reading() as session:
        found = suspensions.current(session)
        if not found:
            click.echo("nothing stands still", err=True)
        for each in found:
            since = each.at.astimezone(kesu.runtime.zone)
            click.echo(
                f"{each.process_key or each.instance_id}\tsince {since:%Y-%m-%d %H:%M}\t{each.by}\t{each.reason}"
            )
