"""What holds for all kinds, and what it takes to add one."""

import re
from pathlib import Path

import pytest
from form_pages import page, text_of
from form_samples import errors_of, fill, form_file, problems_of, read

import forms.kinds
from forms import decode, render_answers, texts_of
from forms.kinds import all_kinds, known_types, written_as
from forms.kinds.signature import Signing
from forms.kinds.text import Text
from forms.reading import texts
from forms.showing.render import SAID
from forms.showing.templates import templates

FOLDER = Path(forms.kinds.__file__).parent
DOCS = Path(__file__).parents[4] / "docs" / "forms.md"
STARS = """
from dataclasses import dataclass

from forms.kit.field import Field
from forms.kit.kind import Input, Refused
from forms.kit.view import LineView
from forms.kit.written import input_written
from forms.language.messages import sentence

NO_STARS = sentence("stars", "Give one to {most} stars.")


@dataclass(frozen=True)
class Stars(Input):
    name = "stars"
    written = (input_written("stars", {"most"}, ("worst",), "properties.worst"),)

    most: int = 5

    @classmethod
    def read(cls, source):
        return cls(source.whole("most", 5, least=2))

    def convert(self, raw, zone):
        return str(raw).count("*") or int(raw)

    def check(self, value, sight):
        return None if 1 <= value <= self.most else NO_STARS(most=self.most)

    def shown(self, value, sight, reader):
        return "★" * value

    def control(self, field):
        return field.made(LineView, "stars", value=field.text)
"""
STARS_HTML = """{%- macro stars(v) -%}
<meter {{ attributes(v) }} value="{{ v.value }}"></meter>{{ below(v) }}
{%- endmacro %}
"""


def test_a_module_holds_one_kind_and_bears_its_name():
    modules = {file.stem for file in FOLDER.glob("*.py")} - {"__init__"}
    assert sorted(kind.name for kind in all_kinds()) == sorted(modules)
    assert {file.stem for file in FOLDER.glob("*.html")} <= modules


def test_the_manual_names_every_type():
    table = DOCS.read_text(encoding="utf-8").partition("## 2.")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} - {"money"} == known_types()


def test_what_a_type_may_say_is_what_its_kinds_understand():
    written = written_as("textfield")
    assert {"placeholder", "signature"} <= set(written.properties)
    assert "pattern" in written.checks
    assert written_as("html") is None
    assert isinstance(read({"type": "textfield", "id": "a", "key": "a", "label": "A"}).level.components[0].kind, Text)
    signed = {"type": "textfield", "id": "a", "key": "a", "label": "A", "properties": {"signature": "true"}}
    assert isinstance(read(signed).level.components[0].kind, Signing)


@pytest.fixture
def with_stars(tmp_path, monkeypatch):
    (tmp_path / "stars.py").write_text(STARS, encoding="utf-8")
    (tmp_path / "stars.html").write_text(STARS_HTML, encoding="utf-8")
    caches = (all_kinds, written_as, known_types, templates, texts._names)
    for each in caches:
        each.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(forms.kinds, "__path__", [*forms.kinds.__path__, str(tmp_path)])
        yield
    for each in caches:
        each.cache_clear()


@pytest.mark.usefixtures("with_stars")
def test_a_kind_is_added_by_one_module_and_its_template():
    component = {"type": "stars", "id": "s", "key": "s", "label": "S", "properties": {"worst": "Bad"}}
    form = read(component)
    assert problems_of({**component, "most": 1}) == ["F00.form:s: most must be a whole number from 2 to 1000"]
    assert fill(form, decode(form, [("s", "***")])).values == {"s": 3}
    assert errors_of(fill(form, {"s": 9})) == {"s": "stars"}
    tree = page(form, {"s": 9}, fill(form, {"s": 9}).errors)
    assert tree.xpath("//meter/@value") == ["9"]
    assert "Give one to 5 stars." in text_of(tree)
    assert "★★★" in render_answers(form, {"s": 3}, translate=str, locale="en", zone=None)
    assert ("s", "Bad") in texts_of(form_file(component))
    assert [(each.path, each.kind) for each in form.fields] == [("s", "stars")]


def test_what_templates_say_is_given_to_the_catalogue():
    files = [*FOLDER.glob("*.html"), *(FOLDER.parent / "showing" / "templates").glob("*.html")]
    in_templates = {
        text for file in files for text in re.findall(r'\bt\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    }
    assert in_templates <= {*SAID, *(text for kind in all_kinds() for text in kind.said)}
