"""Whether a file is the paper of a signed agreement: asked by anyone who has it, answered with nothing else."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from engine import Session
from processes.agreements.schema import DbAgreement, DbAgreementPaper, DbAgreementSigning

DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
LONGEST, MOST_MARKS = 66, 50


@dataclass(frozen=True)
class Seen:
    """What was seen of a file."""

    sha256: str
    marks: frozenset[str]
    """The hashes that it carries in plain sight: our papers name that of their text."""


@dataclass(frozen=True)
class Verdict:
    """What is said of a file."""

    kind: Literal["text", "signed", "altered", "unknown"]
    """The text as it was offered and then signed, the paper with the signatures, one of them changed, or neither."""
    on: str = ""
    """The day of the signing, where the file is known."""


def look_at(chunks: Iterable[bytes]) -> Seen:
    """Hash a file piece by piece; nothing of it is kept and nothing in it is run."""
    total, marks, rest = hashlib.sha256(), set[str](), b""
    for chunk in chunks:
        total.update(chunk)
        text = rest + chunk
        if len(marks) < MOST_MARKS:
            marks |= {found.group().decode() for found in DIGEST.finditer(text)}
        rest = text[-LONGEST:]
    return Seen(total.hexdigest(), frozenset(sorted(marks)[:MOST_MARKS]))


def judge(session: Session, seen: Seen) -> Verdict:
    """What a file is; a text that nobody signed is as unknown as any other file."""
    signed = select(DbAgreementPaper.kind, DbAgreementSigning.data).join(
        DbAgreementSigning, DbAgreementSigning.agreement_id == DbAgreementPaper.agreement_id
    )
    known = session.execute(signed.where(DbAgreementPaper.sha256 == seen.sha256)).first()
    if known is not None:
        return Verdict("signed" if known.kind == "signed" else "text", str(known.data["on"]))
    named = select(DbAgreement.id).join(DbAgreementSigning).where(DbAgreement.sha256.in_(seen.marks)).limit(1)
    return Verdict("altered" if session.scalar(named) is not None else "unknown")
