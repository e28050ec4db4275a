"""What is said of scenarios that are played before new files are approved."""

from types import SimpleNamespace

import pytest

from processes.people import chart
from processes.settings import Settings
from web import rehearsals


@pytest.fixture
def played(monkeypatch):
    """The scenarios of a folder in a house where nothing takes long."""
    seen = []
    monkeypatch.setattr(rehearsals, "Stages", lambda _place, _settings, deployed: seen.append(deployed))
    monkeypatch.setattr(rehearsals.report, "run", lambda files, _stages, _tell: [result(files[0])])
    rehearsals_of = lambda: rehearsals.rehearse(  # noqa: E731 - told twice
        Settings(), "reward_penalty", {"a": b"new"}, {"reward_penalty": {"a": b"old"}, "other": {"b": b""}}
    )
    return rehearsals_of, seen


def result(file):
    failed = file.stem == "penalty_none"
    return SimpleNamespace(name=file.stem, result="failed" if failed else "passed", reason="why" if failed else "")


def test_each_scenario_of_the_folder_is_played_with_the_new_files(played):
    rehearse, seen = played
    found = rehearse()
    assert len(found) >= 6
    assert ("penalty_none", "failed", "why") in found
    assert {each.key: dict(each.files) for each in seen[0]} == {"reward_penalty": {"a": b"new"}, "other": {"b": b""}}


def test_what_cannot_be_played_says_why(played, monkeypatch):
    rehearse, _ = played

    def full(*_given):
        raise OSError("no room")

    monkeypatch.setattr(rehearsals, "Stages", full)
    assert {(result, why) for _, result, why in rehearse()} == {("unplayed", "no room")}


def test_after_a_while_no_other_is_begun(played, monkeypatch):
    rehearse, _ = played
    monkeypatch.setattr(rehearsals, "SECONDS", -1)
    assert {result for _, result, _ in rehearse()} == {"unplayed"}


def test_whoever_the_scenarios_name_is_there():
    """The units of a folder are not among its files; without them every form that offers units refuses its answers."""
    deployed = rehearsals.with_files("kb_sales_quality", {"a": b"new"}, {"mine": {"b": b""}})
    assert "sales" in {unit.key for unit in chart.of_folders(deployed)}
