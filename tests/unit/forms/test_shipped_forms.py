"""The shipped forms: what their pages say is what the catalogue is made of."""

from pathlib import Path

import pytest
from form_samples import LANGUAGE, NOW, ZONE

from forms import read_form, render, texts_of, title_of
from forms.kinds import all_kinds
from forms.kinds.table import Table
from forms.kinds.text import Text
from forms.kit.choosing import Choosing
from forms.language.messages import SENTENCES
from forms.showing.render import SAID
from processes import catalogue, folders

FORMS = sorted((Path(__file__).parents[3] / "processes").rglob("*.form"))
READ = {file.stem: read_form(file.read_bytes(), file=file.name, language=LANGUAGE)[0] for file in FORMS}
OPTIONS = {
    info.path: {value for value, _ in info.options} for form in READ.values() for info in form.fields if info.options
}
"""The values that a person can choose, by the path of the field."""
PLAN = {"remedies": [{"kind": "price_cut", "quantity": 3, "amount": "15000.00", "promised_date": "2026-11-20"}]}
OWN = {*SAID, *(text for kind in all_kinds() for text in kind.said), *SENTENCES.values(), ""}


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_page_asks_for_the_texts_that_the_catalogue_is_given(file):
    asked = set()

    def note(text):
        asked.add(text)
        return text

    form = READ[file.stem]
    render(form, {}, {}, {}, translate=note, locale="en", zone=ZONE, now=NOW)
    title_of(form, {}, translate=note, locale="en", zone=ZONE, now=NOW)
    written = {text for _, text in texts_of(file.read_bytes())}
    assert asked & written
    assert asked - OWN <= written


REACHING = ("phone", "email", "mobile", "id_last4", "patient_no")
"""How the fields are called that tell how somebody is reached, or who somebody is."""


@pytest.mark.parametrize("form", READ.values(), ids=READ)
def test_how_somebody_is_reached_is_veiled_wherever_it_stands(form):
    open_ = [each.key for each in _fields(form.level) if each.key.endswith(REACHING) and not each.kind.personal]
    assert open_ == []


def _fields(level):
    for each in level.all:
        if isinstance(each.kind, Text):
            yield each
        if each.inside is not None:
            yield from _fields(each.inside)


@pytest.mark.parametrize("form", READ.values(), ids=READ)
def test_what_was_chosen_in_one_form_is_shown_by_its_label_in_another(form):
    for each in form.level.all:
        if isinstance(each.kind, Table):
            for column in each.kind.columns:
                chosen = OPTIONS.get(f"{each.kind.source.text.lstrip('=')}[].{column.key}", set())
                assert column.found.source or chosen <= set(column.options)
        elif each.read_from is not None:
            if isinstance(each.kind, Choosing) and each.kind.options.source is not None:
                continue  # offered by an expression, there as here
            known = {option.value for option in each.kind.options.written} if isinstance(each.kind, Choosing) else set()
            assert OPTIONS.get(each.read_from.text.lstrip("="), set()) <= known, each.id


@pytest.mark.parametrize(("locale", "words"), [("en", ["Price cut", "¥15,000.00"]), ("zh", ["减价", "¥15,000.00"])])
def test_the_approver_reads_the_remedies_of_the_plan_in_words(locale, words):
    files = next(folder.files for folder in folders.shipped() if "F05b.form" in folder.files)

    def translate(text):
        return catalogue.translations(files, locale).get(text, text)

    page = str(render(READ["F05b"], {}, {}, PLAN, translate=translate, locale=locale, zone=ZONE, now=NOW))
    assert all(f"<td>{word}</td>" in page for word in words)
    assert "price_cut" not in page
