"""Answers to read, and what changed since the last version."""

from form_samples import NOW, ZONE, fill, joint, plan, read, slip
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from forms import accept, fit, render_answers
from forms.language.compare import marked

HOW = {"translate": str, "locale": "en", "zone": ZONE}
MARKS = {"removed": "removed:", "added": "added:"}


def tree_of(form, values, **more):
    return html.fragment_fromstring(str(render_answers(form, values, **HOW | more)))


def text_of(element):
    return " ".join(element.text_content().split())


FORM = [
    {"type": "textarea", "id": "c", "key": "cause", "label": "Cause"},
    {"type": "number", "id": "k", "key": "cost", "label": "Cost", "properties": {"money": "true"}},
    {"type": "datetime", "id": "d", "key": "due", "label": "By when"},
    {"type": "checkbox", "id": "j", "key": "joint", "label": "Joint"},
    {
        "type": "group",
        "id": "g",
        "label": "Prevention",
        "components": [{"type": "textfield", "id": "p", "key": "prevention", "label": "Measure"}],
    },
]


def test_answers_are_a_definition_list():
    values = {
        "cause": "Weld line\nat the gate",
        "cost": "3600.00",
        "due": "2026-10-08",
        "joint": False,
        "prevention": "Interlock",
        "old": 1,
    }
    tree = tree_of(read(*FORM), values)
    assert [text_of(each) for each in tree.xpath("//dt")] == ["Cause", "Cost", "By when", "Joint", "Measure"]
    assert [text_of(each) for each in tree.xpath("//dd")][1:] == ["¥3,600.00", "Thu 8 Oct 2026", "No", "Interlock"]
    assert tree.xpath("//dd[1]/br")
    assert [text_of(each) for each in tree.xpath("//h3")] == ["Prevention"]
    assert tree.xpath("//ins|//del") == []


def test_empty_answers_are_left_out():
    assert render_answers(read(*FORM), {"cause": None, "cost": ""}, **HOW) == ""


def test_what_is_seen_elsewhere_is_left_out():
    tree = tree_of(read(*FORM), {"cause": "Weld line", "cost": "3600.00"}, without=["cause"])
    assert [text_of(each) for each in tree.xpath("//dt")] == ["Cost"]


def test_what_is_seen_elsewhere_but_has_changed_since_the_earlier_version_is_shown():
    old, new = {"cause": "Weld line", "cost": "3600.00"}, {"cause": "Weld line", "cost": "4850.00"}
    tree = tree_of(read(*FORM), new, previous=old, without=["cause", "cost"])
    assert [text_of(each) for each in tree.xpath("//dt")] == ["Cost"]


def test_changes_are_struck_and_underlined():
    old = {"cause": "Weld line at the gate.", "cost": "3600.00", "prevention": "Interlock"}
    new = {"cause": "Weld line at the gate. Drying record is missing.", "cost": "4850.00", "prevention": None}
    tree = tree_of(read(*FORM), new, previous=old)
    assert [text_of(each) for each in tree.xpath("//ins")] == ["added: Drying record is missing.", "added: ¥4,850.00"]
    assert [text_of(each) for each in tree.xpath("//del")] == ["removed: ¥3,600.00", "removed: Interlock"]


def test_chinese_is_compared_sign_by_sign():
    found = str(marked("换货 12 件", "换货 12 件，其余 188 件到客户处全检", **MARKS))
    assert found == '换货 12 件<ins><span class="vh">added: </span>，其余 188 件到客户处全检</ins>'


@settings(max_examples=100)
@given(st.text("ab <&\n中文", max_size=30), st.text("ab <&\n中文", max_size=30))
def test_the_new_version_can_be_read_off_a_comparison(old, new):
    tree = html.fragment_fromstring(f"<div>{marked(old, new, **MARKS)}</div>")
    for each in tree.xpath("//span[@class='vh']"):
        each.drop_tree()
    for each in tree.xpath("//del"):
        each.drop_tree()
    assert tree.text_content().replace(" ", "") == new.replace(" ", "")


def test_rows_are_a_table_and_compared_row_by_row():
    row = {"kind": "exchange", "quantity": 12, "amount": None, "promised_date": "2026-10-08"}
    second = {"kind": "compensation", "amount": "10.00", "promised_date": "2026-10-12"}
    tree = tree_of(plan(), {"remedies": [row, second], "total": "10.00"})
    assert [text_of(each) for each in tree.xpath("//th")] == ["Kind", "Quantity", "Amount", "Promised for"]
    assert [text_of(each) for each in tree.xpath("//tr[1]/td")] == ["Exchange", "12", "", "Thu 8 Oct 2026"]
    (place,) = tree.xpath("//*[@role='region'][table]")  # which scrolls by itself, for the keyboard, too
    assert (place.get("class"), place.get("tabindex"), place.get("aria-label")) == ("tab-w", "0", "Remedies")
    changed = tree_of(
        plan(), {"remedies": [row, second]}, previous={"remedies": [second, {**second, "kind": "free_repair"}]}
    )
    assert len(changed.xpath("//tbody/tr")) == 3
    assert text_of(changed.xpath("//tbody/tr[1]/td[1]")[0]) == "added: Exchange"
    assert text_of(changed.xpath("//tbody/tr[3]/td[1]")[0]) == "removed: Free repair"


