"""The templates of letters: a head that names the fields a letter needs, a subject, its kind, and the text."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from jinja2 import TemplateNotFound, TemplateSyntaxError, meta

from engine import Finding, Patterns, Severity, meant, meant_in, nearest, phrase, said_by
from processes.letters import bounds
from processes.letters.asked import asked_of
from processes.letters.model import HOUSE, LANGUAGES, LETTER, Template
from processes.letters.rendering import environment, loader

FOLDER = "letters"
"""Where a folder keeps them, as NAME.zh.txt and NAME.en.txt."""

_FILE = re.compile(r"(?P<name>[A-Za-z0-9][\w-]*)\.(?P<language>[a-z]{2})\.txt")
_FIELD = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<optional>\??)")


_TAG = re.compile(r"\{\{(?:[^{}]|\{[^{}]*\})*\}\}|\{%(?:[^{}]|\{[^{}]*\})*%\}|\{#[^#]*#\}")
"""What is filled in or decides; a table of words may stand in it."""
_TYPED = re.compile(
    r"(?P<tag>[{｛]{1,2} ?%? ?(?:if|elif|else|endif|for|endfor|include)\b[^{}｛｝\n]*[}｝]{1,2})"
    r"|[$#]?[{｛]{1,2} ?(?P<braced>[A-Za-z_][\w.]*(?: *\|[^{}｛｝\n]*)?) ?[}｝]{1,2}"
    r"|[\[<«【《（(%] *(?P<other>[A-Za-z]+_[\w.]*) *[\]>»】》）)%]"
)
"""What people type who mean `{{ name }}`: one brace, those of Chinese keyboards, `${name}`, `[first_name]`."""

_SAID = Patterns.of(
    phrase("unexpected '{sign}'"),
    phrase("unexpected char {sign} at {place}"),
    phrase("expected token '{wanted}', got '{found}'"),
    phrase("unexpected end of template, expected '{wanted}'."),
    phrase("Expected an expression, got '{found}'"),
    phrase("tag name expected"),
    phrase("Missing end of comment tag"),
    phrase("Encountered unknown tag '{tag}'.{more}"),
    phrase("Unexpected end of template.{more}"),
)
"""What the reader of templates says."""

TAGS = ("if", "elif", "else", "endif", "for", "endfor", "include")
UNNAMED = "letter_field"


class NoTemplate(ValueError):
    """A file that is no template of a letter; the line and what is wrong."""

    def __init__(self, line: int, why: str) -> None:
        """Say where and why."""
        super().__init__(why)
        self.line = line


def name_of(path: str) -> tuple[str, str] | None:
    """Name and language of a letter's file; None for another file."""
    place = PurePosixPath(path)
    match = _FILE.fullmatch(place.name) if place.parent.name == FOLDER else None
    return (match["name"], match["language"]) if match else None


def read(name: str, language: str, content: str) -> Template:
    """A template from its file; NoTemplate.

    The head stands before the first empty line: `fields:` with the names of what the letter needs, a question mark
    after those that may be empty, `subject:`, and `kind: letter` for what is written on the paper of the house.
    """
    lines = content.split("\n")
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    head: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines[:end], 1):
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in ("fields", "subject", "kind"):
            raise NoTemplate(
                number, phrase("before the first empty line stand “fields: …”, “subject: …” and “kind: letter” only")
            )
        if key.strip() in head:
            raise NoTemplate(number, phrase("“{key}:” stands there twice; write one", key=key.strip()))
        head[key.strip()] = (number, value.strip())
    if not head.get("subject", (0, ""))[1]:
        raise NoTemplate(1, phrase("the letter has no “subject: …”"))
    kind = head.get("kind", (0, ""))
    if kind[1] not in ("", LETTER):
        raise NoTemplate(
            kind[0], phrase("“kind: {kind}” is the only one, for letters on the paper of the house", kind=LETTER)
        )
    at, names = head.get("fields", (1, ""))
    fields = {}
    for word in names.split():
        match = _FIELD.fullmatch(word)
        if match is None or match["name"] in HOUSE:
            why = (
                phrase("every letter has it already")
                if match
                else phrase("a field is a name, with a question mark if it may be empty")
            )
            raise NoTemplate(at, phrase("“{word}”: {why}", word=word, why=why))
        fields[match["name"]] = bool(match["optional"])
    return Template(name, language, head["subject"][1], "\n".join(lines[end:]).strip(), fields, kind[1])


