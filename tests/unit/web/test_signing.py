"""What is taken for a signature, before any password is compared or any drawing kept."""

import base64
from types import SimpleNamespace

import pytest
from werkzeug.datastructures import MultiDict

from processes.settings import Settings
from web.filling import signing

PICTURE = b"\x89PNG\r\n\x1a\n"
FORM = SimpleNamespace(
    fields=[
        SimpleNamespace(path="first", signs=("password",)),
        SimpleNamespace(path="second", signs=("password", "drawn")),
        SimpleNamespace(path="drawing", signs=("drawn",)),
        SimpleNamespace(path="text", signs=()),
    ]
)


@pytest.fixture
def compared(monkeypatch):
    """The passwords that were compared; none is right."""
    found = []

    def prove(_login, password):
        found.append(password)
        return SimpleNamespace(proof=None, pause="")

    monkeypatch.setattr(signing.proving, "prove", prove)
    monkeypatch.setattr(signing.here, "actor", lambda: SimpleNamespace(id="wang"))
    monkeypatch.setattr(signing.here, "kesu", lambda: SimpleNamespace(settings=Settings()))
    return found


def sign(**sent):
    return signing.read(FORM, MultiDict({f"_sign:{name.replace('__', ':')}": text for name, text in sent.items()}))


def drawing(size):
    return base64.b64encode(PICTURE + bytes(size)).decode()


def test_a_place_signs_in_its_own_ways_and_a_field_that_is_no_place_in_none(compared):
    signed = sign(drawing__password="a guess", text__password="a guess", first__drawn=signing.DRAWING + drawing(20))
    assert (signed.signatures, signed.errors, signed.drawings, compared) == ({}, {}, {}, [])


def test_of_two_different_passwords_none_is_compared(compared):
    signed = sign(first__password="one", second__password="another")
    assert signed.errors == dict.fromkeys(("first", "second"), signing.WRONG_PASSWORD)
    assert (signed.signatures, compared) == ({}, [])
    assert sign(first__password="one", second__password="one").signatures == {}
    assert compared == ["one"]


@pytest.mark.parametrize(
    "sent",
    [
        *(signing.DRAWING + text for text in (drawing(signing.MOST_DRAWING), f"!{drawing(20)}")),
        *(drawing(20), f"data:image/svg+xml;base64,{drawing(20)}"),
    ],
)
def test_what_is_no_drawing_of_a_sensible_size_is_none(compared, sent):
    signed = sign(drawing__drawn=sent)
    assert (signed.errors, signed.drawings) == ({"drawing": signing.NOT_DRAWN}, {})
    assert list(sign(drawing__drawn=signing.DRAWING + drawing(20)).drawings) == ["drawing"]
