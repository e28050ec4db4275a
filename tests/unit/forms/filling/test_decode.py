"""What browsers send for a rendered form, and what becomes of it."""

import re

from form_pages import CASE, page, pairs_of, text_of
from form_samples import LANGUAGE, NOW, ZONE, form_file, joint, options, plan, read, review, slip
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import accept, decode, read_form, render_errors
from forms.language.template import NO_TEXT


def test_decode():
    pairs = [
        ("csrf_token", "x"), ("_add:remedies", "1"), ("remedies.0._row", "1"), ("remedies.0.kind", "exchange"), ("remedies.3.kind", "x"),
        ("remedies.3.amount", "5"), ("reply_manner", "letter"), ("reply_manner", "fax"), ("evil", "1"), ("remedies.x.kind", "1"),
        ("remedies.99999.kind", "1"),
    ]  # fmt: skip
    empty = {"quantity": None, "amount": None, "promised_date": None}
    assert decode(plan(), pairs) == {
        "case_no": None,
        "remedies": [{**empty, "kind": "exchange"}, {**empty, "kind": "x", "amount": "5"}],
        "reply_manner": ["letter", "fax"],
        "evil": "1",
        "remedies.x.kind": "1",
        "remedies.99999.kind": "1",
    }


def test_an_empty_row_is_still_a_row():
    assert len(decode(plan(), [("remedies.0._row", "1"), ("remedies.1._row", "1")])["remedies"]) == 2
    assert decode(plan(), [])["remedies"] == []


def test_boxes_that_are_not_ticked():
    form = read({"type": "checkbox", "id": "a", "key": "a", "label": "A", "defaultValue": True},
                {"type": "filepicker", "id": "f", "key": "f", "label": "F"})  # fmt: skip
    assert decode(form, []) == {"a": False, "f": []}
    assert decode(form, [("a", "true")], {"f": [{"id": 1}]}) == {"a": "true", "f": [{"id": 1}]}


LATER = [
    {"type": "textfield", "id": "w", "key": "what", "label": "What"},
    {"type": "textfield", "id": "n", "key": "name", "label": "Name", "defaultValue": "=patient", "conditional": {"hide": "=what = null"}},
    {"type": "group", "id": "g", "label": "G", "conditional": {"hide": "=what = null"}, "components": [
        {"type": "checkbox", "id": "a", "key": "agent", "label": "Agent", "defaultValue": True}]},
]  # fmt: skip


def test_what_comes_to_view_starts_as_the_form_says():
    form, case = read(*LATER), {"patient": "何敏"}
    sent = [*pairs_of(page(form, {}, variables=case)), ("what", "agreement")]
    again = decode(form, sent, without_unseen=True)
    assert again == {"what": "agreement"}
    assert dict(pairs_of(page(form, again, variables=case))) == {"what": "agreement", "name": "何敏", "agent": "true"}
    assert decode(form, sent) == {"what": "agreement", "name": None, "agent": False}


def test_what_stood_on_the_page_and_was_emptied_stays_empty():
    form, case = read(*LATER), {"patient": "何敏"}
    sent = [
        (name, "" if name == "name" else value)
        for name, value in pairs_of(page(form, {"what": "x"}, variables=case))
        if name != "agent"
    ]
    assert decode(form, sent, without_unseen=True) == {"what": "x", "name": "", "agent": False}


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).map(str.strip)


@settings(max_examples=80)
@given(
    st.fixed_dictionaries(
        {
            "review_decision": st.sampled_from(["accept", "dispute", None]),
            "review_reason": st.text(
                st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=60
            ),
        }
    )
)
def test_what_is_rendered_comes_back(values):
    before = accept(review(), values, CASE, now=NOW, zone=ZONE)
    sent = [(name, value.replace("\n", "\r\n")) for name, value in pairs_of(page(review(), values))]
    after = accept(review(), decode(review(), sent), CASE, now=NOW, zone=ZONE)
    assert after.errors == before.errors
    assert after.values == before.values


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["exchange", "compensation", None]),
            "quantity": st.integers(1, 1000) | st.none(),
            "amount": st.decimals(0, 1000, places=2).map(str) | st.none(),
            "promised_date": st.dates().map(str) | st.none(),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60)
@given(ROWS, st.lists(st.sampled_from(["letter", "fax", "portal"]), unique=True))
def test_rows_that_are_rendered_come_back(remedies, manner):
    values = {"remedies": remedies, "reply_manner": sorted(manner, key=["letter", "fax", "portal"].index)}
    before = accept(plan(), values, CASE, now=NOW, zone=ZONE)
    after = accept(plan(), decode(plan(), pairs_of(page(plan(), values))), CASE, now=NOW, zone=ZONE)
    assert after.values == before.values
    assert after.errors == before.errors


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "size", "kind", "amount"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["remedies", "total", "reply_manner", "case_no", "facts", "evidence", "gm_signature", "parties", "name",
                        "proposed_unit", "units", "redo_count", "max_redo", "approved_amount", "review_decision"])  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from([plan(), slip(), joint(), review()]), st.dictionaries(KEYS, JSON), st.dictionaries(KEYS, JSON))
def test_drafts_of_any_shape_can_be_shown(form, values, variables):
    errors = accept(form, values, variables, now=NOW, zone=ZONE).errors
    tree = page(form, values, errors, variables)
    assert tree.xpath("//*[@data-form]")
    assert str(render_errors(form, errors, translate=str)) or not errors


def test_everything_at_once_renders():
    content = form_file(
        {"type": "text", "id": "t0", "text": "Plain"},
        {"type": "checklist", "id": "c", "key": "c", "label": "C", "values": options("a", "b"),
         "properties": {"disabledWhen.b": "=true", "disabledReason.b": "Not now"}},
        {"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("true", "false"),
         "properties": {"segments": "true", "valueType": "boolean"}},
        {"type": "radio", "id": "r2", "key": "r2", "label": "R", "valuesKey": "none"},
        {"type": "taglist", "id": "tags", "key": "tags", "label": "T", "properties": {"free": "true"}},
        {"type": "table", "id": "tab", "label": "Tab", "dataSource": "=list", "columns": [{"label": "N", "key": "a.b"}]},
        {"type": "table", "id": "tab2", "dataSource": "=missing", "columns": [{"label": "N", "key": "n"}]},
        {"type": "separator", "id": "sep"},
        {"type": "spacer", "id": "sp", "height": 5},
        {"type": "group", "id": "g", "components": [{"type": "expression", "id": "e", "key": "e", "expression": "=1"}]},
        {"type": "select", "id": "s", "key": "s", "label": "S", "values": options("x"),
         "properties": {"disabledWhen.x": "=true", "disabledReason.x": "Closed"}},
    )  # fmt: skip
    form, problems = read_form(content, file="f", language=LANGUAGE)
    assert form is not None, problems
    tree = page(form, {"tags": ["a", "b"], "r": True, "c": ["b"]}, None, {"list": [{"a": {"b": "deep"}}, 5]})
    assert "deep" in text_of(tree)
    assert tree.xpath("//input[@name='tags']/@value") == ["a, b"]
    assert tree.xpath("//input[@name='r'][@checked]/@value") == ["true"]
    assert "Nothing yet." in text_of(tree)
    assert "There is nothing to choose from." in text_of(tree)
    assert re.search("Not now", text_of(tree))
    assert NO_TEXT.render({}.get, translate=str, show=str) == ""
