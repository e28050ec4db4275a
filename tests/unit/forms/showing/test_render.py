"""Forms as HTML: names, errors, rows, what is read-only, what is text."""

from collections import Counter

import pytest
from form_pages import CASE, FORMS, live, name_of, page, text_of
from form_samples import NOW, ZONE, fill, joint, options, plan, read, review, slip
from lxml import html

from forms import UnknownAction, accept, render_errors, rows, title_of


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("readonly", [False, True])
def test_every_control_has_a_name_and_ids_are_unique(form, readonly):
    errors = {each.path: fill(review(), None).errors[""] for each in form().fields}
    tree = page(form(), None, errors, readonly=readonly)
    for control in tree.xpath("//input[not(@type='hidden')]|//textarea|//select"):
        assert name_of(tree, control), html.tostring(control)
    for group in tree.xpath("//fieldset"):
        assert text_of(group.find("legend"))
    ids = Counter(tree.xpath("//@id"))
    assert [each for each, count in ids.items() if count > 1] == []
    for reference in tree.xpath("//@aria-describedby|//@aria-labelledby"):
        assert set(reference.split()) <= set(ids), reference
    assert all(text_of(each) or each.get("aria-hidden") for each in tree.xpath("//button"))


def test_a_field_says_that_it_is_required_what_helps_and_what_is_wrong():
    tree = page(review(), {"review_decision": "dispute"}, fill(review(), {"review_decision": "dispute"}, CASE).errors)
    area = tree.get_element_by_id("f-review_reason")
    assert name_of(tree, area) == "Reason (required)"
    assert area.get("aria-invalid") == "true"
    said = [text_of(tree.get_element_by_id(each)) for each in area.get("aria-describedby").split()]
    assert said == ["The general manager's office reads this first.", "Fill this in."]
    assert tree.xpath("//*[@id='f-review_reason-error']//use/@href") == ["/static/icons.svg#alert-triangle"]


def test_decision_cards_say_what_happens_next_or_why_not():
    tree = page(review(), {"review_decision": "dispute"})
    accept_card, redo, dispute = tree.xpath("//input[@type='radio']")
    assert name_of(tree, accept_card) == "Accept"
    assert text_of(tree.get_element_by_id(accept_card.get("aria-describedby"))) == "Next: you write the plan."
    assert redo.get("disabled") is not None
    assert text_of(tree.get_element_by_id(redo.get("aria-describedby"))) == "Used 2 of 2."
    assert redo.getparent().get("class") == "opt off"
    assert redo.getparent().xpath(".//use/@href") == ["/static/icons.svg#lock"]
    assert dispute.get("checked") is not None
    assert tree.xpath("//fieldset[@role='radiogroup']")


def test_hidden_fields_leave_only_that_they_are_gone():
    tree = page(review(), {"review_decision": "accept"})
    assert tree.xpath("//textarea") == []
    assert tree.xpath("//input[@name='_gone']/@value") == ["review_reason"]
    assert tree.xpath("//*[@data-refresh]/@data-field") == ["review_decision"]


def test_money_and_dates_have_their_inputs():
    tree = page(plan(), {"remedies": [{"kind": "exchange", "amount": "5", "promised_date": "2026-10-08"}]})
    money = tree.get_element_by_id("f-remedies-0-amount")
    assert (money.get("inputmode"), money.get("value"), text_of(money.getprevious())) == ("decimal", "5.00", "¥")
    assert tree.get_element_by_id("f-remedies-0-promised_date").get("type") == "date"
    assert tree.get_element_by_id("f-remedies-0-promised_date").get("value") == "2026-10-08"
    moment = read({"type": "datetime", "id": "d", "key": "d", "label": "D", "subtype": "datetime"})
    found = page(moment, {"d": "2026-09-30T01:30:00Z"}).get_element_by_id("f-d")
    assert (found.get("type"), found.get("value")) == ("datetime-local", "2026-09-30T09:30")


def test_what_was_typed_wrong_stays():
    tree = page(plan(), {"remedies": [{"amount": "18.000,00", "promised_date": "x"}]})
    assert tree.get_element_by_id("f-remedies-0-amount").get("value") == "18.000,00"


