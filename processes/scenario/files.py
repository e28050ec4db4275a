"""Files among the answers of a scenario: `{file: scan.pdf}` stands for one that somebody brings."""

from typing import Any

from engine import Actor, Session
from processes.cases import documents
from processes.settings import Settings

NAMED = "file"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f8"
    "0f0001010100b138f6140000000049454e44ae426082"
)
BEGINS = {".pdf": PDF, ".png": PNG, ".jpg": b"\xff\xd8\xff"}
"""How a file begins, by the ending of its name; all others hold their name as text."""


def received(session: Session, answers: Any, by: Actor) -> Any:
    """The answers with every file that they name kept as if it had been uploaded; FileRefused."""
    if isinstance(answers, dict) and answers.keys() == {NAMED}:
        name = str(answers[NAMED])
        content = BEGINS.get(name[name.rfind(".") :], b"") + name.encode()
        return documents.as_value(
            documents.store(session, documents.look(name, content, Settings()), by=by, settings=Settings())
        )
    if isinstance(answers, dict):
        return {key: received(session, value, by) for key, value in answers.items()}
    if isinstance(answers, list):
        return [received(session, value, by) for value in answers]
    return answers
