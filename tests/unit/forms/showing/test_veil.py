"""What is personal is veiled to who only reads, and shown to who fills in."""

import pytest
from form_samples import NOW, ZONE, problems_of, read

from forms import accept, render, render_answers, veiled

READING = {"translate": str, "locale": "en", "zone": ZONE}
FIELDS = (
    {"type": "textfield", "id": "p", "key": "phone", "label": "Phone", "validate": {"validationType": "phone"}},
    {"type": "textfield", "id": "e", "key": "email", "label": "E-mail", "validate": {"validationType": "email"}},
    {"type": "textfield", "id": "a", "key": "address", "label": "Address", "properties": {"personal": "true"}},
    {"type": "textfield", "id": "n", "key": "name", "label": "Name"},
    {
        "type": "textfield",
        "id": "h",
        "key": "hotline",
        "label": "Hotline",
        "validate": {"validationType": "phone"},
        "properties": {"personal": "false"},
    },
)
ANSWERS = {
    "phone": "13805744021",
    "email": "lin@example.com",
    "address": "1 Long Street",
    "name": "Lin",
    "hotline": "4008001234",
}
PERSONAL = ("13805744021", "lin@example.com", "1 Long Street")
PUBLIC = ("Lin", "4008001234")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("13805744021", "138****4021"),
        ("+86 574 8805 1234", "865****1234"),
        ("8805123", "****"),
        ("lin@example.com", "l***@example.com"),
        ("l@example.com", "***@example.com"),
        ("@", "***@"),
        ("call the porter", "****"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_enough_is_left_to_recognise_it_by(text, left):
    assert veiled(text) == left


def test_answers_are_veiled_where_that_is_asked_for():
    form = read(*FIELDS)
    under, open_ones = (str(render_answers(form, ANSWERS, **READING, veil=veil)) for veil in (True, False))
    for text in PERSONAL:
        assert text not in under
        assert text in open_ones
    for text in (*PUBLIC, "138****4021", "l***@example.com"):
        assert text in under


def test_versions_and_rows_are_veiled_too():
    rows = {
        "type": "dynamiclist",
        "id": "l",
        "path": "people",
        "label": "People",
        "components": [FIELDS[0] | {"id": "r"}],
    }
    form = read(*FIELDS, rows)
    before = ANSWERS | {"phone": "13900001111", "people": [{"phone": "13900002222"}]}
    after = ANSWERS | {"people": [{"phone": "13900003333"}]}
    under = str(render_answers(form, after, previous=before, **READING, veil=True))
    for text in (*PERSONAL, "13900001111", "13900002222", "13900003333"):
        assert text not in under
    assert "2222</del>" in under
    assert "3333</ins>" in under


def test_who_fills_in_sees_what_can_be_changed_and_who_reads_does_not():
    form = read(*FIELDS)
    for readonly in (True, False):
        shown = str(render(form, ANSWERS, None, {}, **READING, now=NOW, readonly=readonly, veil=True))
        assert [text in shown for text in PERSONAL] == [not readonly] * 3
        assert all(text in shown for text in PUBLIC)


def test_what_is_filled_in_beforehand_is_veiled_and_kept_when_it_is_left_as_it_is():
    to = {"type": "textfield", "id": "to", "key": "to", "label": "To", "defaultValue": "=email"}
    form, case = read(to | {"properties": {"personal": "true"}}), {"email": "lin@example.com"}
    shown = str(render(form, None, None, case, **READING, now=NOW, veil=True))
    assert 'value="l***@example.com"' in shown
    assert "lin@" not in shown
    assert "lin@example.com" in str(render(form, None, None, case, **READING, now=NOW, veil=False))
    for answer, kept in (("l***@example.com", "lin@example.com"), ("l***@example.org", "l***@example.org"), ("", None)):
        assert accept(form, {"to": answer}, case, now=NOW, zone=ZONE).values == {"to": kept}
    named = str(render(form, None, None, {"email": "林女士"}, **READING, now=NOW, veil=True))
    assert 'value="林女士"' in named


def test_a_field_that_only_shows_a_variable_is_veiled_in_a_form_to_fill_in():
    form = read(FIELDS[0] | {"readonly": True}, FIELDS[3])
    shown = str(render(form, None, None, {"phone": "13805744021"}, **READING, now=NOW, veil=True))
    assert "13805744021" not in shown
    assert "138****4021" in shown


def test_what_is_personal_is_yes_or_no():
    assert problems_of(FIELDS[3] | {"properties": {"personal": "perhaps"}})
