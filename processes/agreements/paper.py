"""The papers that are made of an agreement: the text to be signed, and the text with its signatures.

Which hash proves what: that of the text, printed on every page, proves the words, on whatever paper or screen they
stand; that of a file, kept beside it and printed nowhere in it, proves that file byte for byte. The signed paper
names the hash of the text and of the file that was offered, so that what was shown and what was signed are one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from engine import Call, Json, Session
from engine.errors import NotFound
from processes.agreements import keeping, wording
from processes.agreements.schema import DbAgreement, DbAgreementSigning
from processes.office import Office
from processes.paper.model import PICTURES, Heading, Pages, Paper, Paragraph, Part, Picture, Signature, Signatures
from processes.people.schema import DbPerson

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "house": "甲方（签名、盖章）",
        "patient": "乙方（签名）",
        "code": "校验码 {code}",
        "text": "协议文本的 SHA-256：{sha256}（印于每页页脚，证明文字内容）",
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
HEAD = re.compile(r"[一二三四五六七八九十]+、\S{1,20}|\d+\. [A-Z][^.:\n]{1,40}")
"""A line of the text that is the head of a section: 一、事实."""
MINUTE = len("2026-11-02T10:00")


def offered(agreement: DbAgreement) -> Paper:
    """The text with room for the signatures of both sides."""
    words = WORDS[agreement.language]
    boxes = [Signature(words["house"], agreement.data["party_house"]), Signature(words["patient"], signer(agreement))]
    return _paper(agreement, [Signatures(boxes)])


def signed(session: Session, office: Office, call: Call, agreement: DbAgreement, template: str) -> Paper:
    """The text with its signatures, or with the signed pages behind it; NotFound where nobody has signed.

    Args:
        session: of the job.
        office: whose clock and zone hold.
        call: of the service.
        agreement: that was signed.
        template: what is written above the signatures, by the name of its letter.
    """
    signing, words = agreement.signing, WORDS[agreement.language]
    if signing is None:
        raise NotFound(what="signing of agreement", key=agreement.number)
    fields = {**agreement.data, **signing.data, "way": signing.way}
    title, text = wording.text_of(session, office, call, template, fields, language=agreement.language)
    file = keeping.paper_of(session, agreement, keeping.OFFERED).sha256
    hashes = (words["text"].format(sha256=agreement.sha256), words["file"].format(sha256=file))
    parts: list[Part] = [Heading(title), *_paragraphs(text)]
    if signing.way == "drawn":
        parts.append(Signatures(list(_boxes(session, agreement, signing, words))))
    parts += [Paragraph(line, "small") for line in hashes]
    if signing.way == "paper":
        parts += [_scan(session, each, words["scan"]) for each in signing.data["signed_scan"]]
    return _paper(agreement, parts)


def signer(agreement: DbAgreement) -> str:
    """Who signs for the patient's side."""
    return str(agreement.data["agent_name"] or agreement.data["party_patient"])


def _boxes(
    session: Session, agreement: DbAgreement, signing: DbAgreementSigning, words: Mapping[str, str]
) -> Iterator[Signature]:
    house, patient = signing.data["house_signature"], signing.data["patient_signature"]
    person = session.get(DbPerson, house["by"])
    name = house["by"] if person is None else person.name_en if agreement.language == "en" else person.name_zh
    for label, who, signature in ((words["house"], name, house), (words["patient"], signer(agreement), patient)):
        file = signature.get("file")
        yield Signature(
            label=label,
            name=who,
            picture=keeping.content_of(session, file) if file else None,
            at=str(signature["at"])[:MINUTE].replace("T", " "),
            note=words["password"] if signature["kind"] == "password" else "",
        )


def _scan(session: Session, file: Mapping[str, Json], words: str) -> Part:
    content, caption = keeping.content_of(session, file), words.format(**file)
    if file["type"] in PICTURES:
        return Picture(content, str(file["type"]), caption, own_page=True)
    return Pages(content, caption)


def _paper(agreement: DbAgreement, parts: Sequence[Part]) -> Paper:
    title, _, body = agreement.text.partition("\n\n")
    return Paper(
        title=title,
        language=agreement.language,
        parts=[*_paragraphs(body), *parts],
        sender=str(agreement.data["party_house"]),
        number=agreement.number,
        digest=agreement.sha256,
        remark=WORDS[agreement.language]["code"].format(code=wording.short(agreement.sha256)),
    )


def _paragraphs(text: str) -> Iterator[Part]:
    for part in text.strip().split("\n\n"):
        yield Heading(part, level=2) if HEAD.fullmatch(part) else Paragraph(part)
