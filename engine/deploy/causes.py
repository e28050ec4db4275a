"""One finding for one cause: what only follows from another finding is left out until that one is mended."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.phrases import phrase, quoted
from engine.spelling import WORD, meant_in, slipped
from engine.values import Finding, Severity

UNREAD = frozenset({"not_xml", "not_bpmn", "xml", "not_json", "bad_form"})
"""The codes of files of which nobody knows what is in them."""
OF_TABLES = ".dmn"
ON_ELEMENT: Mapping[str, Collection[str]] = {
    "only_words": {"nobody_writes"},
    "separator": {"unknown_group"},
    "no_host": {"unreachable", "never_thrown", "dead_end"},
    "unreachable": {"dead_end"},
    "input_unknown": {"nobody_reads"},
    "nobody_sees": {"first_task"},
    "start_kind": {"nobody_writes"},
    "no_reference": {"nobody_waits"},
    "attribute": {
        "loose_flow",
        "no_host",
        "no_form",
        "no_condition",
        "no_topic",
        "mapping",
        "nobody_sees",
        "condition_here",
    },
    "yes_or_no": {"not_executable"},
    "cell": {"never_equal"},
    "no_service": {"wrong_kind"},
    "plain_task": {"not_read"},
    "bad_time": {"no_date"},
}
"""What follows on the same element, by the code of the cause."""
IN_FILE: Mapping[str, Collection[str]] = {
    "loose_flow": {"unreachable", "dead_end", "idle_gateway"},
    "attribute": {"unreachable"},
    "yes_or_no": {"unreachable", "start_kind"},
    "bad_default": {"no_condition", "idle_gateway"},
    "letter_block": {"letter_field_unused"},
    "flow_from_end": {"dead_end"},
    "quotes": {"catch-all", "gap"},
    "duplicate_id": {
        "loose_flow",
        "no_host",
        "unreachable",
        "dead_end",
        "idle_gateway",
        "no_condition",
        "unknown_element",
    },
}
"""What follows anywhere in the same file."""
LATER = "said_no_more"
"""The code of texts that are translated and stand nowhere: what is to be mended may bring them back."""
OF_TEXTS = frozenset({LATER, "untranslated"})

NOTHING_KNOWN = ""
"""Stands for whatever may have been in a file."""

IN_FOLDER: Mapping[str, Collection[str]] = {
    "no_host": {"never_caught"},
    "yes_or_no": {"never_caught"},
    "form_twice": {"unknown_form"},
    **{code: {"first_task"} for code in ("unreachable", "loose_flow", "dead_end")},
}
"""What follows anywhere in the folder."""

OF_OTHERS: Mapping[str, Collection[str]] = {
    **dict.fromkeys(("assignee", "candidateUsers", "candidateGroups", "assignmentDefinition"), ("nobody_sees",)),
    **dict.fromkeys(("formKey", "formRef", "formDefinition"), ("no_form",)),
    **dict.fromkeys(("type", "topic", "class", "expression", "delegateExpression", "taskDefinition"), ("no_service",)),
    "decisionRef": {"no_decision"},
    "calledDecision": {"no_decision", "nobody_writes"},
    "calledElement": {"no_process"},
    "ioMapping": {"nobody_writes"},
    "collection": {"items"},
    "loopCharacteristics": {"items"},
    "script": {"no_script"},
}
"""What follows in a file from what another tool has left there and nobody reads, by the name of that."""

HOLDING = frozenset({"isExecutable", "triggeredByEvent"})
"""What says neither yes nor no, and whether all that is inside runs hangs on it."""

MISSING = frozenset({"unknown_decision", "unknown_form", "unknown_process", "unknown_name"})
"""The codes of what a file defines and is in none."""
OF_NAMES = MISSING | {
    "declaration",
    "never_caught",
    "never_equal",
    "no_reference",
    "nobody_writes",
    "overlap",
    "unknown_group",
    "unknown_rule",
    "wrong_kind",
}
"""The codes of names that are not there, which many elements may ask for, and of what many rows have."""


def whole(findings: Sequence[Finding]) -> bool:
    """Whether all diagrams of a folder could be read, and run, as far as one of them calls them."""
    drawn = [each for each in findings if each.file.endswith(".bpmn")]
    unread = any(each.code in {*UNREAD, "duplicate_id"} or each.about in HOLDING for each in drawn)
    return not (unread or _only_drawn(findings))


def first_causes(findings: Sequence[Finding], files: Mapping[str, bytes]) -> list[Finding]:
    """The findings of a folder without those that follow from others of them."""
    quoted_not, drawn = _unquoted(findings), _only_drawn(findings)
    found = [_as_error(each) if each in (*quoted_not.values(), *drawn.values()) else each for each in findings]
    found = list(_led_on(found))
    on_element = {(each.file, each.element, code) for each in found for code in ON_ELEMENT.get(each.code, ())}
    in_file = {(each.file, code) for each in found for code in IN_FILE.get(each.code, ())}
    left = [(each, OF_OTHERS.get(each.about, ())) for each in found if each.code == "not_read"]
    in_file |= {(each.file, code) for each, codes in left for code in codes}
    in_folder = {code for each in found for code in IN_FOLDER.get(each.code, ())}
    renamed = {name for each in found if each.code == "never_thrown" for name in (each.about, meant_in(each.message))}
    lost = [_ids(files[each.file]) for each in found if _is_broken(each) and each.file in files]
    lost += [frozenset(drawn)]
    loose = {(each.file, each.element) for each in found if each.code == "loose_flow"}
    letters = {(each.file, each.element, each.about) for each in found if each.code == "unknown_letter"}
    uncalled = {meant_in(each.message) for each in found if each.code == "unknown_process"} - {""}
    called = {each.file for each in found if each.code == "never_caught" and uncalled & _ids(files.get(each.file, b""))}
    meant = {(each.file, each.element, meant_in(each.message)) for each in found}
    forms = {(each.file, each.element) for each in found if each.code == "form" and each.severity is Severity.ERROR}
    commas = {each.about.strip(",;，、；") for each in found if each.code == "contract"} - {""}
    hiding = {
        (each.file, each.element) for each in found if each.severity is Severity.ERROR and _hangs_on(each, on_element)
    }
    refused = {(each.file, each.code) for each in found if each.severity is Severity.ERROR}
    grave = [each for each, codes in left if any((each.file, code) in refused for code in codes)]
    found = [_as_error(each) if each in grave else each for each in found]
    found = [
        _as_error(each) if each.code in ON_ELEMENT and (each.file, each.element) in hiding else each for each in found
    ]
    kept = [
        each
        for each in found
        if not _hangs_on(each, on_element)
        and (each.file, each.code) not in in_file
        and each.code not in in_folder
        and not (each.code == "bad_default" and (each.file, each.about) in loose)
        and not (each.code == "never_caught" and each.about in renamed - {""})
        and not (each.code in MISSING and any(_is_lost(each.about, ids) for ids in lost))
        and not (each.code == "unknown_name" and (each.file, each.element, each.about) in letters)
        and not (each.code == "never_caught" and each.file in called)
        and not (each.code == "nobody_writes" and each.about in quoted_not)
        and not (each.code == "input_unknown" and each.about in commas)
        and not (each.code == "form" and each.severity is Severity.WARNING and (each.file, each.element) in forms)
        and not (each.code == "output_unused" and (each.file, each.element, each.about) in meant)
        and not _is_doubled(each, found)
        and not (each.code == LATER and any(other.code not in OF_TEXTS for other in found))
    ]
    return list(_folded(_without_answers(_not_alone(kept))))


def _hangs_on(each: Finding, causes: Collection[tuple[str, str | None, str]]) -> bool:
    """Whether something on its element is the cause of a finding."""
    return (each.file, each.element, each.code) in causes


def _not_alone(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings without words that stand alone where another one speaks of them, or groups told as starters."""
    told = Counter(word for each in findings for word in {*WORD.findall(str(each.message))})
    starters = {each.about for each in findings if each.code == "starters"}
    first = {each.about for each in findings if each.code == "first_task"}
    for each in findings:
        alone = each.code == "stands_alone" and told[each.about] > 1
        doubled = each.severity is Severity.WARNING and each.about in starters
        doubled = doubled or (each.code == "no_form" and each.element in first)
        if not alone and not doubled:
            yield each


