"""The command that checks files."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import click

from engine import Finding, Severity, checks, deployments, in_words, nearest, phrase
from processes import catalogue, folders
from processes.configuration import load
from processes.folders import Folder
from processes.procedures import options
from processes.settings import Settings
from web import compose
from web.command.common import CannotBegin, need_database, settings_option
from web.shell.language import LANGUAGES, translations

UNREADABLE = frozenset({"not_xml", "not_bpmn", "xml", "not_json", "not_toml"})
"""The codes of files that are no diagram, table, form or declaration at all."""

language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    envvar="KESU_LANGUAGE",
    help="What the findings are told in.",
)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--database",
    "url",
    help="Check as `kesu deploy` does there: beside the versions that are current, and against its units and roles.",
)
@language_option
@settings_option
def lint(paths: tuple[Path, ...], settings_file: Path | None, url: str | None, language: str, *, as_json: bool) -> None:
    """Check files and folders beside one another and the shipped ones, as a deployment does.

    Exit status 1 on errors, 2 where a file cannot be read at all.

    Nothing is deployed.
    """
    settings = load(settings_file)
    found = given_folders(paths)
    given = {each.key: each.files for each in found} if url is not None else organised(found)
    if url is None:
        _check_procedures(settings, {*given, *(each.key for each in folders.shipped())})
    checked = check_shipped(settings, given) if url is None else check_deployed(settings, url, given)
    findings = spoken(given, checked, language)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        tell(findings, sum(map(len, given.values())), language)
    if any(finding.code in UNREADABLE for finding in findings):
        raise SystemExit(2)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise SystemExit(1)


def _check_procedures(settings: Settings, known: Collection[str]) -> None:
    """SettingRefused for a table of a procedure that is neither here nor shipped."""
    for key in settings.procedures:
        if key not in known:
            raise options.refusal(settings, f"procedures.{key}", f"there is no procedure {key}{nearest(key, known)}")


def check_shipped(settings: Settings, given: Mapping[str, checks.Files]) -> Mapping[str, checks.Checked]:
    """What is found beside the shipped folders."""
    runtime = compose.checking(settings)
    beside = {key: checks.draw(runtime, files) for key, files in organised(folders.shipped()).items()}
    return checks.check_together(runtime, given, beside)


def organised(found: Sequence[Folder]) -> dict[str, checks.Files]:
    """The files of folders, by their keys, with the units and roles that a folder lists for its groups."""
    units = {each.key: each.path / folders.UNITS for each in found}
    listed = {key: {folders.UNITS: path.read_bytes()} for key, path in units.items() if path.is_file()}
    return {each.key: {**each.files, **listed.get(each.key, {})} for each in found}


def check_deployed(settings: Settings, url: str, given: Mapping[str, checks.Files]) -> Mapping[str, checks.Checked]:
    """What is found beside the current versions of a database, which is only read; CannotBegin where there is none."""
    need_database(url)
    kesu = compose.compose(settings, url, secret=b"")
    try:
        with kesu.database.reading() as session:
            return deployments.check_beside(session, given)
    finally:
        kesu.database.close()


def tell_of(files: Mapping[str, checks.Files], language: str, checked: Mapping[str, checks.Checked]) -> None:
    """All findings in some folders, a line each, and how many there are in how many files."""
    tell(spoken(files, checked, language), sum(map(len, files.values())), language)


def spoken(files: Mapping[str, checks.Files], checked: Mapping[str, checks.Checked], language: str) -> list[Finding]:
    """All findings in a language, labels with the texts of their folder; what has no words in it stays in English."""
    word = translations(language).ugettext
    found = []
    for key, each in checked.items():
        texts = catalogue.translations(files.get(key, {}), language)
        name = partial(_called, texts)
        found += [replace(one, message=in_words(one.message, word, name)) for one in each.findings]
    return found


def _called(texts: Mapping[str, str], label: str) -> str:
    return texts.get(label, label)


def tell(findings: Sequence[Finding], files: int, language: str) -> None:
    """All findings, a line each, and how many there are in how many files."""
    word = translations(language).ugettext
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    for finding in findings:
        click.echo(f"{finding}{'' if finding.severity is Severity.ERROR else word(phrase(' (warning)'))}")
    one = (phrase("{count} file checked"), phrase("{count} error"), phrase("{count} warning"))
    many = (phrase("{count} files checked"), phrase("{count} errors"), phrase("{count} warnings"))
    counts = (files, errors, len(findings) - errors)
    counted = [word((one if count == 1 else many)[place]).format(count=count) for place, count in enumerate(counts)]
    click.echo(word(phrase(", ")).join(counted))


def given_folders(paths: Sequence[Path]) -> list[Folder]:
    """The folders at and below some paths; the command ends where one holds nothing to check."""
    found = []
    for path in paths:
        inside = [each for each in map(folders.read, folders.below(path)) if each.files]
        if not inside:
            raise CannotBegin(f"there is nothing to check in {path}: no diagram, table, form or declaration")
        found += inside
    return found
