"""Names that a declaration chooses freely and nothing asks for: typing errors, told with what is meant."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from re import compile as pattern
from re import escape, findall

from engine import Deployable, Finding, Severity, meant, mistyped, nearest, phrase, slipped
from processes.procedures.lines import Path
from processes.procedures.model import MOMENTS, Procedure
from processes.procedures.reading import NAME, Reading
from processes.settings import Settings

CASE = frozenset(
    {"title", "description", "received", "severity", "priority", "unit", "owner", "outcome", "language"},
)
"""The columns of the register that a declaration fills."""
TOLD = frozenset({"warn", "breach", "l2", "l3", "moved"})
"""What a clock tells of."""
_QUOTED = pattern(r"(?<!\ben = )(?<!\bzh = )[\"']([A-Za-z_]\w*)[\"']")
"""A name in quotation marks that is no text for people."""


def check(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Keys that nothing reads, outcomes and variables that no file names, procedures that are not there."""
    procedure = found.procedure
    yield from _unknown(found, ("case",), procedure.case, CASE)
    for place, clock in enumerate(procedure.clocks):
        yield from _unknown(found, ("clocks", place, "tell"), clock.tell, TOLD)
        yield from _unknown(found, ("clocks", place, "sets"), clock.sets, MOMENTS)
    keys = {each.key for each in given.others if isinstance(each, Procedure)} | {procedure.key}
    if procedure.changed_by and len(keys) > 1 and procedure.changed_by not in keys:
        said = phrase(
            "there is no procedure {name} that could approve a new version{cure}",
            name=procedure.changed_by,
            cure=nearest(procedure.changed_by, keys),
        )
        yield found.finding(("changed_by",), said, severity=Severity.WARNING, about=procedure.changed_by)
    yield from _lone(found, given)
    yield from _words_of_facts(found)
    yield from _terms(found, given)


def _lone(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Names that no other place of the folder has, where one like them stands."""
    procedure, words = found.procedure, Counter(word for each in given.files.values() for word in _words(each))
    for table, names in (("outcomes", procedure.outcomes), ("start", procedure.start)):
        for name in names:
            close = slipped(name, {word for word in words if word != name}) if words[name] == 1 else ""
            if close:
                said = phrase("nothing else in the folder names {name}{cure}", name=name, cure=meant(name, [close]))
                yield found.finding((table, name), said, severity=Severity.WARNING, about=name)
    text = given.files.get(found.file, b"").decode(errors="replace")
    for each in _QUOTED.finditer(text):
        name = each[1]
        known = () if words[name] > 1 else {word for word in words if word != name and not word.istitle()}
        close = mistyped(name, known)
        if close:
            said = phrase("nothing else in the folder names {name}{cure}", name=name, cure=meant(name, [close]))
            line = text.count("\n", 0, each.start()) + 1
            yield Finding(found.file, said, severity=Severity.WARNING, code="stands_alone", line=line, about=name)


def _words_of_facts(found: Reading) -> Iterator[Finding]:
    """Values that have a word in one language only."""
    for place, fact in enumerate(found.procedure.facts):
        every = {value for words in fact.words.values() for value in words}
        for language, words in fact.words.items():
            others = {value for other, there in fact.words.items() if other != language for value in there}
            for value in sorted({*words} - others) if len(fact.words) > 1 else ():
                said = phrase(
                    "{value} has a word in {language} only{cure}",
                    value=value,
                    language=language,
                    cure=meant(value, every - {*words}) or phrase(": write it in the other language, too"),
                )
                yield found.finding(("facts", place, "words", language), said, about=value)
            missing = others - {*words} if not {*words} - others else ()
            for value in sorted(missing):
                if not meant(value, {*words} - others):
                    said = phrase("{value} has no word in {language}: add it", value=value, language=language)
                    yield found.finding(("facts", place, "words", language), said, about=value)


def _terms(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Words that are called otherwise and that nobody says."""
    texts = [each.decode(errors="replace") for files in given.all_files for name, each in files.items() if name != NAME]
    texts += [found.procedure.case.get("title", ""), Settings.company_en, Settings.company_zh]
    for language, terms in found.procedure.terms.items():
        for word in map(str.strip, terms):
            if given.all_files and not any(word in text for text in texts):
                said = phrase(
                    "no text says {word}, which is called otherwise here{cure}", word=word, cure=_alike(word, texts)
                )
                yield found.finding(("terms", language), said, severity=Severity.WARNING, about=word)


def _alike(word: str, texts: Iterable[str]) -> str:
    """What is said most often and is the word but for one sign."""
    ways = "|".join(f"{escape(word[:at])}\\w?{escape(word[at + 1 :])}" for at in range(len(word)))
    ways += "|" + "|".join(f"{escape(word[:at])}\\w{escape(word[at:])}" for at in range(1, len(word)))
    said = Counter(each for text in texts for each in findall(ways, text) if each != word)
    return phrase(": did you mean {name}?", name=said.most_common(1)[0][0]) if said else ""


def _unknown(found: Reading, path: Path, keys: Collection[str], known: Collection[str]) -> Iterator[Finding]:
    for key in keys:
        if key not in known:
            said = phrase("there is no key {key}{cure}", key=key, cure=nearest(key, known))
            yield found.finding((*path, key), said, about=key)


def _words(content: bytes) -> list[str]:
    return findall(r"[^\W\d]\w*", content.decode(errors="replace"))
