"""What a form file may contain, and what is said about the rest."""

import json

import pytest
from form_samples import LANGUAGE, form_file, options, plan, problems_of, read, review
from hypothesis import given
from hypothesis import strategies as st

from forms import read_form, texts_of

TEXT = {"type": "textfield", "id": "a", "key": "a", "label": "A"}


def test_a_component_says_which_rules_of_a_document_it_follows():
    assert problems_of({**TEXT, "properties": {"rules": "G4-1b G7-1b"}}) == []


def test_the_form_editors_own_attributes_are_understood():
    form = read(
        {
            **TEXT,
            "description": "Help",
            "defaultValue": "x",
            "readonly": False,
            "disabled": False,
            "validate": {
                "required": True,
                "minLength": 1,
                "maxLength": "=3",
                "validationType": "custom",
                "pattern": "a+",
            },
            "layout": {"row": "Row_1", "columns": None},
            "conditional": {"hide": "=false"},
            "appearance": {"prefixAdorner": "No.", "suffixAdorner": "x"},
        },
        {
            "type": "datetime",
            "key": "d",
            "subtype": "datetime",
            "dateLabel": "When",
            "timeLabel": "At",
            "use24h": True,
            "timeInterval": 15,
            "timeSerializingFormat": "utc_offset",
        },
        {"type": "select", "key": "s", "label": "S", "values": options("x"), "searchable": True},
        {
            "type": "group",
            "id": "g",
            "label": "G",
            "path": "",
            "showOutline": True,
            "verticalAlignment": "start",
            "components": [{"type": "number", "key": "n", "label": "N", "increment": "0.5", "decimalDigits": 1}],
        },
        {"type": "spacer", "height": 60},
        {"type": "separator", "id": "sep"},
        exporter={"name": "Camunda Modeler", "version": "5.40.0"},
        executionPlatform="Camunda Platform",
        executionPlatformVersion="7.24.0",
        versionTag="1",
    )
    assert [(each.path, each.kind) for each in form.fields] == [
        ("a", "text"),
        ("d", "datetime"),
        ("s", "choice"),
        ("n", "number"),
    ]


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ({"type": "script", "id": "h", "jsFunction": "x"}, "use an expression component"),
        ({"type": "multipage", "id": "h"}, "use groups"),
        ({"type": "textfeild", "id": "h"}, "did you mean textfield?"),
        ({"id": "h"}, ": type is missing"),
        ({"type": 5, "id": "h"}, ": type must be a text"),
        ({**TEXT, "lable": "x"}, "did you mean label?"),
        ({**TEXT, "validate": {"requird": True}}, "did you mean required?"),
        ({**TEXT, "validate": {"min": 3}}, "unknown validate.min"),
        ({**TEXT, "validate": {"required": "maybe"}}, "must be true or false"),
        ({**TEXT, "validate": {"pattern": "("}}, "not understood"),
        ({**TEXT, "validate": {"pattern": "(?=a)"}}, "validate.pattern: the pattern looks ahead or behind"),
        ({**TEXT, "validate": {"pattern": "(?<!a)b"}}, "looks ahead or behind"),
        ({**TEXT, "validate": {"pattern": "((a{100}){100}){100}"}}, "repeats too much"),
        ({**TEXT, "validate": {"pattern": "a" * 301}}, "longer than 300"),
        ({**TEXT, "validate": {"pattern": r"(a)\1"}}, "refers back"),
        ({**TEXT, "properties": {"crads": "true"}}, "unknown property"),
        ({**TEXT, "properties": {"rule.1": "=true"}}, "ruleMessage.1 is missing"),
        ({**TEXT, "properties": {"rule.1": "=true", "ruleMessage.1": "x", "ruleField.1": "zz"}}, "no key beside"),
        ({**TEXT, "conditional": {"hide": "=(("}}, "hide: "),
        ({**TEXT, "conditional": {"show": "=true"}}, "known: hide"),
        ({**TEXT, "key": "a b"}, "must be ASCII letters"),
        ({**TEXT, "key": ""}, "key is missing"),
        ({**TEXT, "key": "this"}, "word of the expression language"),
        ({**TEXT, "label": ""}, "label is missing"),
        ({**TEXT, "label": "{{#if x}}"}, "loops and conditions"),
        ({**TEXT, "label": "{{ (( }}"}, "label:"),
        ({**TEXT, "layout": {"columns": 17}}, "from 2 to 16"),
        ({"type": "radio", "id": "r", "key": "r", "label": "R"}, "options are needed"),
        ({"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("a"), "valuesKey": "v"}, "exactly one"),
        ({"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("a", "a")}, "same value"),
        ({"type": "radio", "id": "r", "key": "r", "label": "R", "values": [{"label": "x"}]}, "label and value"),
        (
            {"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("a"), "properties": {"next.b": "x"}},
            "no option 'b'",
        ),
        (
            {"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("a"),
             "properties": {"disabledWhen.a": "=true"}},
            "need each other",
        ),
        (
            {"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("maybe"),
             "properties": {"valueType": "boolean"}},
            "does not fit valueType",
        ),
        (
            {"type": "radio", "id": "r", "key": "r", "label": "R", "values": options("a"),
             "properties": {"cards": "true", "chips": "true"}},
            "exclude each other",
        ),
        ({"type": "dynamiclist", "id": "l", "label": "L", "components": []}, "path is missing"),
        (
            {"type": "dynamiclist", "id": "l", "path": "l", "label": "L",
             "components": [{"type": "dynamiclist", "path": "m", "id": "m", "components": []}]},
            "cannot stand inside another",
        ),
        (
            {"type": "dynamiclist", "id": "l", "path": "l", "label": "L",
             "components": [{"type": "checkbox", "key": "m", "id": "m", "label": "x", "properties": {"signature": "true"}}]},
            "outside the repeated group",
        ),
        ({"type": "number", "id": "n", "key": "n", "label": "N", "properties": {"money": "true", "currency": "yuan"}}, "three letters"),
        ({"type": "number", "id": "n", "key": "n", "label": "N", "properties": {"money": "true", "currency": "CNX"}}, "did you mean CNY?"),
        ({"type": "number", "id": "n", "key": "n", "label": "N", "properties": {"money": "true", "currency": "RMB"}}, "did you mean CNY?"),
        ({"type": "select", "id": "n", "key": "n", "label": "N", "values": [{"value": "a", "labl": "A"}]}, "unknown attribute 'labl' of values 1: did you mean label?"),
        ({"type": "number", "id": "n", "key": "n", "label": "N", "validate": {"min": "NaN"}}, "must be a number"),
        ({"type": "datetime", "id": "n", "key": "n", "label": "N", "subtype": "year"}, "must be one of"),
        ({"type": "datetime", "id": "n", "key": "n", "label": "N", "properties": {"notAfter": "tomorrow"}}, "must be now, today"),
        ({"type": "filepicker", "id": "n", "key": "n", "label": "N", "accept": "pdf"}, "an ending like .pdf"),
        ({"type": "filepicker", "id": "n", "key": "n", "label": "N", "properties": {"maxSize": "big"}}, "a size like 20 MB"),
        ({"type": "expression", "id": "n", "key": "n"}, "expression is missing"),
        ({"type": "table", "id": "n", "label": "N"}, "a dataSource and columns"),
        ({"type": "table", "id": "n", "dataSource": "=x", "columnsExpression": "=y"}, "list the columns"),
        (
            {"type": "table", "id": "n", "dataSource": "=x", "columns": [{"label": "N", "key": "kind"}],
             "properties": {"option.kid.return": "Return"}},
            "option.kid.return names no column",
        ),
        (
            {"type": "table", "id": "n", "dataSource": "=x", "columns": [{"label": "N", "key": "kind"}],
             "properties": {"money.kin": "true"}},
            "money.kin names no column",
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_named(component, words):
    found = problems_of(component)
    assert any(words in each for each in found), found
    assert all(each.startswith("F00.form:") for each in found)
    assert read_form(form_file(component), file="F00.form", language=LANGUAGE)[0] is None


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ({"type": "button", "id": "h", "label": "Send", "action": "submit"}, "the page has its own"),
        ({"type": "html", "id": "h", "content": "<b>x</b>"}, "use a text component"),
        ({"type": "image", "id": "h", "source": "x"}, "attach it to the case"),
        ({"type": "iframe", "id": "h", "url": "x"}, "put a link"),
        ({"type": "documentPreview", "id": "h"}, "beside the form"),
        ({**TEXT, "id": "h", "key": "h", "tooltip": "x"}, "the attribute 'tooltip' of a textfield is not used"),
        ({**TEXT, "id": "h", "key": "h", "properties": {"foo": "x"}}, "the property 'foo' of a textfield is not used"),
        ({**TEXT, "id": "h", "key": "h", "layout": {"height": 3}}, "layout.height of a textfield is not used"),
    ],
)
def test_what_the_form_editors_write_and_nobody_uses_is_warned_of(component, words):
    form, problems = read_form(form_file(TEXT, component), file="f", language=LANGUAGE)
    assert form is not None
    assert [(each.component, each.severity) for each in problems] == [("h", "warning")]
    assert words in problems[0].message


def test_what_the_editor_calls_each_text_is_no_finding():
    form, problems = read_form(
        form_file({"type": "text", "id": "h", "label": "Text view", "text": "x"}), file="f", language=LANGUAGE
    )
    assert (form is not None, list(problems)) == (True, [])


def test_what_the_editors_write_about_the_file_is_taken():
    content = json.loads(form_file(TEXT)) | {"$schema": "https://…", "generated": True, "collapsed": True}
    form, problems = read_form(json.dumps(content).encode(), file="f", language=LANGUAGE)
    assert form is not None
    assert [str(each) for each in problems] == ["f: the attribute 'collapsed' of the form is not used"]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        ".*.*.*.*x",
        r"^\p{Han}{2,4}$",
        "^KB-[0-9]{4}-[0-9]{6}$",
        r"\d{6}(\d{2})?[ABC]",
        "^(a|b)?[^x]+$",
        "[(+*]",
        r"\(.+\)",
        "a{2}{",
    ],
)
def test_ordinary_patterns_are_taken(pattern):
    assert read({**TEXT, "validate": {"pattern": pattern}})


def test_keys_and_ids_are_unique():
    assert "taken by a" in problems_of(TEXT, {**TEXT, "id": "b"})[0]
    assert "two components have this id" in problems_of(TEXT, {**TEXT, "key": "b"})[0]
    assert "taken by a" in problems_of(TEXT, {**TEXT, "id": "b", "key": "a.b"})[0]


def test_conditions_in_a_circle_are_a_warning():
    one = {**TEXT, "conditional": {"hide": "=b = null"}}
    two = {"type": "textfield", "id": "b", "key": "b", "label": "B", "conditional": {"hide": "=a = null"}}
    form, problems = read_form(form_file(one, two), file="f", language=LANGUAGE)
    assert form is not None
    assert [(each.component, each.severity) for each in problems] == [("a", "warning")]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"type":"default"}', b"[" * 100_000, b"1" * 1_000_001,
                                     b'{"type":"default","components":{}}', b'{"type":"other","components":[]}'])  # fmt: skip
