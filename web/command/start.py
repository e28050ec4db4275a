"""Starting a process by the command."""

from pathlib import Path

import click
import orjson

from engine import instances
from processes.management import once
from processes.people import organisation
from web.command.common import database_option, existing, settings_option


@click.command()
@click.argument("key")
@click.option("--as", "login", required=True, help="Who starts it: a login of somebody who may.")
@click.option("--var", "pairs", multiple=True, help="NAME=VALUE; the value as JSON, else as text.")
@click.option("--business-key", help="The number that people know it by.")
@database_option
@settings_option
def start(  # noqa: PLR0917 - click gives them by name
    key: str, login: str, pairs: tuple[str, ...], business_key: str | None, url: str, settings_file: Path | None
) -> None:
    """Start the current version of a process; prints the number of the instance."""
    with existing(url, settings_file) as kesu, kesu.database.transaction() as session:
        actor = organisation.actor_of(session, login)
        if key not in {each.key for each in instances.startable(session, actor)}:
            raise click.ClickException(f"{login} may start no process {key}")
        once.check(session, key, kesu.runtime.clock.now(), kesu.office.zone)
        values = dict(map(_pair, pairs))
        made = instances.start(session, key, variables=values, business_key=business_key, by=actor).id
    click.echo(str(made))


def _pair(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.ClickException(f"{text} is not NAME=VALUE")
    try:
        return name, orjson.loads(value)
    except orjson.JSONDecodeError:
        return name, value
