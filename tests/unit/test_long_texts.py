"""What anybody may type or upload is read in a time that grows with its length: a square of it would take minutes."""

import pytest

from engine import spelling
from engine.deploy import checks, digests
from forms.language import messages, template
from processes import catalogue, folders
from processes.agreements import digest
from processes.cases import facts, likeness
from processes.promises.reading import LONGEST_SENTENCE, Plan, read
from web.filling import contacts

READ = {
    "what might be expressions of a diagram": lambda: checks._text_of(("a.bpmn", b"${" * 300_000)),
    "what might be processes": lambda: list(folders.DEFINES.finditer(b"<process " * 100_000)),
    "what might be words of a diagram": lambda: digests._WORD.findall("." * 300_000),
    "what might be a line of a translation": lambda: catalogue.LINE.fullmatch('msgid "' + "\\\\" * 150_000) or [],
    "what might be gaps of a form": lambda: template.PART.findall("{{ " * 100_000),
    "blanks in a gap": lambda: template.PART.findall("{{" + " " * 300_000),
    "what might be gaps of a message": lambda: messages.GAP.findall("{{ " * 100_000),
    "what might be an address": lambda: contacts.REACHES.fullmatch("a@" + "." * 300_000 + "@") or [],
}


@pytest.mark.parametrize("what", READ)
def test_it_is_read_once_from_end_to_end(what):
    assert not READ[what]()


def test_a_sentence_of_a_letter_that_takes_long_to_read_is_sent_to_nobody():
    long = "我们赔偿您100元" * 20_000
    (said,) = read({"text": long}, Plan())
    assert said.sure
    assert "Too long to be read" in said.en
    assert len(said.sentence) < 100
    assert [each.sure for each in read({"text": "x" * (LONGEST_SENTENCE + 1) + ". Thank you."}, Plan())] == [True]
    assert not read({"text": "We have looked at it. " * 900}, Plan())


def test_of_many_names_one_is_compared_with_those_that_begin_or_end_alike(monkeypatch):
    asked, known = [], {f"value_{number}" for number in range(3000)} | {"severity", "description"}
    near = spelling._near
    monkeypatch.setattr(spelling, "_near", lambda *given: asked.append(near(*given)) or asked[-1])
    assert spelling.meant("severty", known) == ": did you mean severity?"
    assert spelling.slipped("descripton", known) == "description"
    assert spelling.meant("x" * 5000, known) == spelling.slipped("value_31x", {}) == ""
    spelling.meant("value_31", known)
    assert max(map(len, asked)) <= spelling.MANY


@pytest.mark.parametrize("kind", ["number", "money"])
def test_a_number_that_is_searched_for_is_not_written_out_however_large(kind):
    assert facts.fold("1,200.5", kind) == "0000000000000001200.5000"
    for text in ("1e999999999", "1e-999999999", "-1E+999999", "NaN", "Infinity"):
        assert facts.fold(text, kind) == text.lower()
        assert digest._canonical(text) == text
    assert digest._canonical("3600.00") == digest._canonical(3600) == "3600"


def test_of_a_description_its_beginning_is_compared():
    assert len(likeness._signs("\ufdfa" * 200_000)) < 50
    assert likeness._signs("ab" * likeness.COMPARED_SIGNS + " cd") == likeness._signs("ab" * 9)


def test_what_stands_between_braces_is_a_gap_with_or_without_blanks():
    assert template.fill("{{a}} {{  b }} {{ c", {"a": 1, "b": 2, "c": 3}, str) == "1 2 {{ c"
    assert contacts.REACHES.fullmatch("li.na@mail.example.com")
    assert checks._text_of(("a.bpmn", b'<x a="${b + c}"/> ${d <camunda:in source="e"/>')) == "b + c e"
