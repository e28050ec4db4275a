"""One door for the web and for programs."""
# ruff: noqa: FBT003 the answers under test are booleans

import json
from hashlib import sha256

import pytest
from form_samples import NOW, ZONE, errors_of, field, fill, joint, plan, read, review, slip
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Signature, accept, signed_digest

LETTERS = {"remedies": [{"kind": "exchange", "promised_date": "2026-10-08"}], "reply_manner": ["letter"]}
APPROVED = {"approved_amount": "15000.00", "case_no": "KB-2026-000717"}


# -- the form as a whole


@pytest.mark.parametrize("answers", [None, [], "x", 5, True])
def test_answers_must_be_an_object(answers):
    assert errors_of(fill(review(), answers)) == {"": "form"}


def test_undeclared_fields_are_refused_by_name():
    answers = LETTERS | {
        "approved": True,
        "remedies": [{"kind": "exchange", "promised_date": "2026-10-08", "price": 5}],
    }
    outcome = fill(plan(), answers, APPROVED)
    assert errors_of(outcome) == {"approved": "undeclared", "remedies.0.price": "undeclared"}
    assert str(outcome.errors["approved"]) == "This form has no field “approved”."
    assert "approved" not in outcome.values
    assert "price" not in outcome.values["remedies"][0]


def test_hostile_names_are_cut_and_cleaned():
    outcome = fill(review(), {"x\x00\ud800" + "y" * 1000: 1, 5: 1, None: 2})
    assert {len(path) <= 70 for path in outcome.errors} == {True}
    json.dumps([str(each) for each in outcome.errors.values()], ensure_ascii=False).encode()


def test_hidden_fields_are_dropped():
    outcome = fill(
        review(), {"review_decision": "accept", "review_reason": "because I say so"}, {"redo_count": 0, "max_redo": 2}
    )
    assert outcome.values == {"review_decision": "accept"}
    assert outcome.accepted


def test_required_only_when_visible():
    outcome = fill(review(), {"review_decision": "dispute"}, {"redo_count": 0, "max_redo": 2})
    assert errors_of(outcome) == {"review_reason": "required"}


def test_a_closed_option_is_refused_with_its_reason():
    answers = {"review_decision": "redo", "review_reason": "not good enough"}
    outcome = fill(review(), answers, {"redo_count": 2, "max_redo": 2})
    assert str(outcome.errors["review_decision"]) == "Used 2 of 2."
    assert fill(review(), answers, {"redo_count": 1, "max_redo": 2}).accepted
    assert errors_of(fill(review(), answers)) == {"review_decision": "disabled_broken"}


def test_hidden_groups_hide_what_is_inside():
    form = read(
        {"type": "checkbox", "id": "c", "key": "c", "label": "C"},
        {"type": "group", "id": "g", "label": "G", "conditional": {"hide": "=c"}, "components": [
            {"type": "textfield", "id": "t", "key": "t", "label": "T", "validate": {"required": True}},
            {"type": "textfield", "id": "u", "key": "u", "label": "U", "conditional": {"hide": "=t = null"}}]},
    )  # fmt: skip
    assert errors_of(fill(form, {"c": False, "u": "x"})) == {"t": "required"}
    assert fill(form, {"c": True, "t": "x", "u": "y"}).values == {"c": True}
    assert fill(form, {"c": False, "t": "x", "u": "y"}).values == {"c": False, "t": "x", "u": "y"}


def test_what_depends_on_a_hidden_field_sees_null():
    form = read(
        {"type": "checkbox", "id": "a", "key": "a", "label": "A"},
        {"type": "textfield", "id": "b", "key": "b", "label": "B", "conditional": {"hide": "=a"}},
        {"type": "textfield", "id": "d", "key": "d", "label": "D", "conditional": {"hide": '=b = "x"'}},
    )
    assert fill(form, {"a": False, "b": "x", "d": "y"}).values == {"a": False, "b": "x"}
    assert fill(form, {"a": True, "b": "x", "d": "y"}).values == {"a": True, "d": "y"}


def test_circles_are_answered_the_same_every_time():
    fields = [
        {
            "type": "textfield",
            "id": f"f{n}",
            "key": f"f{n}",
            "label": "F",
            "conditional": {"hide": f"=f{(n + 1) % 9} = null"},
        }
        for n in range(9)
    ]
    answers = {f"f{n}": "x" for n in range(9)}
    assert fill(read(*fields), answers).values == answers
    assert fill(read(*fields), {"f3": "x"}).values == {}


