"""What people fill in: form files become fields, a validator and HTML. Knows nothing of the other packages.

This is its one face. Behind it, from above: `reading` a file, `filling` in, `showing`; `model`, a form as it was
understood; `kinds`, one module a kind of field with its template beside it; `kit`, what kinds are made with;
`language`, the words of all: expressions, texts with values, marks, sentences.
"""

from forms.errors import UnknownAction
from forms.filling import rows
from forms.filling.accept import accept
from forms.filling.decode import decode
from forms.filling.drafts import fit
from forms.kinds.files import size_text
from forms.kinds.signature import Signature
from forms.kit.addresses import wrong_address
from forms.kit.said import Said
from forms.kit.source import Problem
from forms.language.expressions import Language
from forms.language.messages import Message
from forms.language.veil import veiled
from forms.model.form import Form, Outcome
from forms.model.signing import signed_digest
from forms.model.uses import Written, added_by, asked_by, written_by
from forms.reading.file import read_form
from forms.reading.texts import texts_of
from forms.showing.answers import render_answers
from forms.showing.errors import render_errors
from forms.showing.render import render, title_of
from forms.showing.shown import shown_names
from forms.showing.texts import AnswerText, answer_texts

__all__ = [
    "AnswerText",
    "Form",
    "Language",
    "Message",
    "Outcome",
    "Problem",
    "Said",
    "Signature",
    "UnknownAction",
    "Written",
    "accept",
    "added_by",
    "answer_texts",
    "asked_by",
    "decode",
    "fit",
    "read_form",
    "render",
    "render_answers",
    "render_errors",
    "rows",
    "shown_names",
    "signed_digest",
    "size_text",
    "texts_of",
    "title_of",
    "veiled",
    "written_by",
    "wrong_address",
]