def test_rows_work_without_scripts():
    tree = page(plan(), {"remedies": [{}, {}]})
    names = tree.xpath("//fieldset[@data-row]//button/@name")
    assert names[:2] == ["_remove:remedies:0", "_remove:remedies:1"]
    assert tree.xpath("//button[@data-row-add]/@name") == ["_add:remedies"]
    assert all(each.get("formnovalidate") is not None for each in tree.xpath("//button[@name]"))
    assert [text_of(each) for each in live(tree).xpath("//fieldset[@data-row]/legend")] == ["Remedy 1", "Remedy 2"]
    # Enter in a field must not remove a row: the first button has no name
    assert tree.xpath("(//button)[1]/@name") == []


def test_rows_respect_their_bounds():
    assert page(plan(), {"remedies": [{}]}).xpath("//fieldset[@data-row='0']//button") == []
    assert page(plan(), {"remedies": [{}] * 5}).xpath("//button[@data-row-add]") == []
    assert page(plan(), {"remedies": [{}]}, readonly=True).xpath("//button") == []


def test_the_blank_row_is_for_the_script():
    blank = page(plan()).xpath("//template[@data-row-blank]")[0]
    assert "remedies.__i__.kind" in html.tostring(blank).decode()


def test_row_buttons_change_the_answers():
    answers = {"remedies": [{"kind": "exchange"}, {"kind": "repair"}]}
    assert rows.apply(plan(), answers, "_add:remedies")["remedies"] == [*answers["remedies"], {}]
    assert rows.apply(plan(), answers, "_remove:remedies:0")["remedies"] == [{"kind": "repair"}]
    assert rows.apply(plan(), answers, "_remove:remedies:9") == answers
    assert rows.apply(plan(), {}, "_add:remedies") == {"remedies": [{}]}
    assert rows.apply(plan(), {"remedies": [{}] * 5}, "_add:remedies")["remedies"] == [{}] * 5
    for action in ("_add:manner", "_drop:x", "", "_remove:nothing:1"):
        with pytest.raises(UnknownAction):
            rows.apply(plan(), answers, action)
    assert rows.find_action(["x", "_remove:remedies:2"]) == "_remove:remedies:2"
    assert rows.find_action(["_keep:evidence"]) is None


def test_fields_start_with_the_case_or_their_default():
    form = read(
        {"type": "textfield", "id": "a", "key": "cause", "label": "Cause"},
        {"type": "textfield", "id": "b", "key": "unit", "label": "Unit", "defaultValue": "=home"},
        {"type": "textfield", "id": "c", "key": "fresh", "label": "Fresh", "properties": {"prefill": "false"}},
        {
            "type": "radio",
            "id": "d",
            "key": "decision",
            "label": "D",
            "values": options("yes"),
            "properties": {"cards": "true"},
        },
    )
    tree = page(form, None, None, {"cause": "Weld line", "home": "qc", "fresh": "old", "decision": "yes"})
    assert tree.xpath("//input[@type='text']/@value") == ["Weld line", "qc", ""]
    assert tree.xpath("//input[@checked]") == []
    assert page(form, {"cause": None}, None, {"cause": "x"}).get_element_by_id("f-cause").get("value") == ""


def test_read_only_fields_have_no_name():
    form = read(
        {"type": "textfield", "id": "a", "key": "case_no", "label": "Case", "readonly": True},
        {
            "type": "select",
            "id": "b",
            "key": "unit",
            "label": "Unit",
            "readonly": True,
            "values": [{"label": "Quality", "value": "qc"}],
        },
        {
            "type": "number",
            "id": "c",
            "key": "amount",
            "label": "Amount",
            "disabled": True,
            "properties": {"money": "true"},
        },
        {"type": "datetime", "id": "d", "key": "due", "label": "Due", "subtype": "datetime", "readonly": True},
        {"type": "checkbox", "id": "e", "key": "joint", "label": "Joint", "readonly": True},
        {"type": "textarea", "id": "f", "key": "text", "label": "Text", "readonly": True},
    )
    case = {
        "case_no": "KB-1",
        "unit": "qc",
        "amount": "18000.00",
        "due": "2026-10-08T16:00:00Z",
        "joint": True,
        "text": "a\nb",
    }
    tree = page(form, None, None, case)
    assert tree.xpath("//@name") == []
    assert tree.xpath("//input[@type='text']/@value") == ["KB-1", "Quality", "¥18,000.00", "Thu 8 Oct 2026 24:00"]
    assert tree.xpath("//textarea")[0].text.strip() == "a\nb"
    assert tree.xpath("//input[@type='checkbox']/@checked") == ["checked"]


