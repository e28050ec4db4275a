"""One door for the web and for programs."""
# ruff: noqa: FBT003 the answers under test are booleans

import json
import math
from datetime import date

import pytest
from form_samples import NOW, ZONE, errors_of, fill, joint, options, plan, read, review, slip
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Signature, accept, signed_digest

LETTERS = {"remedies": [{"kind": "exchange", "promised_date": "2026-10-08"}], "reply_manner": ["letter"]}
APPROVED = {"approved_amount": "15000.00", "case_no": "KB-2026-000717"}


def field(kind, **more):
    return read({"type": kind, "id": "a", "key": "a", "label": "A", **more})


def one(form, value, **variables):
    outcome = fill(form, {"a": value}, variables)
    return errors_of(outcome).get("a") or outcome.values["a"]


# -- kinds


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("  L2609 ", "L2609"), ("", None), ("   ", None), (None, None), (5, "text"), (True, "text"), (["x"], "text"),
        ("a\nb", "one_line"), ("a\x00b", "controls"), ("a\ud800", "controls"), ("a\u202eb", "controls"), ("x" * 501, "too_long"),
        ("x" * 500, "x" * 500), ("<script>alert(1)</script>", "<script>alert(1)</script>"), ("y" * 300_000, "too_long"),
    ],
)  # fmt: skip
def test_text(given_value, expected):
    assert one(field("textfield"), given_value) == expected


def test_area_keeps_lines():
    assert one(field("textarea"), " a\r\nb\tc\r\n") == "a\nb\tc"
    assert one(field("textarea"), "x" * 10_001) == "too_long"
    assert one(field("textarea"), "a\x07") == "controls"


def test_lengths_and_patterns():
    form = field("textfield", validate={"minLength": 3, "maxLength": "=most", "pattern": "^[A-Z]"})
    assert one(form, "ab", most=5) == "too_short"
    assert one(form, "Abcdef", most=5) == "too_long"
    assert one(form, "abcd", most=5) == "pattern"
    assert one(form, "Abcd", most=5) == "Abcd"


@pytest.mark.parametrize("text", ["lin@example.com", "a.b+c@mail.example.com.cn", "王@例子.公司"])
def test_email(text):
    assert one(field("textfield", validate={"validationType": "email"}), text) == text


@pytest.mark.parametrize("text", ["lin", "lin@", "@x.y", "a b@c.d", "a@b", "<a@b.c>", "a@b.c@d", "a" * 300 + "@b.c"])
def test_no_email(text):
    assert one(field("textfield", validate={"validationType": "email"}), text) == "email"


@pytest.mark.parametrize(
    "text", ["138 0574 4021", "+86 574 8765-4321", "(0574) 87654321", "0574-87654321转801", "95598"]
)
def test_phone(text):
    assert one(field("textfield", validate={"validationType": "phone"}), text) == text


@pytest.mark.parametrize("text", ["1234", "call me", "1" * 21, "138x"])
def test_no_phone(text):
    assert one(field("textfield", validate={"validationType": "phone"}), text) == "phone"


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (12, 12), ("12", 12), ("12.50", 12.5), (" １２ ", 12), (12.5, 12.5), (-3, -3), ("−3", -3), (0, 0), ("1e3", "number"),
        ("1e999", "number"), (1e999, "number"), (math.nan, "number"), (math.inf, "number"), (10**400, "number"), ("NaN", "number"),
        (True, "number"), ("12,5", "number"), ("0x10", "number"), ("1_000", "number"), ([], "number"), ({}, "number"), (1e-300, "number"),
        ("9" * 100_000, "number"), ("", None), (None, None), ("٣", "number"),
    ],
)  # fmt: skip
def test_number(given_value, expected):
    assert one(field("number"), given_value) == expected


def test_number_limits():
    form = field("number", decimalDigits=1, increment="0.5", validate={"min": 0, "max": "=most"})
    assert one(form, "0.25", most=5) == "decimals"
    assert one(form, "0.3", most=5) == "increment"
    assert one(form, "-1", most=5) == "too_small"
    assert one(form, "5.5", most=5) == "too_big"
    assert one(form, "5", most=5) == 5
    assert one(form, "4", most=None) == "limit_broken"
    assert one(form, "4", most="lots") == "limit_broken"
    assert one(field("number", decimalDigits=0), "1.5") == "whole"
    assert one(field("number", serializeToString=True), "0.10") == "0.1"


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("18000", "18000.00"), (18000, "18000.00"), ("18000.5", "18000.50"), (4850.0, "4850.00"), ("１８０００．５", "18000.50"),
        ("0", "0.00"), ("-0", "0.00"), ("18.000,00", "money"), ("18,000.00", "money"), ("¥5", "money"), ("1.005", "money"),
        ("-1", "too_small"), (True, "money"), (math.nan, "money"), (0.1 + 0.2, "money"), ("", None),
    ],
)  # fmt: skip
def test_money(given_value, expected):
    assert one(field("number", properties={"money": "true"}), given_value) == expected


