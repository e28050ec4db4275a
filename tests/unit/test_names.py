"""The four packages have plain names; nothing else that is installed may bear one of them."""

import importlib
from collections import Counter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["engine", "forms", "processes", "web"])
def test_a_package_is_ours_alone(name):
    assert Path(importlib.import_module(name).__file__).parent == ROOT / name
    assert set(packages_distributions().get(name, ["kesu"])) == {"kesu"}


def test_no_two_files_of_tests_have_one_name():
    names = Counter(file.name for file in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []  # each is fine alone, together they do not load
