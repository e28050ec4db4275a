"""What people fill in: form files become fields, a validator and HTML. Knows nothing of the other packages."""

from forms import rows
from forms.accept import accept
from forms.answers import render_answers
from forms.check import size_text
from forms.decode import decode
from forms.drafts import fit
from forms.language import Language
from forms.messages import Message
from forms.model import FieldInfo, Form, Outcome, Problem
from forms.reader import read_form
from forms.render import render, render_errors, title_of
from forms.signature import Signature, signed_digest
from forms.texts import texts_of
from forms.veil import veiled

__all__ = [
    "FieldInfo",
    "Form",
    "Language",
    "Message",
    "Outcome",
    "Problem",
    "Signature",
    "accept",
    "decode",
    "fit",
    "read_form",
    "render",
    "render_answers",
    "render_errors",
    "rows",
    "signed_digest",
    "size_text",
    "texts_of",
    "title_of",
    "veiled",
]
