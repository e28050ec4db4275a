"""The command that checks files."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from engine import Finding, Severity, checks
from processes import folders
from processes.configuration import load
from processes.folders import Folder
from web import compose
from web.command.common import settings_option

UNREADABLE = frozenset({"not_xml", "not_bpmn", "xml", "not_json", "not_toml"})
"""The codes of files that are no diagram, table, form or declaration at all."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@settings_option
def lint(paths: tuple[Path, ...], settings_file: Path | None, *, as_json: bool) -> None:
    """Check files and folders beside one another and the shipped ones, as a deployment does.

    Exit status 1 on errors, 2 where a file cannot be read at all.

    Nothing is deployed.
    """
    runtime = compose.checking(load(settings_file))
    given = {each.key: each.files for each in given_folders(paths)}
    beside = {each.key: checks.draw(runtime, each.files) for each in folders.shipped()}
    findings = [finding for each in checks.check_together(runtime, given, beside).values() for finding in each.findings]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        tell(findings, sum(map(len, given.values())))
    if any(finding.code in UNREADABLE for finding in findings):
        raise SystemExit(2)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise SystemExit(1)


def tell(findings: Sequence[Finding], files: int) -> None:
    """All findings, a line each, and how many there are in how many files."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    for finding in findings:
        click.echo(f"{finding}{'' if finding.severity is Severity.ERROR else ' (warning)'}")
    counted = ((files, "file", " checked"), (errors, "error", ""), (len(findings) - errors, "warning", ""))
    click.echo(", ".join(f"{count} {what}{'' if count == 1 else 's'}{more}" for count, what, more in counted))


def given_folders(paths: Sequence[Path]) -> list[Folder]:
    """The folders at and below some paths; the command ends where one holds nothing to check."""
    found = []
    for path in paths:
        inside = [each for each in map(folders.read, folders.below(path)) if each.files]
        if not inside:
            raise click.ClickException(f"there is nothing to check in {path}: no diagram, table, form or declaration")
        found += inside
    return found
