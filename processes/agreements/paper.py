"""The papers that are made of an agreement: the text to be signed, and the text with its signatures.

Which hash proves what: that of the text, printed on every page, proves the words, on whatever paper or screen they
stand; that of a file, kept beside it and printed nowhere in it, proves that file byte for byte. The signed paper
names the hash of the text and of the file that was offered, so that what was shown and what was signed are one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine import Json
from processes.agreements.wording import short
from processes.paper.model import PICTURES, Heading, Pages, Paper, Paragraph, Part, Picture, Signature, Signatures

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "house": "甲方（签名、盖章）",
        "patient": "乙方（签名）",
        "code": "校验码 {code}",
        "text": "协议文本的 SHA-256：{sha256}（每页页脚所印；证明文字内容）",
        "file": "签署时出示的 PDF 文件的 SHA-256：{sha256}（证明该文件未被改动）",
        "password": "以本人密码签名",
        "scan": "双方签名的纸质协议扫描件：{name}（SHA-256：{sha256}）",
    },
    "en": {
        "house": "Party A (signature, seal)",
        "patient": "Party B (signature)",
        "code": "Check code {code}",
        "text": "SHA-256 of the text: {sha256} (at the foot of each page; proves the words)",
        "file": "SHA-256 of the PDF that was shown: {sha256} (proves that file, byte for byte)",
        "password": "signed with the own password",
        "scan": "Scan of the paper signed by both sides: {name} (SHA-256: {sha256})",
    },
}


@dataclass(frozen=True)
class Signed:
    """What a paper says of its signing."""

    title: str
    text: str
    """Where, when, who was there."""
    offered_sha256: str
    boxes: Sequence[Signature] = ()
    scans: Sequence[tuple[Mapping[str, Json], bytes]] = field(default=())
    """The signed pages: what is known of each file, and its content."""


def offered(text: str, sha256: str, *, number: str, house: str, language: str) -> Paper:
    """The text with room for the signatures of both sides."""
    words = WORDS[language]
    boxes = [Signature(words["house"], house), Signature(words["patient"])]
    return _paper(text, sha256, [Signatures(boxes)], number=number, house=house, language=language)


def signed(text: str, sha256: str, signing: Signed, *, number: str, house: str, language: str) -> Paper:
    """The text with its signatures, or with the signed pages behind it."""
    words = WORDS[language]
    parts: list[Part] = [Heading(signing.title), *_paragraphs(signing.text)]
    if signing.boxes:
        parts.append(Signatures(list(signing.boxes)))
    parts.append(Paragraph(words["text"].format(sha256=sha256), "small"))
    parts.append(Paragraph(words["file"].format(sha256=signing.offered_sha256), "small"))
    for file, content in signing.scans:
        caption = words["scan"].format(**file)
        if file["type"] in PICTURES:
            parts.append(Picture(content, str(file["type"]), caption, own_page=True))
        else:
            parts.append(Pages(content, caption))
    return _paper(text, sha256, parts, number=number, house=house, language=language)


def _paper(text: str, sha256: str, parts: Sequence[Part], *, number: str, house: str, language: str) -> Paper:
    title, _, body = text.partition("\n\n")
    return Paper(
        title=title,
        language=language,
        parts=[*_paragraphs(body), *parts],
        sender=house,
        number=number,
        digest=sha256,
        remark=WORDS[language]["code"].format(code=short(sha256)),
    )


def _paragraphs(text: str) -> Iterator[Paragraph]:
    return (Paragraph(part) for part in text.strip().split("\n\n"))
