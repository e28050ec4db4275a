"""The sentences of findings are said in the reader's language, from one pattern for each kind."""

import ast
import json
import re
from copy import deepcopy
from pathlib import Path

from babel.messages.pofile import read_po

from engine import Finding, in_words, kept, kept_in_words, phrase, quoted
from web.admin.deployments.findings import by_file
from web.shell import language

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "engine/translations/zh/LC_MESSAGES/messages.po"
OF_FORMS = ROOT / "forms/translations/zh/LC_MESSAGES/messages.po"


def patterns(function, *rooms):
    """The patterns that the code of some rooms hands to a function."""
    for file in (file for room in rooms for file in (ROOT / room).glob("**/*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == function
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value


def test_every_pattern_of_the_forms_has_its_chinese_and_nothing_else_has():
    known = chinese(OF_FORMS)
    assert {*known} == {*patterns("said", "forms")}
    assert all(known.values())


def chinese(catalogue=CATALOGUE):
    with catalogue.open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="zh") if message.id}


def test_every_pattern_has_its_chinese_and_nothing_else_has():
    known, said = chinese(), {*patterns("phrase", "engine", "processes", "web")}
    assert [each for each in said if not known.get(each)] == []
    assert sorted({*known} - said) == []


def test_gaps_are_the_same_in_both_languages():
    def gaps(text):
        return set(re.findall(r"(?<!{){(\w+)}", text))

    every = chinese() | chinese(OF_FORMS)
    assert [each for each, said in every.items() if gaps(each) != gaps(said)] == []


def test_what_is_put_together_is_still_said_in_another_language():
    words = {
        "{called}: {said}": "{called}：{said}",
        "it waits": "它在等",
        ": did you mean {name}?": "：是否指 {name}？",
    }
    said = phrase("{called}: {said}", called=quoted("Check"), said=phrase("it waits"))
    said += phrase(": did you mean {name}?", name="Chek")
    assert said == '"Check": it waits: did you mean Chek?'
    assert (
        in_words(deepcopy(said), lambda each: words.get(each, each), {"Check": "核对"}.get)
        == '"核对"：它在等：是否指 Chek？'
    )
    listed = phrase(", ").join(["a", phrase("it waits")])
    assert listed == "a, it waits"
    assert in_words(listed, lambda each: words.get(each, each)) == "a, 它在等"


def test_what_was_kept_is_said_in_another_language_and_nothing_else_is():
    words = {"{called}: {said}": "{called}：{said}", "it waits": "它在等", ": no {name}": "：没有 {name}"}
    said = phrase("{called}: {said}", called=quoted("Check"), said=phrase("it waits"))

    def again(found):
        return kept_in_words(found, lambda each: words.get(each, each), {"Check": "核对"}.get)

    assert again(json.loads(json.dumps(kept(said + phrase(": no {name}", name="x"))))) is None
    words |= {'"{label}"': "“{label}”"}
    assert again(json.loads(json.dumps(kept(said + phrase(": no {name}", name="x"))))) == "“核对”：它在等：没有 x"
    assert again({"pattern": "it {said}", "gaps": {"said": "goes"}}) is None
    assert again({"pattern": "it waits", "gaps": []}) is None
    assert again({"pattern": ": no {name}", "gaps": {"other": "x"}}) is None
    assert again(7) is None


def test_a_page_says_a_finding_in_the_readers_language(monkeypatch):
    monkeypatch.setattr(language, "current", lambda: "zh")
    monkeypatch.setattr(language, "label", str)
    said = phrase("{called}: {said}", called=quoted("Check"), said=phrase("there is no script in it"))
    (file,) = by_file([Finding("a.bpmn", said, "t1", "Check")], {}, lambda _path, _element: "")
    row = file.piles[0].first[0]
    assert (row.message, row.english) == ("其中没有脚本", False)