def test_long_chains_of_conditions_are_cheap():
    fields = [
        {"type": "textfield", "id": "f0", "key": "f0", "label": "F"},
        {"type": "textfield", "id": "f1", "key": "f1", "label": "F"},
    ]
    fields += [
        {
            "type": "textfield",
            "id": f"f{n}",
            "key": f"f{n}",
            "label": "F",
            "conditional": {"hide": f"=f{n - 1} = null or f{n - 2} = null"},
        }
        for n in range(2, 300)
    ]
    answers = {f"f{n}": "x" for n in range(300)}
    assert fill(read(*fields), answers).values == answers
    assert len(fill(read(*reversed(fields)), answers).values) > 1


def test_readonly_fields_come_from_the_case():
    form = read(
        {
            "type": "textfield",
            "id": "n",
            "key": "case_no",
            "label": "Case",
            "readonly": True,
            "validate": {"required": True},
        },
        {"type": "number", "id": "m", "key": "limit", "label": "Limit", "disabled": True},
        {"type": "textfield", "id": "u", "key": "unit", "label": "Unit", "readonly": "=locked"},
        {"type": "textfield", "id": "r", "key": "seen", "label": "Seen", "properties": {"readFrom": "=case_no"}},
    )
    variables = {"case_no": "KB-1", "limit": 5, "locked": True, "unit": "qc"}
    assert fill(form, {}, variables).values == {}
    assert fill(form, {"case_no": "KB-1"}, variables).accepted
    outcome = fill(form, {"case_no": "KB-2", "limit": 9, "unit": "gm", "seen": "x"}, variables)
    assert set(errors_of(outcome).values()) == {"readonly"}
    assert outcome.values == {}
    assert fill(form, {"unit": "gm"}, variables | {"locked": False}).values == {"unit": "gm"}


def test_a_missing_answer_takes_its_default_an_empty_one_does_not():
    form = field("textfield", defaultValue="=unit")
    assert fill(form, {}, {"unit": "qc"}).values == {"a": "qc"}
    assert fill(form, {"a": ""}, {"unit": "qc"}).values == {"a": None}
    assert fill(form, {}).values == {"a": None}
    assert fill(form, {}, {"a": "from an earlier round", "unit": "qc"}).values == {"a": "qc"}


def test_required_when():
    outcome = fill(plan(), LETTERS | {"remedies": [{"kind": "compensation", "promised_date": "2026-10-08"}]}, APPROVED)
    assert errors_of(outcome) == {"remedies.0.amount": "required"}


def test_nested_keys():
    form = read(
        {"type": "group", "id": "g", "label": "G", "path": "product", "components": [
            {"type": "textfield", "id": "l", "key": "lot", "label": "Lot"},
            {"type": "textfield", "id": "m", "key": "spec.model", "label": "Model", "readonly": True}]},
        {"type": "textfield", "id": "x", "key": "x", "label": "X", "conditional": {"hide": '=product.lot = "L1"'}},
    )  # fmt: skip
    case = {"product": {"spec": {"model": "GF-220"}}}
    assert fill(form, {"product": {"lot": "L1"}, "x": "y"}, case).values == {
        "product": {"lot": "L1", "spec": {"model": "GF-220"}}
    }
    assert errors_of(fill(form, {"product": "x"}, case)) == {"product": "row"}
    assert errors_of(fill(form, {"product": {"price": 1}}, case)) == {"product.price": "undeclared"}


# -- rows


def test_rows():
    answers = LETTERS | {
        "remedies": [
            {"kind": "exchange", "quantity": "12", "promised_date": "2026-10-08"},
            {"kind": "compensation", "amount": "4850", "promised_date": "2026-10-12", "quantity": 3},
        ]
    }
    outcome = fill(plan(), answers, APPROVED)
    assert outcome.errors == {}
    assert outcome.values == {
        "remedies": [
            {"kind": "exchange", "quantity": 12, "amount": None, "promised_date": "2026-10-08"},
            {"kind": "compensation", "amount": "4850.00", "promised_date": "2026-10-12"},
        ],
        "total": "4850.00",
        "reply_manner": ["letter"],
    }


