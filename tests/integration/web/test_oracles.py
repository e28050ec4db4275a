"""What one may not see is not told by how much is asked or sent: the same statements and bytes as for what is not there."""

import re
from functools import partial

import pytest
from counting import counting
from test_library_loan import NUMBER
from test_private_cases import rung

pytestmark = pytest.mark.seconds(10)

TOKEN = re.compile(r'value="[\w.-]{16,}"')
WORDS = {"何敏": "柯惟", "K992/3 华北": "Q118/7 东南", "13811112222": "13899990000", NUMBER: "LB-2026-000777"}
"""Of the private case, and of none: a name, a searched text, a telephone number, a number."""
DOORS = {
    "search": lambda client, word: client.get("/search", query_string={"q": word}),
    "suggestions": lambda client, word: client.get("/search/suggest", query_string={"q": word}),
    "cases": lambda client, word: client.get("/cases", query_string={"q": word, "text": word, "state": "all"}),
    "table": lambda client, word: client.get("/cases.csv", query_string={"text": word, "state": "all"}),
    "case": lambda client, word: client.get(f"/cases/{word}"),
    "caller": lambda client, word: client.post("/register/kb_sales_quality/caller", data={"phone": word}),
    "alike": lambda client, word: client.post(
        "/register/kb_sales_quality/alike", data={"phone": word, "name": word, "description": word}
    ),
}


def asked(hall, do, word):
    """The status, the bytes without what was asked for and what is new each time, the statements, the commits."""
    with counting(hall.database) as (statements, commits):
        answer = do()
    text = TOKEN.sub("", answer.get_data(as_text=True).replace(word, "?"))
    plain = [re.sub(r"IN \([^)]*\)", "IN", each) for each in statements]
    return answer.status_code, len(text), plain, len(commits)


@pytest.mark.both_databases
def test_a_search_that_finds_only_what_is_hidden_costs_what_one_costs_that_finds_nothing(make_played):
    loan, _ = make_played(rung)
    for who in ("both", "gu"):
        client = loan.visitor(who)
        for there, gone in WORDS.items():
            for door, ask in DOORS.items():
                ask(client, gone)  # what is read once for all is read now
                found, nothing = (asked(loan, partial(ask, client, word), word) for word in (there, gone))
                assert found == nothing, (who, door, there)


def test_names_that_sign_in_and_invented_ones_cost_the_same(hall):
    client = hall.app.test_client()
    known, invented = (
        asked(hall, lambda name=name: client.post("/sign-in", data={"login": name, "password": "wrong one"}), name)
        for name in ("zhao", "qqqq")
    )
    assert known == invented


def test_what_is_hidden_and_what_is_not_there_answer_alike(make_played):
    loan, _ = make_played(rung)
    client = loan.visitor("wang")
    for pattern, there, gone in (
        ("/cases/{}", NUMBER, "LB-2026-000777"),
        ("/cases/{}/documents", NUMBER, "LB-2026-000777"),
        *((each, loan.task, 98_765) for each in ("/tasks/{}", "/tasks/{}/pane")),
        *((each, loan.document, 98_765) for each in ("/files/{}", "/files/{}/preview.png")),
        *((each, loan.letter, 98_765) for each in ("/letters/{}", "/letters/{}.pdf")),
    ):
        hidden, missing = (client.get(pattern.format(each)) for each in (there, gone))
        assert (hidden.status_code, missing.status_code) == (404, 404), pattern
        hidden_cost, missing_cost = (
            asked(loan, partial(client.get, pattern.format(each)), str(each))[2:] for each in (there, gone)
        )
        assert pattern.startswith("/tasks") or hidden_cost == missing_cost, pattern
        own, other = pattern.format(there), pattern.format(gone)
        assert TOKEN.sub("", hidden.text).replace(own, "") == TOKEN.sub("", missing.text).replace(other, ""), pattern
