"""Signatures that come with a form: only in its own places to sign, one each, and a password is asked for once."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from engine import Session
from forms import Form, Message, Signature
from processes.cases import documents
from processes.cases.file_types import Checked
from processes.errors import FileRefused
from web.shell import here, proving
from web.shell.words import N_

PREFIX = "_sign:"
DRAWING = "data:image/png;base64,"
MOST_DRAWING = 400_000
WRONG_PASSWORD = Message("password", N_("This is not your password. Nothing was signed."))
NOT_DRAWN = Message("drawing", N_("The drawing could not be kept. Draw once more."))


@dataclass(frozen=True)
class Signed:
    """What was signed, and what was not."""

    signatures: dict[str, Signature] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    drawings: Mapping[str, Checked] = field(default_factory=dict)
    """Pictures that are not kept yet, by the path of their field."""

    def keep(self, session: Session) -> None:
        """Keep the drawings as documents; one that is none is an error of its field."""
        by, settings = here.actor(), here.kesu().settings
        for path, picture in self.drawings.items():
            try:
                kept = documents.store(session, picture, by=by, settings=settings, source=documents.Source.SIGNATURE)
            except FileRefused:
                self.errors[path] = NOT_DRAWN
            else:
                self.signatures[path] = Signature("drawn", by.id, _now(), file=documents.as_value(kept))


def read(form: Form, sent: MultiDict[str, str]) -> Signed:
    """The signatures among what was sent, one for each place to sign; what has no place in the form is not looked at.

    A wrong password counts as one at the sign-in: whoever finds a page open guesses no better here.
    """
    places = {each.path: each.signs for each in form.fields}
    drawn = _texts(sent, places, "drawn")
    typed = _texts(sent, places, "password")
    found = Signed(drawings={path: picture for path, text in drawn.items() if (picture := _picture(text))})
    found.errors.update({path: NOT_DRAWN for path in drawn if path not in found.drawings})
    said = _password(list(typed.values()))
    for path in typed:
        if said is None:
            found.signatures[path] = Signature("password", here.actor().id, _now())
        else:
            found.errors[path] = said
    return found


def _texts(sent: MultiDict[str, str], places: Mapping[str, tuple[str, ...]], way: str) -> dict[str, str]:
    """What was sent to sign in one way, by path."""
    texts = {path: sent.get(f"{PREFIX}{path}:{way}", "") for path, ways in places.items() if way in ways}
    return {path: text for path, text in texts.items() if text}


def _password(typed: list[str]) -> Message | None:
    """What is wrong with the password that signs: the same in all places, compared once."""
    if not typed:
        return None
    if len(set(typed)) > 1:
        return WRONG_PASSWORD
    verdict, proven = proving.settled(here.actor().id, typed[0], lambda _session, _person: True)
    if proven:
        return None
    return Message("pause", verdict.pause) if verdict.pause else WRONG_PASSWORD


def _picture(text: str) -> Checked | None:
    """The picture in a data address; None where there is none."""
    if not text.startswith(DRAWING) or len(text) > MOST_DRAWING:
        return None
    try:
        content = base64.b64decode(text.removeprefix(DRAWING), validate=True)
        return documents.look("signature.png", content, here.kesu().settings)
    except (binascii.Error, FileRefused):
        return None


def _now() -> str:
    return here.now().isoformat(timespec="seconds")