def test_rows_are_counted():
    row = LETTERS["remedies"][0]
    assert errors_of(fill(plan(), LETTERS | {"remedies": []}, APPROVED)) == {"remedies": "few_rows"}
    assert errors_of(fill(plan(), LETTERS | {"remedies": [row] * 6}, APPROVED))["remedies"] == "many_rows"
    assert errors_of(fill(plan(), LETTERS | {"remedies": [row] * 100_000}, APPROVED))["remedies"] == "many_rows"
    assert errors_of(fill(plan(), LETTERS | {"remedies": "x"}, APPROVED))["remedies"] == "rows"
    assert errors_of(fill(plan(), LETTERS | {"remedies": [5]}, APPROVED))["remedies.0"] == "row"


def test_fixed_rows_are_those_of_the_case():
    form = read({"type": "dynamiclist", "id": "l", "path": "remedies", "label": "L", "allowAddRemove": False, "components": [
        {"type": "textfield", "id": "k", "key": "kind", "label": "Kind", "readonly": True},
        {"type": "checkbox", "id": "d", "key": "done", "label": "Done"}]})  # fmt: skip
    case = {"remedies": [{"kind": "exchange", "amount": "1.00"}, {"kind": "repair", "amount": "2.00"}]}
    assert fill(form, {"remedies": [{"done": True}, {}]}, case).values == {
        "remedies": [
            {"kind": "exchange", "amount": "1.00", "done": True},
            {"kind": "repair", "amount": "2.00", "done": False},
        ]
    }
    assert errors_of(fill(form, {"remedies": [{"done": True}]}, case)) == {"remedies": "fixed_rows"}
    assert errors_of(fill(form, {"remedies": [{"kind": "gold"}, {}]}, case)) == {"remedies.0.kind": "readonly"}
    assert errors_of(fill(form, {"remedies": [{"amount": "9"}, {}]}, case)) == {"remedies.0.amount": "undeclared"}


# -- rules


def test_a_rule_over_rows():
    answers = LETTERS | {"remedies": [{"kind": "compensation", "amount": "15000.01", "promised_date": "2026-10-08"}]}
    outcome = fill(plan(), answers, APPROVED)
    assert str(outcome.errors["remedies"]) == "Approved are 15000.00; these sum to 15000.01."


def test_a_rule_that_cannot_be_computed_refuses():
    assert errors_of(fill(plan(), LETTERS, {})) == {"remedies": "rule_broken"}


def test_shares_sum_to_100():
    shares = lambda *values: {"parties": [{"name": "X", "share": each} for each in values]}  # noqa: E731
    sign = {"gm_signature": Signature("password", "gm", "2026-09-30T10:20:00+08:00")}
    assert str(fill(joint(), shares(60, 39.9), signatures=sign).errors["parties"]) == "The shares must sum to 100 %."
    assert fill(joint(), shares("33.3", "33.3", "33.4"), signatures=sign).accepted
    assert errors_of(fill(joint(), shares(60, "x"), signatures=sign)) == {"parties.1.share": "number"}


def test_exactly_one_of_three():
    def route(*three):
        answers = dict(zip(("deviates_from_standard", "pure_contract", "sales_ops"), three, strict=True))
        return errors_of(fill(slip(), {"facts": "x", "proposed_unit": "qc"} | answers, {"units": ["qc"]}))

    assert route(True, False, False) == {}
    assert route(True, True, False) == {"deviates_from_standard": "rule"}
    assert route(False, False, False) == {"deviates_from_standard": "rule"}
    assert route(True, False, None) == {"sales_ops": "required_choice"}


def test_rules_of_a_form_and_of_a_row_point_where_they_say():
    form = read(
        {"type": "textfield", "id": "p", "key": "phone", "label": "Phone"},
        {"type": "textfield", "id": "e", "key": "email", "label": "E-mail"},
        {"type": "dynamiclist", "id": "l", "path": "rows", "label": "L", "defaultRepetitions": 0, "components": [
            {"type": "number", "id": "x", "key": "x", "label": "X"},
            {"type": "number", "id": "y", "key": "y", "label": "Y", "properties": {
                "rule.1": "=x = null or y > x", "ruleMessage.1": "More than {{x}}.", "ruleField.1": "x"}}]},
        properties={"rule.1": "=phone != null or email != null", "ruleMessage.1": "At least one contact.", "ruleField.1": "phone"},
    )  # fmt: skip
    outcome = fill(form, {"rows": [{"x": 1, "y": 2}, {"x": 3, "y": 2}]})
    assert {path: str(each) for path, each in outcome.errors.items()} == {
        "phone": "At least one contact.",
        "rows.1.x": "More than 3.",
    }
    assert fill(form, {"email": "a@b.c"}).accepted


