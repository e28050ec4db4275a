"""Whoever may register a complaint gets it in, whatever group its first task is drawn for."""

import pytest
from hall import COMPLAINT


@pytest.mark.both_databases
@pytest.mark.parametrize("login", ["sun", "wang", "chen", "zhao", "gao"])
def test_all_who_are_offered_the_registration_can_send_it(hall, login):
    visitor = hall.visitor(login)
    assert visitor.get("/register/kb_sales_quality").status_code == 200
    refused = visitor.post("/register/kb_sales_quality", data={"company": "typed with care"})
    assert refused.status_code == 422
    assert "typed with care" in refused.text
    sent = visitor.post("/register/kb_sales_quality", data=COMPLAINT)
    assert sent.status_code == 303, sent.text
    assert "KB-2026-000001" in visitor.get(sent.headers["Location"]).text


def test_who_is_not_offered_it_cannot(hall):
    refused = hall.visitor("liu").post("/register/kb_sales_quality", data=COMPLAINT)
    assert refused.status_code == 404
