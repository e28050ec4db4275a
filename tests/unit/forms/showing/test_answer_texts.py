"""Answers as plain words, for paper."""

from form_samples import ZONE, read

from forms import answer_texts, render_answers

HOW = {"translate": str, "locale": "en", "zone": ZONE}
FORM = [
    {"type": "textarea", "id": "c", "key": "cause", "label": "Cause"},
    {"type": "number", "id": "k", "key": "cost", "label": "Cost", "properties": {"money": "true"}},
    {
        "type": "group",
        "id": "g",
        "label": "Prevention",
        "components": [{"type": "textfield", "id": "p", "key": "prevention", "label": "Measure"}],
    },
    {
        "type": "dynamiclist",
        "id": "l",
        "path": "remedies",
        "label": "Remedies",
        "isRepeating": True,
        "components": [
            {"type": "textfield", "id": "w", "key": "what", "label": "What"},
            {"type": "number", "id": "a", "key": "amount", "label": "Amount", "properties": {"money": "true"}},
        ],
    },
]


def test_labels_and_texts_come_in_the_order_of_the_form():
    values = {
        "prevention": "Interlock",
        "cause": "Weld line\nat the gate",
        "cost": "3600.00",
        "remedies": [{"what": "Refund", "amount": "12.50"}, {"what": "<b>Gift</b>"}],
        "unknown": 1,
    }
    found = [(each.label, each.text) for each in answer_texts(read(*FORM), values, **HOW)]
    assert found == [
        ("Cause", "Weld line\nat the gate"),
        ("Cost", "¥3,600.00"),
        ("Measure", "Interlock"),
        ("Remedies", "1. What: Refund; Amount: ¥12.50\n2. What: <b>Gift</b>"),
    ]


def test_rows_are_written_in_the_way_of_the_language():
    (answer,) = answer_texts(read(*FORM), {"remedies": [{"what": "退款", "amount": "12.50"}]}, **HOW | {"locale": "zh"})
    assert answer.text == "1. What：退款；Amount：¥12.50"


def test_what_is_empty_is_left_out():
    assert answer_texts(read(*FORM), {"cause": "", "cost": None, "remedies": []}, **HOW) == []


def test_what_is_veiled_on_a_page_is_veiled_on_paper():
    form = read(
        {
            "type": "textfield",
            "id": "t",
            "key": "phone",
            "label": "Phone",
            "properties": {"personal": "true"},
        }
    )
    page = str(render_answers(form, {"phone": "13800004021"}, **HOW, veil=True))
    (answer,) = answer_texts(form, {"phone": "13800004021"}, **HOW, veil=True)
    assert answer.text in page
    assert "13800004021" not in answer.text
