"""Commands about the versions of folders: which there are, which one is current, and one written out as files."""

import getpass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from engine import Actor, Deployment, Session, deployments, versions
from engine.errors import DeploymentRefused, NotFound
from processes import folders
from processes.people import organisation
from web.command.common import database_option, existing, installation, settings_option
from web.command.lint import given_folders, language_option, tell_of

as_option = click.option("--as", "login", help="Whose doing it is; by default the user of this machine, told as such.")
reason_option = click.option("--reason", prompt="Why", help="Why, for whoever looks at the versions later.")

changed_by_option = click.option(
    "--changed-by", default="", help="The number of the case that approved it, where the procedure asks for one."
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@as_option
@reason_option
@changed_by_option
@database_option
@language_option
@settings_option
def deploy(  # noqa: PLR0917 - click gives them by name
    paths: tuple[Path, ...],
    login: str | None,
    reason: str,
    changed_by: str,
    url: str,
    language: str,
    settings_file: Path | None,
) -> None:
    """Make folders, or each folder below them, the current versions, all or none; what has not changed makes none.

    All that `kesu lint` would say is told first; groups are looked for in the organisation.
    """
    given = folders.in_order(given_folders(paths))
    with installation(url, settings_file) as kesu:
        try:
            with kesu.database.transaction() as session:
                by = _author(session, login)
                before = {folder.key: deployments.find_deployment(session, folder.key) for folder in given}
                files = {folder.key: folder.files for folder in given}
                told_of = partial(tell_of, files, language)
                for made in deployments.deploy_together(
                    session, files, by=by, reason=reason, changed_by=changed_by, tell=told_of
                ):
                    old = before[made.name]
                    told = "unchanged, still version" if old is not None and made.id == old.id else "version"
                    click.echo(f"{made.name}: {told} {made.version}{_changed(old, made)}")
        except DeploymentRefused:  # the findings are told already
            raise SystemExit(1) from None


@click.command("deployments")
@click.argument("key", required=False)
@database_option
@settings_option
def list_versions(key: str | None, url: str, settings_file: Path | None) -> None:
    """The versions of all folders, or of one with who made which one current, when and why."""
    with existing(url, settings_file) as kesu, kesu.database.reading() as session:
        found = [each for each in deployments.list_deployments(session) if key in (None, each.name)]
        if not found:
            raise click.ClickException(f"there is no folder {key}: `kesu deployments` lists all")
        for each in found:
            click.echo(_line(each, kesu.office.zone))
        for act in versions.activations(session, key) if key else ():
            at = act.at.astimezone(kesu.office.zone)
            click.echo(f"{at:%Y-%m-%d %H:%M}  {act.by} made version {act.version} current  {act.reason}".rstrip())


@click.command()
@click.argument("key")
@click.argument("version", type=int)
@as_option
@reason_option
@changed_by_option
@database_option
@settings_option
def activate(  # noqa: PLR0917 - click gives them by name
    key: str,
    version: int,
    login: str | None,
    reason: str,
    changed_by: str,
    url: str,
    settings_file: Path | None,
) -> None:
    """Make a version of a folder the current one: what starts from now on starts on it."""
    with existing(url, settings_file) as kesu, kesu.database.transaction() as session:
        wanted = _version(session, key, version)
        by = _author(session, login)
        deployments.activate(session, wanted.id, by=by, reason=reason, changed_by=changed_by)
    click.echo(f"{key}: version {version} is current")


@click.command()
@click.argument("key")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--version", type=int, help="By default the current one.")
@database_option
@settings_option
def export(key: str, folder: Path, version: int | None, url: str, settings_file: Path | None) -> None:
    """Write the files of a version to a folder that is not there yet, or empty: to be changed and deployed again."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.ClickException(f"{folder} is not empty; nothing was written")
    with existing(url, settings_file) as kesu, kesu.database.reading() as session:
        wanted = _version(session, key, version)
        files = deployments.get_files(session, wanted.id)
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        file = folder / path
        if not file.resolve().is_relative_to(folder.resolve()):
            raise click.ClickException(f"{path} lies outside of the folder and was not written")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    click.echo(f"{key}: version {wanted.version}, {len(files)} files in {folder}")


def _version(session: Session, key: str, version: int | None) -> Deployment:
    found = deployments.find_deployment(session, key, version)
    if found is None:
        raise NotFound(what="version", key=key if version is None else f"{key} {version}")
    return found


def _line(each: Deployment, zone: ZoneInfo) -> str:
    at = each.deployed_at.astimezone(zone)
    mark = "*" if each.is_current else " "
    told = f"{mark} {each.name} {each.version}  {each.origin}  {at:%Y-%m-%d %H:%M}  {each.deployed_by}  {each.reason}"
    return told.rstrip()


def _author(session: Session, login: str | None) -> Actor:
    """The person of a login, or whoever uses this machine, which is not the name of a person in Kesu."""
    if login is not None:
        return organisation.actor_of(session, login)
    return Actor(f"{getpass.getuser()} (command line)", admin=True)


def _changed(before: Deployment | None, made: Deployment) -> str:
    """Which processes and tables have got another version."""
    was = {**before.processes, **before.decisions} if before is not None else {}
    changed = [key for key, number in {**made.processes, **made.decisions}.items() if was.get(key) != number]
    gone = [f"{key} is gone" for key in was if key not in made.processes and key not in made.decisions]
    return f" ({', '.join([*changed, *gone])})" if changed or gone else ""
