"""Files."""

import pytest
from form_samples import errors_of, fill, slip

from forms import size_text


def file(**more):
    return {"id": 1, "name": "a.pdf", "size": 100, "type": "application/pdf", "sha256": "0" * 64} | more


def test_files():
    form = slip()
    send = lambda *files, **more: errors_of(fill(form, {"evidence": list(files)}, **more)).get("evidence")  # noqa: E731
    assert send(file()) is None
    assert send(file(name="A.PDF", type="")) == "file"
    assert send(file(name="x.png", type="image/png")) is None
    assert send(file(name="x.exe", type="application/octet-stream")) == "file_kind"
    assert send(file(size=21 * 1024**2)) == "file_size"
    assert send(file(size=0)) == "file_empty"
    assert send(*[file()] * 4) == "many_files"
    assert send("x") == "file"
    assert send({"id": 1}) == "file"
    assert send(file(size=True)) == "file"
    assert send(file(), files={}) == "unknown_file"


def test_what_a_client_says_about_a_file_is_replaced_by_what_was_received():
    known = {"1": file(name="real.pdf")}
    outcome = fill(slip(), {"evidence": [file(name="forged.pdf", size=1)]}, files=known)
    assert outcome.values["evidence"] == [known["1"]]


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1640, "1.6 KB"), (20 * 1024**2, "20 MB"), (3 * 1024**3, "3 GB")],
)
def test_sizes_are_told_to_one_place(size, told):
    assert size_text(size) == told