def test_files_and_signatures():
    one, two = (
        {"id": n, "name": f"{n}.jpg", "size": 2048, "type": "image/jpeg", "sha256": str(n) * 64} for n in (1, 2)
    )
    tree = tree_of(slip(), {"evidence": [one]}, file_url=lambda each: f"/files/{each['id']}")
    assert tree.xpath("//a/@href") == ["/files/1"]
    assert text_of(tree.xpath("//a")[0]) == "1.jpg (2 KB)"
    changed = tree_of(slip(), {"evidence": [two]}, previous={"evidence": [one]})
    assert [text_of(each) for each in changed.xpath("//ins|//del")] == ["2.jpg (2 KB)", "1.jpg (2 KB)"]
    signed = {
        "gm_signature": {"kind": "password", "by": "Zhao <Min>", "at": "2026-09-30T10:20:00+08:00", "sha256": "ab" * 32}
    }
    assert "Signed by Zhao <Min>, Wed 30 Sep 2026 10:20 SHA-256 abababababab…" in text_of(tree_of(joint(), signed))
    field = {"type": "checkbox", "id": "s", "key": "s", "label": "S"}
    drawn = {"signature": "drawn", "signer": "For the patient: {{name}}"}
    form, answers = read(field | {"properties": drawn}), {"s": signed["gm_signature"] | {"kind": "drawn"}}
    taken = text_of(tree_of(form, answers, variables={"name": "Li"}))
    assert "For the patient: Li, Wed 30 Sep 2026 10:20; taken by Zhao <Min> SHA-256" in taken
    assert "Signed by Zhao <Min>, Wed 30 Sep" in text_of(tree_of(form, answers))


def test_sentences_of_a_list_follow_one_another():
    clauses = ["双方自愿。", "甲方按期履行。"]
    form = read({"type": "checklist", "id": "c", "key": "c", "label": "C", "valuesKey": "clauses"})
    for locale, said in (("zh", "双方自愿。甲方按期履行。"), ("en", "双方自愿。 甲方按期履行。")):
        tree = tree_of(form, {"c": clauses}, variables={"clauses": clauses}, locale=locale)
        assert text_of(tree.xpath("//dd")[0]) == said


def test_options_from_variables_are_shown_by_their_label():
    units = {"units": [{"label": "Injection workshop", "value": "injection_workshop"}]}
    assert "Injection workshop" in text_of(tree_of(slip(), {"proposed_unit": "injection_workshop"}, variables=units))
    assert "injection_workshop" in text_of(tree_of(slip(), {"proposed_unit": "injection_workshop"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "size", "kind", "amount"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["remedies", "total", "reply_manner", "case_no", "facts", "evidence", "gm_signature", "parties", "proposed_unit"]
)


@settings(max_examples=150)
@given(st.sampled_from([plan(), slip(), joint()]), st.dictionaries(KEYS, JSON), st.none() | st.dictionaries(KEYS, JSON))
def test_old_answers_of_any_shape_can_be_shown(form, values, previous):
    shown = render_answers(form, values, previous=previous, **HOW)
    assert shown == "" or tree_of(form, values, previous=previous) is not None


def test_what_was_accepted_can_be_shown():
    outcome = accept(
        joint(), {"parties": [{"name": "A", "share": 60}, {"name": "B", "share": 40}]}, {}, now=NOW, zone=ZONE
    )
    assert "60%" in text_of(tree_of(joint(), outcome.values))
    assert fill(joint(), outcome.values).values == outcome.values


def test_a_draft_moves_to_another_version_of_the_form():
    draft = {
        "remedies": [{"kind": "exchange", "colour": "red", "quantity": ""}, "odd"],
        "reply_manner": ["fax"],
        "old": {"note": "keep me"},
        "empty": None,
    }
    kept, left = fit(plan(), draft)
    assert kept == {"remedies": [{"kind": "exchange", "quantity": ""}, {}], "reply_manner": ["fax"]}
    assert left == {"remedies.0.colour": "red", "old": {"note": "keep me"}}
    group = read({"type": "group", "id": "g", "label": "G", "path": "product", "components": [FORM[0]]})
    assert fit(group, {"product": {"cause": "x", "lot": "L1"}}) == ({"product": {"cause": "x"}}, {"product.lot": "L1"})
