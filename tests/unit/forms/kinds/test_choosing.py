"""Ticks, options, free words."""
# ruff: noqa: FBT003 the answers under test are booleans

import pytest
from form_pages import page, text_of
from form_samples import field, one, options

from forms.language.expressions import Expr


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


def test_options_that_cannot_be_found_are_told():
    for kind in ("select", "radio", "checklist"):
        form = field(kind, valuesExpression="=units[0] + 1")
        assert one(form, ["qc"] if kind == "checklist" else "qc", units=[{}]) == "options_broken"
        assert "The options cannot be found now" in text_of(page(form, variables={"units": [{}]}))


def test_what_is_no_fault_of_the_form_goes_on_to_whoever_shows_it():
    class Away:
        names = frozenset({"units"})

        def evaluate(self, _names):
            raise ConnectionError("the database is away")

    with pytest.raises(ConnectionError):
        Expr("units", Away()).evaluate(lambda _name: [])


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
