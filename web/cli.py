"""The `kesu` command: run, deploy, lint, demo, scenarios, people."""

import json
import logging
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
import structlog

from engine.deploy import deployments
from engine.errors import DeploymentRefused
from engine.values import SYSTEM, Severity
from processes.errors import CalendarFileRefused
from processes.migrations import migrate
from processes.scenario import report
from processes.settings import load
from web import compose
from web.stages import Stages

DATABASE = "sqlite:///var/kesu.sqlite3"

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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kesu")
def main() -> None:
    """Complaint procedures that run as the BPMN diagrams on your wall."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,  # the plain traceback: values of variables may be secrets
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _open(url: str, settings_file: Path | None) -> compose.Kesu:
    """Migrate the database, put the installation together and deploy what is shipped."""
    folder = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("var")
    folder.mkdir(parents=True, exist_ok=True)
    migrate(url)
    kesu = compose.compose(load(settings_file), url, secret=compose.get_secret(folder))
    compose.deploy_shipped(kesu.database)
    return kesu


@main.command()
@database_option
@settings_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--demo", is_flag=True, help="Fill in demo people and cases first, where there are none.")
@click.option("--threads", default=8, show_default=True, help="How many requests are answered at a time.")
def run(url: str, settings_file: Path | None, host: str, port: int, threads: int, *, demo: bool) -> None:
    """Migrate, deploy the shipped procedures, serve pages and timers in one process."""
    from waitress import create_server

    from engine.errors import AnotherProcessRuns
    from engine.work.dispatch import EmbeddedDispatcher
    from web.app import create_app

    kesu = _open(url, settings_file)
    if demo:
        _fill(kesu)
    app = create_app(kesu)
    try:
        server = create_server(app, host=host, port=port, threads=threads, ident=None)
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be had ({error.strerror}); choose another with PORT=…"
        ) from error
    dispatcher = EmbeddedDispatcher(kesu.database)
    try:
        dispatcher.start()
    except AnotherProcessRuns as error:
        server.close()
        raise click.ClickException(str(error)) from error
    click.echo(f"\nKesu answers at http://{host}:{port}")
    if demo:
        _introduce()
    try:
        server.run()
    except KeyboardInterrupt:
        click.echo("\nstopping")
    finally:
        dispatcher.stop()
        server.close()
        kesu.database.close()


@main.command()
@database_option
@settings_option
def demo(url: str, settings_file: Path | None) -> None:
    """Fill in demo people and some forty cases in every phase; can be run again at any time."""
    kesu = _open(url, settings_file)
    _fill(kesu)
    _introduce()
    kesu.database.close()


def _fill(kesu: compose.Kesu) -> None:
    from engine.work.dispatch import work_once
    from processes.demo import populate

    work_once(kesu.database)  # what is due in the present is not done by the clock of the past
    with compose.on_a_set_clock(kesu) as (past, clock):
        count = populate(past.database, past.office, clock)
    click.echo(f"{count} demo cases are there")


def _introduce() -> None:
    from processes.demo import PASSWORD, introduce

    click.echo(f"Sign in as (password of all: {PASSWORD})")
    for login, line in introduce():
        click.echo(f"  {login:<12} {line}")


@main.command("migrate")
@database_option
def migrate_tables(url: str) -> None:
    """Bring the tables to the newest form."""
    migrate(url)


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@database_option
@settings_option
def deploy(path: Path, url: str, settings_file: Path | None) -> None:
    """Deploy a file, or a folder of diagrams, tables and forms, as a new version; the same again makes none."""
    kesu = _open(url, settings_file)
    try:
        with kesu.database.transaction() as session:
            before = {each.id for each in deployments.list_deployments(session)}
            deployment = deployments.deploy(session, path.resolve().stem, compose.files_of(path), by=SYSTEM)
            made = deployment.id not in before
            number, name = deployment.id, deployment.name
    except DeploymentRefused as error:
        for finding in error.findings:
            click.echo(str(finding))
        raise SystemExit(1) from None
    finally:
        kesu.database.close()
    click.echo(f"{name}: deployment {number}" if made else f"{name}: unchanged, still deployment {number}")


@main.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@settings_option
def lint(path: Path, settings_file: Path | None, *, as_json: bool) -> None:
    """Check diagrams, tables and forms without deploying them; exit status 1 when there are errors."""
    runtime = compose.checking(load(settings_file))
    findings = [
        finding
        for folder in compose.folders_of(path)
        for finding in deployments.lint(runtime, compose.files_of(folder))
    ]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            mark = "" if finding.severity is Severity.ERROR else " (warning)"
            click.echo(f"{finding}{mark}")
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise SystemExit(1)


@main.group()
def calendar() -> None:
    """The working calendar: make-up working days, days of rest, company closures."""


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help="The notice the days come from, for the history of the deadlines they move."
)
@click.option("--closures", is_flag=True, help="These are the company's own closures, which go before the notice.")
@database_option
@settings_option
def import_days(file: Path, source: str, url: str, settings_file: Path | None, *, closures: bool) -> None:
    """Import days from a CSV file and compute all open deadlines again; nothing is changed when a line is wrong."""
    from processes.clock.recompute import take_notice

    kesu = _open(url, settings_file)
    try:
        imported, moved = take_notice(
            kesu.database,
            kesu.office,
            file.read_bytes(),
            source=source,
            by=SYSTEM,
            layer="closure" if closures else "notice",
        )
    except CalendarFileRefused as error:
        raise click.ClickException(str(error)) from error
    finally:
        kesu.database.close()
    click.echo(
        f"{len(imported.added)} days added, {len(imported.changed)} changed, {imported.unchanged} as before; "
        f"the deadlines of {len(moved)} open cases moved"
    )


@main.group()
def scenario() -> None:
    """Play scenarios: tests that a process owner can read."""


@scenario.command("run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--coverage", "with_coverage", is_flag=True, help="What no scenario touched, for each process.")
@click.option("--at-least", type=click.FloatRange(0, 100), help="Fail below this percentage of sequence flows.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@settings_option
def run_scenarios(
    paths: tuple[Path, ...],
    at_least: float | None,
    json_file: Path | None,
    settings_file: Path | None,
    *,
    with_coverage: bool,
) -> None:
    """Play files and folders of scenarios; 0 when all hold, 1 when one does not, 2 when a file cannot be read."""
    try:
        files = list(report.find_files(paths))
    except FileNotFoundError as error:
        click.echo(f"there is no {error}", err=True)
        raise SystemExit(2) from None
    with tempfile.TemporaryDirectory(prefix="kesu-") as folder:
        results = report.run(files, Stages(Path(folder), load(settings_file)), click.echo)
    if json_file:
        json_file.write_text(report.as_json(results, with_coverage=with_coverage), encoding="utf-8")
    status = report.exit_status(results)
    if with_coverage:
        for text in report.coverage_lines(results):
            click.echo(text)
        if at_least is not None and report.covered(results) * 100 < at_least:
            click.echo(f"less than {at_least:g} % of the sequence flows are covered", err=True)
            status = max(status, 1)
    click.echo(report.closing(results))
    raise SystemExit(status)
