"""What the checks say, as a page shows it: file by file, many of one kind folded, each with its place in a drawing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine import Finding, Session, Severity, deployments, in_words, phrase, quoted, subject_of
from processes import catalogue
from web.admin.deployments.kinds import KINDS
from web.shell import language
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Badge, Overlay

MOST_OF_A_KIND = 3
"""Findings of one kind in a file that are shown at once; where there are more, the others are folded."""
FEW = 2
"""As many more are shown rather than folded."""

Address = Callable[[str, str], str]
"""Where an element of a file is shown on its drawing; empty where it is not drawn."""


@dataclass(frozen=True)
class FindingRow:
    """What a check says."""

    where: str
    address: str
    kind: str
    """In a few words of the reader's language, where the sentence is in another one."""
    message: str
    badge: Badge
    english: bool = False
    """Whether the sentence has no words in the reader's language."""


@dataclass(frozen=True)
class Pile:
    """Findings of one kind; what is beyond the first is folded."""

    kind: str
    first: Sequence[FindingRow]
    more: Sequence[FindingRow]


@dataclass(frozen=True)
class FileFindings:
    """What the checks say about a file."""

    path: str
    badges: Sequence[Badge]
    piles: Sequence[Pile]


def lint_files(session: Session, name: str, files: Mapping[str, bytes]) -> Sequence[Finding]:
    """What a deployment of these files as a folder would find today, beside everything that is current."""
    return deployments.check_beside(session, {name: files})[name].findings


def by_file(findings: Iterable[Finding], files: Mapping[str, bytes], address: Address) -> list[FileFindings]:
    """Findings under their files: files with errors first, and in each the errors before the warnings."""
    texts = catalogue.translations(files, language.current())
    found: dict[str, list[Finding]] = {}
    for each in sorted(findings, key=_weight):
        found.setdefault(each.file, []).append(each)
    return [FileFindings(path, counted(some), _piles(some, texts, address)) for path, some in found.items()]


def counted(findings: Sequence[Finding]) -> list[Badge]:
    """How many errors and warnings there are."""
    errors = sum(each.severity is Severity.ERROR for each in findings)
    warnings = len(findings) - errors
    badges = [
        Badge(ngettext("%(num)s error", "%(num)s errors", errors), "bad", "alert-octagon"),
        Badge(ngettext("%(num)s warning", "%(num)s warnings", warnings), "warn", "alert-triangle"),
    ]
    return [badge for badge, count in zip(badges, (errors, warnings), strict=True) if count]


def overlays(findings: Iterable[Finding]) -> list[Overlay]:
    """How much is found at each element of a drawing, to be hung on it."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        if each.element:
            found.setdefault(each.element, []).append(each)
    return [
        Overlay(element, badge.text, badge.kind, badge.icon, "above-left")
        for element, some in found.items()
        for badge in counted(some)[:1]
    ]


def _weight(finding: Finding) -> bool:
    return finding.severity is not Severity.ERROR


def _piles(findings: Sequence[Finding], texts: Mapping[str, str], address: Address) -> list[Pile]:
    kinds: dict[tuple[str, Severity], list[FindingRow]] = {}
    for each in findings:
        kinds.setdefault((each.code, each.severity), []).append(_row(each, texts, address))
    return [Pile(language.word(KINDS.get(code, "")), *_folded(rows)) for (code, _severity), rows in kinds.items()]


def _folded(rows: Sequence[FindingRow]) -> tuple[Sequence[FindingRow], Sequence[FindingRow]]:
    most = len(rows) if len(rows) <= MOST_OF_A_KIND + FEW else MOST_OF_A_KIND
    return rows[:most], rows[most:]


def _row(finding: Finding, texts: Mapping[str, str], address: Address) -> FindingRow:
    looks = {
        Severity.ERROR: Badge(_("error"), "bad", "alert-octagon"),
        Severity.WARNING: Badge(_("warning"), "warn", "alert-triangle"),
    }
    label, said = " ".join((finding.label or "").split()), _in_words(finding.message, texts)
    called = quoted(label) if label else subject_of(finding.message)
    line = _("line %(number)s", number=finding.line) if finding.line else ""
    return FindingRow(
        texts.get(label)
        or language.label(label)
        or _bare(_in_words(called, texts))
        or finding.element
        or line
        or _("the whole file"),
        address(finding.file, finding.element) if finding.element else "",
        language.word(KINDS.get(finding.code, "")) if language.current() != "en" else "",
        said.removeprefix(_in_words(phrase("{called}: {said}", called=called, said=""), texts)),
        looks[finding.severity],
        english=said == str(finding.message),
    )


def _bare(called: str) -> str:
    """A name without its quotation marks; what only ends with a name keeps them."""
    return called[1:-1] if called[:1] in {'"', "“"} else called


def _in_words(text: str, texts: Mapping[str, str]) -> str:
    """A sentence in the reader's language, labels with the texts of the folder."""
    return in_words(text, language.word, lambda label: texts.get(label, label))
