"""What errors said is kept in English and said again in the reader's language."""

import re

import pytest

from engine import compile_expression
from engine.errors import ExpressionError, NotFound, ScriptError
from engine.language.sandbox import run_script
from web.shell import language
from web.shell.kept_words import in_words


@pytest.fixture(autouse=True)
def _chinese(monkeypatch):
    monkeypatch.setattr(language, "current", lambda: "zh")


def test_a_kept_sentence_is_said_in_the_readers_language():
    assert in_words(str(ScriptError(line=1, reason="line 1: x > 2"))) == "脚本失败：第 1 行：x > 2。"
    assert in_words(str(ScriptError(line=1, reason="line 2: there is no variable x, nor a function of that name"))) == (
        "脚本失败：第 2 行：没有变量 x，也没有这个名称的函数。"
    )
    assert in_words(str(NotFound(what="case", key="KB {1}"))).startswith("没有您可查看的")


@pytest.mark.parametrize("text", ["a + 1", "a / 0", "len(n)", "n.x.y", "[each for each in n]", "n > t"])
def test_what_an_expression_could_not_do_is_said(text):
    with pytest.raises(ExpressionError) as failed:
        compile_expression(f"${{{text}}}").evaluate({"a": 1 if "/" in text else None, "n": 1, "t": "x"})
    said = in_words(str(failed.value))
    assert not re.search("[a-z]{4}", said.replace(text, "")), said


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("x = n + 't'", "脚本失败：第 1 行：类型不符（TypeError）：int 与 str 不能用 + 计算。"),
        ("x = 1\nx = n['t']", "脚本失败：第 2 行：类型不符（TypeError）：int 不能用方括号取值。"),
        ("x = (1", "脚本失败：第 1 行：此处应为 `)`，写的却是 name。"),
        ("x = today(7)", "脚本失败：第 1 行：值有误（ValueError）：today()：today 写成 today()。"),
        ("x = {1: 2}", "脚本失败：x：保存为变量的 dict 的键必须是文本。"),
    ],
)
def test_what_a_script_could_not_do_is_said(script, said):
    with pytest.raises(ScriptError) as failed:
        run_script(script, {"n": 1}, functions={"today": today})
    assert in_words(str(failed.value)) == said


def today(*given):
    if given:
        raise ValueError("today is written today()")
    return "2026-01-31"


def test_what_nobody_has_said_stays_as_it_is():
    assert in_words("Connection refused (111)") == "Connection refused (111)"
    assert in_words("") == ""


def test_nothing_is_said_again_to_those_who_read_it_as_it_was_kept(monkeypatch):
    monkeypatch.setattr(language, "current", lambda: "en")
    assert in_words("The script failed: x.") == "The script failed: x."
