"""What errors said is kept in English and said again in the reader's language."""

import pytest

from engine.errors import NotFound, ScriptError
from web.shell import language
from web.shell.kept_words import in_words


@pytest.fixture(autouse=True)
def _chinese(monkeypatch):
    monkeypatch.setattr(language, "current", lambda: "zh")


def test_a_kept_sentence_is_said_in_the_readers_language():
    assert in_words(str(ScriptError(line=1, reason="line 1: x > 2"))) == "脚本失败：line 1: x > 2。"
    assert in_words(str(NotFound(what="case", key="KB {1}"))).startswith("没有您可查看的")


def test_what_nobody_has_said_stays_as_it_is():
    assert in_words("Connection refused (111)") == "Connection refused (111)"
    assert in_words("") == ""


def test_nothing_is_said_again_to_those_who_read_it_as_it_was_kept(monkeypatch):
    monkeypatch.setattr(language, "current", lambda: "en")
    assert in_words("The script failed: x.") == "The script failed: x."
