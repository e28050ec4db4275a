"""The command that checks files."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from engine import Severity, checks
from processes import folders
from processes.configuration import load
from web import compose
from web.command.common import settings_option


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@settings_option
def lint(path: Path, settings_file: Path | None, *, as_json: bool) -> None:
    """Check a file, or folders, beside the shipped ones without deploying them; exit status 1 when there are errors."""
    runtime = compose.checking(load(settings_file))
    given = {each.key: each.files for each in map(folders.read, folders.below(path))}
    beside = {each.key: checks.draw(runtime, each.files) for each in folders.shipped()}
    findings = [finding for each in checks.check_together(runtime, given, beside).values() for finding in each.findings]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            mark = "" if finding.severity is Severity.ERROR else " (warning)"
            click.echo(f"{finding}{mark}")
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise SystemExit(1)
