"""Files of translations, before they are taken: what is none of them, what they lack, what nobody says any more."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import PurePosixPath

from engine import Deployable, Finding, Severity, meant, meant_in, phrase
from processes import catalogue, rules

_AFTER = {
    "msgctxt": {"msgid"},
    "msgid": {"msgid_plural", "msgstr"},
    "msgid_plural": {"msgstr[]"},
    "msgstr": {"msgid", "msgctxt", "msgstr[]"},
}
"""What may come next in a file of translations."""


EXTRACTED = {".bpmn": catalogue.extract_bpmn, ".dmn": catalogue.extract_dmn, rules.FILE: rules.extract}
"""How the texts of files are found, by how their names end."""
MOST = 3
"""Texts that one finding names; what is beyond is counted."""
_GAP = re.compile(r"\{\{.*?\}\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def check(given: Deployable) -> Iterator[Finding]:
    """What is wrong with the files of translations of a folder."""
    texts = _texts(given) if given.whole else None
    for path, content in given.files.items():
        if path.endswith(".po"):
            why = unread(content)
            if why:
                yield Finding(path, phrase("these are no translations: {why}", why=why), code="translations")
            elif texts is not None:
                yield from _compared(path, catalogue.parse(content), texts)


def _texts(given: Deployable) -> dict[str, str] | None:
    """All that people read of a folder, with the file that says it; None where a file cannot be read."""
    found: dict[str, str] = {}
    for path, content in sorted(given.files.items()):
        end = next((end for end in EXTRACTED if path.endswith(end)), "")
        texts = _extracted(content, end) if end else given.form_texts.get(path)
        if texts is None and (end or path.endswith(".form")):
            return None
        for text in texts or ():
            found.setdefault(text, path)
    return found


@lru_cache(maxsize=256)
def _extracted(content: bytes, end: str) -> tuple[str, ...] | None:
    if end == rules.FILE and content and not rules.parse(content):
        return None
    try:
        return tuple(text for _, _, text, _ in EXTRACTED[end](BytesIO(content), (), (), {}))
    except SyntaxError:  # of its XML, which is told elsewhere
        return None


def _compared(path: str, said: Mapping[str, str], texts: Mapping[str, str]) -> Iterator[Finding]:
    """What a file of translations lacks, has too much, and says without the values of the text."""
    own = PurePosixPath(path).stem == "zh"
    missing = [text for text in texts if text not in said and not (own and _HAN.search(text))]
    unused = {text for text in said if text not in texts}
    renamed: dict[str, str] = {}
    for text in missing:
        close = meant(text, unused - {*renamed.values()})
        if close:
            renamed[text] = meant_in(close)
    rest, gone = [each for each in missing if each not in renamed], sorted(unused - {*renamed.values()})
    if len(rest) == len(gone) == 1:
        renamed[rest[0]] = gone[0]
    for text, old in renamed.items():
        message = phrase(
            "{texts} says {text}, and here {old} is translated: change its msgid",
            texts=texts[text],
            text=_quoted(text),
            old=_quoted(old),
        )
        yield Finding(path, message, severity=Severity.WARNING, code="untranslated")
    lacking = [f"{_quoted(text)} ({texts[text]})" for text in missing if text not in renamed]
    if lacking:
        message = phrase(
            "no translation of {listed}, which stay as they are: add msgid and msgstr", listed=_listed(lacking)
        )
        yield Finding(path, message, severity=Severity.WARNING, code="untranslated")
    left = [_quoted(text) for text in sorted(unused - {*renamed.values()})]
    if left:
        message = phrase("translates what no file says any more: {listed}: take it out", listed=_listed(left))
        yield Finding(path, message, severity=Severity.WARNING, code="said_no_more")
    for text, other in said.items():
        if sorted(_GAP.findall(text)) != sorted(_GAP.findall(other)):
            message = phrase(
                "the translation of {text} has other {{{{ … }}}} than the text: write the same ones", text=_quoted(text)
            )
            yield Finding(path, message, severity=Severity.WARNING, code="untranslated")


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f'"{short if len(short) <= 60 else f"{short[:59]}…"}"'


def _listed(texts: Iterable[str]) -> str:
    found = list(texts)
    more = phrase(" and {count} more", count=len(found) - MOST) if len(found) > MOST else ""
    return ", ".join(found[:MOST]) + more


def unread(content: bytes) -> str:
    """Why a file is no file of translations, with the line; empty where it is one."""
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        return phrase("it is not UTF-8: save it as such")
    before = "msgstr"
    for number, line in enumerate(map(str.strip, lines), 1):
        said = catalogue.LINE.fullmatch(line)
        if said is None or (said["word"] and f"{said['word']}{'[]' if said['form'] else ''}" not in _AFTER[before]):
            return phrase(
                "line {number} cannot be read: each msgid has one msgstr below it, both in quotation marks",
                number=number,
            )
        before = said["word"] or before
    return ""
