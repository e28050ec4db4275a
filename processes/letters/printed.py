"""A letter on the paper of the house: to be posted by hand, and in the case file."""

from processes.letters.model import LANGUAGES
from processes.letters.schema import DbLetter
from processes.paper.model import Paper, Paragraph, Sheet
from processes.procedures.model import Procedure
from processes.procedures.terms import house_of
from processes.settings import Settings


def sheet_of(letter: DbLetter) -> Sheet | None:
    """The letter as it stands on the paper of the house; None for words that stand alone."""
    return Sheet(**letter.sheet) if isinstance(letter.sheet, dict) else None


def paper_of(letter: DbLetter, number: str, settings: Settings, procedure: Procedure) -> Paper | Sheet:
    """The letter as it was written; its number stands at the head, never who has printed it or when."""
    sheet = sheet_of(letter)
    if sheet is not None:
        return sheet
    language = letter.language if letter.language in LANGUAGES else LANGUAGES[0]
    return Paper(
        title=letter.subject,
        language=language,
        parts=[*([Paragraph(letter.recipient)] if letter.recipient else []), *paragraphs(letter)],
        sender=house_of(settings, procedure, language),
        number=number,
    )


def paragraphs(letter: DbLetter) -> list[Paragraph]:
    """Its text as it went out."""
    return [Paragraph(part) for part in letter.text.strip().split("\n\n")]
