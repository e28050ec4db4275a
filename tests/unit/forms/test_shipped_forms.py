"""The shipped forms: what their pages say is what the catalogue is made of."""

from pathlib import Path

import pytest
from form_samples import LANGUAGE, NOW, ZONE

from forms import read_form, render, texts_of, title_of
from forms.messages import TEXTS
from forms.render import SAID

FORMS = sorted((Path(__file__).parents[3] / "processes").rglob("*.form"))
OWN = {*SAID, *TEXTS.values(), ""}


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_page_asks_for_the_texts_that_the_catalogue_is_given(file):
    asked = set()

    def note(text):
        asked.add(text)
        return text

    content = file.read_bytes()
    form, _ = read_form(content, file=file.name, language=LANGUAGE)
    render(form, {}, {}, {}, translate=note, locale="en", zone=ZONE, now=NOW)
    title_of(form, {}, translate=note, locale="en", zone=ZONE, now=NOW)
    written = {text for _, text in texts_of(content)}
    assert asked & written
    assert asked - OWN <= written
