"""The few marks of texts, and all that stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from forms.language.markdown import to_html

TAGS = {"div", "h3", "h4", "h5", "h6", "p", "br", "strong", "em", "code", "ul", "ol", "li", "blockquote", "hr", "a"}


def test_texts_know_a_few_marks_and_nothing_else():
    text = "# Head\n\nA **bold** _word_ and `code`\nsecond line\n\n- one\n- two\n\n1. first\n\n> clause 3.6\n\n---\n[safe](https://example.com/a?b=1) [bad](javascript:alert(1)) [odd](//x.y) <b>x</b>"
    assert str(to_html(text)).replace("\n", "") == (
        "<h3>Head</h3><p>A <strong>bold</strong> <em>word</em> and <code>code</code><br>second line</p>"
        "<ul><li>one</li><li>two</li></ul><ol><li>first</li></ol><blockquote><p>clause 3.6</p></blockquote><hr>"
        '<p><a href="https://example.com/a?b=1">safe</a> [bad](javascript:alert(1)) [odd](//x.y) &lt;b&gt;x&lt;/b&gt;</p>'
    )


@pytest.mark.parametrize(
    ("text", "tag"), [("# a", "h3"), ("## a", "h3"), ("### a", "h4"), ("###### a", "h6"), ("#a", "p"), ("a\n---", "p")]
)
def test_headings_stand_below_those_of_the_page(text, tag):
    assert str(to_html(text)).startswith(f"<{tag}>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", "data:text/html,x",
        "vbscript:x", "//x.y", "file:///etc/passwd", "\\\\x.y", "https:x", "ftp://x", "<javascript:alert(1)>",
    ],
)  # fmt: skip
def test_a_link_that_is_not_safe_stays_text(address):
    shown = str(to_html(f"[click]({address})"))
    assert "<a" not in shown
    assert "click" in shown


@pytest.mark.parametrize(
    "address", ["https://example.com/a?b=1", "http://a.b", "mailto:a@b.cn", "tel:+865748765", "/files/7"]
)
def test_safe_links(address):
    assert f'href="{address}"' in str(to_html(f"[click]({address})"))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- x -->", "<a href='javascript:1'>x</a>",
        "![x](https://a.b/c.png)", "<https://a.b>", "[x]: https://a.b\n[x]", "| a | b |\n|---|---|\n| 1 | 2 |", "```\n<b>\n```",
    ],
)  # fmt: skip
def test_what_is_not_promised_stays_text(text):
    tree = html.fragment_fromstring(str(to_html(text)), create_parent="div")
    assert {each.tag for each in tree.iter()} <= TAGS - {"a"} or "![" in text
    assert tree.xpath("//img|//script|//@onerror|//table") == []


def test_bold_closes_beside_chinese_punctuation():
    assert str(to_html("**注意：**请在**“7日”**内答复，*重要。*完")) == (
        "<p><strong>注意：</strong>请在<strong>“7日”</strong>内答复，<em>重要。</em>完</p>"
    )
    assert "<em>" not in str(to_html("2 * 3 * 4，变量_a_名"))


@given(st.text(alphabet="*_`[]()<>#-> \n\x00\ud800ab1.&\"'/:\\中：", max_size=120))
def test_no_text_becomes_another_tag_or_raises(text):
    shown = str(to_html(text)).encode("utf-8", "replace").decode()
    if shown:
        assert {each.tag for each in html.fragment_fromstring(shown, create_parent="div").iter()} <= TAGS


@pytest.mark.parametrize("text", ["*a **b " * 3000, "[" * 5000, ">" * 5000, "`" * 5000 + "a", "- " * 5000, "_a" * 5000])
def test_hostile_texts_are_shown_in_a_moment(text):
    assert to_html(text)