def _led_on(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Where one way of a diagram stops and one element is led to no more, a flow is missing between the two."""
    stops = [each for each in findings if each.code in {"dead_end", "idle_gateway"}]
    missed = [each for each in findings if each.code == "unreachable"]
    one, other = (stops[0], missed[0]) if len(stops) == len(missed) == 1 else (None, None)
    joined = one is not None and other is not None and one.file == other.file and one.element != other.element
    for each in findings:
        if joined and each is one and other is not None:
            called = quoted(other.label or other.element)
            said = phrase("{said}; no way leads to {called} any more", said=each.message, called=called)
            yield replace(each, message=said)
        elif not (joined and each is other):
            yield each


def _without_answers(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Of two findings that each mean the name of the other, the first."""
    there: set[tuple[str, str]] = set()
    for each in findings:
        other = meant_in(each.message)
        if each.about and (other, each.about) in there:
            continue
        there.add((each.about, other))
        yield each


def _is_doubled(each: Finding, findings: Iterable[Finding]) -> bool:
    """Whether the same slip is told on the other side: a name that is written and one like it that is asked for."""
    for one in findings:
        here = (one.file, one.element, one.line) == (each.file, each.element, each.line)
        if one is each or not here or not each.about:
            continue
        if each.code == "nobody_reads" and one.code == "nobody_writes" and slipped(one.about, [each.about]):
            return True
        if each.severity is Severity.WARNING and one.severity is Severity.ERROR and one.about == each.about:
            return True
    return False


def _folded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same said of several elements of a folder, once, with how many more there are."""
    places: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        named = each.code in OF_NAMES and each.about
        meant = meant_in(each.message)
        key = (meant or each.code, each.about) if named else (each.file, each.code, f"{each}")
        places.setdefault(key, []).append(each)
    for first, *others in places.values():
        elements = len({(each.file, each.element, each.line) for each in others} - {(first.file, first.element)})
        yield (
            replace(first, message=phrase("{said} (and {count} more)", said=first.message, count=elements))
            if elements
            else first
        )


def _is_broken(finding: Finding) -> bool:
    """Whether what a file defines may be missing because of it."""
    return finding.code in UNREAD or (finding.file.endswith(OF_TABLES) and finding.severity is Severity.ERROR)


def _only_drawn(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Processes that are called and not ticked as executable, by their keys."""
    called = {each.about for each in findings if each.code in MISSING}
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
    asked = {each.about for each in every if each.code == "nobody_writes"}
    return {each.about: each for each in every if each.code == "quotes" and each.about in asked}


def _as_error(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.ERROR)
