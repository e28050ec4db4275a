"""What the commands have in common: where the database is, which settings hold, and a command that loads when asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from engine import Dispatcher
    from web.compose import Kesu

DATABASE = "sqlite:///var/kesu.sqlite3"
ADDRESS = "Write --database or KESU_DATABASE_URL as sqlite:///var/kesu.sqlite3 or postgresql+psycopg://user@host/name"
PATIENCE = 12
"""Tries of ten seconds each: a shipped version is deployed in less, also on a machine that is busy."""
OTHERS = "Another process is starting on this database: waiting for it"
IDLE = "25P03"
"""What PostgreSQL says of a transaction that it has ended because nothing came for too long."""
SLOW = "This machine is so busy that the database did not wait for the next statement: beginning again"
REACH = "See whether it runs, and whether --database or KESU_DATABASE_URL is right"
OPEN_FILE = "See whether that file is a database of Kesu, and whether this user may write it and its folder"

database_option = click.option(
    "--database",
    "url",
    envvar="KESU_DATABASE_URL",
    default=DATABASE,
    show_default=True,
    help="Where everything is remembered, as SQLAlchemy writes it.",
)
settings_option = click.option(
    "--settings",
    "settings_file",
    envvar="KESU_SETTINGS",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with the decisions of this installation.",
)


class CannotBegin(click.ClickException):
    """What a command was given cannot be used at all: one line, and exit status 2."""

    exit_code = 2


@dataclass(frozen=True)
class Place:
    """Where a command is found, and what is said of it in one line."""

    where: str
    """`module:name`."""
    short: str
    """The first paragraph of its help."""


class Commands(click.Group):
    """A group whose commands are imported when they are asked for, so that each starts quickly."""

    def __init__(self, *args: object, places: Mapping[str, Place] | None = None, **kwargs: object) -> None:
        """Take the places of the commands, by the words that people type."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.places = dict(places or {})

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what cannot be used, a setting, a shipped folder or a database, is told in one line."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            told = _told(error)
            if told is None:
                raise
            raise CannotBegin(told) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """All commands with their lines; none is imported for that."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.places[name].short) for name in self.list_commands(ctx)])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands in the order of their names."""
        return sorted({*super().list_commands(ctx), *self.places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, imported now; None for an unknown one."""
        place = self.places.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = place.where.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


def _told(error: Exception) -> str | None:
    """What somebody at the command line can mend, in one line; None for whatever else went wrong."""
    import sqlite3

    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

    from engine.errors import DeploymentRefused, Passing
    from processes.errors import SettingRefused, TablesNewer, TablesOlder

    if isinstance(error, DeploymentRefused | SettingRefused | TablesNewer | TablesOlder):
        return " ".join(str(error).split())
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return f"The database address cannot be read: {_first_line(error)}. {ADDRESS}"
    if isinstance(error, Passing):
        return f"{error} {REACH}"
    if isinstance(error, DBAPIError):
        hint = OPEN_FILE if isinstance(error.orig, sqlite3.Error) else REACH
        return f"The database cannot be used: {_first_line(error.orig or error)}. {hint}"
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename} cannot be read or written: {error.strerror}."
    return None


def _first_line(error: BaseException) -> str:
    """What an error says, without what the library adds below."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def need_address(url: str) -> None:
    """CannotBegin for an address of something that is not taken."""
    from sqlalchemy import make_url

    address = make_url(url)
    backend = address.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise CannotBegin(f"The database address names {backend or 'nothing'}, which is not taken. {ADDRESS}")
    try:
        address.get_dialect().import_dbapi()
    except ModuleNotFoundError:
        said = f"The database address names the driver {address.drivername}, which is not installed"
        raise CannotBegin(f"{said}. {ADDRESS}") from None


def need_database(url: str) -> None:
    """Also where SQLite has no such file, which would be made by looking into it."""
    need_address(url)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        told = f"There is no database {url.removeprefix('sqlite:///')}"
        raise CannotBegin(f"{told}: `kesu run` or `kesu migrate` makes one. {ADDRESS}")


def folder_of(url: str) -> Path:
    """The folder of an installation, made where it is not there; CannotBegin for an address that is none."""
    need_address(url)
    folder = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("var")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotBegin(f"The folder {folder} cannot be made: {error.strerror}. {ADDRESS}") from None
    return folder


def say(text: str, *, err: bool = False) -> None:
    """A line to whoever has started a process that serves; a full disk ends nothing."""
    with suppress(OSError):
        click.echo(text, err=err)


def patiently(act: Callable[[], object]) -> None:
    """Do what others may be doing at the same time: where several processes start at once, one deploys, the rest wait.

    Each try waits for a lock by itself; after `PATIENCE` of them Busy is the answer.
    """
    from engine.errors import Busy

    for left in reversed(range(PATIENCE)):
        try:
            act()
        except Busy as error:
            if not left:
                raise
            say(SLOW if getattr(error.__cause__, "sqlstate", None) == IDLE else OTHERS, err=True)
        else:
            return


def open_installation(url: str, settings_file: Path | None, dispatcher: "Dispatcher | None" = None) -> "Kesu":
    """Migrate the database, put the installation together and deploy what is shipped."""
    from processes.configuration import load
    from processes.migrations import migrate
    from processes.procedures import check_settings
    from web import compose, rehearsals

    folder = folder_of(url)
    patiently(lambda: migrate(url))
    kesu = compose.compose(load(settings_file), url, secret=compose.get_secret(folder), dispatcher=dispatcher)
    kesu.office.rehearse = partial(rehearsals.rehearse, kesu.settings)
    patiently(lambda: compose.deploy_shipped(kesu.database))
    with kesu.database.reading() as session:
        check_settings(session, kesu.settings)
    return kesu


def existing(url: str, settings_file: Path | None) -> "AbstractContextManager[Kesu]":
    """As `installation`, for what is of no use where there is none yet: a mistyped address makes no new one."""
    need_database(url)
    return installation(url, settings_file)


@contextmanager
def installation(url: str, settings_file: Path | None) -> "Iterator[Kesu]":
    """One for as long as a command works with it; what is refused is told in a line."""
    from engine.errors import KesuError

    kesu = open_installation(url, settings_file)
    try:
        yield kesu
    except KesuError as error:
        if _told(error) is not None:  # there is more to be said of it
            raise
        raise click.ClickException(str(error)) from None
    finally:
        kesu.database.close()
