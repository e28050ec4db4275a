"""The tables of the agreements; the database refuses every change in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine import Base, Json


class DbAgreement(Base):
    """The text of an agreement, frozen when it was made."""

    __tablename__ = "agreement"
    __table_args__ = (Index(None, "instance_id", "id"), Index(None, "sha256"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """Of the job that froze it, so that a second attempt finds the first."""
    number: Mapped[str] = mapped_column(String(40), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"))
    plan_version: Mapped[int]
    amount: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str]
    """As it is printed, its title included."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the text in UTF-8; it is printed on every page."""
    data: Mapped[Json]
    """What the text was written from: parties, remedies, clauses."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    signing: Mapped["DbAgreementSigning | None"] = relationship(lazy="joined")


class DbAgreementSigning(Base):
    """That both sides have signed a text: once for each."""

    __tablename__ = "agreement_signing"
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))
    """drawn or paper."""
    data: Mapped[Json]
    """Where and on which day, who was there, the signatures or the scan."""
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))


class DbAgreementPaper(Base):
    """A file that was made of an agreement: the text as it was offered, or with the signatures."""

    __tablename__ = "agreement_paper"
    __table_args__ = (Index(None, "sha256"), UniqueConstraint("agreement_id", "kind"))
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    kind: Mapped[str] = mapped_column(String(10))
    """offered or signed."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file, byte for byte."""
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    at: Mapped[datetime]