@pytest.mark.parametrize(
    ("text", "broken"), [("GF-220 / L2610", False), ("其余抽检合格，不必更换。", False), ("到客户处全检需至十月十六日，客户十二日停线", True)]
)  # fmt: skip
def test_a_text_that_a_narrow_field_would_cut_off_is_broken_into_lines(text, broken):
    form = read({"type": "textfield", "id": "a", "key": "told", "label": "Told", "readonly": True})
    assert len(page(form, None, None, {"told": text}).xpath("//textarea")) == broken


def test_chinese():
    words = {
        "Reason": "理由",
        "required": "必填",
        "Fill this in.": "请填写。",
        "Used {{redo_count}} of {{max_redo}}.": "已用 {{redo_count}} 次（上限 {{max_redo}} 次）。",
    }
    errors = fill(review(), {"review_decision": "dispute"}, CASE).errors
    tree = page(
        review(), {"review_decision": "dispute"}, errors, translate=lambda text: words.get(text, text), locale="zh_CN"
    )
    assert text_of(tree.xpath("//label[@for='f-review_reason']")[0]) == "理由 (必填)"
    assert "已用 2 次（上限 2 次）。" in text_of(tree)
    assert "请填写。" in text_of(tree)
    form = read({"type": "datetime", "id": "d", "key": "due", "label": "Due", "subtype": "datetime", "readonly": True},
                {"type": "text", "id": "t", "text": "Due {{due}}, {{price}}, {{n}}"})  # fmt: skip
    tree = page(form, None, None, {"due": "2026-10-08T16:30:00+08:00", "price": None, "n": 1234.5}, locale="zh-Hans-CN")
    assert tree.xpath("//input/@value") == ["2026年10月8日（四）16:30"]
    assert "Due 2026年10月8日（四）16:30, , 1,234.5" in text_of(tree)
    assert page(form, None, None, {"due": "2026-10-08"}, locale="xx-nonsense") is not None


def test_the_title_is_translated():
    how = {"locale": "en", "zone": ZONE, "now": NOW}
    form = read({"type": "text", "id": "t", "text": "# Review, round {{round}}"})
    assert title_of(form, {"round": 3}, translate=lambda text: text.replace("Review", "审阅"), **how) == "审阅, round 3"


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% x %}"


def test_a_table_shows_values_as_the_labels_of_their_options_and_amounts_as_money():
    form = read(
        {"type": "table", "id": "t", "dataSource": "=rows",
         "columns": [{"label": "Remedy", "key": "kind"}, {"label": "Amount", "key": "sum.net"}, {"label": "Ways", "key": "ways"}],
         "properties": {"option.kind.return": "Take back", "option.kind.price_cut": "Price cut", "option.ways.mail": "E-mail",
                        "money.sum.net": "true"}},
    )  # fmt: skip
    rows = [{"kind": "price_cut", "sum": {"net": "18000.00"}, "ways": ["mail", "other"]}, {"kind": "odd", "sum": 5}, {}]
    chinese = {"Price cut": "减价", "E-mail": "电子邮件"}
    tree = page(form, None, None, {"rows": rows}, translate=lambda text: chinese.get(text, text), locale="zh")
    cells = [[cell.text_content() for cell in row.xpath("./td")] for row in tree.xpath("//tbody/tr")]
    assert cells == [["减价", "¥18,000.00", "电子邮件、other"], ["odd", "", ""], ["", "", ""]]
    tree = page(form, None, None, {"rows": [{"kind": "return"}, {"kind": "odd"}]})
    assert [cell.text_content() for cell in tree.xpath("//th")] == ["Remedy"]  # of the others nothing is known


