"""Commands that serve and fill an installation."""

from functools import partial
from pathlib import Path

import click

from engine.errors import Busy
from processes.migrations import grant, migrate
from web import compose
from web.command.common import CannotBegin, database_option, folder_of, open_installation, say, settings_option
from web.command.listening import is_loopback, options

IN_USE = "The tables were in use all the time, and nothing was changed. Run it again, or first stop what works on them."


@click.command()
@database_option
@settings_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--demo", is_flag=True, help="Fill in demo people and a case of each kind first, where there are none.")
@click.option("--threads", default=8, show_default=True, help="How many requests are answered at a time.")
@click.option(
    "--trusted-proxy",
    envvar="KESU_TRUSTED_PROXY",
    help="The address of the proxy in front: only its X-Forwarded headers are believed.",
)
@click.option("--hold", is_flag=True, help="Only pages: no timer fires, no letter or notice goes, until started anew.")
def run(  # noqa: PLR0917 - click gives them by name
    url: str,
    settings_file: Path | None,
    host: str,
    port: int,
    threads: int,
    trusted_proxy: str | None,
    *,
    demo: bool,
    hold: bool,
) -> None:
    """Migrate, deploy the shipped procedures, serve pages and timers in one process."""
    from engine import EmbeddedDispatcher
    from engine.errors import AnotherProcessRuns
    from web.app import create_app
    from web.command.serving import Pages, serve

    alone = is_loopback(host, trusted_proxy)
    if demo and not alone:
        raise click.ClickException(
            "everybody knows the passwords of the demo: with --demo listen on 127.0.0.1, without a proxy"
        )
    kesu = open_installation(url, settings_file)
    if demo:
        _fill(kesu, few=True)
    app = create_app(kesu, {"LOOPBACK": alone, "HELD": hold})
    pages = Pages(app, host, port, threads=threads, **options(kesu.settings, trusted_proxy))
    dispatcher = EmbeddedDispatcher(kesu.database)
    try:
        dispatcher.start(held=hold)
    except AnotherProcessRuns as error:
        pages.close()
        raise click.ClickException(str(error)) from error
    say(f"\nKesu answers at http://{host}:{port}")
    if hold:
        say("What is due is held: `kesu due` lists it, `kesu run` without --hold does it")
    if not kesu.settings.named:
        say("Letters are headed 本公司 / our company: set company_zh and company_en, see docs/operations.md")
    if demo:
        _introduce()
    serve(kesu.database, pages=pages, worker=dispatcher, drain_seconds=kesu.settings.drain_seconds)
    pages.close()
    kesu.database.close()


@click.command()
@database_option
@settings_option
@click.option("--cases", default=0, help="How many there should be: the same stories told again, further back.")
def demo(url: str, settings_file: Path | None, cases: int) -> None:
    """Fill in demo people and some two hundred cases of three months; can be run again at any time."""
    kesu = open_installation(url, settings_file)
    _fill(kesu, cases)
    _introduce()
    kesu.database.close()


def _fill(kesu: compose.Kesu, cases: int = 0, *, few: bool = False) -> None:
    from engine import dispatch
    from processes.demo import populate

    # what is due in the present is not done by the clock of the past
    kesu.database.persist(partial(dispatch.work_once, kesu.database))
    with compose.on_a_set_clock(kesu) as (past, clock):
        count = populate(past.database, past.office, clock, cases, few=few)
    say(f"{count} demo cases are there" + ("; `kesu demo` makes the others of three months" if few else ""))


def _introduce() -> None:
    from processes.demo import PASSWORD, introduce

    say(f"Sign in as (password of all: {PASSWORD})")
    for login, line in introduce():
        say(f"  {login:<12} {line}")


@click.command("migrate")
@database_option
@click.option("--grant", "role", help="A role of PostgreSQL that owns no table: let it read and write, no more.")
def migrate_tables(url: str, role: str | None) -> None:
    """Bring the tables to the newest form, as their owner."""
    folder_of(url)
    try:
        migrate(url)
    except Busy:
        raise CannotBegin(IN_USE) from None
    if role is not None:
        try:
            grant(url, role)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{role} may read and write, and change no table")
