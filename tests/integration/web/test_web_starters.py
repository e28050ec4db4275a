"""Whoever may register a complaint gets it in, whatever group its first task is drawn for."""

from hall import COMPLAINT

ADDRESS = "/register/kb_sales_quality"


def test_all_who_are_offered_the_registration_can_send_it_and_nobody_else(hall):
    for number, login in enumerate(("sun", "wang", "chen", "zhao", "gao"), 1):
        visitor = hall.visitor(login)
        assert visitor.get(ADDRESS).status_code == 200
        sent = visitor.post(ADDRESS, data=COMPLAINT | {"_once": login})
        assert sent.status_code == 303, sent.text
        assert f"KB-2026-00000{number}" in visitor.get(sent.headers["Location"]).text
    refused = visitor.post(ADDRESS, data={"company": "typed with care"})
    assert refused.status_code == 422
    assert "typed with care" in refused.text
    assert hall.visitor("liu").post(ADDRESS, data=COMPLAINT).status_code == 404