def test_rows_stand_side_by_side_and_what_differs_from_the_one_before_is_marked():
    form = read(
        {"type": "table", "id": "t", "dataSource": "=rounds",
         "columns": [{"label": "Cause", "key": "cause"}, {"label": "Cost", "key": "cost"}, {"label": "Note", "key": "note"}],
         "properties": {"sideBySide": "true", "rowLabel": "Round", "money.cost": "true"}},
    )  # fmt: skip
    rounds = [
        {"cause": "heat", "cost": "3600.00", "note": None},
        {"cause": "mould", "cost": "3600.00"},
        {"cause": "mould", "cost": "80.00", "note": ""},
    ]
    tree = page(form, None, None, {"rounds": rounds})
    assert [text_of(each) for each in tree.xpath("//thead//th")] == ["Round 1", "Round 2", "Round 3"]
    assert [text_of(each) for each in tree.xpath("//tbody//th[@scope='row']")] == ["Cause", "Cost"]
    assert [[text_of(each) for each in row.xpath("./td")] for row in tree.xpath("//tbody/tr")] == [
        ["heat", "mould changed", "mould"],
        ["¥3,600.00", "¥3,600.00", "¥80.00 changed"],
    ]
    assert len(tree.xpath("//td[@class='changed']")) == 2
    assert page(form, None, None, {"rounds": []}).xpath("//tbody/tr/td/text()") == ["Nothing yet."]


def test_labels_from_a_variable_are_read_in_the_language_of_the_reader():
    units = [
        {"label": {"en": "Workshop", "zh": "车间"}, "value": "shop"},
        {"label": {"en": "Office"}, "value": "office"},
    ]
    form = read(
        {"type": "table", "id": "t", "dataSource": "=rows", "columns": [{"label": "Unit", "key": "unit"}],
         "properties": {"options.unit": "=units"}},
        {"type": "select", "id": "s", "key": "s", "label": "S", "valuesExpression": "=units"},
    )  # fmt: skip
    rows = [{"unit": "shop"}, {"unit": ["shop", "office"]}, {"unit": "other"}]
    for locale, cells, choices in (
        ("zh", ["车间", "车间、Office", "other"], ["车间", "Office"]),
        ("en", ["Workshop", "Workshop, Office", "other"], ["Workshop", "Office"]),
    ):
        tree = page(form, None, None, {"rows": rows, "units": units}, locale=locale)
        assert [cell.text_content() for cell in tree.xpath("//td")] == cells
        assert [each.text_content() for each in tree.xpath("//option[@value != '']")] == choices


def test_nothing_that_was_typed_becomes_markup():
    form = read(
        {"type": "text", "id": "t", "text": "Dear {{name}}"},
        {"type": "textfield", "id": "a", "key": "a", "label": "A {{name}}", "description": "{{name}}"},
        {"type": "textarea", "id": "b", "key": "b", "label": "B", "conditional": {"hide": "=false"}},
        {"type": "select", "id": "s", "key": "s", "label": "S", "valuesKey": "list"},
        {"type": "table", "id": "x", "label": "X", "dataSource": "=rows", "columns": [{"label": "N", "key": "n"}]},
        {"type": "filepicker", "id": "f", "key": "f", "label": "F"},
    )
    variables = {"name": EVIL, "list": [EVIL], "rows": [{"n": EVIL}]}
    values = {
        "a": EVIL,
        "b": "</textarea>" + EVIL,
        "f": [{"id": EVIL[:50], "name": EVIL, "size": 1, "type": "x", "sha256": "x"}],
    }
    outcome = accept(form, {"evil": EVIL, "a": EVIL}, variables, now=NOW, zone=ZONE)
    for tree in (
        page(form, values, outcome.errors, variables),
        html.fragment_fromstring(str(render_errors(form, outcome.errors, translate=str))),
    ):
        assert tree.xpath("//script|//img|//*[@onerror]") == []
    assert page(form, values, {}, variables).get_element_by_id("f-b").text == "\n</textarea>" + EVIL


def test_fields_side_by_side_share_sixteen_columns():
    form = read(*({"type": "textfield", "id": n, "key": n, "label": n, "layout": {"row": "r", "columns": c}}
                  for n, c in (("a", 8), ("b", None), ("c", None))), {"type": "textfield", "id": "d", "key": "d", "label": "d"})  # fmt: skip
    tree = page(form)
    assert [each.get("class") for each in tree.xpath("//div[@class='cols']/div")] == ["f c8", "f c4", "f c4"]
    assert tree.xpath("//*[@data-field='d']/@class") == ["f c16"]


