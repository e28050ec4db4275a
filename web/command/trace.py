"""The command that proves rules: each with the elements that follow it and the scenarios that walk them."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from engine import Deployable, Runtime, checks
from processes import folders, rules
from processes.configuration import load
from processes.folders import Folder
from processes.rules import Rule
from processes.scenario import ledger, report, tracing
from processes.scenario.play import Result
from processes.scenario.tracing import Traced, Walked
from processes.settings import Settings
from web import compose
from web.command.common import settings_option
from web.command.lint import given_folders
from web.stages import Stages


@click.command()
@click.argument("given", nargs=-1, metavar="[FOLDER | RULES]...")
@click.option("--keep", is_flag=True, help="Write down in each folder what its scenarios walk, for the pages.")
@click.option("--markdown", is_flag=True, help="The page of the documentation, from what was written down last.")
@settings_option
def trace(given: tuple[str, ...], settings_file: Path | None, *, keep: bool, markdown: bool) -> None:
    """List rule, element and scenario for folders, by default the shipped ones.

    RULES is how the ids of rules begin, as in KB, G4 or KB-3.6: then only those are listed. Of folders that are not
    given counts what their scenarios were seen to walk.

    Exit status 1 when a rule that is to be executed has no element, when an element names a rule and no scenario walks
    it, when one names a rule that no step is said to do, or when a scenario does not pass.
    """
    paths = [Path(each) for each in given if Path(each).exists()]
    begins = tuple(each for each in given if not Path(each).exists())
    own = given_folders(paths) if paths else folders.shipped()
    settings = load(settings_file)
    known = _rules(own)
    _refuse_unknown(begins, known)
    results = [] if markdown else _play(own, settings)
    found = _trace(own, settings, tracing.kept(folders.ROOT) if markdown else tracing.walks(results))
    found = [each for each in found if each.rule.id.startswith(begins or ("",))]
    if markdown:
        click.echo(ledger.page(found), nl=False)
        return
    failed = [report.line(result) for result in results if result.result != "passed"]
    for line in (*tracing.lines(found), *failed, tracing.closing(found)):
        click.echo(line)
    if keep:
        tracing.keep(results)
    if failed or any(each.faults for each in found):
        raise SystemExit(1)


def _refuse_unknown(begins: Sequence[str], known: Mapping[str, Rule]) -> None:
    for each in begins:
        if not any(rule.startswith(each) for rule in known):
            sources = ", ".join(dict.fromkeys(rule.partition("-")[0] for rule in known))
            said = f"{each} is no folder, and no rule begins with it. The rules begin with {sources}."
            raise click.BadParameter(said, param_hint="FOLDER | RULES")


def _trace(own: Sequence[Folder], settings: Settings, walked: Walked) -> list[Traced]:
    """The rules of some folders; the other shipped ones count as what they call."""
    keys = {each.key for each in own}
    others = [each for each in folders.shipped() if each.key not in keys]
    runtime = compose.checking(settings)
    drawn, beside = ([_drawn(runtime, each) for each in some] for some in (own, others))
    return tracing.trace(_rules(own), drawn, walked, beside, tracing.kept(folders.ROOT))


def _drawn(runtime: Runtime, folder: Folder) -> Deployable:
    compiled = checks.draw(runtime, folder.files).compiled
    return Deployable(folder.files, compiled.processes, compiled.decisions, ())


def _rules(given: Sequence[Folder]) -> dict[str, Rule]:
    return {key: rule for each in given for key, rule in rules.parse(each.files.get(rules.FILE, b"")).items()}


def _play(every: Sequence[Folder], settings: Settings) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="kesu-") as folder:
        files = list(report.find_files([each.path for each in every]))
        return report.run(files, Stages(Path(folder), settings), lambda _: None)
