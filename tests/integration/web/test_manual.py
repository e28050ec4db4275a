"""The pages of the documentation that are written from the code are up to date."""

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from processes.docstrings import field_texts
from processes.procedures import manual, model
from processes.settings import Settings
from web.command.settings import page as settings_page

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_about_declarations_is_that_of_the_model():
    assert (DOCS / "procedures.md").read_text(encoding="utf-8") == manual.page()


def test_the_page_about_settings_is_that_of_the_code():
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page() + "\n"


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(model).values() if isinstance(kind, type) and is_dataclass(kind)]
)
def test_every_key_of_a_declaration_is_told(kind):
    assert kind in [each for _, each in manual.TABLES]
    assert set(field_texts(kind)) == {field.name for field in fields(kind)}


def test_what_is_said_of_a_setting_stands_below_it():
    assert field_texts(Settings)["country"].startswith("ISO code of the country")
