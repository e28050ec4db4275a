import re
import zlib
from dataclasses import replace

import pypdfium2
import pytest

from processes.errors import PaperFailed
from processes.paper import fonts, press
from processes.paper.contents import digest_of
from processes.paper.model import (
    Clauses,
    Event,
    Facts,
    Grid,
    Heading,
    Pages,
    Paper,
    Paragraph,
    Picture,
    Signature,
    Signatures,
    Timeline,
)
from processes.paper.printing import preview, typeset

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="300"><rect width="1200" height="300"/></svg>'
PLAIN = Paper("和解协议书", "zh", [Paragraph("甲方：张三")], sender="仁和医院", number="A-1", digest="ab12")


def texts(content):
    """What stands on each page, without spaces: where they are is the business of the lines."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [re.sub(r"[\s\u200b\ufffe]", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def sizes(content):
    document = pypdfium2.PdfDocument(content)
    try:
        return [tuple(round(each) for each in page.get_size()) for page in document]
    finally:
        document.close()


def test_the_same_paper_gives_the_same_bytes():
    assert typeset(PLAIN) == typeset(PLAIN)
    assert typeset(PLAIN) != typeset(replace(PLAIN, parts=[Paragraph("甲方：李四")]))


def test_head_foot_and_words_are_on_the_page_in_both_languages():
    (chinese,) = texts(typeset(PLAIN))
    for said in ("和解协议书", "甲方：张三", "仁和医院", "A-1", "第1页，共1页", "内容校验值：ab12"):
        assert said in chinese
    (english,) = texts(typeset(replace(PLAIN, language="en", title="Agreement")))
    assert "Page1of1" in english
    assert "Contentchecksum:ab12" in english


def test_it_is_a4_upright_and_a_wide_picture_lies_on_its_own_page():
    paper = replace(PLAIN, parts=[Paragraph("一"), Picture(SVG, "image/svg+xml", "流程图", own_page=True)])
    assert sizes(typeset(paper)) == [(595, 842), (842, 595)]


def test_only_the_font_that_comes_along_is_inside_and_only_what_is_needed_of_it():
    content = typeset(PLAIN)
    named = set(re.findall(rb"/BaseFont/([\w+-]+)", content))
    assert named
    assert all(re.match(rb"[A-Z]{6}\+NotoSansSC", each) for each in named)
    assert len(content) < 60_000


def test_what_is_typed_is_never_markup():
    typed = '#image("/etc/passwd") = *not* $x$ @me <label> \\ // `raw` #sys'
    paper = Paper(typed, "en", [Heading(typed), Paragraph(typed), Facts([(typed, typed)]), Clauses([typed])])
    (page,) = texts(typeset(paper))
    assert page.count("".join(typed.split())) == 6


def test_a_character_that_the_font_lacks_is_given_by_its_number():
    assert fonts.missing("张三😀") == {"😀"}
    assert fonts.missing("𬭚㐂 ℃ m² €\n\t\u200d\ufe0f") == frozenset()
    (page,) = texts(typeset(replace(PLAIN, parts=[Paragraph("满意😀")])))
    assert "满意[U+1F600]" in page
    assert "字体中没有的字符以编号代替：U+1F600" in page


def test_signs_that_turn_the_direction_of_text_are_left_out():
    assert fonts.showable("a\u202eb\x00c\td") == "abc    d"


def test_the_head_of_a_table_is_on_each_page_and_no_row_is_lost():
    rows = [[str(number), f"第{number}行"] for number in range(200)]
    pages = texts(typeset(replace(PLAIN, parts=[Grid(["序号", "内容"], rows)])))
    assert len(pages) > 3
    assert all("序号" in page for page in pages)
    assert all(any(f"第{number}行" in page for page in pages) for number in range(200))


def test_three_hundred_events_with_answers_are_all_there():
    events = [
        Event(
            f"2026-11-{number % 28 + 1:02}", f"第{number}件", "王五", "文" * 900 * (number == 7), [("答", str(number))]
        )
        for number in range(300)
    ]
    pages = texts(typeset(replace(PLAIN, parts=[Timeline(events)])))
    assert all(any(f"第{number}件" in page for page in pages) for number in range(300))
    assert f"共{len(pages)}页" in pages[0]


def test_a_long_run_of_signs_stays_on_the_paper():
    document = pypdfium2.PdfDocument(typeset(replace(PLAIN, parts=[Facts([("f" * 200, "f" * 400)])])))
    page = document[0].get_textpage()
    boxes = [page.get_rect(number) for number in range(page.count_rects())]
    assert max(right for _left, _bottom, right, _top in boxes) < 595 - 50
    document.close()


def test_pages_of_another_pdf_come_along_and_what_is_left_out_is_said():
    other = typeset(
        replace(PLAIN, parts=[Paragraph("附件一"), Heading("二", new_page=True), Heading("三", new_page=True)])
    )
    pages = texts(typeset(replace(PLAIN, parts=[Pages(other, "证据.pdf", most=2)])))
    assert ["附件一" in page for page in pages] == [False, True, False, False]
    assert "证据.pdf·第1页，共3页" in pages[1]
    assert "其余1页未收入：证据.pdf" in pages[3]


@pytest.mark.parametrize("part", [Picture(b"x", "image/png", "坏"), Pages(b"%PDF-1.4 x", "坏")])
def test_a_file_that_cannot_be_read_is_named_in_its_place(part):
    (page,) = texts(typeset(replace(PLAIN, parts=[part, Paragraph("后文")])))
    assert "此文件无法在纸面上显示：坏" in page
    assert "后文" in page


def test_a_picture_that_is_small_only_as_a_file_is_named_in_its_place():
    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    side, rows = 40_000, zlib.compress(bytes(40_000 * 5001), 1)
    head = side.to_bytes(4) * 2 + bytes([1, 0, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    made = typeset(replace(PLAIN, parts=[Picture(bomb, "image/png", "图")]))
    assert "此文件无法在纸面上显示" in texts(made)[0]


@pytest.mark.parametrize(
    "head",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0",
        b"GIF89a\x80\x02\xe0\x01",
        b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0",
        b"\xff\xd8\xff\xe0\0\x10" + bytes(14) + b"\xff\xc2\0\x11\x08\x01\xe0\x02\x80",
    ],
)
def test_how_many_pixels_a_picture_has_is_read_from_its_head(head):
    assert press._pixels(head) == 640 * 480


def test_a_picture_reaches_no_other_file(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_bytes(SVG)
    link = f'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><image href="{secret}" width="99" height="99"/></svg>'
    empty = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"></svg>'
    made = [_pixels(Picture(each.encode(), "image/svg+xml", "图")) for each in (link, empty)]
    unread = texts(typeset(replace(PLAIN, parts=[Picture(link.encode(), "image/svg+xml", "图")])))[0]
    assert made[0] == made[1] or "此文件无法在纸面上显示" in unread


def _pixels(part):
    document = pypdfium2.PdfDocument(typeset(replace(PLAIN, parts=[part])))
    try:
        return bytes(document[0].render(scale=0.5).buffer)
    finally:
        document.close()


def test_signature_boxes_show_who_when_and_what_was_drawn():
    boxes = [Signature("患者", "张三", SVG, "image/svg+xml", "2026-11-28 10:00", "屏幕手写"), Signature("院方")]
    (page,) = texts(typeset(replace(PLAIN, parts=[Signatures(boxes)])))
    for said in ("患者", "张三", "2026-11-2810:00", "屏幕手写", "院方", "签名"):
        assert said in page


def test_the_digest_is_of_what_is_said_and_shown_but_not_of_itself():
    assert digest_of(PLAIN) == digest_of(replace(PLAIN, digest="cd"))
    assert digest_of(PLAIN) != digest_of(replace(PLAIN, parts=[Paragraph("甲方：李四")]))
    shown = [replace(PLAIN, parts=[Picture(each, "image/svg+xml")]) for each in (SVG, SVG.replace(b"300", b"301"))]
    assert digest_of(shown[0]) != digest_of(shown[1])


def test_a_paper_that_takes_too_long_is_given_up():
    with pytest.raises(PaperFailed, match=r"longer than 0\.01 seconds"):
        typeset(PLAIN, most_seconds=0.01)


def test_a_preview_is_a_picture_of_the_first_pages():
    one = typeset(PLAIN)
    many = typeset(replace(PLAIN, parts=[Heading(str(number), new_page=True) for number in range(9)]))
    heights = []
    for content in (one, many):
        made = preview("证据.pdf", content, "application/pdf", "zh")
        assert made.startswith(b"\x89PNG")
        heights.append(int.from_bytes(made[20:24]))
    assert heights[0] * 4 < heights[1] < heights[0] * 6


def test_a_preview_of_what_cannot_be_read_says_so():
    assert preview("坏.pdf", b"%PDF-1.4 x", "application/pdf", "zh").startswith(b"\x89PNG")