def test_rules_of_hidden_components_rest():
    form = read({"type": "textfield", "id": "a", "key": "a", "label": "A", "conditional": {"hide": "=closed"},
                 "properties": {"rule.1": '=a = "x"', "ruleMessage.1": "No"}})  # fmt: skip
    assert fill(form, {"a": "y"}, {"closed": True}).accepted
    assert errors_of(fill(form, {"a": "y"}, {"closed": False})) == {"a": "rule"}


# -- signatures

SHARES = {"parties": [{"name": "A", "share": 60}, {"name": "B", "share": 40}]}
SIGNATURE = Signature("password", "gm", "2026-09-30T10:20:00+08:00")


def test_a_signature_keeps_who_when_and_what():
    outcome = fill(joint(), SHARES, signatures={"gm_signature": SIGNATURE})
    assert outcome.accepted
    found = outcome.values["gm_signature"]
    assert found["sha256"] == signed_digest(joint(), outcome.values)
    assert (found["kind"], found["by"], found["at"]) == ("password", "gm", "2026-09-30T10:20:00+08:00")
    for other in ([], [{"name": "A", "share": 50}, {"name": "B", "share": 50}]):
        assert signed_digest(joint(), outcome.values | {"parties": other}) != found["sha256"]
    assert fill(joint(), SHARES | {"gm_signature": SIGNATURE}).values == outcome.values


def test_what_is_signed_is_hashed_as_canonical_json():
    form, answers = joint(), {"gm_signature": "left out", "parties": [{"share": 60, "name": "甲"}]}
    said = f'{{"answers":{{"parties":[{{"name":"甲","share":60}}]}},"digest":"{form.digest}","form":"{form.id}"}}'
    assert signed_digest(form, answers) == sha256(said.encode()).hexdigest()


@pytest.mark.parametrize("claim", [True, "yes", {"kind": "password", "by": "gm", "at": "now", "sha256": "0"}, ["x"]])
def test_a_client_cannot_claim_to_have_signed(claim):
    assert errors_of(fill(joint(), SHARES | {"gm_signature": claim})) == {"gm_signature": "signature"}


def test_a_missing_or_wrong_signature():
    assert errors_of(fill(joint(), SHARES)) == {"gm_signature": "required_signature"}
    drawn = {"gm_signature": {"kind": "drawn", "by": "gm", "at": "2026-09-30T10:20:00+08:00"}}
    assert errors_of(fill(joint(), SHARES, signatures=drawn)) == {"gm_signature": "signature_mode"}


def test_answers_changed_after_signing():
    stale = Signature("password", "gm", "2026-09-30T10:20:00+08:00", sha256="0" * 64)
    assert errors_of(fill(joint(), SHARES, signatures={"gm_signature": stale})) == {"gm_signature": "signature_changed"}


# -- whatever comes

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=12)
    | st.sampled_from(["accept", "redo", "exchange", "letter", "2026-10-08", "true", "12", "18000.00", "__class__"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ["review_decision", "review_reason", "remedies", "kind", "quantity", "amount", "promised_date", "reply_manner", "total",
        "case_no", "parties", "name", "share", "gm_signature", "facts", "evidence", "proposed_unit", "pure_contract"]  # fmt: skip
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8),
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner | st.lists(inner, max_size=3), max_size=6),
    max_leaves=6,
)
FORMS = [review(), plan(), joint(), slip()]


@settings(max_examples=300)
@given(
    st.sampled_from(FORMS),
    OBJECTS | JSON,
    st.dictionaries(st.sampled_from([*KEYS, "redo_count", "approved_amount", "units"]), JSON, max_size=4),
)
def test_accept_never_raises_and_gives_json(form, answers, variables):
    outcome = accept(form, answers, variables, now=NOW, zone=ZONE)
    for message in outcome.errors.values():
        assert isinstance(str(message), str)
    if outcome.accepted:
        text = json.dumps(outcome.values, allow_nan=False, ensure_ascii=False)
        text.encode("utf-8")
        assert accept(form, outcome.values, variables, now=NOW, zone=ZONE).values == outcome.values
