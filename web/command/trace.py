"""The command that proves rules: each with the elements that follow it and the scenarios that walk them."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from engine import Deployable, Runtime, checks
from processes import folders, rules
from processes.configuration import load
from processes.folders import Folder
from processes.rules import Rule
from processes.scenario import report, tracing
from processes.scenario.play import Result
from processes.settings import Settings
from web import compose
from web.command.common import settings_option
from web.command.lint import given_folders
from web.stages import Stages


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--rules", "begins", default="", help="Only those whose id begins with this: PT, KB-3.6.")
@click.option("--keep", is_flag=True, help="Write down in each folder what its scenarios walk, for the pages.")
@settings_option
def trace(paths: tuple[Path, ...], begins: str, settings_file: Path | None, *, keep: bool) -> None:
    """List rule, element and scenario for folders, by default the shipped ones.

    Exit status 1 when a rule that is to be executed has no element, when an element names a rule and no scenario walks
    it, or when a scenario does not pass.
    """
    given = given_folders(paths) if paths else folders.shipped()
    settings = load(settings_file)
    keys = {each.key for each in given}
    others = [each for each in folders.shipped() if each.key not in keys]
    results = _play(given, settings)
    failed = [report.line(result) for result in results if result.result != "passed"]
    walked = tracing.walks(results)
    runtime = compose.checking(settings)
    own, beside = ([_drawn(runtime, each) for each in some] for some in (given, others))
    found = [each for each in tracing.trace(_rules(given), own, walked, beside) if each.rule.id.startswith(begins)]
    for line in (*tracing.lines(found), *failed, tracing.closing(found)):
        click.echo(line)
    if keep:
        tracing.keep(results)
    if failed or any(each.faults for each in found):
        raise SystemExit(1)


def _drawn(runtime: Runtime, folder: Folder) -> Deployable:
    compiled = checks.draw(runtime, folder.files).compiled
    return Deployable(folder.files, compiled.processes, compiled.decisions, ())


def _rules(given: Sequence[Folder]) -> dict[str, Rule]:
    return {key: rule for each in given for key, rule in rules.parse(each.files.get(rules.FILE, b"")).items()}


def _play(every: Sequence[Folder], settings: Settings) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="kesu-") as folder:
        files = list(report.find_files([each.path for each in every]))
        return report.run(files, Stages(Path(folder), settings), lambda _: None)