def test_money_names_its_limit():
    form = field("number", properties={"money": "true"}, validate={"max": "=money(limit)"})
    outcome = fill(form, {"a": "18000"}, {"limit": "5000.00"})
    assert str(outcome.errors["a"]) == "Write at most 5,000.00."


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2026-09-30", "2026-09-30"), (date(2026, 9, 30), "2026-09-30"), ("2026-02-30", "date"), ("30.9.2026", "date"), ("0001-01-01", "date"),
        ("9999-12-31", "date"), (20260930, "date"), ("20260930", "date"), ("2026-W01-1", "date"), ("2026-09-30T10:00", "date"),
    ],
)  # fmt: skip
def test_date(given_value, expected):
    assert one(field("datetime"), given_value) == expected


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2026-09-30T09:30", "2026-09-30T09:30:00+08:00"), ("2026-09-30 09:30", "2026-09-30T09:30:00+08:00"),
        ("2026-09-30T01:30:00Z", "2026-09-30T09:30:00+08:00"), (NOW, "2026-09-30T10:20:00+08:00"), ("2026-09-30", "datetime"),
        ("2026-09-30T25:00", "datetime"), ("2026-09-30T09:30+99:00", "datetime"), ("soon", "datetime"), (5, "datetime"), (True, "datetime"),
    ],
)  # fmt: skip
def test_datetime(given_value, expected):
    assert one(field("datetime", subtype="datetime"), given_value) == expected


def test_time():
    form = field("datetime", subtype="time")
    assert one(form, "09:30") == "09:30"
    assert one(form, "09:30:15") == "09:30"
    assert one(form, "24:00") == "time"
    assert one(form, "9.30") == "time"


def test_date_limits():
    assert one(field("datetime", disallowPassedDates=True), "2026-09-29") == "past"
    assert one(field("datetime", disallowPassedDates=True), "2026-09-30") == "2026-09-30"
    past = field("datetime", subtype="datetime", properties={"notAfter": "now"})
    assert one(past, "2026-09-30T10:21").startswith("2026")
    assert one(past, "2026-09-30T10:25") == "future"
    since = field("datetime", properties={"notBefore": "=received_at", "notAfter": "2026-12-31"})
    assert one(since, "2026-09-27", received_at="2026-09-28T09:30:00+08:00") == "too_early"
    assert one(since, "2026-09-28", received_at="2026-09-28T09:30:00+08:00") == "2026-09-28"
    assert one(since, "2027-01-01", received_at="2026-09-28T09:30:00+08:00") == "too_late"
    assert one(since, "2026-10-01") == "limit_broken"


def test_flag():
    form = field("checkbox")
    assert [one(form, each) for each in (True, "on", "true", False, "", None, "false")] == [True] * 3 + [False] * 4
    assert one(form, "maybe") == "flag"
    assert one(form, 1) == "flag"
    assert one(field("checkbox", validate={"required": True}), False) == "required_flag"


def test_choice():
    form = field("radio", values=options("yes", "no"))
    assert one(form, "yes") == "yes"
    assert one(form, "maybe") == "choice"
    assert one(form, True) == "choice"
    assert one(form, ["yes"]) == "choice"
    boolean = field(
        "select", values=options("true", "false"), properties={"valueType": "boolean"}, validate={"required": True}
    )
    assert one(boolean, "true") is True
    assert one(boolean, False) is False
    assert one(boolean, "") == "required_choice"
    assert one(boolean, "x") == "flag"
    number = field("radio", values=options("1", "5"), properties={"valueType": "integer"})
    assert one(number, "5") == 5
    assert one(number, 1) == 1
    assert one(number, 2) == "choice"
    assert one(number, True) == "choice"


def test_choice_from_variables():
    form = field("select", valuesKey="units")
    units = [{"label": "QC", "value": "qc"}, {"label": "no value"}, "gm_office", 7]
    assert one(form, "qc", units=units) == "qc"
    assert one(form, "gm_office", units=units) == "gm_office"
    assert one(form, "sales", units=units) == "choice"
    assert one(form, "qc") == "choice"
    assert one(form, "qc", units="qc") == "choice"
    assert (
        one(field("select", valuesExpression='=[u for u in units if u != "gm"]'), "gm", units=["gm", "qc"]) == "choice"
    )


def test_choices():
    form = field("checklist", values=options("a", "b", "c"), properties={"minItems": "2", "maxItems": "2"})
    assert one(form, ["a", "b", "a"]) == ["a", "b"]
    assert one(form, ["a"]) == "few_items"
    assert one(form, ["a", "b", "c"]) == "many_items"
    assert one(form, ["a", "x"]) == "choice"
    assert one(form, {"a": 1}) == "choice"
    assert one(form, [1]) == "choice"
    assert one(field("checklist", values=options("a"), validate={"required": True}), []) == "required_choices"
    assert one(field("checklist", values=options("a")), None) == []


def test_free_tags():
    form = field("taglist", properties={"free": "true", "maxItems": "3"})
    assert one(form, "crack， gate, crack") == ["crack", "gate"]
    assert one(form, ["x" * 51]) == "tag"
    assert one(form, ["a", "b", "c", "d"]) == "many_items"


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
    assert signed_digest(joint(), outcome.values | {"parties": []}) != found["sha256"]
    assert fill(joint(), SHARES | {"gm_signature": SIGNATURE}).values == outcome.values


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
