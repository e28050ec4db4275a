"""The few words that a paper adds by itself, in both languages."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "pages": "第 {page} 页，共 {total} 页",
        "digest": "内容校验值",
        "signature": "签名",
        "date": "日期",
        "unread": "此文件无法在纸面上显示：{name}",
        "more": "其余 {number} 页未收入：{name}",
        "sheet": "{name} · 第 {page} 页，共 {total} 页",
        "missing": "字体中没有的字符以编号代替：{signs}",
        "none": "（无）",
        "colon": "：",
    },
    "en": {
        "pages": "Page {page} of {total}",
        "digest": "Content checksum",
        "signature": "Signature",
        "date": "Date",
        "unread": "This file cannot be shown on paper: {name}",
        "more": "{number} more pages are left out: {name}",
        "sheet": "{name} · page {page} of {total}",
        "missing": "Characters that the font lacks are given by their number: {signs}",
        "none": "(none)",
        "colon": ": ",
    },
}