def test_files_that_were_kept_can_be_removed():
    kept = [{"id": 7, "name": "photo.jpg", "size": 2048, "type": "image/jpeg", "sha256": "0" * 64}]
    tree = page(slip(), {"evidence": kept}, file_url=lambda each: f"/files/{each['id']}")
    assert tree.xpath("//a/@href") == ["/files/7"]
    assert tree.xpath("//input[@name='_keep:evidence']/@value") == ["7"]
    assert tree.xpath("//input[@name='_drop:evidence']/@value") == ["7"]
    assert tree.xpath("//input[@type='file']/@accept") == [".pdf,image/*"]
    assert "at most 20 MB each" in text_of(tree)


def test_a_signature_asks_for_the_password_and_then_says_who():
    tree = page(joint())
    assert tree.xpath("//input[@type='password']/@name") == ["_sign:gm_signature:password"]
    done = {
        "gm_signature": {"kind": "password", "by": "Zhao Min", "at": "2026-09-30T10:20:00+08:00", "sha256": "ab" * 32}
    }
    assert "Signed by Zhao Min, Wed 30 Sep 2026 10:20" in text_of(page(joint(), done))
    either = read(
        {
            "type": "textfield",
            "id": "s",
            "key": "s",
            "label": "S",
            "properties": {"signature": "true", "signer": "The customer"},
        }
    )
    assert page(either).xpath("//*[@data-signature]/@data-signature") == ["s"]
    assert "The customer" in text_of(page(either))


def test_the_error_summary_links_to_the_fields():
    answers = {"remedies": [{"kind": "exchange"}], "evil": 1}
    errors = fill(plan(), answers, CASE).errors
    tree = html.fragment_fromstring(str(render_errors(plan(), errors, translate=str)))
    assert tree.get("role") == "alert"
    targets = page(plan(), answers, errors)
    links = tree.xpath("//a/@href")
    assert links == ["#f-remedies-0-promised_date", "#f-reply_manner"]
    assert all(targets.get_element_by_id(each[1:]) is not None for each in links)
    assert "3 answers need a change" in text_of(tree)
    assert "This form has no field “evil”." in text_of(tree)
    assert str(render_errors(plan(), {}, translate=str)) == ""


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_error_of_a_field_has_a_place_to_go_to(form):
    closed = {"redo_count": 2, "max_redo": 2}
    for answers in ({}, {"remedies": [{}], "parties": [{}, {}]}):
        found = fill(form(), answers, closed).errors
        errors = {path: error for path, error in found.items() if error.code != "undeclared"}
        targets = live(page(form(), answers, errors, closed))
        summary = html.fragment_fromstring(str(render_errors(form(), errors, translate=str)))
        assert len(summary.xpath("//li")) == len(errors) == len(summary.xpath("//a"))
        for link in summary.xpath("//a/@href"):
            target = targets.get_element_by_id(link[1:])
            assert target.tag in {"input", "select", "textarea"} or target.get("tabindex") == "-1"
            assert target.get("disabled") is None


def test_errors_are_listed_in_the_order_of_the_form():
    errors = fill(plan(), {"evil": 1, "remedies": [{}, {}]}, CASE).errors
    summary = html.fragment_fromstring(str(render_errors(plan(), errors, translate=str)))
    assert [each.split("-")[1:] for each in summary.xpath("//a/@href")] == [
        ["remedies", "0", "kind"],
        ["remedies", "0", "promised_date"],
        ["remedies", "1", "kind"],
        ["remedies", "1", "promised_date"],
        ["reply_manner"],
    ]
    assert "evil" in text_of(summary.xpath("//li")[-1])


@pytest.mark.parametrize(
    ("subtype", "value", "said"),
    [
        ("date", "2026-09-30", ["Wed 30 Sep 2026"]),
        ("datetime", "2026-09-30T09:30:00+08:00", ["Wed 30 Sep 2026 09:30"]),
        ("date", None, [""]),
        ("date", "soon", [""]),
        ("time", "09:30", []),
    ],
)
def test_a_date_is_said_beside_the_field_of_the_browser_as_the_page_writes_it(subtype, value, said):
    form = read({"type": "datetime", "subtype": subtype, "id": "d", "key": "due", "label": "By when"})
    assert [text_of(each) for each in page(form, {"due": value}).xpath("//output[@data-day-said]")] == said