def test_what_is_no_form_is_refused(content):
    form, problems = read_form(content, file="x.form", language=LANGUAGE)
    assert form is None
    assert problems


def test_groups_inside_groups_have_a_limit():
    component = TEXT
    for number in range(30):
        component = {"type": "group", "id": f"g{number}", "label": "G", "components": [component]}
    assert "deep" in problems_of(component)[0]


def test_a_form_has_a_limit_of_components():
    assert "at most" in problems_of(*({**TEXT, "id": f"i{n}", "key": f"k{n}"} for n in range(500)))[0]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["=a", "{{a}}", "true"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
TYPES = ["textfield", "textarea", "number", "datetime", "checkbox", "radio", "select", "checklist", "taglist", "filepicker",
         "expression", "dynamiclist", "group", "table", "text", "spacer", "separator", "button", "html"]  # fmt: skip
NAMES = ["key", "label", "description", "validate", "conditional", "layout", "properties", "appearance", "values", "valuesKey",
         "valuesExpression", "defaultValue", "readonly", "disabled", "subtype", "accept", "multiple", "expression", "path",
         "components", "dataSource", "columns", "text", "id", "increment", "decimalDigits", "isRepeating", "allowAddRemove",
         "timeSerializingFormat", "defaultRepetitions"]  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6).flatmap(
    lambda each: st.sampled_from(TYPES).map(lambda name: {**each, "type": name})), max_size=3))  # fmt: skip
