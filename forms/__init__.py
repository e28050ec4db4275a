"""What people fill in: form files become fields, a validator and HTML. Knows nothing of the other packages."""

from forms.accept import accept
from forms.language import Language
from forms.messages import Message
from forms.model import FieldInfo, Form, Outcome, Problem
from forms.reader import read_form
from forms.signature import Signature, signed_digest

__all__ = [
    "FieldInfo",
    "Form",
    "Language",
    "Message",
    "Outcome",
    "Problem",
    "Signature",
    "accept",
    "read_form",
    "signed_digest",
]
