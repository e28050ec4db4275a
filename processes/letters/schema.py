"""The table of the letters."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base, Json


class DbLetter(Base):
    """A letter to a customer, as it was written; the key makes sure that it is sent once."""

    __tablename__ = "letter"
    __table_args__ = (Index(None, "case_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    template: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    sheet: Mapped[Json] = mapped_column(nullable=True)
    """As it stands on the paper of the house; null for words that stand alone."""
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str | None]
    """What the mail backend answered: a message id, a file name."""