def check(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with the letters among some files: their heads, names nobody gives, a language that is missing."""
    known: dict[str, dict[str, Template]] = {}
    for path, content in sorted(files.items()):
        named = name_of(path)
        if named is None:
            if PurePosixPath(path).parent.name == FOLDER:
                yield Finding(
                    path,
                    phrase("a letter's file is called NAME.{names}.txt", names="|".join(LANGUAGES)),
                    code="letter_name",
                )
            continue
        name, language = named
        if language not in LANGUAGES:
            why = phrase(
                "letters are written in {names}, not in {language}", names=" and ".join(LANGUAGES), language=language
            )
            yield Finding(path, why, code="letter_language")
            continue
        try:
            template = read(name, language, content.decode())
            typed = list(_check_braces(path, template))
            yield from typed
            if typed:
                continue
            beyond = _beyond(template)
            yield from (Finding(path, why, code="letter_text") for why in beyond)
            if beyond:
                continue
            yield from _check_names(path, template)
        except NoTemplate as error:
            yield Finding(
                path, phrase("line {line}: {error}", line=error.line, error=said_by(error)), code="letter_head"
            )
            continue
        except TemplateSyntaxError as error:
            yield Finding(path, _line_of(template, error) + _said(error), code="letter_text")
            continue
        except UnicodeDecodeError:
            yield Finding(path, phrase("the file is not UTF-8; save it as such"), code="letter_text")
            continue
        known.setdefault(name, {})[language] = template
    yield from _check_languages(files, known)


def _line_of(template: Template, error: TemplateSyntaxError) -> str:
    """The line of the text in which something is wrong, counted from the subject, which is read with it."""
    lines = f"{template.subject}\n{template.body}".splitlines()
    line = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else ""
    return phrase("“{line}”: ", line=line.strip()[:60]) if line.strip() else ""


def _said(error: TemplateSyntaxError) -> str:
    """What is wrong with a text, and what to write."""
    said = error.message or ""
    name = re.search(r"No (?:filter|test) named '(\w+)'", said)
    if name is not None:
        return phrase(
            "there is no form of writing “| {name}”{cure}", name=name[1], cure=nearest(name[1], environment().filters)
        )
    tag = re.search(r"unknown tag '(\w+)'", said)
    if tag is not None:
        return phrase("{{% {tag} %}} means nothing here{cure}", tag=tag[1], cure=nearest(tag[1], TAGS))
    return phrase(
        "the text cannot be read: {said} Write {{{{ name }}}}, and {{% if name %}} … {{% endif %}}",
        said=_SAID.read(said),
    )


def _unnamed(template: Template) -> frozenset[str]:
    """What a letter uses and its head does not name."""
    return names_in(f"{template.subject}\n{template.body}")[0] - HOUSE - template.fields.keys()


def _beyond(template: Template) -> list[str]:
    """What it has that letters have not; nothing more is asked of such a one, which may take as long as writing."""
    try:
        return list(bounds.beyond(environment().parse(f"{template.subject}\n{template.body}")))
    except RecursionError:
        return [phrase("its expressions stand within each other too deep")]


def _check_names(path: str, template: Template) -> Iterator[Finding]:
    used, missing = names_in(f"{template.subject}\n{template.body}")
    for name in missing:
        why = phrase(
            "there is no block {name} to include{cure}", name=name, cure=nearest(name, loader().list_templates())
        )
        yield Finding(path, why, code="letter_block")
    for block in filter(None, meta.find_referenced_templates(environment().parse(template.body))):
        ends = f".{template.language}.txt"
        own = re.sub(r"\.[a-z]{2}\.txt$", ends, block)
        if own != block and block not in missing:
            why = phrase(
                "the letter is in {language} and includes {block}: write {own}",
                language=template.language,
                block=block,
                own=own,
            )
            yield Finding(path, why, severity=Severity.WARNING, code="letter_block")
    unused = template.fields.keys() - used
    for name in sorted(used - HOUSE - template.fields.keys()):
        mistaken = meant(name, unused)
        unused -= {each for each in unused if each == meant_in(mistaken)}
        cure = phrase(
            "; add it to “fields:” in the head ({name}? where it may be empty){cure}",
            name=name,
            cure=meant(name, {*HOUSE, *used}),
        )
        yield Finding(
            path,
            phrase("the letter uses {name}, which its head does not name{cure}", name=name, cure=mistaken or cure),
            code=UNNAMED,
            about=name,
        )
    for asked in asked_of(f"{template.subject}\n{template.body}"):
        name, dot, rest = asked.partition(".")
        if name in HOUSE and dot and rest.isidentifier():
            yield Finding(
                path,
                phrase(
                    "{asked}: {name} is a text without parts: write {{{{ {name} }}}}",
                    asked=asked,
                    name=name,
                ),
                code="letter_field",
            )
    for name in sorted(unused):
        why = phrase("the head names {name}, which the letter does not use", name=name)
        yield Finding(path, why, severity=Severity.WARNING, code="letter_field_unused", about=name)


def _check_braces(path: str, template: Template) -> Iterator[Finding]:
    """Names and tags in other braces than those that are filled in: the customer would read them as they stand."""
    for found in _TYPED.finditer(_TAG.sub(" ", f"{template.subject}\n{template.body}")):
        name, known = (found["braced"] or found["other"] or "").strip(), {*HOUSE, *template.fields}
        if found["other"] and name.partition(".")[0] not in known:
            continue  # words in brackets
        variable = name.partition("|")[0].partition(".")[0].strip()
        right = "" if variable in known or found["tag"] else meant(variable, known)
        written = phrase("{{{{ {name} }}}}", name=name)
        if found["tag"]:
            written = phrase("{{% {tag} %}}", tag=re.sub(r"[{}｛｝%]", "", found["tag"]).strip())
        why = phrase(
            "“{text}” stands in the letter as it is: write {written}{cure}",
            text=found[0],
            written=written,
            cure=right,
        )
        yield Finding(path, why, code="letter_text", about=name)


@lru_cache(maxsize=1000)
def names_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a template and the blocks it includes use, and the blocks that are not there."""
    parsed = environment().parse(text)
    used, missing = frozenset(meta.find_undeclared_variables(parsed)), frozenset[str]()
    for block in filter(None, meta.find_referenced_templates(parsed)):
        try:
            source, *_ = loader().get_source(environment(), block)
        except TemplateNotFound:
            missing |= {block}
            continue
        more, lost = names_in(source)
        used, missing = used | more, missing | lost
    return used, missing


def _check_languages(files: Mapping[str, bytes], known: Mapping[str, Mapping[str, Template]]) -> Iterator[Finding]:
    paths = {name_of(path): path for path in files}
    for name, languages in sorted(known.items()):
        for language in LANGUAGES:
            here = paths[name, next(iter(languages))]
            if language not in languages and (name, language) not in paths:
                why = phrase(
                    "the letter is not there in {language}: add {name}.{language}.txt",
                    language=language,
                    name=name,
                )
                yield Finding(here, why, code="letter_language")
        heads = {language: template.fields for language, template in languages.items()}
        if len({tuple(sorted(fields.items())) for fields in heads.values()}) > 1 and not any(
            map(_unnamed, languages.values())
        ):
            different = set.symmetric_difference(*(set(fields.items()) for fields in heads.values()))
            names = ", ".join(sorted({each for each, _ in different}))
            why = phrase(
                "the heads of {names} name different fields: {fields}", names=" and ".join(sorted(heads)), fields=names
            )
            yield Finding(paths[name, min(heads)], why, code="letter_field")
