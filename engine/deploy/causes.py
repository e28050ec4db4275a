"""One finding for one cause: what only follows from another finding is left out until that one is mended."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.phrases import phrase
from engine.values import Finding, Severity

UNREAD = frozenset({"not_xml", "not_bpmn", "xml", "not_json", "bad_form"})
"""The codes of files of which nobody knows what is in them."""
OF_TABLES = ".dmn"
ON_ELEMENT: Mapping[str, Collection[str]] = {
    "only_words": {"nobody_writes"},
    "separator": {"unknown_group"},
    "no_host": {"unreachable", "never_thrown", "dead_end"},
}
"""What follows on the same element, by the code of the cause."""
IN_FILE: Mapping[str, Collection[str]] = {"loose_flow": {"unreachable", "dead_end"}, "bad_default": {"no_condition"}}
"""What follows anywhere in the same diagram."""

NOTHING_KNOWN = ""
"""Stands for whatever may have been in a file."""

OF_NAMES = frozenset({"declaration", "no_reference", "unknown_group", "unknown_rule"})
"""The codes of names that are not there, which many elements may ask for."""

_MISSING = re.compile(r"there is no (?:decision|form|process) (\S+) in the deployment")
_NO_LETTER = re.compile(r"there is no letter (\S+):")
_VARIABLE = re.compile(r"(?<!\S)(\S+) is a variable; a text is written")
_MEANT = re.compile(r"did you mean (\S+)\?$")


def whole(findings: Sequence[Finding]) -> bool:
    """Whether all diagrams of a folder could be read, and run, as far as one of them calls them."""
    unread = any(each.code in UNREAD and each.file.endswith(".bpmn") for each in findings)
    return not (unread or _only_drawn(findings))


def first_causes(findings: Sequence[Finding], files: Mapping[str, bytes]) -> list[Finding]:
    """The findings of a folder without those that follow from others of them."""
    quoted, drawn = _unquoted(findings), _only_drawn(findings)
    found = [_as_error(each) if each in (*quoted.values(), *drawn.values()) else each for each in findings]
    on_element = {(each.file, each.element, code) for each in found for code in ON_ELEMENT.get(each.code, ())}
    in_file = {(each.file, code) for each in found for code in IN_FILE.get(each.code, ())}
    lost = [_ids(files[each.file]) for each in found if _is_broken(each) and each.file in files]
    lost += [frozenset(drawn)]
    letters = {(each.file, each.element, _letter(each)) for each in found if each.code == "unknown_letter"}
    uncalled = {said[1] for each in found if each.code == "unknown_process" and (said := _MEANT.search(each.message))}
    called = {each.file for each in found if each.code == "never_caught" and uncalled & _ids(files.get(each.file, b""))}
    meant = {(each.file, each.element, said[1]) for each in found if (said := _MEANT.search(each.message))}
    kept = [
        each
        for each in found
        if (each.file, each.element, each.code) not in on_element
        and (each.file, each.code) not in in_file
        and not any(_is_lost(_name_of(each), ids) for ids in lost)
        and not (each.code == "unknown_name" and (each.file, each.element, _letter(each)) in letters)
        and not (each.code == "never_caught" and each.file in called)
        and not (each.code == "nobody_writes" and any(f" asks for {name}, " in each.message for name in quoted))
        and not (each.code == "output_unused" and (each.file, each.element, _lost(each)) in meant)
    ]
    return list(_folded(kept))


def _folded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same said of several elements of a file, once, with how many more there are."""
    places: dict[tuple[str, str, str], list[Finding]] = {}
    for each in findings:
        _, _, said = each.message.partition('": ')
        alone = each.code not in OF_NAMES or not said
        places.setdefault((each.file, each.code, f"{each}" if alone else said), []).append(each)
    for first, *others in places.values():
        elements = len({each.element for each in others} - {first.element})
        yield (
            replace(first, message=phrase("{said} (and {count} more)", said=first.message, count=elements))
            if elements
            else first
        )


def _is_broken(finding: Finding) -> bool:
    """Whether what a file defines may be missing because of it."""
    return finding.code in UNREAD or (finding.file.endswith(OF_TABLES) and finding.severity is Severity.ERROR)


def _name_of(finding: Finding) -> str:
    said = _MISSING.search(finding.message)
    return "" if said is None else said[1].rstrip(":")


def _letter(finding: Finding) -> str:
    """The letter that is missing by a finding."""
    said = _NO_LETTER.search(finding.message)
    return "" if said is None else said[1]


def _only_drawn(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Processes that are called and not ticked as executable, by their keys."""
    called = {_name_of(each) for each in findings}
    return {str(each.element): each for each in findings if each.code == "not_executable" and each.element in called}


def _is_lost(name: str, ids: Collection[str]) -> bool:
    """Whether something that is missing may stand in a file with these ids that cannot be read; in one without any."""
    return bool(name) and (name in ids or NOTHING_KNOWN in ids)


def _ids(content: bytes) -> frozenset[str]:
    """What stands in quotation marks behind the word id, in XML or JSON."""
    found = re.findall(r'\bid"?\s*[=:]\s*"([^"]+)"', content.decode(errors="replace"))
    return frozenset(found or [NOTHING_KNOWN])


def _unquoted(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Words of tables that are no variable, by the word: they lack their quotation marks."""
    every = list(findings)
    asked = " ".join(each.message for each in every if each.code == "nobody_writes")
    named = {said[1]: each for each in every if (said := _VARIABLE.search(each.message)) and each.code == "quotes"}
    return {name: each for name, each in named.items() if f"asks for {name}, which nobody writes" in asked}


def _as_error(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.ERROR)


def _lost(finding: Finding) -> str:
    return finding.message.partition(",")[0].rpartition(" ")[2]
