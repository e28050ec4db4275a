"""The bundle holds what the pages ask for, and no more."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from web.shell.static_files import BUILD, NotBuilt, StaticFiles

WEB = Path(__file__).parents[3] / "web"
LISTED = {line for line in (WEB / "assets/icons.txt").read_text().splitlines() if line and not line.startswith("#")}


def sources():
    files = [*WEB.glob("**/*.py"), *WEB.glob("**/templates/**/*.html"), *(WEB.parent / "forms").glob("**/*.html")]
    return "\n".join(file.read_text(encoding="utf-8") for file in [*files, *(WEB.parent / "forms").glob("**/*.py")])


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = set(re.findall(r"""icon\(\s*["']([a-z0-9-]+)["']""", sources()))
    assert named - LISTED == set()


def test_no_icon_is_carried_along_that_nobody_names():
    text = sources()
    assert sorted(name for name in LISTED if f'"{name}"' not in text and f"'{name}'" not in text) == []


def test_the_manifest_names_every_file():
    manifest = json.loads((BUILD / "manifest.json").read_text())
    assert {
        "app.js",
        "app.css",
        "diagram.js",
        "diagram.css",
        "statistics.css",
        "icons.svg",
        "font.woff2",
        "icons",
    } == set(manifest)
    assert all((BUILD / name).exists() for key, name in manifest.items() if key != "icons")


def test_without_a_build_the_pages_say_how_to_get_one(tmp_path):
    with pytest.raises(NotBuilt, match="make install"):
        assert StaticFiles(tmp_path).manifest


def test_no_two_rooms_have_a_template_of_one_name():
    """Flask finds templates by their names alone: one of two would be shown in the place of the other."""
    found = Counter(path.as_posix().partition("/templates/")[2] for path in WEB.glob("**/templates/**/*.html"))
    assert [name for name, number in found.items() if number > 1] == []
