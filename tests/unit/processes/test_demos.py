"""The demos of folders: found by their package, told once, their people together."""

import sys

import pytest

import processes
from processes import folders
from processes.demo import people, shipped
from processes.demo.errors import NoDemo, StoryTwice

DEMO = """
from processes.demo.model import Demo, Figure, Story, Word

ANN = Figure("ann", "安", "Ann", ("{key}_desk",))
DEMO = Demo(
    process="{key}_process",
    people=[ANN],
    clerks=[ANN],
    recorders=[ANN],
    stories=lambda: [Story(key="{story}", day=1)],
    register=lambda scene: {{}},
    answer=lambda element, scene: {{}},
    outside=lambda scene, awaited: None,
    withdrawal=lambda scene: Word("gone", {{}}),
)
"""


@pytest.fixture
def tell(tmp_path, monkeypatch):
    """Makes a folder with a demo, where the shipped ones lie."""
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    monkeypatch.setattr(processes, "__path__", [*processes.__path__, str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def make(key, text=DEMO, story="{key} 1"):
        folder = tmp_path / key
        (folder / "demo").mkdir(parents=True)
        (folder / "procedure.toml").write_text(f'key = "{folder.name}"\n', encoding="utf-8")
        units = f"key,kind,name_zh,name_en\n{folder.name}_desk,unit,台,Desk of {folder.name}\ndesk,unit,台,Desk by {folder.name}\n"
        (folder / "units.csv").write_text(units, encoding="utf-8")
        said = text.format(key=folder.name, story=story.format(key=folder.name))
        (folder / "demo" / "__init__.py").write_text(said, encoding="utf-8")

    yield make
    for name in [name for name in sys.modules if name.startswith("processes.told_")]:
        del sys.modules[name]


def test_a_demo_is_added_by_adding_its_package(tell, tmp_path):
    tell("told_loans")
    tell("told_together/returns")
    (tmp_path / "told_silent").mkdir()
    (tmp_path / "told_silent" / "procedure.toml").write_text('key = "told_silent"\n', encoding="utf-8")
    assert [demo.process for demo in shipped.demos()] == ["told_loans_process", "returns_process"]
    assert [story.key for _demo, story in shipped.stories()] == ["told_loans 1", "returns 1"]


def test_who_is_in_two_demos_is_one_person_in_the_groups_of_both(tell):
    tell("told_loans")
    tell("told_returns")
    assert {figure.login: figure.groups for figure in people.everybody()} == {
        "ann": ("told_loans_desk", "told_returns_desk"),
        "admin": ("admin",),
    }
    assert people.units()["desk"].name_en == "Desk by told_loans"
    assert dict(people.introduce())["ann"] == "安 Ann · 台 Desk of told_loans, 台 Desk of told_returns"


def test_stories_with_the_same_key_are_refused(tell):
    tell("told_loans", story="1")
    tell("told_returns", story="1")
    with pytest.raises(StoryTwice, match="the key 1, one of them begins with told_returns_process"):
        shipped.stories()


def test_a_package_without_its_demo_is_refused(tell):
    tell("told_loans", "DEMO = None\n")
    with pytest.raises(NoDemo, match=r"processes\.told_loans\.demo has no DEMO"):
        shipped.demos()


def test_stories_are_told_again_until_there_are_enough(tell):
    tell("told_loans")
    tell("told_returns")
    told = [(story.key, story.day) for _demo, story in shipped.stories(5)]
    first = [("told_loans 1", 1), ("told_returns 1", 1)]
    assert told == [*first, ("told_loans 1 / 2", 4), ("told_returns 1 / 2", 4), ("told_loans 1 / 3", 7)]
    assert len(shipped.stories(1)) == 2
