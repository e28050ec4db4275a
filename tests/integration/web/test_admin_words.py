"""Everything that the administrators' pages say is said in Chinese, too."""

import ast
from pathlib import Path

from babel.messages.extract import extract_from_dir

import web.admin
from web.shell import language

FOLDER = Path(web.admin.__file__).parent


def messages():
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    found = extract_from_dir(str(FOLDER), methods, keywords={"_": None, "N_": None, "ngettext": (1, 2)})
    for file, line, message, _comments, _context in found:
        yield f"{file}:{line}", message
    for file in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id in {"Refused", "StaleInstance"} for base in node.bases
            ):
                yield f"{file.name}:{node.lineno}", " ".join(ast.get_docstring(node).split("\n\n")[0].split())


def said(known, text):
    return known.ugettext(text) if isinstance(text, str) else known.ungettext(*text, 1)


def test_nothing_is_left_in_english():
    known = language.translations("zh")
    missing = [f"{place}: {text}" for place, text in messages() if said(known, text) in (text, text[0])]
    assert not missing
