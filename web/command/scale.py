"""Commands for several processes on one PostgreSQL: pages here, work there, as many of each as it takes."""

from pathlib import Path

import click

from web.command.common import database_option, open_installation, say, settings_option
from web.command.listening import is_loopback, options


@click.command("web")
@database_option
@settings_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, help="How many requests are answered at a time.")
@click.option(
    "--trusted-proxy",
    envvar="KESU_TRUSTED_PROXY",
    help="The address of the proxy in front: only its X-Forwarded headers are believed.",
)
def pages(  # noqa: PLR0917 - click gives them by name
    url: str, settings_file: Path | None, host: str, port: int, threads: int, trusted_proxy: str | None
) -> None:
    """Serve pages and nothing else; what falls due is done by `kesu worker`. PostgreSQL only."""
    _check(url)
    from engine import broker
    from web.app import create_app
    from web.command.serving import Pages, serve

    kesu = open_installation(url, settings_file, broker.HandingOver())
    app = create_app(kesu, {"LOOPBACK": is_loopback(host, trusted_proxy)})
    server = Pages(app, host, port, threads=threads, **options(kesu.settings, trusted_proxy))
    say(f"\nKesu answers at http://{host}:{port}")
    serve(kesu.database, pages=server, drain_seconds=kesu.settings.drain_seconds)
    server.close()
    kesu.database.close()


@click.command()
@database_option
@settings_option
@click.option("--threads", default=4, show_default=True, help="How many letters and the like are under way at a time.")
def worker(url: str, settings_file: Path | None, threads: int) -> None:
    """Do what falls due, timers, letters, reminders, and nothing else; any number of them. PostgreSQL only."""
    _check(url)
    from engine import ProcrastinateDispatcher, broker
    from web.command.serving import serve

    handing = broker.HandingOver()
    kesu = open_installation(url, settings_file, handing)
    dispatcher = ProcrastinateDispatcher(kesu.database, handing, threads=threads)
    dispatcher.start()
    say("Kesu works")
    serve(kesu.database, worker=dispatcher, drain_seconds=kesu.settings.drain_seconds)
    kesu.database.close()


def _check(url: str) -> None:
    """Refuse what takes one process only, and what is not installed."""
    if not url.startswith("postgresql"):
        told = "`kesu web` and `kesu worker` need PostgreSQL; on SQLite one process does all: kesu run"
        raise click.ClickException(told)
    try:
        import procrastinate  # noqa: F401 - only whether it is there
    except ImportError:
        raise click.ClickException("procrastinate is missing: pip install '.[postgresql]'") from None
