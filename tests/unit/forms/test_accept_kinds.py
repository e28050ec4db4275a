"""Each kind of field: what it takes, what it refuses, what it keeps."""
# ruff: noqa: FBT003 the answers under test are booleans

import math
from datetime import date

import pytest
from form_samples import NOW, errors_of, field, fill, one, options, slip

from forms import size_text


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


@pytest.mark.parametrize(
    ("size", "told"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (1640, "1.6 KB"), (20 * 1024**2, "20 MB"), (3 * 1024**3, "3 GB")],
)
def test_sizes_are_told_to_one_place(size, told):
    assert size_text(size) == told
