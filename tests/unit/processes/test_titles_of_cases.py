"""Words that a procedure puts into the titles of its cases stand in the reader's language; those of people do not change."""

from processes import folders
from processes.procedures.model import Procedure
from processes.procedures.terms import titled


def composed():
    """The declarations of the shipped procedures whose titles hold words of their own."""
    return [each for each in folders.shipped() if b"\ntitle = \"='" in each.files.get("procedure.toml", b"")]


def test_a_title_that_a_procedure_has_composed_is_told_in_english():
    meeting = Procedure(
        "m", shared=False, name={}, case={"title": "='检讨会议 ' + period"}, terms={"en": {"检讨会议 ": "Review "}}
    )
    assert titled("检讨会议 2026-11", meeting, "en") == "Review 2026-11"
    assert titled("检讨会议 2026-11", meeting, "zh") == "检讨会议 2026-11"


def test_what_a_person_has_written_stays():
    ward = Procedure("p", shared=False, name={}, case={"title": "=case_title"}, terms={"en": {"customer": "patient"}})
    assert titled("A customer shouted", ward, "en") == "A customer shouted"


def test_every_shipped_title_has_its_english():
    assert len(composed()) == 4
    for each in composed():
        text = each.files["procedure.toml"].decode()
        word = text.split("title = \"='")[1].split("'")[0]
        assert f'"{word}" = "' in text, each.key
