"""Commands about the people who sign in."""

import sys
from pathlib import Path

import click

from engine import SYSTEM
from forms import wrong_address
from processes.people import accounts, organisation, passwords
from web.command.common import database_option, existing, installation, settings_option


@click.group()
def person() -> None:
    """The people who sign in: the first administrator, and whoever waits for a pause to end."""


@person.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As colleagues write it.")
@click.option("--name-en", default="", help="For pages in English; the same name where there is none.")
@click.option("--email", default="", help="Where notices may be sent.")
@click.option("--group", "groups", multiple=True, help="A unit or role; once for each.")
@click.option("--admin", is_flag=True, help="May look into cases, mend what is stuck and add people.")
@click.option("--password-stdin", is_flag=True, help="Read the first password from the standard input, for programs.")
@database_option
@settings_option
def add(  # noqa: PLR0917 - click gives them by name
    login: str,
    name: str,
    name_en: str,
    email: str,
    groups: tuple[str, ...],
    url: str,
    settings_file: Path | None,
    *,
    admin: bool,
    password_stdin: bool,
) -> None:
    """Add somebody, whose password has to be changed at the first sign-in; an installation gets its first one so.

    Units and roles have to be there already; the role of administrators is made where it is missing.
    """
    if email and wrong_address(email) is not None:
        raise click.ClickException("Write an e-mail address like name@example.com.")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask()
    with installation(url, settings_file) as kesu:
        hashed = passwords.hash_new(password, kesu.settings.password_cost, about=(login, name, name_en))
        with kesu.database.transaction() as session:
            if admin:
                accounts.add_admin(session)
            made = accounts.add(
                session,
                login,
                name_zh=name,
                name_en=name_en or name,
                password=hashed,
                by=SYSTEM,
                email=email,
                groups=[*groups, *([organisation.ADMIN] if admin else [])],
            )
            added = made.login
    click.echo(f"{added} can sign in and is asked for a new password then")


@person.command("unlock")
@click.argument("login")
@click.option("--reason", required=True, help="Why, for the record of the account.")
@database_option
@settings_option
def unlock(login: str, reason: str, url: str, settings_file: Path | None) -> None:
    """Let somebody try again at once after too many wrong passwords."""
    with existing(url, settings_file) as kesu, kesu.database.transaction() as session:
        accounts.unlock(session, login, by=SYSTEM, reason=reason)
    click.echo(f"{login} may try again")


@person.command("erase")
@click.argument("login")
@click.option("--reason", required=True, help="On whose request, for the record of the account.")
@database_option
@settings_option
def erase(login: str, reason: str, url: str, settings_file: Path | None) -> None:
    """Take out what is known of somebody who has left; the login stays in the history, and so do the statistics.

    On PostgreSQL as the owner of the tables. What cases say of complainants is taken out by `kesu erase`.
    """
    from processes.retention import people

    with existing(url, settings_file) as kesu:
        with kesu.database.transaction() as session:
            address = people.erase(session, login, by=SYSTEM, reason=reason)
            people.remove_copies(kesu.settings, address)
        kesu.database.rewrite()
    click.echo(f"of {login} nothing but the login is known any more")


def _ask() -> str:
    """The password, typed twice and not shown."""
    return str(click.prompt("First password", hide_input=True, confirmation_prompt=True))