def test_reading_never_raises(components):
    form, problems = read_form(
        json.dumps({"type": "default", "components": components}).encode(), file="f", language=LANGUAGE
    )
    assert form is not None or any(each.severity == "error" for each in problems)


def test_the_first_heading_is_the_title_and_leaves_the_fields():
    form = review()
    assert form.title.source == "Review"
    assert [each.id for each in form.level.components] == ["decision", "reason"]
    assert read(TEXT).title.source == "F00"


def test_fields_are_listed_for_programs():
    found = {each.path: each for each in plan().fields}
    assert list(found) == ["case_no", "remedies", "remedies[].kind", "remedies[].quantity", "remedies[].amount",
                           "remedies[].promised_date", "total", "reply_manner"]  # fmt: skip
    assert found["remedies[].kind"].options[0] == ("exchange", "Exchange")
    assert found["remedies[].kind"].required
    assert found["remedies[].quantity"].conditional
    assert found["case_no"].readonly
    assert found["total"].readonly


def test_the_digest_changes_with_the_file():
    assert read(TEXT).digest != read({**TEXT, "label": "B"}).digest
    assert len(read(TEXT).digest) == 64


def test_triggers_are_the_fields_that_others_look_at():
    assert review().triggers == {"review_decision"}
    assert plan().triggers == {"remedies", "remedies.kind"}


