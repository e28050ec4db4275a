"""The catalogue of the pages is complete: every text of code, templates and errors has its Chinese."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
ADMIN = str(ROOT / "web/admin")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def texts():
    with (ROOT / "web/babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    skipped = ("node_modules", ".venv", ".git", "tests", "var")
    found = extract_from_dir(
        ROOT,
        [(pattern, method) for pattern, method in methods],
        options_map=options,
        keywords=KEYWORDS,
        directory_filter=lambda path: Path(path).name not in skipped and not Path(path).name.startswith("."),
    )
    return {message[0] if isinstance(message, tuple) else message for _f, _l, message, _c, _x in found}


def texts_of_administrators():
    """They have a catalogue beside their pages, which the other one does not look at."""
    patterns = [("web/admin/**.py", "python"), ("web/admin/**.html", "jinja2")]
    found = extract_from_dir(
        ROOT,
        patterns,
        keywords=KEYWORDS,
        directory_filter=lambda path: Path(path).name in ("web", "admin") or ADMIN in path,
    )
    return {message[0] if isinstance(message, tuple) else message for _f, _l, message, _c, _x in found}


@pytest.fixture(scope="module")
def chinese():
    return catalogue_of("web/translations/zh/LC_MESSAGES/messages.po")


def catalogue_of(path):
    with (ROOT / path).open("rb") as file:
        catalogue = read_po(file, locale="zh")
    first = {}
    for message in catalogue:
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            first[key] = message.string[0] if isinstance(message.string, tuple) else message.string
    return first


def test_every_text_of_the_pages_has_its_chinese(chinese):
    assert sorted(text for text in texts() if not chinese.get(text)) == []


def test_every_text_of_the_administrators_pages_has_its_chinese(chinese):
    own = catalogue_of("web/admin/translations/zh/LC_MESSAGES/admin.po")
    said = texts_of_administrators()
    assert len(said) > 500
    assert sorted(text for text in said if not (own.get(text) or chinese.get(text))) == []
    assert sorted(own.keys() & chinese.keys()) == []  # the words of all pages come after, so that these are never said
    assert [text for text, translated in own.items() if gaps(text) != gaps(translated)] == []


def test_nothing_is_translated_that_is_not_said(chinese):
    assert sorted(set(chinese) - texts()) == []


def gaps(text):
    return set(re.findall(r"%\((\w+)\)s|\{(\w+)", text)) - {("num", "")}


def test_gaps_are_the_same_in_both_languages(chinese):
    assert [text for text, translated in chinese.items() if gaps(text) != gaps(translated)] == []