def test_all_texts_are_found_for_the_catalogue():
    content = form_file(
        {"type": "text", "id": "t", "text": "# Title"},
        {**TEXT, "description": "Help", "appearance": {"suffixAdorner": "pieces"}, "properties": {"placeholder": "L2609"}},
        {"type": "radio", "id": "r", "key": "r", "label": "=x", "values": options("yes"),
         "properties": {"next.yes": "Then", "disabledWhen.yes": "=x", "disabledReason.yes": "Not now", "cards": "true"}},
        {"type": "group", "id": "g", "label": "Group", "components": [{"type": "text", "id": "inner", "text": "> quote"}],
         "properties": {"rule.1": "=a", "ruleMessage.1": "No"}},
        {"type": "table", "id": "tab", "columns": [{"label": "Unit", "key": "u"}], "dataSource": "=x"},
    )  # fmt: skip
    assert texts_of(content) == [
        ("t", "Title"), ("a", "A"), ("a", "Help"), ("a", "pieces"), ("a", "L2609"), ("r", "Then"), ("r", "Not now"),
        ("r", "Yes"), ("g", "Group"), ("g", "No"), ("inner", "> quote"), ("tab", "Unit"),
    ]  # fmt: skip


def test_the_same_is_said_once():
    assert problems_of({**TEXT, "properties": "x"}) == ["F00.form:a: properties must be an object"]
